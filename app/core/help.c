/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/help.h"

#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/policy-read.h"
#include "core/procedure-private.h"

#include <glib/gi18n-lib.h>

#define MAX_TOPICS 32
#define MAX_LINES 32
#define MAX_STEPS 8

static void
line_free(GuichetHelpLine *line)
{
    g_free(line->id);
    g_free(line->name);
    g_free(line->purpose);
    g_free(line->number);
    g_free(line->hours);
    g_free(line->address);
    g_free(line->relay);
    g_free(line->check);
    g_free(line->date);
    g_free(line->source);
    g_free(line);
}

static void
topic_free(GuichetHelpTopic *topic)
{
    g_free(topic->id);
    g_free(topic->title);
    g_free(topic->situation);
    g_ptr_array_unref(topic->steps);
    g_ptr_array_unref(topic->never);
    g_ptr_array_unref(topic->lines);
    g_free(topic->procedure);
    g_free(topic->date);
    g_free(topic->source);
    g_free(topic);
}

void
guichet_help_free(GuichetHelp *self)
{
    if (self == NULL)
        return;
    g_free(self->date);
    g_free(self->source);
    g_clear_pointer(&self->topics, g_ptr_array_unref);
    g_clear_pointer(&self->lines, g_ptr_array_unref);
    g_free(self);
}

/* --- lines --- */

static gboolean
read_optional_plain(JsonObject *object, const char *member, const char *where, char **text,
                    GError **error)
{
    return !json_object_has_member(object, member) ||
           procedure_read_plain(object, member, where, text, error);
}

static gboolean
read_line(GuichetHelpLine *line, JsonObject *object, const char *where, GError **error)
{
    static const char *const members[] = {"id",    "name",  "for",  "number", "hours", "address",
                                          "relay", "check", "date", "source", NULL};
    return guichet_json_only(object, members, where, error) &&
           procedure_read_id(object, "id", where, &line->id, error) &&
           procedure_read_text(object, "name", where, &line->name, error) &&
           procedure_read_text(object, "for", where, &line->purpose, error) &&
           read_optional_plain(object, "number", where, &line->number, error) &&
           procedure_read_optional_text(object, "hours", where, &line->hours, error) &&
           read_optional_plain(object, "address", where, &line->address, error) &&
           procedure_read_optional_text(object, "relay", where, &line->relay, error) &&
           procedure_read_plain(object, "check", where, &line->check, error) &&
           procedure_read_plain(object, "date", where, &line->date, error) &&
           procedure_read_plain(object, "source", where, &line->source, error);
}

static const GuichetHelpLine *
find_line(GuichetHelp *self, const char *id)
{
    for (guint i = 0; i < self->lines->len; i++) {
        const GuichetHelpLine *line = self->lines->pdata[i];
        if (g_strcmp0(line->id, id) == 0)
            return line;
    }
    return NULL;
}

/* --- topics --- */

static gboolean
read_texts(JsonObject *object, const char *member, const char *where, GPtrArray *into,
           GError **error)
{
    JsonArray *array = guichet_json_array(object, member, where, error);
    if (array == NULL)
        return FALSE;
    if (json_array_get_length(array) > MAX_STEPS)
        return procedure_refuse(error, where, member, _("plus de %d éléments"), MAX_STEPS);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        g_autoptr(JsonObject) one = json_object_new();
        g_autofree char *name = g_strdup_printf("%s/%u", member, i);
        char *text = NULL;
        json_object_set_member(one, name, json_node_copy(json_array_get_element(array, i)));
        if (!procedure_read_text(one, name, where, &text, error))
            return FALSE;
        g_ptr_array_add(into, text);
    }
    return TRUE;
}

static gboolean
read_topic_lines(GuichetHelp *self, GuichetHelpTopic *topic, JsonObject *object, const char *where,
                 GError **error)
{
    JsonArray *array = guichet_json_array(object, "lines", where, error);
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        const char *id = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        const GuichetHelpLine *line = id != NULL ? find_line(self, id) : NULL;
        if (line == NULL)
            return procedure_refuse(error, where, "lines", _("« %.40s » n’est pas une aide"),
                                    id != NULL ? id : "");
        g_ptr_array_add(topic->lines, (gpointer)line);
    }
    return array != NULL;
}

static gboolean
read_topic(GuichetHelp *self, GuichetHelpTopic *topic, JsonObject *object, const char *where,
           GError **error)
{
    static const char *const members[] = {"id",    "title",     "situation", "steps",  "never",
                                          "lines", "procedure", "date",      "source", NULL};
    if (!guichet_json_only(object, members, where, error) ||
        !procedure_read_id(object, "id", where, &topic->id, error) ||
        !procedure_read_text(object, "title", where, &topic->title, error) ||
        !procedure_read_text(object, "situation", where, &topic->situation, error) ||
        !read_texts(object, "steps", where, topic->steps, error) ||
        !read_texts(object, "never", where, topic->never, error) ||
        !read_topic_lines(self, topic, object, where, error))
        return FALSE;
    if (topic->steps->len == 0)
        return procedure_refuse(error, where, "steps", _("ce membre est vide"));
    return (!json_object_has_member(object, "procedure") ||
            procedure_read_id(object, "procedure", where, &topic->procedure, error)) &&
           procedure_read_plain(object, "date", where, &topic->date, error) &&
           procedure_read_plain(object, "source", where, &topic->source, error);
}

/* --- the file --- */

/* The object at @index of @array, whose place is "<what>/<member>/<index>". */
static JsonObject *
get_object(JsonArray *array, guint index, const char *member, const char *what, char **where,
           GError **error)
{
    JsonNode *node = json_array_get_element(array, index);
    *where = g_strdup_printf("%s/%s/%u", what, member, index);
    if (JSON_NODE_HOLDS_OBJECT(node))
        return json_node_get_object(node);
    guichet_policy_refuse(what, member, _("des objets sont attendus"), error);
    return NULL;
}

static gboolean
read_lines(GuichetHelp *self, JsonObject *root, const char *what, GError **error)
{
    JsonArray *array = guichet_json_array(root, "lines", what, error);
    if (array == NULL)
        return FALSE;
    if (json_array_get_length(array) > MAX_LINES)
        return procedure_refuse(error, what, "lines", _("plus de %d éléments"), MAX_LINES);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        g_autofree char *where = NULL;
        JsonObject *object = get_object(array, i, "lines", what, &where, error);
        GuichetHelpLine *line = g_new0(GuichetHelpLine, 1);
        gboolean read = object != NULL && read_line(line, object, where, error);
        gboolean twice = read && find_line(self, line->id) != NULL;
        g_ptr_array_add(self->lines, line);
        if (!read || twice)
            return read ? procedure_refuse(error, where, "id", _("deux fois le même")) : FALSE;
    }
    return TRUE;
}

static GuichetHelpTopic *
topic_new(void)
{
    GuichetHelpTopic *topic = g_new0(GuichetHelpTopic, 1);
    topic->steps = g_ptr_array_new_with_free_func(g_free);
    topic->never = g_ptr_array_new_with_free_func(g_free);
    topic->lines = g_ptr_array_new();
    return topic;
}

static const GuichetHelpTopic *
peek_topic(GuichetHelp *self, const char *id, guint n)
{
    for (guint i = 0; i < n; i++) {
        const GuichetHelpTopic *topic = self->topics->pdata[i];
        if (g_strcmp0(topic->id, id) == 0)
            return topic;
    }
    return NULL;
}

static gboolean
read_topics(GuichetHelp *self, JsonObject *root, const char *what, GError **error)
{
    JsonArray *array = guichet_json_array(root, "topics", what, error);
    if (array == NULL)
        return FALSE;
    if (json_array_get_length(array) == 0 || json_array_get_length(array) > MAX_TOPICS)
        return procedure_refuse(error, what, "topics", _("de 1 à %d éléments"), MAX_TOPICS);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        g_autofree char *where = NULL;
        JsonObject *object = get_object(array, i, "topics", what, &where, error);
        GuichetHelpTopic *topic = topic_new();
        g_ptr_array_add(self->topics, topic);
        if (object == NULL || !read_topic(self, topic, object, where, error))
            return FALSE;
        if (peek_topic(self, topic->id, i) != NULL)
            return procedure_refuse(error, where, "id", _("deux fois le même"));
    }
    return TRUE;
}

GuichetHelp *
guichet_help_new(GBytes *bytes, const char *what, GError **error)
{
    static const char *const members[] = {"profile", "id",     "revision", "date",
                                          "source",  "topics", "lines",    NULL};
    g_autofree char *where = g_strconcat(what, ": ", NULL);
    g_autoptr(JsonNode) node =
        guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), what, error);
    gint64 revision;
    if (node == NULL)
        return NULL;
    JsonObject *root = json_node_get_object(node);
    g_autoptr(GuichetHelp) self = g_new0(GuichetHelp, 1);
    self->topics = g_ptr_array_new_with_free_func((GDestroyNotify)topic_free);
    self->lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
    return guichet_policy_read_head(root, members, "help/1", where, error) &&
                   guichet_json_int(root, "revision", 1, 1000000, where, &revision, error) &&
                   procedure_read_plain(root, "date", where, &self->date, error) &&
                   procedure_read_plain(root, "source", where, &self->source, error) &&
                   read_lines(self, root, where, error) && read_topics(self, root, where, error)
               ? g_steal_pointer(&self)
               : NULL;
}

const GuichetHelpTopic *
guichet_help_find(GuichetHelp *self, const char *id, GError **error)
{
    const GuichetHelpTopic *topic = peek_topic(self, id, self->topics->len);
    if (topic != NULL)
        return topic;
    g_autoptr(GString) known = g_string_new(NULL);
    for (guint i = 0; i < self->topics->len; i++)
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "",
                               ((const GuichetHelpTopic *)self->topics->pdata[i])->id);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("« %.40s » n’est pas une fiche d’aide ; il y a : %s"), id, known->str);
    return NULL;
}
