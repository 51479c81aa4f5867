/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/contact-point.h"

#include "core/json.h"
#include "core/policy-read.h"

#include <glib/gi18n-lib.h>

#define MAX_ADDRESS 200
#define MAX_PHONE 40

void
guichet_contact_point_free(GuichetContactPoint *self)
{
    if (self == NULL)
        return;
    g_free(self->address);
    g_free(self->phone);
    g_free(self);
}

/* One line that can be printed; may be empty. */
static gboolean
read_line(JsonObject *object, const char *member, glong max, const char *where, char **text,
          GError **error)
{
    const char *value = guichet_json_string(object, member, where, error);
    if (value == NULL)
        return FALSE;
    for (const char *at = value; *at != '\0'; at = g_utf8_next_char(at))
        if (!g_unichar_isprint(g_utf8_get_char(at)))
            return guichet_policy_refuse(where, member, _("une seule ligne est attendue"), error);
    if (g_utf8_strlen(value, -1) > max)
        return guichet_policy_refuse(where, member, _("ce texte est trop long"), error);
    *text = g_strstrip(g_strdup(value));
    return TRUE;
}

static gboolean
read_confirmed(JsonObject *object, const char *where, gboolean *confirmed, GError **error)
{
    JsonNode *node = json_object_get_member(object, "hours_confirmed");
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_BOOLEAN)
        return guichet_policy_refuse(where, "hours_confirmed", _("true ou false est attendu"),
                                     error);
    *confirmed = json_node_get_boolean(node);
    return TRUE;
}

GuichetContactPoint *
guichet_contact_point_new(GBytes *bytes, const char *what, GError **error)
{
    static const char *const members[] = {"profile", "date", "source",          "address",
                                          "phone",   "why",  "hours_confirmed", NULL};
    g_autofree char *where = g_strconcat(what, ": ", NULL);
    g_autoptr(JsonNode) node =
        guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), what, error);
    if (node == NULL)
        return NULL;
    JsonObject *root = json_node_get_object(node);
    g_autoptr(GuichetContactPoint) self = g_new0(GuichetContactPoint, 1);
    g_autofree char *why = NULL;
    return guichet_policy_read_head(root, members, "contact-point/1", where, error) &&
                   read_line(root, "address", MAX_ADDRESS, where, &self->address, error) &&
                   read_line(root, "phone", MAX_PHONE, where, &self->phone, error) &&
                   read_confirmed(root, where, &self->hours_confirmed, error) &&
                   (why = guichet_policy_read_why(root, where, error)) != NULL
               ? g_steal_pointer(&self)
               : NULL;
}
