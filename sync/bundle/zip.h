/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/**
 * The ZIP profile of FORMAT.md §2 (a subset of APPNOTE 6.3 and of ISO/IEC 21320-1): stored
 * members only, one fixed header each, nothing between, before or after. The writer's output is
 * a function of names and contents alone; the reader accepts exactly what the writer makes.
 */
#define GUICHET_ZIP_MAX_BYTES (64 * 1024 * 1024)
#define GUICHET_ZIP_MAX_MEMBERS 64
#define GUICHET_ZIP_MAX_NAME 96

typedef struct {
    char *name;
    GBytes *content;
    guint32 crc32;
    guint8 sha256[32]; /* of the content, once measured */
} GuichetZipMember;

GuichetZipMember *guichet_zip_member_new(const char *name, GBytes *content);
void guichet_zip_member_free(GuichetZipMember *member);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetZipMember, guichet_zip_member_free)

/* [A-Za-z0-9._/-], 1…96, relative, no empty, "." or ".." part. */
gboolean guichet_zip_is_name(const char *name);

/* The file as consecutive pieces (GBytes*): contents are referenced, not copied. @members:
 * GuichetZipMember*. GUICHET_ERROR_ARGUMENT or _LIMIT. */
GPtrArray *guichet_zip_write(GPtrArray *members, GError **error);
/* One block of memory of them. */
GBytes *guichet_zip_join(GPtrArray *segments);

/* The same without copying the large one: the memory of @segments[@index] goes on for @room bytes
 * of its own before and behind it, into which the others are written. NULL if they do not fit. */
GBytes *guichet_zip_join_around(GPtrArray *segments, guint index, gsize room);

/* GuichetZipMember* in order, their contents borrowed slices of @zip, CRCs checked, sha256 not
 * filled in. GUICHET_ERROR_MALFORMED, _LIMIT or _SIGNATURE (CRC). */
GPtrArray *guichet_zip_read(GBytes *zip, GError **error);
