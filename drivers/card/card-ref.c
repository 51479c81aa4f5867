/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/card/card-ref.h"

#include <string.h>

#include "core/error.h"
#include "core/json.h"

#include <glib/gi18n-lib.h>

#define PROFILE "carte/1"
#define SHA256_HEX 64

void
guichet_card_ref_free(GuichetCardRef *self)
{
    if (self == NULL)
        return;
    g_free(self->module);
    g_free(self->label);
    g_free(self->serial);
    g_free(self->certificate);
    g_clear_pointer(&self->key, g_bytes_unref);
    g_clear_pointer(&self->point, g_bytes_unref);
    g_free(self);
}

GuichetCardRef *
guichet_card_ref_copy(const GuichetCardRef *self)
{
    GuichetCardRef *copy = g_new0(GuichetCardRef, 1);
    copy->module = g_strdup(self->module);
    copy->label = g_strdup(self->label);
    copy->serial = g_strdup(self->serial);
    copy->certificate = g_strdup(self->certificate);
    copy->key = self->key != NULL ? g_bytes_ref(self->key) : NULL;
    copy->point = self->point != NULL ? g_bytes_ref(self->point) : NULL;
    return copy;
}

char *
guichet_card_hex(GBytes *bytes)
{
    gsize size = 0;
    const guint8 *data = bytes != NULL ? g_bytes_get_data(bytes, &size) : NULL;
    GString *text = g_string_sized_new(2 * size);
    for (gsize i = 0; i < size; i++)
        g_string_append_printf(text, "%02x", data[i]);
    return g_string_free(text, FALSE);
}

GBytes *
guichet_card_unhex(const char *hex, gsize max)
{
    gsize size = strlen(hex);
    if (size % 2 != 0 || size / 2 > max || strspn(hex, "0123456789abcdefABCDEF") != size)
        return NULL;
    guint8 *bytes = g_malloc(size / 2);
    for (gsize i = 0; i < size / 2; i++)
        bytes[i] =
            (guint8)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    return g_bytes_new_take(bytes, size / 2);
}

GuichetCardRef *
guichet_card_ref_new_place(const char *place, GError **error)
{
    const char *colon = strchr(place, ':');
    gsize length = colon != NULL ? (gsize)(colon - place) : strlen(place);
    if (*place != '/' || length > GUICHET_CARD_MAX_TEXT / 2) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("« %.80s » ne désigne pas une carte : MODULE[:JETON], MODULE étant le chemin "
                      "entier du module PKCS#11"),
                    place);
        return NULL;
    }
    GuichetCardRef *self = g_new0(GuichetCardRef, 1);
    self->module = g_strndup(place, length);
    self->label = g_strdup(colon != NULL ? colon + 1 : "");
    self->serial = g_strdup("");
    self->certificate = g_strdup("");
    self->key = g_bytes_new(NULL, 0);
    return self;
}

/* --- the text in the slot --- */

static gboolean
fill(GuichetCardRef *self, JsonObject *object, GError **error)
{
    static const char *const members[] = {"profile", "module", "label",       "serial",
                                          "key",     "point",  "certificate", NULL};
    char **texts[] = {&self->module, &self->label, &self->serial, &self->certificate};
    static const char *const names[] = {"module", "label", "serial", "certificate"};
    const char *where = _("carte de l’agent : ");
    const char *profile = guichet_json_string(object, "profile", where, error);
    const char *key = guichet_json_string(object, "key", where, profile != NULL ? error : NULL);
    const char *point = guichet_json_string(object, "point", where, key != NULL ? error : NULL);
    if (point == NULL || !guichet_json_only(object, members, where, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *text = guichet_json_string(object, names[i], where, error);
        if (text == NULL)
            return FALSE;
        *texts[i] = g_strdup(text);
    }
    self->key = guichet_card_unhex(key, GUICHET_CARD_MAX_KEY_ID);
    self->point = guichet_card_unhex(point, GUICHET_CARD_POINT_SIZE);
    if (strcmp(profile, PROFILE) == 0 && *self->module == '/' && *self->serial != '\0' &&
        self->key != NULL && g_bytes_get_size(self->key) > 0 && self->point != NULL &&
        g_bytes_get_size(self->point) == GUICHET_CARD_POINT_SIZE &&
        (*self->certificate == '\0' || strlen(self->certificate) == SHA256_HEX))
        return TRUE;
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                        _("la description de la carte de l’agent est abîmée ; un collègue peut le "
                          "révoquer puis l’ajouter de nouveau"));
    return FALSE;
}

GuichetCardRef *
guichet_card_ref_new_text(const char *text, GError **error)
{
    g_autoptr(JsonNode) node = guichet_json_parse(text, strlen(text), _("carte de l’agent"), error);
    g_autoptr(GuichetCardRef) self = g_new0(GuichetCardRef, 1);
    return node != NULL && fill(self, json_node_get_object(node), error) ? g_steal_pointer(&self)
                                                                         : NULL;
}

char *
guichet_card_ref_to_text(const GuichetCardRef *self)
{
    g_autofree char *key = guichet_card_hex(self->key);
    g_autofree char *point = guichet_card_hex(self->point);
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);
    json_object_set_string_member(object, "profile", PROFILE);
    json_object_set_string_member(object, "module", self->module);
    json_object_set_string_member(object, "label", self->label);
    json_object_set_string_member(object, "serial", self->serial);
    json_object_set_string_member(object, "key", key);
    json_object_set_string_member(object, "point", point);
    json_object_set_string_member(object, "certificate", self->certificate);
    return guichet_json_canonical(node);
}
