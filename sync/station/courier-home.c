/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/courier.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "core/trusted-time.h"
#include "sync/bundle/courier-list.h"
#include "sync/bundle/message.h"
#include "sync/station/courier-private.h"
#include "sync/station/feed.h"

#define SHA256_DIGITS 64
#define NUMBER_DIGITS 20

typedef struct {
    const GuichetSyncContext *context;
    const GuichetCourierWatch *watch;
    GuichetStick *stick;
    char *out_way, *way;
    GPtrArray *receipts, *messages; /* names */
    GHashTable *waiting;            /* SHA-256 of what has no receipt yet */
    GuichetCourierHome *home;
    guint done;
} Import;

static void
import_clear(Import *self)
{
    g_clear_pointer(&self->stick, guichet_stick_free);
    g_clear_pointer(&self->receipts, g_ptr_array_unref);
    g_clear_pointer(&self->messages, g_ptr_array_unref);
    g_clear_pointer(&self->waiting, g_hash_table_unref);
    g_free(self->out_way);
    g_free(self->way);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

static gboolean
step(Import *self, GError **error)
{
    self->done++;
    return guichet_courier_step(self->watch, self->done, self->receipts->len + self->messages->len,
                                error);
}

/* What the stick itself or the store answers ends the import; what a file says does not. */
static gboolean
is_fault_of_file(const GError *failure)
{
    static const int codes[] = {
        GUICHET_ERROR_MALFORMED, GUICHET_ERROR_LIMIT,   GUICHET_ERROR_SIGNATURE,
        GUICHET_ERROR_UNTRUSTED, GUICHET_ERROR_EXPIRED, GUICHET_ERROR_MISMATCH,
        GUICHET_ERROR_NOT_FOUND, GUICHET_ERROR_STATE,   GUICHET_ERROR_BUSY};
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
        if (g_error_matches(failure, GUICHET_ERROR, codes[i]))
            return TRUE;
    return FALSE;
}

/* TRUE after noting it, when it was the file's. Takes @failure. */
static gboolean
forgive(Import *self, GError *failure, GError **error)
{
    if (!is_fault_of_file(failure)) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    guichet_courier_note(&self->home->reason, failure);
    g_error_free(failure);
    return TRUE;
}

/* --- receipts --- */

/* The SHA-256 that a receipt's name claims; NULL for other names. */
static char *
claimed_sha256(const char *name)
{
    return strlen(name) == SHA256_DIGITS + strlen(COURIER_RECEIPT_SUFFIX)
               ? g_strndup(name, SHA256_DIGITS)
               : NULL;
}

static gboolean
take_receipt(Import *self, const char *name, const char *sha256, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GBytes) der =
        guichet_stick_read(self->stick, self->way, name, GUICHET_MESSAGE_MAX_BYTES, &failure);
    if (der == NULL || !guichet_client_take_receipt(self->context, sha256, der, &failure))
        return forgive(self, g_steal_pointer(&failure), error);
    self->home->receipts++;
    g_hash_table_remove(self->waiting, sha256);
    return TRUE;
}

static gboolean
take_receipts(Import *self, GError **error)
{
    for (guint i = 0; i < self->receipts->len; i++) {
        const char *name = g_ptr_array_index(self->receipts, i);
        g_autofree char *sha256 = claimed_sha256(name);
        if (sha256 != NULL && g_hash_table_contains(self->waiting, sha256) &&
            !take_receipt(self, name, sha256, error))
            return FALSE;
        if (!step(self, error))
            return FALSE;
    }
    return TRUE;
}

/* --- the centre's list --- */

static gboolean
note_refusals(Import *self, const GuichetCourierList *list, GError **error)
{
    for (guint i = 0; i < list->items->len; i++) {
        const GuichetCourierItem *item = g_ptr_array_index(list->items, i);
        if (item->reason == NULL || !g_hash_table_contains(self->waiting, item->sha256))
            continue;
        if (!guichet_outbox_record_attempt(self->context->outbox, item->sha256, NULL, 0, error) ||
            !guichet_outbox_record_attempt(self->context->outbox, item->sha256, item->reason, 0,
                                           error))
            return FALSE;
        self->home->refused++;
    }
    return TRUE;
}

static gboolean
take_list(Import *self, GBytes *der, GError **error)
{
    const GuichetSyncContext *context = self->context;
    g_autoptr(GuichetCourierList) list = guichet_courier_list_verify(
        der, TRUE, context->trust, guichet_trusted_time_now(context->root), error);
    if (list == NULL)
        return FALSE;
    if (strcmp(list->station, context->station) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("La réponse du centre est pour le poste %s : portez-lui cette clé"),
                    list->station);
        return FALSE;
    }
    if (!guichet_trusted_time_raise(context->root, list->made_us, error) ||
        !note_refusals(self, list, error) ||
        !guichet_outbox_record_return(context->outbox, list->trip, list->stick, error))
        return FALSE;
    self->home->trip = list->trip;
    return TRUE;
}

static gboolean
read_list(Import *self, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GBytes) der = guichet_stick_read(self->stick, self->way, COURIER_LIST_NAME,
                                               GUICHET_COURIER_LIST_MAX_BYTES, &failure);
    if (der != NULL && take_list(self, der, &failure))
        return TRUE;
    return forgive(self, g_steal_pointer(&failure), error);
}

/* --- the feed --- */

/* "00000000000000000012.message"; 0 for other names. */
static gint64
claimed_number(const char *name)
{
    if (strlen(name) != NUMBER_DIGITS + strlen(COURIER_MESSAGE_SUFFIX) ||
        strspn(name, "0123456789") != NUMBER_DIGITS)
        return 0;
    guint64 number = g_ascii_strtoull(name, NULL, 10);
    return number < G_MAXINT64 ? (gint64)number : 0;
}

/* TRUE also for what is refused: *@stopped then ends the reading of the feed. */
static gboolean
take_message(Import *self, const char *name, gint64 number, gboolean *stopped, GError **error)
{
    g_autoptr(GError) late = NULL, failure = NULL;
    g_autoptr(GBytes) der =
        guichet_stick_read(self->stick, self->way, name, GUICHET_MESSAGE_MAX_BYTES, &failure);
    if (der != NULL &&
        guichet_feed_take(self->context, number, der, &self->home->messages, &late, &failure)) {
        if (late != NULL)
            guichet_courier_note(&self->home->reason, late);
        return TRUE;
    }
    *stopped = TRUE;
    return forgive(self, g_steal_pointer(&failure), error);
}

/* A number that is missing ends the feed here: what follows comes by another road or trip. */
static gboolean
note_gap(Import *self, gint64 expected)
{
    g_autoptr(GError) failure = g_error_new(
        GUICHET_ERROR, GUICHET_ERROR_STATE,
        _("Le message n° %" PRId64 " du centre manque sur la clé : les suivants attendent"),
        expected);
    guichet_courier_note(&self->home->reason, failure);
    return TRUE;
}

static gboolean
take_messages(Import *self, GError **error)
{
    gint64 position = guichet_outbox_get_feed_position(self->context->outbox, error);
    if (position < 0)
        return FALSE;
    gboolean stopped = FALSE;
    for (guint i = 0; i < self->messages->len && !stopped; i++) {
        const char *name = g_ptr_array_index(self->messages, i);
        gint64 number = claimed_number(name);
        if (number > position + 1)
            return note_gap(self, position + 1);
        if (number == position + 1) {
            if (!take_message(self, name, number, &stopped, error))
                return FALSE;
            position = number;
        }
        if (!step(self, error))
            return FALSE;
    }
    return TRUE;
}

/* --- tidying the stick --- */

/* The bundle goes from the stick once its receipt is here, also when it was long ago. */
static gboolean
clear_receipts(Import *self, GError **error)
{
    for (guint i = 0; i < self->receipts->len; i++) {
        const char *name = g_ptr_array_index(self->receipts, i);
        g_autofree char *sha256 = claimed_sha256(name);
        if (sha256 == NULL || g_hash_table_contains(self->waiting, sha256))
            continue;
        g_autofree char *bundle = g_strconcat(sha256, COURIER_BUNDLE_SUFFIX, NULL);
        if (!guichet_stick_remove(self->stick, self->out_way, bundle, error) ||
            !guichet_stick_remove(self->stick, self->way, name, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
clear_messages(Import *self, GError **error)
{
    gint64 position = guichet_outbox_get_feed_position(self->context->outbox, error);
    for (guint i = 0; position >= 0 && i < self->messages->len; i++) {
        const char *name = g_ptr_array_index(self->messages, i);
        gint64 number = claimed_number(name);
        if (number > 0 && number <= position &&
            !guichet_stick_remove(self->stick, self->way, name, error))
            return FALSE;
    }
    return position >= 0;
}

/* All that mattered is in the store: a stick that cannot be tidied is told, and is no failure. */
static void
tidy(Import *self)
{
    g_autoptr(GError) failure = NULL;
    if (!clear_receipts(self, &failure) || !clear_messages(self, &failure))
        guichet_courier_note(&self->home->reason, failure);
}

/* --- the whole --- */

static gboolean
list_waiting(Import *self, GError **error)
{
    g_autoptr(GPtrArray) entries = guichet_outbox_list(self->context->outbox, TRUE, error);
    if (entries == NULL)
        return FALSE;
    self->waiting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < entries->len; i++)
        g_hash_table_add(self->waiting,
                         g_strdup(((GuichetOutboxEntry *)g_ptr_array_index(entries, i))->sha256));
    return TRUE;
}

static gboolean
look(Import *self, const char *folder, GError **error)
{
    self->stick = guichet_stick_open(folder, FALSE, error);
    if (self->stick == NULL)
        return FALSE;
    self->out_way = guichet_stick_way(self->context->station, FALSE);
    self->way = guichet_stick_way(self->context->station, TRUE);
    self->receipts = guichet_stick_list(self->stick, self->way, COURIER_RECEIPT_SUFFIX, error);
    if (self->receipts == NULL)
        return FALSE;
    self->messages = guichet_stick_list(self->stick, self->way, COURIER_MESSAGE_SUFFIX, error);
    if (self->messages == NULL)
        return FALSE;
    g_autoptr(GPtrArray) lists =
        guichet_stick_list(self->stick, self->way, COURIER_LIST_NAME, error);
    if (lists == NULL)
        return FALSE;
    if (self->receipts->len + self->messages->len + lists->len > 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("Cette clé ne rapporte rien pour le poste %s : est-elle passée par le centre ?"),
                self->context->station);
    return FALSE;
}

gboolean
guichet_courier_import(const GuichetSyncContext *context, const char *folder,
                       const GuichetCourierWatch *watch, GuichetCourierHome *home, GError **error)
{
    g_auto(Import) self = {.context = context, .watch = watch, .home = home};
    if (!look(&self, folder, error) || !list_waiting(&self, error) ||
        !take_receipts(&self, error) || !read_list(&self, error) || !take_messages(&self, error))
        return FALSE;
    home->waiting = g_hash_table_size(self.waiting);
    tidy(&self);
    return TRUE;
}
