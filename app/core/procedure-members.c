/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure-private.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/language.h"
#include "core/rule.h"

#include <glib/gi18n-lib.h>

gboolean
procedure_refuse(GError **error, const char *where, const char *member, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *reason = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "%s/%s: %s", where, member, reason);
    return FALSE;
}

static gboolean
is_id(const char *text)
{
    gsize length = strlen(text);
    return g_ascii_islower(*text) && length <= PROCEDURE_MAX_ID &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

gboolean
procedure_read_id(JsonObject *object, const char *member, const char *where, char **id,
                  GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL)
        return FALSE;
    if (!is_id(text))
        return procedure_refuse(
            error, where, member,
            _("un identifiant est fait de 1 à %d lettres minuscules, chiffres et tirets"),
            PROCEDURE_MAX_ID);
    *id = g_strdup(text);
    return TRUE;
}

static gboolean
check_length(const char *text, const char *where, const char *member, GError **error)
{
    if (*text == '\0')
        return procedure_refuse(error, where, member, _("ce texte est vide"));
    return g_utf8_strlen(text, -1) <= PROCEDURE_MAX_TEXT ||
           procedure_refuse(error, where, member, _("plus de %d caractères"), PROCEDURE_MAX_TEXT);
}

gboolean
procedure_read_plain(JsonObject *object, const char *member, const char *where, char **text,
                     GError **error)
{
    const char *value = guichet_json_string(object, member, where, error);
    if (value == NULL || !check_length(value, where, member, error))
        return FALSE;
    *text = g_strdup(value);
    return TRUE;
}

/* A text that the catalogues may translate. */
static gboolean
read_french(JsonObject *object, const char *member, const char *where, char **text, GError **error)
{
    g_autofree char *french = NULL;
    if (!procedure_read_plain(object, member, where, &french, error))
        return FALSE;
    *text = g_strdup(guichet_language_translate(french));
    return TRUE;
}

static gboolean
is_language(const char *name)
{
    gsize length = strspn(name, "abcdefghijklmnopqrstuvwxyz");
    return (length == 2 || length == 3) && name[length] == '\0';
}

/* {"fr": …, "en": …}: each language is checked, one is kept. */
static gboolean
read_languages(JsonObject *words, const char *where, char **text, GError **error)
{
    g_autoptr(GList) names = json_object_get_members(words);
    for (GList *name = names; name != NULL; name = name->next) {
        g_autofree char *checked = NULL;
        if (!is_language(name->data))
            return procedure_refuse(error, where, name->data,
                                    _("une langue est un code de 2 ou 3 lettres, « fr » par "
                                      "exemple"));
        if (!procedure_read_plain(words, name->data, where, &checked, error))
            return FALSE;
    }
    const char *language = guichet_language_get();
    if (!json_object_has_member(words, "fr"))
        return procedure_refuse(error, where, "fr", _("ce membre manque"));
    return json_object_has_member(words, language)
               ? procedure_read_plain(words, language, where, text, error)
               : read_french(words, "fr", where, text, error);
}

gboolean
procedure_read_text(JsonObject *object, const char *member, const char *where, char **text,
                    GError **error)
{
    JsonNode *node = json_object_get_member(object, member);
    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
        return read_french(object, member, where, text, error);
    g_autofree char *place = g_strdup_printf("%s/%s", where, member);
    g_autofree char *words = NULL;
    if (!read_languages(json_node_get_object(node), place, &words, error))
        return FALSE;
    *text = g_steal_pointer(&words);
    return TRUE;
}

gboolean
procedure_read_optional_text(JsonObject *object, const char *member, const char *where, char **text,
                             GError **error)
{
    return !json_object_has_member(object, member) ||
           procedure_read_text(object, member, where, text, error);
}

gboolean
procedure_check_note(JsonObject *object, const char *member, const char *where, GError **error)
{
    g_autofree char *note = NULL;
    return !json_object_has_member(object, member) ||
           procedure_read_plain(object, member, where, &note, error);
}

gboolean
procedure_read_rule(JsonObject *object, const char *member, const char *where, JsonNode **rule,
                    GError **error)
{
    JsonNode *node = json_object_get_member(object, member);
    if (node == NULL)
        return TRUE;
    g_autofree char *place = g_strdup_printf("%s/%s", where, member);
    if (!guichet_rule_check(node, place, error))
        return FALSE;
    *rule = json_node_ref(node);
    return TRUE;
}

gboolean
procedure_read_day(JsonObject *object, const char *member, const char *where, char **day,
                   GError **error)
{
    g_auto(GStrv) parts = NULL;
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL)
        return FALSE;
    parts = g_strsplit(text, "-", 4);
    gboolean shaped = strlen(text) == 10 && strspn(text, "0123456789-") == 10 &&
                      g_strv_length(parts) == 3 && strlen(parts[0]) == 4 && strlen(parts[1]) == 2;
    if (!shaped || !g_date_valid_dmy((GDateDay)atoi(parts[2]), (GDateMonth)atoi(parts[1]),
                                     (GDateYear)atoi(parts[0])))
        return procedure_refuse(error, where, member, _("une date AAAA-MM-JJ est attendue"));
    *day = g_strdup(text);
    return TRUE;
}

gboolean
procedure_read_boolean(JsonObject *object, const char *member, const char *where, gboolean *value,
                       GError **error)
{
    JsonNode *node = json_object_get_member(object, member);
    if (node == NULL)
        return TRUE;
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN)
        return procedure_refuse(error, where, member, _("true ou false est attendu"));
    *value = json_node_get_boolean(node);
    return TRUE;
}

gboolean
procedure_read_number(JsonObject *object, const char *member, gint64 min, gint64 max,
                      const char *where, gint64 *value, GError **error)
{
    return !json_object_has_member(object, member) ||
           guichet_json_int(object, member, min, max, where, value, error);
}

int
procedure_read_word(JsonObject *object, const char *member, const char *const *names,
                    const char *where, GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL)
        return -1;
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    g_autofree char *list = g_strjoinv(", ", (char **)(gpointer)names);
    procedure_refuse(error, where, member, _("« %.40s » n’est pas l’un de : %s"), text, list);
    return -1;
}

/* Entries of our lists all begin with their id. */
static gboolean
check_new_id(GPtrArray *entries, guint place, const char *where, GError **error)
{
    const char *id = *(char **)entries->pdata[place];
    for (guint i = 0; i < place; i++)
        if (strcmp(*(char **)entries->pdata[i], id) == 0)
            return procedure_refuse(error, where, "id", _("« %s » est déjà pris plus haut"), id);
    return TRUE;
}

gboolean
procedure_read_entries(JsonObject *object, const char *member, const char *where, guint max,
                       ProcedureReadEntry read, GPtrArray *into, GError **error)
{
    JsonArray *array = guichet_json_array(object, member, where, error);
    if (array == NULL)
        return FALSE;
    if (json_array_get_length(array) > max)
        return procedure_refuse(error, where, member, _("plus de %u éléments"), max);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        g_autofree char *place = g_strdup_printf("%s/%s/%u", where, member, i);
        if (!JSON_NODE_HOLDS_OBJECT(node)) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                        _("%s: un objet est attendu"), place);
            return FALSE;
        }
        if (!read(json_node_get_object(node), place, into, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
procedure_read_list(JsonObject *object, const char *member, const char *where, guint max,
                    ProcedureReadEntry read, GPtrArray *into, GError **error)
{
    if (!procedure_read_entries(object, member, where, max, read, into, error))
        return FALSE;
    for (guint i = 1; i < into->len; i++) {
        g_autofree char *place = g_strdup_printf("%s/%s/%u", where, member, i);
        if (!check_new_id(into, i, place, error))
            return FALSE;
    }
    return TRUE;
}
