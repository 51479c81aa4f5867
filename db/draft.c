/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/draft.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "db/crypt.h"
#include "db/keyring.h"
#include "db/kiosk.h"
#include "db/query.h"
#include "db/state.h"
#include "db/tally.h"

void
guichet_draft_free(GuichetDraft *self)
{
    if (self == NULL)
        return;
    g_free(self->request);
    g_clear_pointer(&self->key, guichet_secret_unref);
    g_clear_pointer(&self->fields, g_bytes_unref);
    g_free(self);
}

static char *
key_place(const char *request)
{
    return guichet_crypt_place("draft", request, "wrapped_key", "1");
}

static char *
fields_place(const char *request, gint64 version)
{
    g_autofree char *text = g_strdup_printf("%" PRId64, version);
    return guichet_crypt_place("draft", request, "fields", text);
}

/* --- fields as bytes --- */

static GBytes *
seal_fields(const GuichetDraft *self, gint64 version, GHashTable *fields, GError **error)
{
    g_autoptr(JsonNode) node = json_node_alloc();
    g_autoptr(JsonObject) object = json_object_new();
    GHashTableIter iter;
    gpointer id, value;
    g_hash_table_iter_init(&iter, fields);
    while (g_hash_table_iter_next(&iter, &id, &value))
        if (*(const char *)value != '\0')
            json_object_set_string_member(object, id, value);
    json_node_init_object(node, object);
    char *text = guichet_json_canonical(node);
    gsize size = strlen(text);
    g_autofree char *place = fields_place(self->request, version);
    g_autoptr(GBytes) sealed = NULL;
    if (size <= GUICHET_JSON_MAX_BYTES)
        sealed = guichet_crypt_seal(self->key, place, text, size, error);
    else
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("les réponses dépassent %d ko ; raccourcissez les textes libres"),
                    GUICHET_JSON_MAX_BYTES / 1024);
    guichet_wipe_free(text, size);
    return g_steal_pointer(&sealed);
}

GHashTable *
guichet_draft_read_fields(const GuichetDraft *self, GError **error)
{
    g_autofree char *place = fields_place(self->request, self->version);
    g_autoptr(GBytes) plain = guichet_crypt_open(self->key, place, self->fields, error);
    if (plain == NULL)
        return NULL;
    g_autoptr(JsonNode) node = guichet_json_parse(g_bytes_get_data(plain, NULL),
                                                  g_bytes_get_size(plain), self->request, error);
    if (node == NULL)
        return NULL;
    JsonObject *object = json_node_get_object(node);
    g_autoptr(GHashTable) fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GList) members = json_object_get_members(object);
    for (GList *member = members; member != NULL; member = member->next) {
        const char *value = guichet_json_string(object, member->data, self->request, error);
        if (value == NULL)
            return NULL;
        g_hash_table_insert(fields, g_strdup(member->data), g_strdup(value));
    }
    return g_steal_pointer(&fields);
}

/* --- rows --- */

/* A draft under a KEK that is no longer in force would be lost; a kiosk that was closed is no
 * longer trusted with what was begun there. */
static gboolean
check_key(GuichetDatabase *database, GuichetSecret *kek, GuichetSecret *kiosk, gboolean at_kiosk,
          GError **error)
{
    if (kek == NULL && kiosk != NULL && at_kiosk)
        return guichet_kiosk_check(database, error);
    return guichet_keyring_check(database, kek, error);
}

static gboolean
insert_key(const GuichetDraft *self, GuichetDatabase *database, GBytes *wrapped, gboolean kiosk,
           GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "request/insert-key", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", self->request);
    guichet_query_bind_bytes(query, ":wrapped_key", wrapped);
    guichet_query_bind_int(query, ":kiosk", kiosk);
    return guichet_query_run(query, error);
}

static gboolean
insert_fields(const GuichetDraft *self, GuichetDatabase *database, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "request/insert-draft", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", self->request);
    guichet_query_bind_int(query, ":version", self->version);
    guichet_query_bind_bytes(query, ":fields", self->fields);
    return guichet_query_run(query, error);
}

gboolean
guichet_draft_create(GuichetDatabase *database, GuichetSecret *kek, GuichetSecret *kiosk,
                     const char *request, GHashTable *fields, GError **error)
{
    gboolean at_kiosk = kek == NULL && kiosk != NULL;
    if (!check_key(database, kek, kiosk, at_kiosk, error))
        return FALSE;
    g_autoptr(GuichetDraft) self = g_new0(GuichetDraft, 1);
    g_autofree char *place = key_place(request);
    self->request = g_strdup(request);
    self->version = 1;
    self->key = guichet_secret_new_random(GUICHET_CRYPT_KEY_SIZE, error);
    if (self->key == NULL)
        return FALSE;
    self->fields = seal_fields(self, self->version, fields, error);
    if (self->fields == NULL)
        return FALSE;
    g_autoptr(GBytes) wrapped = guichet_crypt_wrap(at_kiosk ? kiosk : kek, place, self->key, error);
    return wrapped != NULL && insert_key(self, database, wrapped, at_kiosk, error) &&
           insert_fields(self, database, error);
}

GBytes *
guichet_draft_rewrap(const char *request, GBytes *wrapped, GuichetSecret *old, GuichetSecret *kek,
                     GError **error)
{
    g_autofree char *place = key_place(request);
    g_autoptr(GuichetSecret) key = guichet_crypt_unwrap(old, place, wrapped, error);
    return key != NULL ? guichet_crypt_wrap(kek, place, key, error) : NULL;
}

static gboolean
check_is_draft(GuichetDatabase *database, const char *request, GError **error)
{
    GuichetRequestState state;
    if (!guichet_state_read(database, request, &state, error))
        return FALSE;
    if (state == GUICHET_REQUEST_DRAFT)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("la demande %s n’est plus un brouillon (%s) ; rien n’a été changé"), request,
                guichet_request_state_label(state));
    return FALSE;
}

static gboolean
unwrap(GuichetDraft *self, GuichetSecret *kek, GBytes *wrapped, GError **error)
{
    g_autofree char *place = key_place(self->request);
    self->key = guichet_crypt_unwrap(kek, place, wrapped, error);
    if (self->key == NULL)
        return FALSE;
    if (guichet_secret_size(self->key) == GUICHET_CRYPT_KEY_SIZE)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                _("demande %s : clé de mauvaise taille ; appelez le technicien"), self->request);
    return FALSE;
}

GuichetDraft *
guichet_draft_open(GuichetDatabase *database, GuichetSecret *kek, GuichetSecret *kiosk,
                   const char *request, GError **error)
{
    if (!check_is_draft(database, request, error))
        return NULL;
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "request/find-draft", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":request", request);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("demande %s : sa clé manque dans la base ; appelez le technicien"), request);
    gboolean at_kiosk = step == 1 && guichet_query_int(query, "kiosk") != 0;
    if (step != 1 || !check_key(database, kek, kiosk, at_kiosk, error))
        return NULL;
    g_autoptr(GuichetDraft) self = g_new0(GuichetDraft, 1);
    g_autoptr(GBytes) wrapped = guichet_query_bytes(query, "wrapped_key");
    self->request = g_strdup(request);
    self->version = guichet_query_int(query, "version");
    self->fields = guichet_query_bytes(query, "fields");
    return unwrap(self, at_kiosk ? kiosk : kek, wrapped, error) ? g_steal_pointer(&self) : NULL;
}

gboolean
guichet_draft_write_fields(GuichetDraft *self, GuichetDatabase *database, GHashTable *fields,
                           GError **error)
{
    g_autoptr(GBytes) sealed = seal_fields(self, self->version + 1, fields, error);
    g_autoptr(GuichetQuery) query =
        sealed != NULL ? guichet_query_new(database, "request/set-fields", error) : NULL;
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", self->request);
    guichet_query_bind_int(query, ":version", self->version + 1);
    guichet_query_bind_bytes(query, ":fields", sealed);
    return guichet_query_run(query, error);
}

static gboolean
run_for(GuichetDatabase *database, const char *name, const char *request, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, name, error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request);
    return guichet_query_run(query, error);
}

static gboolean
delete_pieces(GuichetDatabase *database, const char *request, GError **error)
{
    if (!guichet_database_zero_freed_pages(database, FALSE, error))
        return FALSE;
    gboolean deleted = run_for(database, "request/delete-pieces", request, error);
    return guichet_database_zero_freed_pages(database, TRUE, deleted ? error : NULL) && deleted;
}

gboolean
guichet_draft_destroy(GuichetDatabase *database, const char *request, GError **error)
{
    return guichet_tally_forget_steps(database, request, error) &&
           delete_pieces(database, request, error) &&
           run_for(database, "request/delete-draft", request, error) &&
           run_for(database, "kiosk/delete-ticket", request, error) &&
           run_for(database, "request/destroy-key", request, error);
}
