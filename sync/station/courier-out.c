/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/courier.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "core/error.h"
#include "core/trusted-time.h"
#include "sync/bundle/courier-list.h"
#include "sync/station/bundle-file.h"
#include "sync/station/courier-private.h"

/* what folders, the list and the centre's answers need beside the bundles */
#define MARGIN (4 * 1024 * 1024)

typedef struct {
    const GuichetSyncContext *context;
    const GuichetCourierWatch *watch;
    GuichetStick *stick;
    char *way;
    GuichetCourierList *list;
    GuichetCourierOut *out;
} Export;

static void
export_clear(Export *self)
{
    g_clear_pointer(&self->list, guichet_courier_list_free);
    g_clear_pointer(&self->stick, guichet_stick_free);
    g_free(self->way);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Export, export_clear)

/* GUICHET_ERROR_FULL before a byte is written: a stick that is full to the brim could not carry
 * the list either. */
static gboolean
check_room(GuichetStick *stick, gsize size, GError **error)
{
    guint64 room = guichet_stick_get_room(stick);
    if (room == 0 || room >= size + MARGIN)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_FULL,
                _("La clé est pleine : le reste attend ici, videz-la ou prenez-en une autre"));
    return FALSE;
}

static gboolean
carry(Export *self, const GuichetOutboxEntry *entry, GBytes *bundle, GError **error)
{
    g_autofree char *name = g_strconcat(entry->sha256, COURIER_BUNDLE_SUFFIX, NULL);
    gsize size = g_bytes_get_size(bundle);
    if (!guichet_stick_holds(self->stick, self->way, name, bundle) &&
        (!check_room(self->stick, size, error) ||
         !guichet_stick_write(self->stick, self->way, name, bundle, error)))
        return FALSE;
    g_ptr_array_add(self->list->items,
                    guichet_courier_item_new(entry->sha256, entry->sequence, size));
    self->out->bundles++;
    self->out->bytes += size;
    return TRUE;
}

/* A bundle that cannot be read here holds up no other; a full stick leaves the rest here. */
static gboolean
carry_all(Export *self, GPtrArray *entries, GError **error)
{
    guint count = MIN(entries->len, GUICHET_COURIER_MAX_BUNDLES);
    for (guint i = 0; i < count; i++) {
        g_autoptr(GError) failure = NULL;
        const GuichetOutboxEntry *entry = g_ptr_array_index(entries, i);
        g_autoptr(GBytes) bundle = guichet_bundle_file_load(entry, &failure);
        if (bundle == NULL) {
            guichet_courier_note(&self->out->reason, failure);
        } else if (!carry(self, entry, bundle, &failure)) {
            if (!g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_FULL)) {
                g_propagate_error(error, g_steal_pointer(&failure));
                return FALSE;
            }
            guichet_courier_note(&self->out->reason, failure);
            break;
        }
        if (!guichet_courier_step(self->watch, i + 1, count, error))
            return FALSE;
    }
    self->out->left = entries->len - self->out->bundles;
    return TRUE;
}

static gboolean
lay_list(Export *self, GuichetKey *key, GuichetCertificate *certificate, GError **error)
{
    g_autoptr(GBytes) der = guichet_courier_list_sign(self->list, FALSE, key, certificate, error);
    return der != NULL &&
           guichet_stick_write(self->stick, self->way, COURIER_LIST_NAME, der, error);
}

static gboolean
record(Export *self, GError **error)
{
    g_autoptr(GPtrArray) sha256s = g_ptr_array_new();
    for (guint i = 0; i < self->list->items->len; i++)
        g_ptr_array_add(sha256s,
                        ((GuichetCourierItem *)g_ptr_array_index(self->list->items, i))->sha256);
    return guichet_outbox_record_departure(self->context->outbox, self->out->trip, sha256s, error);
}

static gboolean
begin(Export *self, GError **error)
{
    GuichetOutbox *outbox = self->context->outbox;
    gint64 feed = guichet_outbox_get_feed_position(outbox, error);
    if (feed < 0)
        return FALSE;
    const char *id = guichet_stick_get_id(self->stick);
    self->out->stick = g_strdup(id);
    self->out->trip = guichet_outbox_begin_trip(outbox, id, error);
    if (self->out->trip < 0)
        return FALSE;
    self->way = guichet_stick_way(self->context->station, FALSE);
    self->list = guichet_courier_list_new(self->context->station, id, self->out->trip);
    self->list->made_us = guichet_trusted_time_now(self->context->root);
    self->list->feed = feed;
    return TRUE;
}

gboolean
guichet_courier_export(const GuichetSyncContext *context, GuichetKey *key,
                       GuichetCertificate *certificate, const char *folder,
                       const GuichetCourierWatch *watch, GuichetCourierOut *out, GError **error)
{
    g_auto(Export) self = {.context = context, .watch = watch, .out = out};
    self.stick = guichet_stick_open(folder, TRUE, error);
    g_autoptr(GPtrArray) entries =
        self.stick != NULL ? guichet_outbox_list(context->outbox, TRUE, error) : NULL;
    return entries != NULL && guichet_courier_clear_received(context, self.stick, error) &&
           begin(&self, error) && carry_all(&self, entries, error) &&
           lay_list(&self, key, certificate, error) && record(&self, error);
}
