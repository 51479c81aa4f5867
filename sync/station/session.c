/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/session.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/paths.h"
#include "core/reserve.h"
#include "core/station.h"

#define LOCK_MODE 0660
#define LOCK_PATIENCE_US (60 * G_USEC_PER_SEC)
#define LOCK_ASK_US (G_USEC_PER_SEC / 10)

struct _GuichetSyncSession {
    char *root, *tls_certificate, *tls_key, *tls_ca;
    GuichetStation *station;
    GuichetTrust *trust;
    GuichetOutbox *outbox;
};

GuichetSyncSession *
guichet_sync_session_new(const char *root, GError **error)
{
    g_autoptr(GuichetSyncSession) self = g_new0(GuichetSyncSession, 1);
    g_autofree char *anchor = guichet_station_path(root, "trust/root.crt");
    self->root = g_strdup(root);
    guichet_reserve_settle(root, 0); /* the store that is opened next may need room */
    self->tls_certificate = guichet_station_path(root, "keys/tls.crt");
    self->tls_key = guichet_station_path(root, "keys/tls.key");
    self->tls_ca = guichet_station_path(root, "trust/centre-tls-ca.crt");
    self->station = guichet_station_load(root, error);
    if (self->station == NULL)
        return NULL;
    if (*guichet_station_get_centre_url(self->station) == '\0') {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                    _("Ce poste n’est pas enrôlé : « guichetctl station enrol » d’abord"));
        return NULL;
    }
    self->trust = guichet_trust_load(anchor, NULL, error);
    return self->trust != NULL ? g_steal_pointer(&self) : NULL;
}

void
guichet_sync_session_free(GuichetSyncSession *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->trust, guichet_trust_free);
    g_clear_pointer(&self->station, guichet_station_free);
    g_clear_object(&self->outbox);
    g_free(self->tls_ca);
    g_free(self->tls_key);
    g_free(self->tls_certificate);
    g_free(self->root);
    g_free(self);
}

void
guichet_sync_session_set_outbox(GuichetSyncSession *self, GuichetOutbox *outbox)
{
    g_set_object(&self->outbox, outbox);
}

const char *
guichet_sync_session_get_root(GuichetSyncSession *self)
{
    return self->root;
}

/* The desk's user and the service's share the lock, whoever made it and under whatever umask. */
static gboolean
share(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && (info.st_uid != geteuid() || fchmod(fd, LOCK_MODE) == 0);
}

/* The lock's descriptor; closing it gives the lock back. */
static int
take_lock(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "run/sync.lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, LOCK_MODE);
    if (fd < 0 || !share(fd)) {
        guichet_set_error_from_errno(error, errno, _("Ouverture de"), path);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    close(fd);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY,
                _("Une synchronisation est déjà en cours sur ce poste : attendez sa fin"));
    return -1;
}

static GuichetSyncContext
context_of(GuichetSyncSession *self)
{
    return (GuichetSyncContext){
        .centre_url = guichet_station_get_centre_url(self->station),
        .station = guichet_station_get_id(self->station),
        .tls_certificate_path = self->tls_certificate,
        .tls_key_path = self->tls_key,
        .tls_ca_path = self->tls_ca,
        .trust = self->trust,
        .outbox = self->outbox,
        .root = self->root,
    };
}

/* The lock, and room for what the store writes. */
static int
begin(GuichetSyncSession *self, GError **error)
{
    int lock = take_lock(self->root, error);
    if (lock >= 0)
        guichet_reserve_settle(self->root, 0);
    return lock;
}

gboolean
guichet_sync_session_run(GuichetSyncSession *self, gboolean force, GCancellable *cancellable,
                         GuichetSyncResult *result, GError **error)
{
    int lock = begin(self, error);
    if (lock < 0)
        return FALSE;
    GuichetSyncContext context = context_of(self);
    gboolean ok = guichet_sync_round(&context, force, cancellable, result, error);
    close(lock);
    return ok;
}

/* A round that meets no network ends soon: somebody with a stick in hand waits for it. */
static int
begin_patiently(GuichetSyncSession *self, GCancellable *cancellable, GError **error)
{
    gint64 end = g_get_monotonic_time() + LOCK_PATIENCE_US;
    for (;;) {
        g_autoptr(GError) failure = NULL;
        int lock = begin(self, &failure);
        if (lock >= 0)
            return lock;
        if (!g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_BUSY) ||
            g_cancellable_is_cancelled(cancellable) || g_get_monotonic_time() > end) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return -1;
        }
        g_usleep(LOCK_ASK_US);
    }
}

static GCancellable *
cancellable_of(const GuichetCourierWatch *watch)
{
    return watch != NULL ? watch->cancellable : NULL;
}

gboolean
guichet_sync_session_export(GuichetSyncSession *self, GuichetKey *key,
                            GuichetCertificate *certificate, const char *folder,
                            const GuichetCourierWatch *watch, GuichetCourierOut *out,
                            GError **error)
{
    int lock = begin_patiently(self, cancellable_of(watch), error);
    if (lock < 0)
        return FALSE;
    GuichetSyncContext context = context_of(self);
    gboolean ok = guichet_courier_export(&context, key, certificate, folder, watch, out, error);
    close(lock);
    return ok;
}

gboolean
guichet_sync_session_import(GuichetSyncSession *self, const char *folder,
                            const GuichetCourierWatch *watch, GuichetCourierHome *home,
                            GError **error)
{
    int lock = begin_patiently(self, cancellable_of(watch), error);
    if (lock < 0)
        return FALSE;
    GuichetSyncContext context = context_of(self);
    gboolean ok = guichet_courier_import(&context, folder, watch, home, error);
    close(lock);
    return ok;
}
