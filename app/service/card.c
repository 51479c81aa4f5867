/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/card.h"

#include <string.h>

#include "core/error.h"
#include "core/trusted-time.h"
#include "db/crypt-point.h"
#include "service/desk-private.h"
#include "service/warnings.h"
#include "sync/bundle/pki.h"

#include <glib/gi18n-lib.h>

/* --- removal --- */

/* What the watching thread has: it may outlive the desk's last reference by a moment. */
struct _GuichetCardWatch {
    GWeakRef desk;
    gboolean announced; /* somebody listens to "card-removed"; else */
    gint gone;          /* atomic; the store looks at it */
};

typedef struct {
    GuichetDesk *desk;
    guint session; /* that the card had opened */
    char *sentence;
} Removal;

static void
removal_free(gpointer data)
{
    Removal *removal = data;
    g_object_unref(removal->desk);
    g_free(removal->sentence);
    g_free(removal);
}

static gpointer
work_lock(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    if (desk->session == GPOINTER_TO_UINT(data))
        guichet_desk_lock(desk, GUICHET_LOCK_CARD_REMOVED);
    return desk;
}

/* In the thread of the window: it puts its page away first, so that what was typed is stored, and
 * the lock is the next thing that the worker does. */
static gboolean
announce(gpointer data)
{
    Removal *removal = data;
    guichet_desk_emit_card_removed(removal->desk, removal->sentence);
    guichet_desk_call_async(removal->desk, work_lock, GUINT_TO_POINTER(removal->session), NULL,
                            NULL, NULL, NULL, NULL);
    return G_SOURCE_REMOVE;
}

/* In the thread that watches. Without a window the store locks itself at its next use. */
static void
on_card_gone(const GError *reason, gpointer user_data)
{
    GuichetCardWatch *watch = user_data;
    if (!watch->announced) {
        g_atomic_int_set(&watch->gone, 1);
        return;
    }
    GuichetDesk *desk = g_weak_ref_get(&watch->desk); /* let go in the thread of the window */
    if (desk == NULL)
        return;
    Removal *removal = g_new0(Removal, 1);
    removal->desk = desk;
    removal->session = desk->session;
    removal->sentence = g_strdup(reason->message);
    g_idle_add_full(G_PRIORITY_HIGH, announce, removal, removal_free);
}

static void
watch_card(GuichetDesk *self)
{
    self->card_watch = g_new0(GuichetCardWatch, 1);
    g_weak_ref_init(&self->card_watch->desk, self);
    self->card_watch->announced = guichet_desk_has_listener(self);
    guichet_store_set_gone(self->store, &self->card_watch->gone);
    guichet_card_watch(self->card, on_card_gone, self->card_watch);
}

void
guichet_desk_release_card(GuichetDesk *self)
{
    guichet_store_set_gone(self->store, NULL);
    g_clear_pointer(&self->card, guichet_card_free); /* joins the thread */
    if (self->card_watch != NULL)
        g_weak_ref_clear(&self->card_watch->desk);
    g_clear_pointer(&self->card_watch, g_free);
}

gboolean
guichet_desk_is_card_gone(GuichetDesk *self)
{
    return self->card_watch != NULL && g_atomic_int_get(&self->card_watch->gone) != 0;
}

/* --- opening --- */

/* --card may name the module anew, after an upgrade; the card must be the agent's all the same. */
static gboolean
apply_place(GuichetCardRef *ref, const char *place, GError **error)
{
    g_autoptr(GuichetCardRef) asked =
        place != NULL ? guichet_card_ref_new_place(place, error) : NULL;
    if (place == NULL || asked == NULL)
        return place == NULL;
    if (*asked->label != '\0' && strcmp(asked->label, ref->label) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("la carte de cet agent s’appelle « %s », pas « %s » ; changez de carte, ou "
                      "de nom d’agent"),
                    ref->label, asked->label);
        return FALSE;
    }
    g_free(ref->module);
    ref->module = g_steal_pointer(&asked->module);
    return TRUE;
}

static GuichetCard *
open_card(GuichetDesk *self, const GuichetCardRef *ref, const GuichetLogin *login, gboolean *tried,
          GError **error)
{
    const GuichetCardAsk ask = {.card = ref, .pin = login->secret, .last_try = login->last_try};
    return guichet_session_policy_allows(self->policy, ref->module, error)
               ? guichet_card_open(&ask, tried, error)
               : NULL;
}

static GuichetCard *
open_known_card(GuichetDesk *self, const char *text, const GuichetLogin *login, gboolean *tried,
                GError **error)
{
    g_autoptr(GuichetCardRef) ref = guichet_card_ref_new_text(text, error);
    return ref != NULL && apply_place(ref, login->card, error)
               ? open_card(self, ref, login, tried, error)
               : NULL;
}

gboolean
guichet_desk_open_by_card(GuichetDesk *self, const GuichetLogin *login,
                          GuichetSecret *station_secret, GError **error)
{
    gboolean tried = FALSE;
    g_autofree char *text = guichet_store_try_card(self->store, login->agent, error);
    if (text == NULL)
        return FALSE;
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetCard) card = open_known_card(self, text, login, &tried, &failure);
    if (card == NULL) {
        if (guichet_store_end_card(self->store, login->agent, tried, error))
            g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    g_autoptr(GuichetSecret) secret = guichet_card_take_secret(card);
    if (!guichet_store_unlock_card(self->store, login->agent, station_secret, secret, error))
        return FALSE;
    self->card = g_steal_pointer(&card);
    if (!login->unwatched)
        watch_card(self);
    return TRUE;
}

GuichetSecret *
guichet_desk_enrol_card(GuichetDesk *self, const GuichetLogin *login, char **text, GError **error)
{
    gboolean tried = FALSE;
    g_autoptr(GuichetCardRef) ref = guichet_card_ref_new_place(login->card, error);
    if (ref == NULL || (ref->point = guichet_crypt_new_point(error)) == NULL)
        return NULL;
    g_autoptr(GuichetCard) card = open_card(self, ref, login, &tried, error);
    if (card == NULL)
        return NULL;
    *text = guichet_card_ref_to_text(guichet_card_get_ref(card));
    return guichet_card_take_secret(card);
}

char *
guichet_desk_warn_of_card(GuichetDesk *self)
{
    GBytes *der = self->card != NULL ? guichet_card_get_certificate(self->card) : NULL;
    /* one that does not read opens nothing and closes nothing */
    g_autoptr(GuichetCertificate) certificate =
        der != NULL ? guichet_certificate_new_der(der, NULL) : NULL;
    gint64 now_us = guichet_trusted_time_now(guichet_station_get_root(self->station));
    return certificate != NULL
               ? guichet_warning_of_end(_("Le certificat de votre carte"),
                                        guichet_certificate_get_not_after(certificate), now_us,
                                        GUICHET_END_OF_CARD)
               : NULL;
}
