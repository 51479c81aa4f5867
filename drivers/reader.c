/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/protocol.h"

#include "core/error.h"
#include "core/json.h"
#include "core/piece.h"

#include <glib/gi18n-lib.h>

/* In @line while a header line is being collected, in @content while @expected bytes of a
 * capture are; @captured is then the event that the content belongs to. */
struct _GuichetProtocolReader {
    GByteArray *line;
    GByteArray *content;
    gsize expected;
    GuichetEvent *captured;
};

typedef gboolean (*EventParser)(GuichetEvent *event, JsonObject *object, GError **error);

GuichetProtocolReader *
guichet_protocol_reader_new(void)
{
    GuichetProtocolReader *self = g_new0(GuichetProtocolReader, 1);
    self->line = g_byte_array_new();
    return self;
}

void
guichet_protocol_reader_free(GuichetProtocolReader *self)
{
    if (self == NULL)
        return;
    g_byte_array_unref(self->line);
    g_clear_pointer(&self->content, g_byte_array_unref);
    guichet_event_free(self->captured);
    g_free(self);
}

static gboolean
nonsense(GError **error, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("Le pilote de l’appareil a répondu hors protocole (%s), réessayez."), reason);
    return FALSE;
}

/* A string for people or records: bounded, and one line. NULL with *error set otherwise. */
static char *
take_text(JsonObject *object, const char *member, GError **error)
{
    JsonNode *node = json_object_get_member(object, member);
    if (node == NULL || json_node_get_value_type(node) != G_TYPE_STRING) {
        nonsense(error, member);
        return NULL;
    }
    const char *text = json_node_get_string(node);
    if (strlen(text) > GUICHET_PROTOCOL_MAX_TEXT || !g_utf8_validate(text, -1, NULL)) {
        nonsense(error, member);
        return NULL;
    }
    char *copy = g_strdup(text);
    g_strdelimit(copy, "\a\b\t\n\v\f\r\033", ' ');
    return copy;
}

static gboolean
take_number(JsonObject *object, const char *member, double min, double max, double *value,
            GError **error)
{
    JsonNode *node = json_object_get_member(object, member);
    GType type = node != NULL ? json_node_get_value_type(node) : G_TYPE_INVALID;
    if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
        return nonsense(error, member);
    double number = json_node_get_double(node);
    if (!(number >= min && number <= max))
        return nonsense(error, member);
    *value = number;
    return TRUE;
}

static gboolean
parse_progress(GuichetEvent *event, JsonObject *object, GError **error)
{
    event->phase = take_text(object, "phase", error);
    if (event->phase == NULL || !take_number(object, "fraction", -1, 1, &event->fraction, error))
        return FALSE;
    event->sentence = take_text(object, "sentence", error);
    return event->sentence != NULL;
}

static gboolean
parse_device(GuichetEvent *event, JsonObject *object, GError **error)
{
    g_autofree char *family_name = take_text(object, "family", error);
    if (family_name == NULL)
        return FALSE;
    GuichetDeviceFamily family;
    if (!guichet_device_family_from_name(family_name, &family))
        return nonsense(error, "family");
    g_autofree char *id = take_text(object, "id", error);
    if (id == NULL)
        return FALSE;
    g_autofree char *label = take_text(object, "label", error);
    if (label == NULL)
        return FALSE;
    event->info = guichet_device_info_new(family, id, label);
    return TRUE;
}

static gboolean
parse_listed(GuichetEvent *event, JsonObject *object, GError **error)
{
    return TRUE;
}

static gboolean
parse_captured(GuichetEvent *event, JsonObject *object, GError **error)
{
    double size;
    if (!take_number(object, "size", 1, GUICHET_PIECE_MAX_BYTES, &size, error))
        return FALSE;
    JsonNode *attributes = json_object_get_member(object, "attributes");
    if (attributes == NULL || !JSON_NODE_HOLDS_OBJECT(attributes))
        return nonsense(error, "attributes");
    event->capture = g_new0(GuichetCapture, 1);
    event->capture->attributes = json_to_string(attributes, FALSE);
    event->capture->media_type = take_text(object, "media_type", error);
    if (event->capture->media_type == NULL)
        return FALSE;
    event->capture->device = take_text(object, "device", error);
    return event->capture->device != NULL;
}

static gboolean
parse_tried(GuichetExamination *examination, JsonObject *object, GError **error)
{
    JsonNode *node = json_object_get_member(object, "tried");
    JsonArray *tried =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    if (tried == NULL || json_array_get_length(tried) > GUICHET_EXAMINATION_MAX_TRIED)
        return nonsense(error, "tried");
    for (guint i = 0; i < json_array_get_length(tried); i++) {
        JsonNode *line = json_array_get_element(tried, i);
        if (json_node_get_value_type(line) != G_TYPE_STRING ||
            strlen(json_node_get_string(line)) > GUICHET_PROTOCOL_MAX_TEXT)
            return nonsense(error, "tried");
        char *copy = g_strdup(json_node_get_string(line));
        g_ptr_array_add(examination->tried, g_strdelimit(copy, "\a\b\t\n\v\f\r\033", ' '));
    }
    return TRUE;
}

static gboolean
parse_examined(GuichetEvent *event, JsonObject *object, GError **error)
{
    g_autofree char *family_name = take_text(object, "family", error);
    g_autofree char *cause_name = family_name != NULL ? take_text(object, "cause", error) : NULL;
    GuichetDeviceFamily family;
    if (cause_name == NULL)
        return FALSE;
    if (!guichet_device_family_from_name(family_name, &family))
        return nonsense(error, "family");
    event->examination = guichet_examination_new(family);
    if (!guichet_device_cause_from_name(cause_name, &event->examination->cause))
        return nonsense(error, "cause");
    for (const GuichetExaminationText *text = guichet_examination_texts; text->member; text++) {
        char *value = take_text(object, text->member, error);
        char **place = G_STRUCT_MEMBER_P(event->examination, text->offset);
        if (value == NULL)
            return FALSE;
        g_free(*place);
        *place = value;
    }
    return parse_tried(event->examination, object, error);
}

/* The inverse of guichet_error_name(). NULL for a name of neither domain. */
static GError *
error_from_name(const char *name, const char *message)
{
    for (int code = 0; code <= GUICHET_RETRY_COVER_OPEN; code++) {
        g_autoptr(GError) error = g_error_new_literal(GUICHET_RETRY, code, message);
        if (strcmp(guichet_error_name(error), name) == 0)
            return g_steal_pointer(&error);
    }
    for (int code = 0; code <= GUICHET_ERROR_INTERNAL; code++) {
        g_autoptr(GError) error = g_error_new_literal(GUICHET_ERROR, code, message);
        if (strcmp(guichet_error_name(error), name) == 0)
            return g_steal_pointer(&error);
    }
    return NULL;
}

static gboolean
parse_error(GuichetEvent *event, JsonObject *object, GError **error)
{
    g_autofree char *name = take_text(object, "name", error);
    if (name == NULL)
        return FALSE;
    g_autofree char *message = take_text(object, "message", error);
    if (message == NULL)
        return FALSE;
    event->error = error_from_name(name, message);
    return event->error != NULL || nonsense(error, "name");
}

static const struct {
    const char *name;
    GuichetEventKind kind;
    EventParser parse;
} grammar[] = {
    {"progress", GUICHET_EVENT_PROGRESS, parse_progress},
    {"device", GUICHET_EVENT_DEVICE, parse_device},
    {"listed", GUICHET_EVENT_LISTED, parse_listed},
    {"added", GUICHET_EVENT_ADDED, parse_device},
    {"removed", GUICHET_EVENT_REMOVED, parse_device},
    {"captured", GUICHET_EVENT_CAPTURED, parse_captured},
    {"examined", GUICHET_EVENT_EXAMINED, parse_examined},
    {"error", GUICHET_EVENT_ERROR, parse_error},
};

static GuichetEvent *
parse_line(GuichetProtocolReader *self, GError **error)
{
    g_autoptr(JsonNode) root =
        guichet_json_parse(self->line->data, self->line->len, "guichet-device", NULL);
    if (root == NULL) {
        nonsense(error, _("ligne illisible"));
        return NULL;
    }
    JsonObject *object = json_node_get_object(root);
    g_autofree char *name = take_text(object, "event", error);
    if (name == NULL)
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(grammar); i++) {
        if (strcmp(name, grammar[i].name) != 0)
            continue;
        g_autoptr(GuichetEvent) event = guichet_event_new(grammar[i].kind);
        if (!grammar[i].parse(event, object, error))
            return NULL;
        if (event->kind == GUICHET_EVENT_CAPTURED)
            self->expected = (gsize)json_object_get_int_member(object, "size");
        return g_steal_pointer(&event);
    }
    nonsense(error, name);
    return NULL;
}

/* Consumes up to a line feed; a whole line gives an event or starts a content. */
static gboolean
feed_line(GuichetProtocolReader *self, const guint8 **bytes, gsize *size, GuichetEventFunc func,
          gpointer user_data, GError **error)
{
    const guint8 *end = memchr(*bytes, '\n', *size);
    gsize n = end != NULL ? (gsize)(end - *bytes) : *size;
    if (self->line->len + n > GUICHET_PROTOCOL_MAX_LINE)
        return nonsense(error, _("ligne trop longue"));
    g_byte_array_append(self->line, *bytes, (guint)n);
    *bytes += n + (end != NULL);
    *size -= n + (end != NULL);
    if (end == NULL)
        return TRUE;
    g_autoptr(GuichetEvent) event = parse_line(self, error);
    g_byte_array_set_size(self->line, 0);
    if (event == NULL)
        return FALSE;
    if (event->kind == GUICHET_EVENT_CAPTURED) {
        self->content = g_byte_array_new();
        self->captured = g_steal_pointer(&event);
    } else {
        func(g_steal_pointer(&event), user_data);
    }
    return TRUE;
}

static void
feed_content(GuichetProtocolReader *self, const guint8 **bytes, gsize *size, GuichetEventFunc func,
             gpointer user_data)
{
    gsize n = MIN(*size, self->expected - self->content->len);
    g_byte_array_append(self->content, *bytes, (guint)n);
    *bytes += n;
    *size -= n;
    if (self->content->len < self->expected)
        return;
    GuichetEvent *event = g_steal_pointer(&self->captured);
    event->capture->content = g_byte_array_free_to_bytes(g_steal_pointer(&self->content));
    func(event, user_data);
}

gboolean
guichet_protocol_reader_feed(GuichetProtocolReader *self, const void *bytes, gsize size,
                             GuichetEventFunc func, gpointer user_data, GError **error)
{
    const guint8 *rest = bytes;
    while (size > 0) {
        if (self->captured != NULL)
            feed_content(self, &rest, &size, func, user_data);
        else if (!feed_line(self, &rest, &size, func, user_data, error))
            return FALSE;
    }
    return TRUE;
}
