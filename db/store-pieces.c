/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/store.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/digest.h"
#include "core/error.h"
#include "core/json.h"
#include "core/megabytes.h"
#include "db/crypt.h"
#include "db/query.h"
#include "db/store-private.h"
#include "db/tally.h"

/* Everything clear about a piece is part of its metadata's place: a doctored kind, order, size or
 * time does not open. */
static char *
metadata_place(const char *request, const GuichetPiece *piece)
{
    g_autofree char *version =
        g_strdup_printf("1,%s,%s,%u,%zu,%" PRId64 ",%s,%" PRId64, piece->id, piece->kind,
                        piece->ordinal, piece->size, piece->captured.wall_us,
                        piece->captured.boot_id, piece->captured.monotonic_us);
    return guichet_crypt_place("piece", request, "metadata", version);
}

static char *
content_place(const char *request, const char *piece_id)
{
    g_autofree char *version = g_strdup_printf("1,%s", piece_id);
    return guichet_crypt_place("piece", request, "content", version);
}

/* --- metadata as bytes --- */

static const struct {
    const char *member;
    glong offset;
} metadata_members[] = {
    {"media-type", G_STRUCT_OFFSET(GuichetPiece, media_type)},
    {"sha256", G_STRUCT_OFFSET(GuichetPiece, sha256)},
    {"device", G_STRUCT_OFFSET(GuichetPiece, device)},
    {"attributes", G_STRUCT_OFFSET(GuichetPiece, attributes)},
    {"impossible-reason", G_STRUCT_OFFSET(GuichetPiece, impossible_reason)},
};

/* Wiped by the caller: a reason may speak of health. */
static char *
metadata_text(const GuichetPiece *piece)
{
    g_autoptr(JsonNode) node = json_node_alloc();
    g_autoptr(JsonObject) object = json_object_new();
    for (gsize i = 0; i < G_N_ELEMENTS(metadata_members); i++) {
        const char *text = G_STRUCT_MEMBER(char *, piece, metadata_members[i].offset);
        if (text != NULL)
            json_object_set_string_member(object, metadata_members[i].member, text);
    }
    json_node_init_object(node, object);
    return guichet_json_canonical(node);
}

static GBytes *
seal_metadata(const GuichetDraft *draft, const GuichetPiece *piece, GError **error)
{
    char *text = metadata_text(piece);
    gsize size = strlen(text);
    g_autofree char *place = metadata_place(draft->request, piece);
    GBytes *sealed = guichet_crypt_seal(draft->key, place, text, size, error);
    guichet_wipe_free(text, size);
    return sealed;
}

static gboolean
open_metadata(const GuichetDraft *draft, GuichetPiece *piece, GBytes *sealed, GError **error)
{
    g_autofree char *place = metadata_place(draft->request, piece);
    g_autoptr(GBytes) plain = guichet_crypt_open(draft->key, place, sealed, error);
    if (plain == NULL)
        return FALSE;
    g_autoptr(JsonNode) node = guichet_json_parse(g_bytes_get_data(plain, NULL),
                                                  g_bytes_get_size(plain), piece->id, error);
    if (node == NULL)
        return FALSE;
    JsonObject *object = json_node_get_object(node);
    for (gsize i = 0; i < G_N_ELEMENTS(metadata_members); i++) {
        const char *member = metadata_members[i].member;
        if (!json_object_has_member(object, member))
            continue;
        const char *text = guichet_json_string(object, member, piece->id, error);
        if (text == NULL)
            return FALSE;
        G_STRUCT_MEMBER(char *, piece, metadata_members[i].offset) = g_strdup(text);
    }
    return TRUE;
}

/* --- reading --- */

static GuichetPiece *
read_row(const GuichetDraft *draft, GuichetQuery *query, GError **error)
{
    g_autoptr(GuichetPiece) piece = g_new0(GuichetPiece, 1);
    piece->id = g_strdup(guichet_query_text(query, "id"));
    piece->kind = g_strdup(guichet_query_text(query, "kind"));
    piece->ordinal = (guint)guichet_query_int(query, "ordinal");
    piece->size = (gsize)guichet_query_int(query, "size");
    piece->captured.wall_us = guichet_query_int(query, "captured_wall_us");
    g_strlcpy(piece->captured.boot_id, guichet_query_text(query, "captured_boot_id"),
              sizeof piece->captured.boot_id);
    piece->captured.monotonic_us = guichet_query_int(query, "captured_monotonic_us");
    g_autoptr(GBytes) metadata = guichet_query_bytes(query, "metadata");
    return open_metadata(draft, piece, metadata, error) ? g_steal_pointer(&piece) : NULL;
}

GPtrArray *
guichet_store_read_pieces(GuichetStore *self, const GuichetDraft *draft, GError **error)
{
    g_autoptr(GPtrArray) pieces =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_piece_free);
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "request/list-pieces", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":request", draft->request);
    int step;
    while ((step = guichet_query_step(query, error)) == 1) {
        GuichetPiece *piece = read_row(draft, query, error);
        if (piece == NULL)
            return NULL;
        g_ptr_array_add(pieces, piece);
    }
    return step == 0 ? g_steal_pointer(&pieces) : NULL;
}

static GuichetQuery *
find_piece(GuichetStore *self, const char *request_id, const char *piece_id, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "request/find-piece", error);
    if (query == NULL)
        return NULL;
    guichet_query_bind_text(query, ":request", request_id);
    guichet_query_bind_text(query, ":id", piece_id);
    int step = guichet_query_step(query, error);
    if (step == 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("demande %s : aucune pièce « %.40s » ; elle a peut-être été remplacée"),
                    request_id, piece_id);
    return step == 1 ? g_steal_pointer(&query) : NULL;
}

GuichetPiece *
guichet_store_load_piece(GuichetStore *self, const char *request_id, const char *piece_id,
                         GError **error)
{
    guichet_store_heed(self);
    g_autoptr(GuichetTransaction) snapshot = guichet_transaction_begin_read(self->database, error);
    g_autoptr(GuichetDraft) draft =
        snapshot != NULL
            ? guichet_draft_open(self->database, self->kek, self->kiosk, request_id, error)
            : NULL;
    g_autoptr(GuichetQuery) query =
        draft != NULL ? find_piece(self, request_id, piece_id, error) : NULL;
    g_autoptr(GuichetPiece) piece = query != NULL ? read_row(draft, query, error) : NULL;
    g_autoptr(GBytes) sealed = piece != NULL ? guichet_query_bytes(query, "content") : NULL;
    if (sealed != NULL) {
        g_autofree char *place = content_place(request_id, piece_id);
        piece->content = guichet_crypt_open(draft->key, place, sealed, error);
        if (piece->content == NULL)
            return NULL;
    }
    return g_steal_pointer(&piece);
}

gboolean
guichet_store_count_pieces(GuichetStore *self, const char *request_id, const char *kind,
                           GuichetPieceCounts *counts, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "request/count-pieces", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request_id);
    guichet_query_bind_text(query, ":kind", kind);
    if (guichet_query_step(query, error) != 1)
        return FALSE;
    *counts = (GuichetPieceCounts){
        .pieces = (guint)guichet_query_int(query, "pieces"),
        .bytes = (gsize)guichet_query_int(query, "bytes"),
        .pages = (guint)guichet_query_int(query, "pages"),
        .impossible = (guint)guichet_query_int(query, "impossible"),
    };
    return TRUE;
}

/* --- putting --- */

static gboolean
check_shape(const GuichetPiece *piece, GError **error)
{
    gsize size = piece->content != NULL ? g_bytes_get_size(piece->content) : 0;
    gboolean one_of = (piece->content != NULL) != (piece->impossible_reason != NULL);
    if (size > GUICHET_PIECE_MAX_BYTES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("pièce « %s » : plus de %d Mo ; numérisez-la en plus basse définition"),
                    piece->kind, guichet_megabytes(GUICHET_PIECE_MAX_BYTES));
        return FALSE;
    }
    if (one_of && piece->size == size && piece->ordinal >= 1 && strchr(piece->kind, '|') == NULL)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("pièce « %s » : un contenu ou un motif d’absence, l’un des deux ; rien n’a été "
                  "enregistré"),
                piece->kind);
    return FALSE;
}

static gboolean
check_room(GuichetStore *self, const char *request_id, const GuichetPiece *piece, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(self->database, "request/sum-pieces", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request_id);
    guichet_query_bind_text(query, ":kind", piece->kind);
    guichet_query_bind_int(query, ":ordinal", piece->ordinal);
    if (guichet_query_step(query, error) != 1)
        return FALSE;
    if (guichet_query_int(query, "pieces") < GUICHET_REQUEST_MAX_PIECES &&
        guichet_query_int(query, "bytes") + (gint64)piece->size <= GUICHET_REQUEST_MAX_BYTES)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                _("demande %s : au plus %d pièces et %d Mo en tout ; retirez une pièce ou "
                  "numérisez en plus basse définition"),
                request_id, GUICHET_REQUEST_MAX_PIECES,
                guichet_megabytes(GUICHET_REQUEST_MAX_BYTES));
    return FALSE;
}

static gboolean
delete_at(GuichetStore *self, const char *request_id, const GuichetPiece *piece, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "request/delete-piece-at", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request_id);
    guichet_query_bind_text(query, ":kind", piece->kind);
    guichet_query_bind_int(query, ":ordinal", piece->ordinal);
    return guichet_query_run(query, error);
}

/* Encrypted straight into the pages of the row that was just inserted. */
static gboolean
fill_content(GuichetStore *self, const GuichetDraft *draft, const GuichetPiece *piece,
             GError **error)
{
    gsize size;
    const void *bytes = g_bytes_get_data(piece->content, &size);
    g_autofree char *place = content_place(draft->request, piece->id);
    g_autoptr(GuichetBlob) blob = guichet_blob_open(self->database, "piece", "content", error);
    return blob != NULL &&
           guichet_crypt_seal_to(draft->key, place, bytes, size, guichet_blob_write, blob, error);
}

/* The hash may still be on its way: it has its length already. */
static gsize
metadata_size(GuichetPiece *piece)
{
    gboolean hashed = piece->content == NULL || piece->sha256 != NULL;
    if (!hashed)
        piece->sha256 = g_strnfill(2 * GUICHET_CRYPT_HASH_SIZE, '0');
    char *text = metadata_text(piece);
    gsize size = strlen(text);
    guichet_wipe_free(text, size);
    if (!hashed)
        g_clear_pointer(&piece->sha256, g_free);
    return size + GUICHET_CRYPT_OVERHEAD;
}

/* With room for what is sealed, both together being the larger part of all that is written. */
static gboolean
insert_row(GuichetStore *self, const GuichetDraft *draft, GuichetPiece *piece, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "request/insert-piece", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", piece->id);
    guichet_query_bind_text(query, ":request", draft->request);
    guichet_query_bind_text(query, ":kind", piece->kind);
    guichet_query_bind_int(query, ":ordinal", piece->ordinal);
    guichet_query_bind_int(query, ":size", (gint64)piece->size);
    guichet_query_bind_int(query, ":captured_wall_us", piece->captured.wall_us);
    guichet_query_bind_text(query, ":captured_boot_id", piece->captured.boot_id);
    guichet_query_bind_int(query, ":captured_monotonic_us", piece->captured.monotonic_us);
    guichet_query_bind_room(query, ":metadata", metadata_size(piece));
    if (piece->content != NULL)
        guichet_query_bind_room(query, ":content", piece->size + GUICHET_CRYPT_OVERHEAD);
    else
        guichet_query_bind_bytes(query, ":content", NULL);
    return guichet_query_run(query, error);
}

static gboolean
fill_metadata(GuichetStore *self, const GuichetDraft *draft, const GuichetPiece *piece,
              GError **error)
{
    g_autoptr(GBytes) sealed = seal_metadata(draft, piece, error);
    g_autoptr(GuichetBlob) blob =
        sealed != NULL ? guichet_blob_open(self->database, "piece", "metadata", error) : NULL;
    return blob != NULL && guichet_blob_write(blob, g_bytes_get_data(sealed, NULL),
                                              g_bytes_get_size(sealed), error);
}

/* @hashing, if any, goes on while the content is encrypted. */
static gboolean
insert(GuichetStore *self, const GuichetDraft *draft, GuichetPiece *piece, GuichetHashing **hashing,
       GError **error)
{
    if (!insert_row(self, draft, piece, error) ||
        (piece->content != NULL && !fill_content(self, draft, piece, error)))
        return FALSE;
    if (*hashing != NULL)
        piece->sha256 = guichet_hashing_finish(g_steal_pointer(hashing));
    return fill_metadata(self, draft, piece, error);
}

static gboolean
put(GuichetStore *self, const char *request_id, GuichetPiece *piece, gboolean replace,
    GError **error)
{
    guichet_store_heed(self);
    if (!check_shape(piece, error))
        return FALSE;
    g_autoptr(GuichetHashing) hashing = piece->content != NULL && piece->sha256 == NULL
                                            ? guichet_hashing_begin(piece->content)
                                            : NULL;
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    if (transaction == NULL)
        return FALSE;
    g_autoptr(GuichetDraft) draft =
        guichet_draft_open(self->database, self->kek, self->kiosk, request_id, error);
    return draft != NULL && check_room(self, request_id, piece, error) &&
           (!replace || delete_at(self, request_id, piece, error)) &&
           insert(self, draft, piece, &hashing, error) &&
           guichet_tally_count_capture(self->database, piece, error) &&
           guichet_store_touch(self, request_id, error) &&
           guichet_transaction_commit(transaction, error);
}

gboolean
guichet_store_put_piece(GuichetStore *self, const char *request_id, GuichetPiece *piece,
                        GError **error)
{
    return put(self, request_id, piece, TRUE, error);
}

gboolean
guichet_store_add_page(GuichetStore *self, const char *request_id, GuichetPiece *piece,
                       GError **error)
{
    return put(self, request_id, piece, FALSE, error);
}

/* --- removing --- */

static gboolean
delete_piece(GuichetStore *self, const char *request_id, const char *piece_id, GError **error)
{
    g_autoptr(GuichetQuery) query =
        guichet_query_new(self->database, "request/delete-piece", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":request", request_id);
    guichet_query_bind_text(query, ":id", piece_id);
    return guichet_query_run(query, error);
}

static gboolean
move_down(GuichetStore *self, const GuichetDraft *draft, GuichetPiece *piece, GError **error)
{
    piece->ordinal--;
    g_autoptr(GBytes) metadata = seal_metadata(draft, piece, error);
    g_autoptr(GuichetQuery) query =
        metadata != NULL ? guichet_query_new(self->database, "request/move-piece", error) : NULL;
    if (query == NULL)
        return FALSE;
    guichet_query_bind_text(query, ":id", piece->id);
    guichet_query_bind_int(query, ":ordinal", piece->ordinal);
    guichet_query_bind_bytes(query, ":metadata", metadata);
    return guichet_query_run(query, error);
}

/* In ascending order, so that each finds the place below it free. */
static gboolean
close_gap(GuichetStore *self, const GuichetDraft *draft, const GuichetPiece *removed,
          GError **error)
{
    g_autoptr(GPtrArray) pieces = guichet_store_read_pieces(self, draft, error);
    if (pieces == NULL)
        return FALSE;
    for (guint i = 0; i < pieces->len; i++) {
        GuichetPiece *piece = g_ptr_array_index(pieces, i);
        if (strcmp(piece->kind, removed->kind) == 0 && piece->ordinal > removed->ordinal &&
            !move_down(self, draft, piece, error))
            return FALSE;
    }
    return TRUE;
}

static GuichetPiece *
load_metadata(GuichetStore *self, const GuichetDraft *draft, const char *piece_id, GError **error)
{
    g_autoptr(GuichetQuery) query = find_piece(self, draft->request, piece_id, error);
    return query != NULL ? read_row(draft, query, error) : NULL;
}

gboolean
guichet_store_remove_piece(GuichetStore *self, const char *request_id, const char *piece_id,
                           GError **error)
{
    guichet_store_heed(self);
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(self->database, error);
    g_autoptr(GuichetDraft) draft =
        transaction != NULL
            ? guichet_draft_open(self->database, self->kek, self->kiosk, request_id, error)
            : NULL;
    g_autoptr(GuichetPiece) piece =
        draft != NULL ? load_metadata(self, draft, piece_id, error) : NULL;
    return piece != NULL && delete_piece(self, request_id, piece_id, error) &&
           close_gap(self, draft, piece, error) && guichet_store_touch(self, request_id, error) &&
           guichet_transaction_commit(transaction, error);
}
