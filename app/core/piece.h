/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/clock.h"

/**
 * A piece: one captured item of a request. Either it has content, or it says why it can't be
 * had (@impossible_reason), never both.
 */
typedef struct {
    char *id;                /* ULID */
    char *kind;              /* id of the piece in the procedure: "photo", "right-index" … */
    guint ordinal;           /* page within the kind, from 1 */
    char *media_type;        /* "image/jpeg", "image/png", "application/pdf", "text/plain" */
    GBytes *content;         /* NULL in lists and when impossible */
    char *sha256;            /* 64 lower-case hex digits of content; NULL when impossible */
    gsize size;              /* bytes of content */
    GuichetInstant captured; /* when it was accepted */
    char *device;            /* what captured it: "uru4000 05ba:000a", "sane test:0", "file" */
    char *attributes;        /* JSON object as text: dpi, width, height … ; "{}" at least */
    char *impossible_reason; /* a reason id of the procedure, or NULL */
} GuichetPiece;

#define GUICHET_PIECE_MAX_BYTES (16 * 1024 * 1024)
#define GUICHET_REQUEST_MAX_PIECES 48
#define GUICHET_REQUEST_MAX_BYTES (56 * 1024 * 1024)

/* A piece captured now: id, sha256, size and instant are filled in. Takes no ownership. */
GuichetPiece *guichet_piece_new(const char *kind, guint ordinal, const char *media_type,
                                GBytes *content, const char *device, const char *attributes);
/* The same with a sha256 of NULL: the store fills it in, hashing while it encrypts. */
GuichetPiece *guichet_piece_new_unhashed(const char *kind, guint ordinal, const char *media_type,
                                         GBytes *content, const char *device,
                                         const char *attributes);
GuichetPiece *guichet_piece_new_impossible(const char *kind, const char *reason);
GuichetPiece *guichet_piece_copy(const GuichetPiece *piece);
void guichet_piece_free(GuichetPiece *piece);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetPiece, guichet_piece_free)

/* What the bytes are, from their first bytes alone: a media type of the list above, or NULL. */
const char *guichet_media_type_sniff(GBytes *content);
/* "jpg", "png", "pdf", "txt"; "bin" for anything else. Static. */
const char *guichet_media_type_extension(const char *media_type);
