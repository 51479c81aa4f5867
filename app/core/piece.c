/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/piece.h"

#include <string.h>

#include "core/digest.h"

GuichetPiece *
guichet_piece_new(const char *kind, guint ordinal, const char *media_type, GBytes *content,
                  const char *device, const char *attributes)
{
    GuichetPiece *piece =
        guichet_piece_new_unhashed(kind, ordinal, media_type, content, device, attributes);
    piece->sha256 = guichet_sha256_hex(g_bytes_get_data(content, NULL), piece->size);
    return piece;
}

GuichetPiece *
guichet_piece_new_unhashed(const char *kind, guint ordinal, const char *media_type, GBytes *content,
                           const char *device, const char *attributes)
{
    GuichetPiece *piece = g_new0(GuichetPiece, 1);
    piece->id = guichet_ulid_new();
    piece->kind = g_strdup(kind);
    piece->ordinal = ordinal;
    piece->media_type = g_strdup(media_type);
    piece->content = g_bytes_ref(content);
    piece->size = g_bytes_get_size(content);
    piece->captured = guichet_instant_now();
    piece->device = g_strdup(device);
    piece->attributes = g_strdup(attributes != NULL ? attributes : "{}");
    return piece;
}

GuichetPiece *
guichet_piece_new_impossible(const char *kind, const char *reason)
{
    GuichetPiece *piece = g_new0(GuichetPiece, 1);
    piece->id = guichet_ulid_new();
    piece->kind = g_strdup(kind);
    piece->ordinal = 1;
    piece->captured = guichet_instant_now();
    piece->attributes = g_strdup("{}");
    piece->impossible_reason = g_strdup(reason);
    return piece;
}

GuichetPiece *
guichet_piece_copy(const GuichetPiece *piece)
{
    GuichetPiece *copy = g_memdup2(piece, sizeof *piece);
    copy->id = g_strdup(piece->id);
    copy->kind = g_strdup(piece->kind);
    copy->media_type = g_strdup(piece->media_type);
    copy->content = piece->content != NULL ? g_bytes_ref(piece->content) : NULL;
    copy->sha256 = g_strdup(piece->sha256);
    copy->device = g_strdup(piece->device);
    copy->attributes = g_strdup(piece->attributes);
    copy->impossible_reason = g_strdup(piece->impossible_reason);
    return copy;
}

void
guichet_piece_free(GuichetPiece *piece)
{
    if (piece == NULL)
        return;
    g_free(piece->id);
    g_free(piece->kind);
    g_free(piece->media_type);
    g_clear_pointer(&piece->content, g_bytes_unref);
    g_free(piece->sha256);
    g_free(piece->device);
    g_free(piece->attributes);
    g_free(piece->impossible_reason);
    g_free(piece);
}

static const struct {
    const char *media_type;
    const char *extension;
    const char *magic;
    gsize magic_size;
} media_types[] = {
    {"image/jpeg", "jpg", "\xff\xd8\xff", 3},
    {"image/png", "png", "\x89PNG\r\n\x1a\n", 8},
    {"application/pdf", "pdf", "%PDF-", 5},
};

const char *
guichet_media_type_sniff(GBytes *content)
{
    gsize size;
    const char *bytes = g_bytes_get_data(content, &size);
    for (gsize i = 0; i < G_N_ELEMENTS(media_types); i++)
        if (size >= media_types[i].magic_size &&
            memcmp(bytes, media_types[i].magic, media_types[i].magic_size) == 0)
            return media_types[i].media_type;
    if (size > 0 && memchr(bytes, '\0', size) == NULL && g_utf8_validate_len(bytes, size, NULL))
        return "text/plain";
    return NULL;
}

const char *
guichet_media_type_extension(const char *media_type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(media_types); i++)
        if (strcmp(media_type, media_types[i].media_type) == 0)
            return media_types[i].extension;
    return strcmp(media_type, "text/plain") == 0 ? "txt" : "bin";
}
