/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/courier.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/courier-list.h"
#include "sync/bundle/stick.h"
#include "sync/central/ingest.h"
#include "sync/central/spool.h"

#define LIST_NAME "LISTE"
#define BUNDLE_SUFFIX ".asice"
#define RECEIPT_SUFFIX ".accuse"
#define MESSAGE_SUFFIX ".message"
#define SHA256_DIGITS 64

typedef struct {
    GuichetCentre *centre;
    GuichetStick *stick;
    const char *way; /* of this station, out */
    char *home_way;
    GuichetCourierList *list; /* the station's, or NULL */
    GPtrArray *items;         /* GuichetCourierItem*: our verdicts */
    GuichetVisit *visit;
} Visiting;

static void
visiting_clear(Visiting *self)
{
    g_clear_pointer(&self->list, guichet_courier_list_free);
    g_clear_pointer(&self->items, g_ptr_array_unref);
    g_free(self->home_way);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Visiting, visiting_clear)

void
guichet_visit_free(GuichetVisit *visit)
{
    if (visit == NULL)
        return;
    g_free(visit->station);
    g_free(visit->reason);
    g_ptr_array_unref(visit->refusals);
    g_free(visit);
}

static void
note(GuichetVisit *visit, const GError *failure)
{
    if (visit->reason == NULL)
        visit->reason = g_strdup(failure->message);
}

/* --- the station's list --- */

static void
set_station(Visiting *self, const char *station)
{
    if (self->visit->station != NULL)
        return;
    self->visit->station = g_strdup(station);
    self->home_way = guichet_stick_way(station, TRUE);
}

/* Whose word it is must be the folder's: lists could have been swapped. */
static gboolean
is_of_this_folder(Visiting *self, const char *station, GError **error)
{
    g_autofree char *way = guichet_stick_way(station, FALSE);
    if (strcmp(way, self->way) == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("C’est un fichier du poste %s dans le dossier d’un autre (%s)"), station,
                self->way);
    return FALSE;
}

/* A list that is torn or forged is told and does without: bundles speak for themselves. */
static void
read_list(Visiting *self)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GBytes) der = guichet_stick_read(self->stick, self->way, LIST_NAME,
                                               GUICHET_COURIER_LIST_MAX_BYTES, &failure);
    g_autoptr(GuichetCourierList) list =
        der != NULL ? guichet_courier_list_verify(der, FALSE, self->centre->trust,
                                                  g_get_real_time(), &failure)
                    : NULL;
    if (list == NULL || !is_of_this_folder(self, list->station, &failure)) {
        note(self->visit, failure);
        return;
    }
    set_station(self, list->station);
    self->visit->trip = list->trip;
    self->list = g_steal_pointer(&list);
}

/* --- bundles --- */

static gboolean
append_rest(GuichetUpload *upload, GBytes *bundle, GError **error)
{
    gsize size;
    const guint8 *bytes = g_bytes_get_data(bundle, &size);
    return upload->stored || upload->offset >= size ||
           guichet_upload_append(upload, bytes + upload->offset, size - upload->offset, error);
}

/* What a network upload began is ended here, with the same lock. */
static gboolean
deposit(Visiting *self, const char *station, const char *sha256, GBytes *bundle, GError **error)
{
    g_autoptr(GuichetUpload) upload =
        guichet_spool_create(self->centre->root, station, sha256, g_bytes_get_size(bundle), error);
    return upload != NULL && append_rest(upload, bundle, error) &&
           guichet_ingest_finish(self->centre, station, upload, error);
}

static gboolean
check_bytes(const char *sha256, GBytes *bundle, GError **error)
{
    gsize size;
    const void *bytes = g_bytes_get_data(bundle, &size);
    g_autofree char *digest = guichet_sha256_hex(bytes, size);
    if (strcmp(digest, sha256) == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("Liasse abîmée sur la clé : elle est encore au poste, faites-la revenir"));
    return FALSE;
}

/* *@held: it was here before. */
static gboolean
take(Visiting *self, const char *sha256, gboolean *held, GError **error)
{
    g_autoptr(GuichetDeposit) known = NULL;
    g_autoptr(GuichetBundleHeader) header = NULL;
    g_autofree char *name = g_strconcat(sha256, BUNDLE_SUFFIX, NULL);
    g_autoptr(GBytes) bundle =
        guichet_stick_read(self->stick, self->way, name, GUICHET_BUNDLE_MAX_BYTES, error);
    if (bundle == NULL || !check_bytes(sha256, bundle, error) ||
        !guichet_bundle_verify(bundle, self->centre->trust, g_get_real_time(), &header, NULL,
                               error) ||
        !is_of_this_folder(self, header->station, error))
        return FALSE;
    set_station(self, header->station);
    if (!guichet_ingest_find(self->centre, header->station, sha256, &known, error))
        return FALSE;
    *held = known != NULL;
    return *held || deposit(self, header->station, sha256, bundle, error);
}

/* One line of at most GUICHET_COURIER_REASON_MAX_BYTES, cut between characters. */
static char *
shorten(const char *reason)
{
    g_autofree char *line = g_strdelimit(g_strdup(reason), "\r\n", ' ');
    gsize size = strlen(line);
    if (size <= GUICHET_COURIER_REASON_MAX_BYTES)
        return g_steal_pointer(&line);
    const char *end = line + GUICHET_COURIER_REASON_MAX_BYTES - strlen("…");
    end = g_utf8_find_prev_char(line, end + 1);
    return g_strdup_printf("%.*s…", (int)(end - line), line);
}

static void
refuse(Visiting *self, const char *sha256, const GError *failure)
{
    g_autofree char *reason = shorten(failure->message);
    g_ptr_array_add(self->visit->refusals, g_strdup_printf("%s %s", sha256, failure->message));
    if (self->items->len < GUICHET_COURIER_MAX_BUNDLES)
        g_ptr_array_add(self->items, guichet_courier_item_new_verdict(sha256, reason));
}

/* FALSE when it is not the bundle's fault: the stick or the centre fails. */
static gboolean
take_bundle(Visiting *self, const char *sha256, GError **error)
{
    gboolean held = FALSE;
    g_autoptr(GError) failure = NULL;
    if (take(self, sha256, &held, &failure)) {
        if (self->items->len < GUICHET_COURIER_MAX_BUNDLES)
            g_ptr_array_add(self->items, guichet_courier_item_new_verdict(sha256, NULL));
        self->visit->held += held;
        self->visit->received += !held;
        return TRUE;
    }
    if (g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_BUSY)) {
        note(self->visit, failure); /* it is on its way over the network just now */
        return TRUE;
    }
    if (!guichet_ingest_is_refusal(failure)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    refuse(self, sha256, failure);
    return TRUE;
}

static gboolean
take_bundles(Visiting *self, GHashTable *present, GError **error)
{
    g_autoptr(GPtrArray) names = guichet_stick_list(self->stick, self->way, BUNDLE_SUFFIX, error);
    if (names == NULL)
        return FALSE;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *sha256 = g_strndup(name, strlen(name) - strlen(BUNDLE_SUFFIX));
        if (!guichet_spool_is_sha256(sha256))
            continue;
        if (!take_bundle(self, sha256, error))
            return FALSE;
        g_hash_table_add(present, g_steal_pointer(&sha256));
    }
    return TRUE;
}

static void
count_missing(Visiting *self, GHashTable *present)
{
    for (guint i = 0; self->list != NULL && i < self->list->items->len; i++) {
        const GuichetCourierItem *item = g_ptr_array_index(self->list->items, i);
        self->visit->missing += !g_hash_table_contains(present, item->sha256);
    }
}

/* --- what goes home --- */

static gboolean
send_receipts(Visiting *self, GError **error)
{
    for (guint i = 0; i < self->items->len; i++) {
        const GuichetCourierItem *item = g_ptr_array_index(self->items, i);
        if (item->reason != NULL)
            continue;
        g_autoptr(GuichetDeposit) row =
            guichet_depot_find(self->centre->depot, item->sha256, error);
        g_autofree char *name = g_strconcat(item->sha256, RECEIPT_SUFFIX, NULL);
        if (row == NULL ||
            !guichet_stick_write(self->stick, self->home_way, name, row->receipt, error))
            return FALSE;
    }
    return TRUE;
}

/* Without a list nobody knows what the station has heard already: then nothing is said. */
static gboolean
send_feed(Visiting *self, gint64 *last, GError **error)
{
    *last = 0;
    if (self->list == NULL)
        return TRUE;
    g_autoptr(GPtrArray) items =
        guichet_depot_read_feed(self->centre->depot, self->visit->station, self->list->feed,
                                GUICHET_COURIER_MAX_MESSAGES, error);
    if (items == NULL)
        return FALSE;
    for (guint i = 0; i < items->len; i++) {
        const GuichetFeedItem *item = g_ptr_array_index(items, i);
        g_autofree char *name = g_strdup_printf("%020" PRId64 MESSAGE_SUFFIX, item->number);
        if (!guichet_stick_write(self->stick, self->home_way, name, item->message, error))
            return FALSE;
        *last = item->number;
    }
    self->visit->messages = items->len;
    return TRUE;
}

static gboolean
send_list(Visiting *self, gint64 last_message, GError **error)
{
    if (self->list == NULL)
        return TRUE;
    g_autoptr(GuichetCourierList) list =
        guichet_courier_list_new(self->visit->station, self->list->stick, self->list->trip);
    list->made_us = g_get_real_time();
    list->feed = last_message;
    g_ptr_array_unref(list->items);
    list->items = g_ptr_array_ref(self->items);
    g_autoptr(GBytes) der = guichet_courier_list_sign(list, TRUE, self->centre->receipt_key,
                                                      self->centre->receipt_certificate, error);
    return der != NULL && guichet_stick_write(self->stick, self->home_way, LIST_NAME, der, error);
}

static gboolean
send_home(Visiting *self, GError **error)
{
    gint64 last = 0;
    return self->visit->station == NULL ||
           (send_receipts(self, error) && send_feed(self, &last, error) &&
            send_list(self, last, error));
}

/* --- the stick --- */

static GuichetVisit *
visit_station(GuichetCentre *centre, GuichetStick *stick, const char *way, GError **error)
{
    g_auto(Visiting) self = {.centre = centre, .stick = stick, .way = way};
    g_autoptr(GHashTable) present = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GuichetVisit *visit = self.visit = g_new0(GuichetVisit, 1);
    visit->refusals = g_ptr_array_new_with_free_func(g_free);
    self.items = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_courier_item_free);
    read_list(&self);
    if (!take_bundles(&self, present, error)) {
        guichet_visit_free(visit);
        return NULL;
    }
    count_missing(&self, present);
    if (send_home(&self, error))
        return visit;
    guichet_visit_free(visit);
    return NULL;
}

GPtrArray *
guichet_centre_import(GuichetCentre *centre, const char *folder, GError **error)
{
    g_autoptr(GuichetStick) stick = guichet_stick_open(folder, FALSE, error);
    g_autoptr(GPtrArray) ways = stick != NULL ? guichet_stick_list_ways(stick, error) : NULL;
    if (ways == NULL)
        return NULL;
    g_autoptr(GPtrArray) visits =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_visit_free);
    for (guint i = 0; i < ways->len; i++) {
        GuichetVisit *visit = visit_station(centre, stick, g_ptr_array_index(ways, i), error);
        if (visit == NULL)
            return NULL;
        g_ptr_array_add(visits, visit);
    }
    return g_steal_pointer(&visits);
}
