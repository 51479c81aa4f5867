/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/words.h"

#include <json-glib/json-glib.h>

#include "core/json.h"
#include "core/language.h"

#define RESOURCE "/fr/guichet/kiosk/words.json"

struct _GuichetKioskWords {
    JsonNode *root;
    GStrv procedures;
    JsonObject *say;    /* procedure id → words; ours */
    JsonObject *fields; /* borrowed from root */
    JsonArray *skip;    /* borrowed from root */
};

static void
read_procedures(GuichetKioskWords *self, JsonArray *procedures)
{
    g_autoptr(GStrvBuilder) ids = g_strv_builder_new();

    self->say = json_object_new();
    for (guint i = 0; i < json_array_get_length(procedures); i++) {
        JsonObject *procedure = json_array_get_object_element(procedures, i);
        const char *id = json_object_get_string_member(procedure, "id");

        g_strv_builder_add(ids, id);
        json_object_set_string_member(self->say, id,
                                      json_object_get_string_member(procedure, "say"));
    }
    self->procedures = g_strv_builder_end(ids);
}

/* The file is part of the program: a test reads it, and a broken one does not build a release. */
GuichetKioskWords *
guichet_kiosk_words_new(void)
{
    GuichetKioskWords *self = g_new0(GuichetKioskWords, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes =
        g_resources_lookup_data(RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
    JsonObject *root;

    if (bytes != NULL)
        self->root = guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                        RESOURCE, &error);
    if (self->root == NULL)
        g_error("%s", error->message);
    root = json_node_get_object(self->root);
    read_procedures(self, json_object_get_array_member(root, "procedures"));
    self->fields = json_object_get_object_member(root, "fields");
    self->skip = json_object_get_array_member(root, "skip");
    return self;
}

void
guichet_kiosk_words_free(GuichetKioskWords *self)
{
    if (self == NULL)
        return;
    g_strfreev(self->procedures);
    json_object_unref(self->say);
    json_node_unref(self->root);
    g_free(self);
}

const char *const *
guichet_kiosk_words_get_procedures(GuichetKioskWords *self)
{
    return (const char *const *)self->procedures;
}

const char *
guichet_kiosk_words_get_procedure(GuichetKioskWords *self, const char *id)
{
    return guichet_language_translate(
        json_object_get_string_member_with_default(self->say, id, id));
}

gboolean
guichet_kiosk_words_asks(GuichetKioskWords *self, const char *field_id)
{
    for (guint i = 0; i < json_array_get_length(self->skip); i++)
        if (g_str_equal(json_array_get_string_element(self->skip, i), field_id))
            return FALSE;
    return TRUE;
}

static const char *
get_word(GuichetKioskWords *self, const char *field_id, const char *word, const char *otherwise)
{
    JsonObject *words = json_object_has_member(self->fields, field_id)
                            ? json_object_get_object_member(self->fields, field_id)
                            : NULL;
    return words != NULL && json_object_has_member(words, word)
               ? guichet_language_translate(json_object_get_string_member(words, word))
               : otherwise;
}

const char *
guichet_kiosk_words_get_question(GuichetKioskWords *self, const GuichetField *field)
{
    return get_word(self, field->id, "ask", field->label);
}

const char *
guichet_kiosk_words_get_help(GuichetKioskWords *self, const GuichetField *field)
{
    return get_word(self, field->id, "help", field->hint != NULL ? field->hint : "");
}
