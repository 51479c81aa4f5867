/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/station.h"

#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"

#include <glib/gi18n-lib.h>

#define STATION_MAX_BYTES (64 * 1024)
#define STATION_MAX_TEXT 200 /* characters of a name, URL or device */

struct _GuichetStation {
    char *root;
    char *id;
    char *name;
    char *centre_url;
    char *tpm; /* TCTI, or NULL */
    guint32 tpm_counter;
    GHashTable *devices; /* char* family → char* device */
};

static gboolean
refuse(GError **error, const char *member, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "station.json: /%s: %s", member,
                reason);
    return FALSE;
}

static gboolean
is_id(const char *text)
{
    gsize length = strlen(text);
    return length >= 2 && length <= 63 && g_ascii_isalnum(text[0]) &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/* https with a host, or empty before enrolment. */
static gboolean
is_centre_url(const char *text)
{
    if (*text == '\0')
        return TRUE;
    g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
    return uri != NULL && strcmp(g_uri_get_scheme(uri), "https") == 0 &&
           g_uri_get_host(uri) != NULL && *g_uri_get_host(uri) != '\0';
}

static gboolean
read_text(JsonObject *object, const char *member, const char *where, char **text, GError **error)
{
    const char *value = guichet_json_string(object, member, where, error);
    if (value == NULL)
        return FALSE;
    if (g_utf8_strlen(value, -1) > STATION_MAX_TEXT) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT, _("%s/%s: plus de %d caractères"),
                    where, member, STATION_MAX_TEXT);
        return FALSE;
    }
    *text = g_strdup(value);
    return TRUE;
}

static gboolean
read_devices(GuichetStation *self, JsonObject *object, GError **error)
{
    JsonObjectIter iter;
    const char *family;
    JsonObject *devices = guichet_json_object(object, "devices", "station.json: ", error);
    if (devices == NULL)
        return FALSE;
    json_object_iter_init_ordered(&iter, devices);
    while (json_object_iter_next_ordered(&iter, &family, NULL)) {
        g_autofree char *device = NULL;
        if (!read_text(devices, family, "station.json: /devices", &device, error))
            return FALSE;
        g_hash_table_insert(self->devices, g_strdup(family), g_steal_pointer(&device));
    }
    return TRUE;
}

/* false, or {"tcti": "device:/dev/tpmrm0", "counter": 25184000, "boot": true} */
static gboolean
read_tpm(GuichetStation *self, JsonObject *object, GError **error)
{
    static const char *const members[] = {"boot", "counter", "tcti", NULL};
    const char *where = "station.json: /tpm";
    gint64 counter;
    JsonNode *node = json_object_get_member(object, "tpm");
    if (node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
        json_node_get_value_type(node) == G_TYPE_BOOLEAN && !json_node_get_boolean(node))
        return TRUE;
    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
        return refuse(error, "tpm", _("false, ou un objet avec « tcti », est attendu"));
    JsonObject *tpm = json_node_get_object(node);
    if (!guichet_json_only(tpm, members, where, error) ||
        !guichet_json_int(tpm, "counter", 0, G_MAXUINT32, where, &counter, error) ||
        !read_text(tpm, "tcti", where, &self->tpm, error))
        return FALSE;
    self->tpm_counter = (guint32)counter;
    return *self->tpm != '\0' || refuse(error, "tpm", _("« tcti » est vide"));
}

static gboolean
read_station(GuichetStation *self, JsonObject *object, GError **error)
{
    static const char *const members[] = {"profile", "id",      "name", "centre_url",
                                          "tpm",     "devices", NULL};
    const char *where = "station.json: ";
    if (!guichet_json_only(object, members, where, error))
        return FALSE;
    const char *profile = guichet_json_string(object, "profile", where, error);
    if (profile == NULL)
        return FALSE;
    if (strcmp(profile, "station/1") != 0)
        return refuse(error, "profile", _("« station/1 » est attendu"));
    if (!read_text(object, "id", where, &self->id, error) ||
        !read_text(object, "name", where, &self->name, error) ||
        !read_text(object, "centre_url", where, &self->centre_url, error))
        return FALSE;
    if (!is_id(self->id))
        return refuse(error, "id", _("2 à 63 lettres minuscules, chiffres ou tirets attendus"));
    if (*self->name == '\0')
        return refuse(error, "name", _("le nom du poste est vide"));
    if (!is_centre_url(self->centre_url))
        return refuse(error, "centre_url", _("une adresse https://… est attendue"));
    return read_tpm(self, object, error) && read_devices(self, object, error);
}

GuichetStation *
guichet_station_load(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "station.json");
    g_autoptr(GError) local = NULL;
    g_autoptr(GBytes) bytes = guichet_read_file(path, STATION_MAX_BYTES, &local);
    if (g_error_matches(local, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("%s n’est pas un poste : lancez d’abord « guichetctl station init »"), root);
        return NULL;
    }
    if (bytes == NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    g_autoptr(JsonNode) node = guichet_json_parse(g_bytes_get_data(bytes, NULL),
                                                  g_bytes_get_size(bytes), "station.json", error);
    if (node == NULL)
        return NULL;
    g_autoptr(GuichetStation) self = g_new0(GuichetStation, 1);
    self->root = g_strdup(root);
    self->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!read_station(self, json_node_get_object(node), error))
        return NULL;
    return g_steal_pointer(&self);
}

void
guichet_station_free(GuichetStation *self)
{
    if (self == NULL)
        return;
    g_free(self->root);
    g_free(self->id);
    g_free(self->name);
    g_free(self->centre_url);
    g_free(self->tpm);
    g_hash_table_unref(self->devices);
    g_free(self);
}

const char *
guichet_station_get_root(GuichetStation *self)
{
    return self->root;
}

const char *
guichet_station_get_id(GuichetStation *self)
{
    return self->id;
}

const char *
guichet_station_get_name(GuichetStation *self)
{
    return self->name;
}

const char *
guichet_station_get_centre_url(GuichetStation *self)
{
    return self->centre_url;
}

gboolean
guichet_station_has_tpm(GuichetStation *self)
{
    return self->tpm != NULL;
}

const char *
guichet_station_get_tpm(GuichetStation *self)
{
    return self->tpm;
}

guint32
guichet_station_get_tpm_counter(GuichetStation *self)
{
    return self->tpm_counter;
}

const char *
guichet_station_get_device(GuichetStation *self, const char *family)
{
    const char *device = g_hash_table_lookup(self->devices, family);
    return device != NULL ? device : "auto";
}
