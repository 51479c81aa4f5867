/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/store.h"

#include "core/error.h"
#include "db/kiosk.h"
#include "db/store-private.h"

#include <glib/gi18n-lib.h>

gboolean
guichet_store_kiosk_is_open(GuichetStore *self, gboolean *is_open, GError **error)
{
    return guichet_kiosk_is_open(self->database, is_open, error);
}

gboolean
guichet_store_open_kiosk(GuichetStore *self, GuichetSecret *station_secret, GError **error)
{
    guichet_store_heed(self);
    if (!guichet_kiosk_open(self->database, self->kek, station_secret, error))
        return FALSE;
    g_clear_pointer(&self->kiosk, guichet_secret_unref);
    self->kiosk = guichet_kiosk_take_over(self->database, self->kek, error);
    return self->kiosk != NULL;
}

gboolean
guichet_store_close_kiosk(GuichetStore *self, GError **error)
{
    return guichet_kiosk_close(self->database, error);
}

gboolean
guichet_store_unlock_kiosk(GuichetStore *self, GuichetSecret *station_secret, GError **error)
{
    GuichetSecret *key = guichet_kiosk_unlock(self->database, station_secret, error);
    if (key == NULL)
        return FALSE;
    guichet_store_lock(self);
    self->kiosk = key;
    self->agent = g_strdup(GUICHET_KIOSK_NAME);
    return TRUE;
}

char *
guichet_store_find_ticket(GuichetStore *self, const char *ticket, GError **error)
{
    guichet_store_heed(self);
    if (self->kiosk != NULL)
        return guichet_kiosk_find_ticket(self->database, self->kiosk, ticket, self->kek == NULL,
                                         error);
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                        _("Ce poste n’a pas de borne : aucun ticket n’y mène"));
    return NULL;
}
