/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/courier-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "sync/bundle/cms.h"
#include "sync/bundle/message-private.h"
#include "sync/bundle/profile.h"
#include "sync/bundle/words.h"

#define OUT_PROFILE "navette/1"
#define HOME_PROFILE "navette-retour/1"
/* the list, its certificate and signature */
#define DER_MAX_BYTES (GUICHET_COURIER_LIST_MAX_BYTES + GUICHET_CMS_SIGNATURE_MAX_BYTES)

GuichetCourierItem *
guichet_courier_item_new(const char *sha256, gint64 sequence, gsize size)
{
    GuichetCourierItem *item = g_new0(GuichetCourierItem, 1);
    item->sha256 = g_strdup(sha256);
    item->sequence = sequence;
    item->size = size;
    return item;
}

GuichetCourierItem *
guichet_courier_item_new_verdict(const char *sha256, const char *reason)
{
    GuichetCourierItem *item = guichet_courier_item_new(sha256, 0, 0);
    item->reason = g_strdup(reason);
    return item;
}

void
guichet_courier_item_free(GuichetCourierItem *item)
{
    if (item == NULL)
        return;
    g_free(item->sha256);
    g_free(item->reason);
    g_free(item);
}

GuichetCourierList *
guichet_courier_list_new(const char *station, const char *stick, gint64 trip)
{
    GuichetCourierList *list = g_new0(GuichetCourierList, 1);
    list->station = g_strdup(station);
    list->stick = g_strdup(stick);
    list->trip = trip;
    list->items = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_courier_item_free);
    return list;
}

void
guichet_courier_list_free(GuichetCourierList *list)
{
    if (list == NULL)
        return;
    g_free(list->station);
    g_free(list->stick);
    g_ptr_array_unref(list->items);
    g_free(list);
}

/* --- writing --- */

static JsonObject *
item_to_json(const GuichetCourierItem *item, gboolean home)
{
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "sha256", item->sha256);
    if (home) {
        json_object_set_string_member(object, "refus", item->reason != NULL ? item->reason : "");
        return object;
    }
    json_object_set_int_member(object, "octets", (gint64)item->size);
    json_object_set_int_member(object, "sequence", item->sequence);
    return object;
}

static gboolean
can_be_signed(const GuichetCourierList *list)
{
    return guichet_word_is_identity(list->station) && guichet_ulid_is_valid(list->stick) &&
           list->trip >= 1 && list->feed >= 0 && list->items->len <= GUICHET_COURIER_MAX_BUNDLES;
}

GBytes *
guichet_courier_list_sign(const GuichetCourierList *list, gboolean home, GuichetKey *key,
                          GuichetCertificate *certificate, GError **error)
{
    if (!can_be_signed(list)) {
        guichet_word_refuse_to_sign(error, _("Liste de la navette"));
        return NULL;
    }
    JsonArray *items = json_array_new();
    for (guint i = 0; i < list->items->len; i++)
        json_array_add_object_element(items, item_to_json(g_ptr_array_index(list->items, i), home));
    JsonObject *object = guichet_profile_new(home ? HOME_PROFILE : OUT_PROFILE);
    json_object_set_string_member(object, "station", list->station);
    json_object_set_string_member(object, "navette", list->stick);
    json_object_set_int_member(object, "voyage", list->trip);
    guichet_profile_set_time(object, "fait", list->made_us);
    json_object_set_int_member(object, "flux", list->feed);
    json_object_set_array_member(object, "liasses", items);
    return guichet_word_sign(object, key, certificate, error);
}

/* --- reading --- */

static gboolean
check_reason(const char *reason, const char *where, GError **error)
{
    if (strlen(reason) <= GUICHET_COURIER_REASON_MAX_BYTES && strpbrk(reason, "\n\r") == NULL)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("%s/refus : plus d’une ligne ou de %d octets"), where,
                GUICHET_COURIER_REASON_MAX_BYTES);
    return FALSE;
}

static GuichetCourierItem *
item_from_json(JsonObject *object, gboolean home, GError **error)
{
    static const char *const out[] = {"octets", "sequence", "sha256", NULL};
    static const char *const back[] = {"refus", "sha256", NULL};
    const char *where = home ? HOME_PROFILE "/liasses" : OUT_PROFILE "/liasses";
    if (!guichet_json_only(object, home ? back : out, where, error))
        return NULL;
    const char *sha256 = guichet_profile_sha256(object, "sha256", where, error);
    if (sha256 == NULL)
        return NULL;
    if (home) {
        const char *reason = guichet_json_string(object, "refus", where, error);
        if (reason == NULL || !check_reason(reason, where, error))
            return NULL;
        return guichet_courier_item_new_verdict(sha256, *reason != '\0' ? reason : NULL);
    }
    gint64 sequence, size;
    if (!guichet_json_int(object, "sequence", 1, G_MAXINT64, where, &sequence, error) ||
        !guichet_json_int(object, "octets", 0, G_MAXINT32, where, &size, error))
        return NULL;
    return guichet_courier_item_new(sha256, sequence, (gsize)size);
}

static gboolean
read_items(GuichetCourierList *list, JsonArray *array, gboolean home, GError **error)
{
    guint count = json_array_get_length(array);
    if (count > GUICHET_COURIER_MAX_BUNDLES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Liste de la navette : %u liasses, la limite est de %d"), count,
                    GUICHET_COURIER_MAX_BUNDLES);
        return FALSE;
    }
    for (guint i = 0; i < count; i++) {
        JsonNode *node = json_array_get_element(array, i);
        if (!JSON_NODE_HOLDS_OBJECT(node)) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                        _("Liste de la navette : l’entrée %u n’est pas un objet"), i + 1);
            return FALSE;
        }
        GuichetCourierItem *item = item_from_json(json_node_get_object(node), home, error);
        if (item == NULL)
            return FALSE;
        g_ptr_array_add(list->items, item);
    }
    return TRUE;
}

static GuichetCourierList *
read_list(GBytes *text, gboolean home, GError **error)
{
    static const char *const members[] = {"fait",    "flux",   "liasses", "navette",
                                          "station", "voyage", NULL};
    const char *profile = home ? HOME_PROFILE : OUT_PROFILE;
    g_autoptr(JsonNode) node = guichet_profile_parse(text, profile, members, error);
    if (node == NULL)
        return NULL;
    JsonObject *object = json_node_get_object(node);
    const char *station = guichet_profile_identity(object, "station", profile, error);
    const char *stick =
        station != NULL ? guichet_json_string(object, "navette", profile, error) : NULL;
    JsonArray *items = stick != NULL ? guichet_json_array(object, "liasses", profile, error) : NULL;
    if (items == NULL)
        return NULL;
    if (!guichet_ulid_is_valid(stick)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("%s/navette : ce n’est pas un ULID"), profile);
        return NULL;
    }
    g_autoptr(GuichetCourierList) list = guichet_courier_list_new(station, stick, 0);
    if (!guichet_json_int(object, "voyage", 1, G_MAXINT64, profile, &list->trip, error) ||
        !guichet_json_int(object, "flux", 0, G_MAXINT64, profile, &list->feed, error) ||
        !guichet_profile_time(object, "fait", profile, &list->made_us, error) ||
        !read_items(list, items, home, error))
        return NULL;
    return g_steal_pointer(&list);
}

GuichetCourierList *
guichet_courier_list_verify(GBytes *der, gboolean home, GuichetTrust *trust, gint64 at_us,
                            GError **error)
{
    g_autoptr(GuichetCertificate) signer = NULL;
    g_autoptr(GBytes) text = guichet_cms_verify_encapsulated(der, DER_MAX_BYTES, &signer, error);
    GuichetRole role = home ? GUICHET_ROLE_CENTRE_RECEIPT : GUICHET_ROLE_STATION_SIGN;
    if (text == NULL || !guichet_trust_verify(trust, signer, role, at_us, error))
        return NULL;
    g_autoptr(GuichetCourierList) list = read_list(text, home, error);
    if (list == NULL)
        return NULL;
    const char *name = guichet_certificate_get_name(signer);
    if (!home && strcmp(name, list->station) != 0) {
        guichet_word_fail_mismatch(error, _("La liste de la navette"), list->station, name);
        return NULL;
    }
    return g_steal_pointer(&list);
}
