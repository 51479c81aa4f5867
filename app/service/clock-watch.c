/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>

#include "core/trusted-time.h"
#include "service/desk-private.h"
#include "service/warnings.h"

#include <glib/gi18n-lib.h>

#define SLACK_US ((gint64)3600 * G_USEC_PER_SEC)

char *
guichet_desk_describe_clock(GuichetDesk *self, gint64 *behind_us)
{
    GuichetInstant now = guichet_instant_now();
    gint64 floor_us = guichet_trusted_time_now(guichet_station_get_root(self->station));
    *behind_us = floor_us - now.wall_us;
    if (*behind_us <= SLACK_US)
        return NULL;
    g_autofree char *shown = guichet_time_to_iso8601(now.wall_us);
    g_autofree char *signed_ = guichet_time_to_iso8601(floor_us);
    return g_strdup_printf(
        _("L’horloge du poste indique le %.10s, le centre a déjà signé le %.10s : "
          "mettez-la à l’heure ; rien n’est perdu, rien d’expiré n’est accepté"),
        shown, signed_);
}

static char *
describe_jump(GuichetDesk *self, gint64 *jump_us)
{
    GuichetInstant now = guichet_instant_now();
    gint64 offset_us = now.wall_us - now.monotonic_us;
    *jump_us = offset_us - self->clock_offset_us;
    if (ABS(*jump_us) <= SLACK_US)
        return NULL;
    self->clock_offset_us = offset_us;
    return g_strdup_printf(_("L’horloge du poste a sauté de %+" PRId64 " h ou s’est arrêtée depuis "
                             "la dernière session : vérifiez la date, rien n’est effacé pour cela"),
                           *jump_us / SLACK_US);
}

/* Takes @sentence. */
static void
note(GuichetDesk *self, const char *event, gint64 by_us, char *sentence)
{
    g_autofree char *seconds = g_strdup_printf("%" PRId64, by_us / G_USEC_PER_SEC);
    if (sentence == NULL)
        return;
    g_ptr_array_add(self->notices, sentence);
    guichet_store_journal(self->store, event, seconds, NULL);
}

void
guichet_desk_note_clock(GuichetDesk *self)
{
    gint64 behind_us = 0, jump_us = 0;
    char *behind = guichet_desk_describe_clock(self, &behind_us);
    note(self, "clock-behind", behind_us, behind);
    char *jump = describe_jump(self, &jump_us);
    note(self, "clock-jumped", jump_us, jump);
}
