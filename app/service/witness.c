/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/error.h"
#include "core/paths.h"
#include "drivers/tpm/tpm.h"
#include "service/desk-private.h"

#include <glib/gi18n-lib.h>

/* Held while store and TPM are compared or moved, so that no other process sees them half way. */
typedef struct {
    int fd;
    GuichetTpm *tpm;
    guint64 counted; /* the TPM's */
    gboolean has;
    guint64 stored;
} Witness;

static void
witness_clear(Witness *self)
{
    g_clear_pointer(&self->tpm, guichet_tpm_free);
    if (self->fd >= 0)
        close(self->fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Witness, witness_clear)

static gboolean
take_lock(Witness *self, const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "run/witness.lock");
    self->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
    while (self->fd >= 0 && flock(self->fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return guichet_set_error_from_errno(error, errno, _("Verrou"), path);
    return self->fd >= 0 || guichet_set_error_from_errno(error, errno, _("Verrou"), path);
}

static gboolean
call_witness(GuichetDesk *desk, Witness *self, GError **error)
{
    GuichetStation *station = desk->station;
    if (!take_lock(self, guichet_station_get_root(station), error))
        return FALSE;
    self->tpm = guichet_tpm_open(guichet_station_get_tpm(station), error);
    return self->tpm != NULL &&
           guichet_tpm_read_counter(self->tpm, guichet_station_get_tpm_counter(station),
                                    &self->counted, error) &&
           guichet_store_read_witness(desk->store, &self->has, &self->stored, error);
}

static gboolean
agrees(const Witness *self)
{
    return self->has && (self->stored == self->counted || self->stored == self->counted + 1);
}

static char *
describe(const Witness *self)
{
    if (self->has && self->stored > self->counted)
        return g_strdup_printf(_("le compteur du TPM (%" PRIu64
                                 ") est en retard sur la base (%" PRIu64
                                 ") : le TPM a été remplacé ou vidé ; prévenez le responsable"),
                               self->counted, self->stored);
    return g_strdup_printf(
        _("une copie plus ancienne de la base a été remise : elle en est à %" PRIu64
          ", le compteur du TPM à %" PRIu64
          " ; prévenez le responsable, puis « guichetctl station accept-restore »"),
        self->stored, self->counted);
}

/* The value is durable in the store before the TPM counts it. */
static gboolean
move_on(GuichetDesk *desk, const Witness *self, const char *event, GError **error)
{
    guint32 index = guichet_station_get_tpm_counter(desk->station);
    return guichet_store_set_witness(desk->store, event, self->counted + 1, error) &&
           guichet_tpm_increment_counter(self->tpm, index, error);
}

gboolean
guichet_desk_witness(GuichetDesk *self, GError **error)
{
    g_auto(Witness) witness = {.fd = -1};
    if (!guichet_station_has_tpm(self->station))
        return TRUE;
    if (!call_witness(self, &witness, error))
        return FALSE;
    if (!agrees(&witness)) {
        g_autofree char *finding = describe(&witness);
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT, finding);
        return FALSE;
    }
    if (witness.stored == witness.counted + 1) { /* the machine stopped before it counted */
        if (!guichet_tpm_increment_counter(witness.tpm,
                                           guichet_station_get_tpm_counter(self->station), error))
            return FALSE;
        witness.counted++;
    }
    return move_on(self, &witness, "witness", error);
}

/* A store that once had a witness, on a station of which station.json says that it has no TPM. */
static gboolean
check_unwitnessed(GuichetDesk *self, char **finding, GError **error)
{
    gboolean has;
    guint64 stored;
    if (!guichet_store_read_witness(self->store, &has, &stored, error))
        return FALSE;
    *finding = has ? g_strdup(_("la base a été tenue avec un TPM, mais station.json dit que ce "
                                "poste n’en a pas : remettez station.json depuis la sauvegarde"))
                   : NULL;
    return TRUE;
}

gboolean
guichet_desk_check_witness(GuichetDesk *self, char **finding, GError **error)
{
    g_auto(Witness) witness = {.fd = -1};
    if (!guichet_station_has_tpm(self->station))
        return check_unwitnessed(self, finding, error);
    if (!call_witness(self, &witness, error))
        return FALSE;
    *finding = agrees(&witness) ? NULL : describe(&witness);
    return TRUE;
}

static gboolean
check_session(GuichetDesk *self, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_AGENTS, error))
        return FALSE;
    if (guichet_desk_is_open(self))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                _("aucune session n’est ouverte ; identifiez-vous d’abord"));
    return FALSE;
}

/* *@moved: the store's value and the TPM's did not agree, and do now. */
static gboolean
accept_witness(GuichetDesk *self, gboolean *moved, GError **error)
{
    g_auto(Witness) witness = {.fd = -1};
    if (!guichet_station_has_tpm(self->station))
        return TRUE;
    if (!call_witness(self, &witness, error))
        return FALSE;
    *moved = !agrees(&witness);
    return !*moved || move_on(self, &witness, "restore-accepted", error);
}

gboolean
guichet_desk_accept_restore(GuichetDesk *self, GError **error)
{
    gboolean moved = FALSE;
    guint adopted = 0;
    if (!check_session(self, error) || !guichet_desk_accept_adopted(self, &adopted, error) ||
        !accept_witness(self, &moved, error))
        return FALSE;
    if (moved || adopted > 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("Rien ne montre une copie ancienne : il n’y a rien à accepter"));
    return FALSE;
}
