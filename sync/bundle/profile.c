/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/profile.h"

#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

static gboolean
fail(GError **error, const char *where, const char *member, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "%s/%s : %s", where, member, reason);
    return FALSE;
}

static gboolean
check_members(JsonObject *object, const char *profile, const char *const *members,
              const char *const *optional, GError **error)
{
    const char *claimed = guichet_json_string(object, "profil", profile, error);
    if (claimed == NULL)
        return FALSE;
    if (strcmp(claimed, profile) != 0)
        return fail(error, profile, "profil",
                    _("un autre profil est annoncé, le fichier est refusé"));
    for (guint i = 0; members[i] != NULL; i++)
        if (!json_object_has_member(object, members[i]))
            return fail(error, profile, members[i], _("membre absent, le fichier est refusé"));
    /* all of them are there: one more in number is one too many */
    guint expected = g_strv_length((char **)members) + 1;
    for (guint i = 0; optional != NULL && optional[i] != NULL; i++)
        expected += json_object_has_member(object, optional[i]);
    if (json_object_get_size(object) != expected)
        return fail(error, profile, "", _("un membre de trop, le fichier est refusé"));
    return TRUE;
}

JsonNode *
guichet_profile_parse(GBytes *text, const char *profile, const char *const *members, GError **error)
{
    return guichet_profile_parse_with(text, profile, members, NULL, error);
}

JsonNode *
guichet_profile_parse_with(GBytes *text, const char *profile, const char *const *members,
                           const char *const *optional, GError **error)
{
    gsize size;
    const char *bytes = g_bytes_get_data(text, &size);
    g_autoptr(JsonNode) node = guichet_json_parse(bytes, size, profile, error);
    if (node == NULL ||
        !check_members(json_node_get_object(node), profile, members, optional, error))
        return NULL;
    g_autofree char *canonical = guichet_json_canonical(node);
    if (strlen(canonical) != size || memcmp(canonical, bytes, size) != 0) {
        fail(error, profile, "", _("le texte n’est pas sous sa forme canonique, il est refusé"));
        return NULL;
    }
    return g_steal_pointer(&node);
}

JsonObject *
guichet_profile_new(const char *profile)
{
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "profil", profile);
    return object;
}

GBytes *
guichet_profile_to_bytes(JsonObject *object)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    json_node_take_object(node, object);
    char *text = guichet_json_canonical(node);
    return g_bytes_new_take(text, strlen(text));
}

void
guichet_profile_set_time(JsonObject *object, const char *member, gint64 wall_us)
{
    g_autofree char *text = guichet_time_to_iso8601(wall_us);
    json_object_set_string_member(object, member, text);
}

gboolean
guichet_profile_time(JsonObject *object, const char *member, const char *where, gint64 *wall_us,
                     GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL)
        return FALSE;
    if (!guichet_time_from_iso8601(text, wall_us, NULL))
        return fail(error, where, member, _("ce n’est pas un instant AAAA-MM-JJTHH:MM:SSZ"));
    return TRUE;
}

const char *
guichet_profile_sha256(JsonObject *object, const char *member, const char *where, GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL || guichet_word_is_sha256(text))
        return text;
    fail(error, where, member, _("ce n’est pas un SHA-256 de 64 chiffres hexadécimaux"));
    return NULL;
}

void
guichet_profile_set_journal(JsonObject *object, gint64 entries, const char *head)
{
    JsonObject *journal = json_object_new();
    json_object_set_int_member(journal, "entrees", entries);
    json_object_set_string_member(journal, "tete", head);
    json_object_set_object_member(object, "journal", journal);
}

const char *
guichet_profile_journal(JsonObject *object, const char *where, gint64 *entries, GError **error)
{
    static const char *const members[] = {"entrees", "tete", NULL};
    g_autofree char *inside = g_strconcat(where, "/journal", NULL);
    JsonObject *journal = guichet_json_object(object, "journal", where, error);
    if (journal == NULL || !guichet_json_only(journal, members, inside, error) ||
        !guichet_json_int(journal, "entrees", 1, G_MAXINT64, inside, entries, error))
        return NULL;
    return guichet_profile_sha256(journal, "tete", inside, error);
}

const char *
guichet_profile_identity(JsonObject *object, const char *member, const char *where, GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL || guichet_word_is_identity(text))
        return text;
    fail(error, where, member, _("ce n’est pas le nom d’un poste"));
    return NULL;
}

const char *
guichet_profile_id(JsonObject *object, const char *member, const char *where, GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL || guichet_word_is_id(text))
        return text;
    fail(error, where, member, _("mot inconnu"));
    return NULL;
}
