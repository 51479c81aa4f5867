/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/bundle-private.h"

#include "core/clock.h"
#include "core/error.h"
#include "sync/bundle/profile.h"

#include <glib/gi18n-lib.h>

#define HEADER_PROFILE "liasse-scellee/1"
#define JOINED "jointe_a"

static const char *const members[] = {"cle_centre", "contenu_sha256", "cree",     "journal", "lot",
                                      "octets",     "precedente",     "sequence", "station", "tpm",
                                      NULL};

void
guichet_bundle_header_free(GuichetBundleHeader *header)
{
    if (header == NULL)
        return;
    g_free(header->station);
    g_free(header->id);
    g_free(header->previous);
    g_free(header->joined);
    g_free(header->content_sha256);
    g_free(header->recipient);
    g_free(header->journal_head);
    g_free(header);
}

GBytes *
guichet_bundle_header_write(const GuichetBundleHeader *header)
{
    JsonObject *object = guichet_profile_new(HEADER_PROFILE);
    json_object_set_string_member(object, "cle_centre", header->recipient);
    json_object_set_string_member(object, "contenu_sha256", header->content_sha256);
    guichet_profile_set_time(object, "cree", header->created_us);
    guichet_profile_set_journal(object, header->journal_entries, header->journal_head);
    if (header->joined != NULL)
        json_object_set_string_member(object, JOINED, header->joined);
    json_object_set_string_member(object, "lot", header->id);
    json_object_set_int_member(object, "octets", (gint64)header->content_size);
    if (header->previous != NULL)
        json_object_set_string_member(object, "precedente", header->previous);
    else
        json_object_set_null_member(object, "precedente");
    json_object_set_int_member(object, "sequence", header->sequence);
    json_object_set_string_member(object, "station", header->station);
    json_object_set_boolean_member(object, "tpm", header->tpm);
    return guichet_profile_to_bytes(object);
}

static gboolean
fail(GError **error, const char *member, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "enveloppe.json/%s : %s", member,
                reason);
    return FALSE;
}

static gboolean
read_identity(GuichetBundleHeader *header, JsonObject *object, GError **error)
{
    const char *where = HEADER_PROFILE;
    header->station = g_strdup(guichet_profile_identity(object, "station", where, error));
    if (header->station == NULL)
        return FALSE;
    header->id = g_strdup(guichet_json_string(object, "lot", where, error));
    if (header->id == NULL)
        return FALSE;
    if (!guichet_ulid_is_valid(header->id))
        return fail(error, "lot", _("ce n’est pas un ULID, la liasse est refusée"));
    /* the first bundle of a station has none, and only it */
    gboolean is_first = json_object_get_null_member(object, "precedente");
    if (!is_first)
        header->previous = g_strdup(guichet_profile_sha256(object, "precedente", where, error));
    return (is_first || header->previous != NULL) &&
           guichet_json_int(object, "sequence", 1, G_MAXINT64, where, &header->sequence, error) &&
           (is_first == (header->sequence == 1) ||
            fail(error, "precedente", _("seule la première liasse d’un poste n’en a pas")));
}

static gboolean
read_content(GuichetBundleHeader *header, JsonObject *object, GError **error)
{
    const char *where = HEADER_PROFILE;
    gint64 size = 0;
    header->content_sha256 =
        g_strdup(guichet_profile_sha256(object, "contenu_sha256", where, error));
    if (header->content_sha256 == NULL ||
        !guichet_json_int(object, "octets", 1, GUICHET_BUNDLE_MAX_BYTES, where, &size, error))
        return FALSE;
    header->content_size = (gsize)size;
    header->recipient = g_strdup(guichet_profile_sha256(object, "cle_centre", where, error));
    if (header->recipient == NULL ||
        !guichet_profile_time(object, "cree", where, &header->created_us, error))
        return FALSE;
    JsonNode *tpm = json_object_get_member(object, "tpm");
    if (json_node_get_value_type(tpm) != G_TYPE_BOOLEAN)
        return fail(error, "tpm", _("ni vrai ni faux, la liasse est refusée"));
    header->tpm = json_node_get_boolean(tpm);
    header->journal_head =
        g_strdup(guichet_profile_journal(object, where, &header->journal_entries, error));
    return header->journal_head != NULL;
}

GuichetBundleHeader *
guichet_bundle_header_read(GBytes *text, GError **error)
{
    static const char *const optional[] = {JOINED, NULL};
    g_autoptr(JsonNode) node =
        guichet_profile_parse_with(text, HEADER_PROFILE, members, optional, error);
    if (node == NULL)
        return NULL;
    JsonObject *object = json_node_get_object(node);
    g_autoptr(GuichetBundleHeader) header = g_new0(GuichetBundleHeader, 1);
    if (!read_identity(header, object, error) || !read_content(header, object, error))
        return NULL;
    if (json_object_has_member(object, JOINED)) {
        header->joined = g_strdup(guichet_profile_sha256(object, JOINED, HEADER_PROFILE, error));
        if (header->joined == NULL)
            return NULL;
    }
    return g_steal_pointer(&header);
}
