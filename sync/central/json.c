/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/json.h"

#define REASON_MAX 400

char *
guichet_central_json_line(JsonObject *object)
{
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);
    json_object_unref(object);
    return json_to_string(node, FALSE);
}

/* A reason may quote what a client sent: no control character, no broken UTF-8, bounded. */
static char *
safe_line(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) line = g_string_new(NULL);
    for (const char *at = valid; *at != '\0' && line->len < REASON_MAX; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(line, g_unichar_isprint(c) ? c : ' ');
    }
    return g_string_free(g_steal_pointer(&line), FALSE);
}

char *
guichet_central_json_error(const char *name, const char *reason)
{
    g_autofree char *line = safe_line(reason);
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "error", name);
    json_object_set_string_member(object, "reason", line);
    return guichet_central_json_line(object);
}
