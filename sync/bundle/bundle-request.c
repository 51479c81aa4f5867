/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/bundle-private.h"

#include <string.h>

#include "core/consent.h"
#include "core/error.h"
#include "core/secret.h"
#include "sync/bundle/profile.h"
#include "sync/bundle/words.h"
#include "sync/bundle/zip.h"

#include <glib/gi18n-lib.h>

#define REQUEST_PROFILE "demande/1"
#define ORDINAL_MAX 999
#define CONSENT "accord"
#define TYPED "saisis"

static const char *const members[] = {"champs", "cree", "demarche", "id", "pieces", NULL};
static const char *const optional_members[] = {CONSENT, TYPED, NULL};

char *
guichet_bundle_piece_name(const GuichetPiece *piece, GError **error)
{
    if (guichet_word_is_id(piece->kind) && piece->ordinal >= 1 && piece->ordinal <= ORDINAL_MAX)
        return g_strdup_printf("data/%s-%u.%s", piece->kind, piece->ordinal,
                               guichet_media_type_extension(piece->media_type));
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("La pièce « %.64s », page %u, ne peut pas être nommée dans une liasse : "
                  "signalez-le au centre"),
                piece->kind, piece->ordinal);
    return NULL;
}

/* --- writing --- */

static JsonObject *
write_instant(const GuichetInstant *instant)
{
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "amorcage", instant->boot_id);
    guichet_profile_set_time(object, "date", instant->wall_us);
    json_object_set_int_member(object, "monotone_us", instant->monotonic_us);
    return object;
}

/* The values, or what was typed where it is kept beside them. */
static JsonObject *
write_fields(GHashTable *fields, gboolean typed)
{
    JsonObject *object = json_object_new();
    GHashTableIter iter;
    gpointer id, value;
    g_hash_table_iter_init(&iter, fields);
    while (g_hash_table_iter_next(&iter, &id, &value)) {
        const char *mark = strstr(id, GUICHET_FIELD_TYPED);
        g_autofree char *plain = mark != NULL ? g_strndup(id, (gsize)(mark - (char *)id)) : NULL;
        if ((mark != NULL) != typed || (typed && *(char *)value == '\0') ||
            guichet_consent_owns_field(id))
            continue;
        json_object_set_string_member(object, plain != NULL ? plain : id, value);
    }
    return object;
}

/* Who wanted the request, where somebody else filled it; NULL where nothing was noted. */
static JsonObject *
write_consent(GuichetRequest *request)
{
    g_auto(GuichetConsent) consent = {NULL};
    if (!guichet_consent_read(request, &consent))
        return NULL;
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "comment", guichet_consent_way_name(consent.way));
    json_object_set_string_member(object, "date", consent.date);
    json_object_set_string_member(object, "note_par", consent.helper);
    json_object_set_string_member(object, "portee", consent.scope);
    json_object_set_string_member(object, "qui", consent.who);
    if (consent.way == GUICHET_CONSENT_REPRESENTATIVE)
        json_object_set_string_member(object, "qualite", consent.capacity);
    return object;
}

static gboolean
write_content(JsonObject *object, const GuichetPiece *piece, GError **error)
{
    g_autofree char *name = guichet_bundle_piece_name(piece, error);
    const char *attributes = piece->attributes != NULL ? piece->attributes : "{}";
    g_autoptr(JsonNode) parsed =
        name != NULL
            ? guichet_json_parse(attributes, strlen(attributes), _("attributs de la pièce"), error)
            : NULL;
    if (parsed == NULL)
        return FALSE;
    json_object_set_string_member(object, "appareil", piece->device != NULL ? piece->device : "");
    json_object_set_object_member(object, "attributs", json_node_dup_object(parsed));
    json_object_set_string_member(object, "fichier", name);
    json_object_set_int_member(object, "octets", (gint64)g_bytes_get_size(piece->content));
    json_object_set_string_member(object, "sha256", piece->sha256);
    json_object_set_string_member(object, "type", piece->media_type);
    return TRUE;
}

static JsonObject *
write_piece(const GuichetPiece *piece, GError **error)
{
    g_autoptr(JsonObject) object = json_object_new();
    json_object_set_object_member(object, "capture", write_instant(&piece->captured));
    json_object_set_string_member(object, "genre", piece->kind);
    json_object_set_string_member(object, "id", piece->id);
    json_object_set_int_member(object, "ordinal", piece->ordinal);
    if (piece->impossible_reason != NULL)
        json_object_set_string_member(object, "impossible", piece->impossible_reason);
    else if (!write_content(object, piece, error))
        return NULL;
    return g_steal_pointer(&object);
}

static JsonArray *
write_pieces(GPtrArray *pieces, GError **error)
{
    g_autoptr(JsonArray) array = json_array_new();
    for (guint i = 0; i < pieces->len; i++) {
        JsonObject *object = write_piece(pieces->pdata[i], error);
        if (object == NULL)
            return NULL;
        json_array_add_object_element(array, object);
    }
    return g_steal_pointer(&array);
}

static JsonObject *
write_procedure(GuichetRequest *request)
{
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "id", request->procedure_id);
    json_object_set_int_member(object, "revision", request->procedure_revision);
    json_object_set_string_member(object, "sha256", request->procedure_sha256);
    return object;
}

typedef struct {
    char *text;
    gsize size;
} Clear;

static void
clear_free(gpointer data)
{
    Clear *clear = data;
    guichet_wipe_free(clear->text, clear->size);
    g_free(clear);
}

GBytes *
guichet_bundle_request_write(GuichetRequest *request, GPtrArray *pieces, GError **error)
{
    JsonArray *array = write_pieces(pieces, error);
    if (array == NULL)
        return NULL;
    JsonObject *object = guichet_profile_new(REQUEST_PROFILE);
    json_object_set_object_member(object, "champs", write_fields(request->fields, FALSE));
    JsonObject *typed = write_fields(request->fields, TRUE);
    if (json_object_get_size(typed) > 0)
        json_object_set_object_member(object, TYPED, typed);
    else
        json_object_unref(typed);
    JsonObject *consent = write_consent(request);
    if (consent != NULL)
        json_object_set_object_member(object, CONSENT, consent);
    json_object_set_object_member(object, "cree", write_instant(&request->created));
    json_object_set_object_member(object, "demarche", write_procedure(request));
    json_object_set_string_member(object, "id", request->id);
    json_object_set_array_member(object, "pieces", array);
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    json_node_take_object(node, object);
    Clear *clear = g_new0(Clear, 1);
    clear->text = guichet_json_canonical(node);
    clear->size = strlen(clear->text);
    return g_bytes_new_with_free_func(clear->text, clear->size, clear_free, clear);
}

/* --- checking --- */

static gboolean
fail_mismatch(GError **error, const char *name)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("La liasse se contredit : « %.96s » n’est pas le fichier que la demande décrit, "
                  "elle est refusée"),
                name);
    return FALSE;
}

static gboolean
is_member(const GuichetZipMember *member, const char *name, const char *sha256)
{
    g_autofree char *actual = guichet_digest_to_hex(member->sha256, sizeof member->sha256);
    return strcmp(member->name, name) == 0 && strcmp(actual, sha256) == 0;
}

static gboolean
check_piece(JsonObject *piece, GPtrArray *zip, guint *next, GError **error)
{
    if (json_object_has_member(piece, "impossible"))
        return guichet_json_string(piece, "impossible", REQUEST_PROFILE, error) != NULL;
    const char *name = guichet_json_string(piece, "fichier", REQUEST_PROFILE, error);
    const char *sha256 =
        name != NULL ? guichet_json_string(piece, "sha256", REQUEST_PROFILE, error) : NULL;
    gint64 size;
    if (sha256 == NULL || !guichet_json_int(piece, "octets", 0, GUICHET_PIECE_MAX_BYTES,
                                            REQUEST_PROFILE, &size, error))
        return FALSE;
    if (*next >= zip->len)
        return fail_mismatch(error, name);
    const GuichetZipMember *member = zip->pdata[(*next)++];
    return (is_member(member, name, sha256) && g_bytes_get_size(member->content) == (gsize)size) ||
           fail_mismatch(error, name);
}

static gboolean
check_pieces(JsonArray *pieces, GPtrArray *zip, GError **error)
{
    guint next = 2; /* behind the request and its procedure */
    for (guint i = 0; i < json_array_get_length(pieces); i++) {
        JsonNode *node = json_array_get_element(pieces, i);
        if (!JSON_NODE_HOLDS_OBJECT(node))
            return fail_mismatch(error, GUICHET_BUNDLE_REQUEST_NAME);
        if (!check_piece(json_node_get_object(node), zip, &next, error))
            return FALSE;
    }
    return next == zip->len || fail_mismatch(error, ((GuichetZipMember *)zip->pdata[next])->name);
}

/* What was typed is text, of fields that there are, and never none. */
static gboolean
check_typed(JsonObject *request, GError **error)
{
    if (!json_object_has_member(request, TYPED))
        return TRUE;
    JsonObject *typed = guichet_json_object(request, TYPED, REQUEST_PROFILE, error);
    JsonObject *fields =
        typed != NULL ? guichet_json_object(request, "champs", REQUEST_PROFILE, error) : NULL;
    if (fields == NULL)
        return FALSE;
    g_autoptr(GList) ids = json_object_get_members(typed);
    if (ids == NULL)
        return fail_mismatch(error, GUICHET_BUNDLE_REQUEST_NAME);
    for (GList *id = ids; id != NULL; id = id->next) {
        if (!json_object_has_member(fields, id->data))
            return fail_mismatch(error, GUICHET_BUNDLE_REQUEST_NAME);
        if (guichet_json_string(typed, id->data, REQUEST_PROFILE, error) == NULL)
            return FALSE;
    }
    return TRUE;
}

/* Exactly its members, each a text that says something; the paper is a piece like any other. */
static gboolean
check_consent(JsonObject *request, GError **error)
{
    static const char *const texts[] = {"comment", "date", "note_par", "portee", "qui", NULL};
    static const char *const with[] = {"comment", "date",    "note_par", "portee",
                                       "qui",     "qualite", NULL};
    g_autofree char *where = g_strconcat(REQUEST_PROFILE, "/" CONSENT, NULL);
    GuichetConsentWay way;
    if (!json_object_has_member(request, CONSENT))
        return TRUE;
    JsonObject *consent = guichet_json_object(request, CONSENT, REQUEST_PROFILE, error);
    const char *name =
        consent != NULL ? guichet_json_string(consent, "comment", where, error) : NULL;
    if (name == NULL || !guichet_consent_way_parse(name, &way, error))
        return FALSE;
    const char *const *expected = way == GUICHET_CONSENT_REPRESENTATIVE ? with : texts;
    if (!guichet_json_only(consent, expected, where, error))
        return FALSE;
    for (guint i = 0; expected[i] != NULL; i++) {
        const char *text = guichet_json_string(consent, expected[i], where, error);
        if (text == NULL)
            return FALSE;
        if (*text == '\0')
            return fail_mismatch(error, GUICHET_BUNDLE_REQUEST_NAME);
    }
    return TRUE;
}

gboolean
guichet_bundle_request_check(GPtrArray *zip, GError **error)
{
    if (zip->len < 2 ||
        strcmp(((GuichetZipMember *)zip->pdata[0])->name, GUICHET_BUNDLE_REQUEST_NAME) != 0)
        return fail_mismatch(error, GUICHET_BUNDLE_REQUEST_NAME);
    g_autoptr(JsonNode) node =
        guichet_profile_parse_with(((GuichetZipMember *)zip->pdata[0])->content, REQUEST_PROFILE,
                                   members, optional_members, error);
    if (node == NULL)
        return FALSE;
    JsonObject *request = json_node_get_object(node);
    if (!check_typed(request, error) || !check_consent(request, error))
        return FALSE;
    JsonObject *procedure = guichet_json_object(request, "demarche", REQUEST_PROFILE, error);
    const char *sha256 = procedure != NULL
                             ? guichet_profile_sha256(procedure, "sha256", REQUEST_PROFILE, error)
                             : NULL;
    if (sha256 == NULL)
        return FALSE;
    if (!is_member(zip->pdata[1], GUICHET_BUNDLE_PROCEDURE_NAME, sha256))
        return fail_mismatch(error, GUICHET_BUNDLE_PROCEDURE_NAME);
    JsonArray *pieces = guichet_json_array(request, "pieces", REQUEST_PROFILE, error);
    return pieces != NULL && check_pieces(pieces, zip, error);
}
