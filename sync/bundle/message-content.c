/* SPDX-License-Identifier: EUPL-1.2 */
/* What each kind of message says: one table (FORMAT.md §8), read and written by the same rows. */
#include "sync/bundle/message-private.h"

#include <string.h>

#include "core/error.h"
#include "sync/bundle/profile.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

#define TEXT_MAX_BYTES 4096
#define WHERE "message"

typedef enum { SHA256, ID, REFERENCE, TEXT, TIME, COUNT, PIECES } Shape;

typedef struct {
    const char *name;
    Shape shape;
    gsize offset; /* in GuichetMessage */
    guint max;    /* of a count */
} Member;

#define AT(member) G_STRUCT_OFFSET(GuichetMessage, member)
#define BUNDLE                                                                                     \
    {                                                                                              \
        "liasse_sha256", SHA256, AT(bundle_sha256), 0                                              \
    }
#define WORDS                                                                                      \
    {                                                                                              \
        "texte", TEXT, AT(text), 0                                                                 \
    }

#define MEMBERS_MAX 8
static const Member contents[GUICHET_MESSAGE_N_KINDS][MEMBERS_MAX] = {
    [GUICHET_MESSAGE_STATUS] = {BUNDLE, {"etat", ID, AT(state), 0}, WORDS},
    [GUICHET_MESSAGE_SUPPLEMENT] = {BUNDLE,
                                    {"echeance", TIME, AT(at_us), 0},
                                    {"pieces", PIECES, AT(pieces), 0},
                                    WORDS},
    [GUICHET_MESSAGE_TITLE_READY] = {BUNDLE,
                                     {"avant", TIME, AT(at_us), 0},
                                     {"titre_sha256", SHA256, AT(title_sha256), 0},
                                     WORDS},
    [GUICHET_MESSAGE_APPOINTMENT] = {{"debut", TIME, AT(at_us), 0},
                                     {"demarche", ID, AT(procedure_id), 0},
                                     {"etat", ID, AT(state), 0},
                                     {"minutes", COUNT, AT(minutes), GUICHET_MESSAGE_MAX_MINUTES},
                                     {"personnes", COUNT, AT(persons), GUICHET_MESSAGE_MAX_PERSONS},
                                     {"reference", REFERENCE, AT(reference), 0}},
};

static gboolean
fail(GError **error, GuichetErrorCode code, const char *member, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, (int)code, WHERE "/%s : %s", member, reason);
    return FALSE;
}

/* --- writing --- */

static gboolean
check_pieces(char *const *pieces)
{
    guint count = 0;
    for (; pieces != NULL && pieces[count] != NULL; count++)
        if (!guichet_word_is_id(pieces[count]))
            return FALSE;
    return count >= 1 && count <= GUICHET_MESSAGE_MAX_PIECES;
}

static gboolean
check_text(const char *text, GError **error)
{
    if (text == NULL || !g_utf8_validate(text, -1, NULL))
        return fail(error, GUICHET_ERROR_ARGUMENT, "texte", _("ce n’est pas de l’UTF-8"));
    if (strlen(text) <= TEXT_MAX_BYTES)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                _("Le texte du message dépasse %d octets d’UTF-8 : raccourcissez-le"),
                TEXT_MAX_BYTES);
    return FALSE;
}

static void
write_pieces(JsonObject *object, const char *name, char *const *pieces)
{
    JsonArray *array = json_array_new();
    for (guint i = 0; pieces[i] != NULL; i++)
        json_array_add_string_element(array, pieces[i]);
    json_object_set_array_member(object, name, array);
}

static gboolean
write_member(JsonObject *object, const Member *member, const void *place, GError **error)
{
    const char *text = member->shape <= TEXT ? *(char *const *)place : NULL;
    gboolean good = TRUE;
    switch (member->shape) {
    case SHA256:
        good = text != NULL && guichet_word_is_sha256(text);
        break;
    case ID:
        good = text != NULL && guichet_word_is_id(text);
        break;
    case REFERENCE:
        good = text != NULL && guichet_word_is_identity(text);
        break;
    case TEXT:
        if (!check_text(text, error))
            return FALSE;
        break;
    case TIME:
        good = *(const gint64 *)place > 0;
        if (good)
            guichet_profile_set_time(object, member->name, *(const gint64 *)place);
        break;
    case COUNT:
        good = *(const guint *)place >= 1 && *(const guint *)place <= member->max;
        json_object_set_int_member(object, member->name, *(const guint *)place);
        break;
    case PIECES:
        good = check_pieces(*(char **const *)place);
        if (good)
            write_pieces(object, member->name, *(char **const *)place);
        break;
    }
    if (good && text != NULL)
        json_object_set_string_member(object, member->name, text);
    return good || fail(error, GUICHET_ERROR_ARGUMENT, member->name,
                        _("valeur absente ou mal formée, rien n’est signé"));
}

JsonObject *
guichet_message_content_write(const GuichetMessage *message, GError **error)
{
    g_return_val_if_fail((guint)message->kind < GUICHET_MESSAGE_N_KINDS, NULL);
    g_autoptr(JsonObject) object = json_object_new();
    const Member *members = contents[message->kind];
    for (guint i = 0; i < MEMBERS_MAX && members[i].name != NULL; i++)
        if (!write_member(object, &members[i], G_STRUCT_MEMBER_P(message, members[i].offset),
                          error))
            return NULL;
    return g_steal_pointer(&object);
}

/* --- reading --- */

static char **
read_pieces(JsonObject *object, const char *name, GError **error)
{
    JsonArray *array = guichet_json_array(object, name, WHERE, error);
    if (array == NULL)
        return NULL;
    guint count = json_array_get_length(array);
    g_auto(GStrv) pieces = g_new0(char *, count + 1);
    for (guint i = 0; i < count; i++) {
        JsonNode *node = json_array_get_element(array, i);
        if (json_node_get_value_type(node) != G_TYPE_STRING)
            break;
        pieces[i] = g_strdup(json_node_get_string(node));
    }
    if (g_strv_length(pieces) == count && check_pieces(pieces))
        return g_steal_pointer(&pieces);
    fail(error, GUICHET_ERROR_MALFORMED, name, _("ce n’est pas une liste de pièces"));
    return NULL;
}

static char *
read_text(JsonObject *object, const char *name, GError **error)
{
    const char *text = guichet_json_string(object, name, WHERE, error);
    if (text == NULL || strlen(text) <= TEXT_MAX_BYTES)
        return g_strdup(text);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                _("%s/texte : plus de %d octets, le message est refusé"), WHERE, TEXT_MAX_BYTES);
    return NULL;
}

static gboolean
read_count(JsonObject *object, const Member *member, guint *count, GError **error)
{
    gint64 value = 0;
    if (!guichet_json_int(object, member->name, 1, member->max, WHERE, &value, error))
        return FALSE;
    *count = (guint)value;
    return TRUE;
}

static gboolean
read_member(JsonObject *object, const Member *member, void *place, GError **error)
{
    char **text = place;
    switch (member->shape) {
    case SHA256:
        *text = g_strdup(guichet_profile_sha256(object, member->name, WHERE, error));
        return *text != NULL;
    case ID:
        *text = g_strdup(guichet_profile_id(object, member->name, WHERE, error));
        return *text != NULL;
    case REFERENCE:
        *text = g_strdup(guichet_profile_identity(object, member->name, WHERE, error));
        return *text != NULL;
    case TEXT:
        *text = read_text(object, member->name, error);
        return *text != NULL;
    case TIME:
        return guichet_profile_time(object, member->name, WHERE, place, error);
    case COUNT:
        return read_count(object, member, place, error);
    case PIECES:
        *(char ***)place = read_pieces(object, member->name, error);
        return *(char ***)place != NULL;
    }
    g_return_val_if_reached(FALSE);
}

gboolean
guichet_message_content_read(GuichetMessage *message, JsonObject *content, GError **error)
{
    const Member *members = contents[message->kind];
    for (guint i = 0; i < MEMBERS_MAX && members[i].name != NULL; i++)
        if (!read_member(content, &members[i], G_STRUCT_MEMBER_P(message, members[i].offset),
                         error))
            return FALSE;
    return TRUE;
}

gboolean
guichet_message_content_only(GuichetMessageKind kind, JsonObject *content, GError **error)
{
    const char *names[MEMBERS_MAX + 1] = {NULL};
    for (guint i = 0; i < MEMBERS_MAX; i++)
        names[i] = contents[kind][i].name;
    return guichet_json_only(content, names, WHERE, error);
}
