/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/zip.h"

#include <libdeflate.h>
#include <string.h>

#include "core/error.h"
#include "core/megabytes.h"

#include <glib/gi18n-lib.h>

#define LOCAL_SIZE 30
#define CENTRAL_SIZE 46
#define END_SIZE 22

/* What every header says, in both places where it stands (APPNOTE §4.4): version needed 1.0,
 * no flags, stored, 1980-01-01 00:00:00. */
static const guint8 local_start[] = {'P', 'K', 3, 4, 10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0};
/* made by Unix, specification 3.0: what Info-ZIP's zip writes too */
static const guint8 central_start[] = {'P', 'K', 1, 2, 30, 3, 10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0};
/* no extra field, comment, disk or internal attribute; a regular file, rw-r--r-- */
static const guint8 central_rest[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa4, 0x81};
static const guint8 end_start[] = {'P', 'K', 5, 6, 0, 0, 0, 0};

GuichetZipMember *
guichet_zip_member_new(const char *name, GBytes *content)
{
    GuichetZipMember *member = g_new0(GuichetZipMember, 1);
    member->name = g_strdup(name);
    member->content = g_bytes_ref(content);
    return member;
}

void
guichet_zip_member_free(GuichetZipMember *member)
{
    if (member == NULL)
        return;
    g_free(member->name);
    g_bytes_unref(member->content);
    g_free(member);
}

gboolean
guichet_zip_is_name(const char *name)
{
    gsize size = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-");
    if (size < 1 || size > GUICHET_ZIP_MAX_NAME || name[size] != '\0')
        return FALSE;
    g_auto(GStrv) parts = g_strsplit(name, "/", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        if (*parts[i] == '\0' || strcmp(parts[i], ".") == 0 || strcmp(parts[i], "..") == 0)
            return FALSE;
    return TRUE;
}

/* --- writing --- */

static void
append_16(GByteArray *bytes, guint value)
{
    guint16 little = GUINT16_TO_LE((guint16)value);
    g_byte_array_append(bytes, (const guint8 *)&little, sizeof little);
}

static void
append_32(GByteArray *bytes, gsize value)
{
    guint32 little = GUINT32_TO_LE((guint32)value);
    g_byte_array_append(bytes, (const guint8 *)&little, sizeof little);
}

/* CRC, both sizes and the length of the name: the same in both headers. */
static void
append_measures(GByteArray *bytes, const GuichetZipMember *member)
{
    append_32(bytes, member->crc32);
    append_32(bytes, g_bytes_get_size(member->content));
    append_32(bytes, g_bytes_get_size(member->content));
    append_16(bytes, (guint)strlen(member->name));
}

static void
append_local(GByteArray *bytes, const GuichetZipMember *member)
{
    g_byte_array_append(bytes, local_start, sizeof local_start);
    append_measures(bytes, member);
    append_16(bytes, 0);
    g_byte_array_append(bytes, (const guint8 *)member->name, (guint)strlen(member->name));
}

static void
append_central(GByteArray *bytes, const GuichetZipMember *member, gsize offset)
{
    g_byte_array_append(bytes, central_start, sizeof central_start);
    append_measures(bytes, member);
    g_byte_array_append(bytes, central_rest, sizeof central_rest);
    append_32(bytes, offset);
    g_byte_array_append(bytes, (const guint8 *)member->name, (guint)strlen(member->name));
}

static void
append_end(GByteArray *bytes, guint n_members, gsize central_size, gsize central_offset)
{
    g_byte_array_append(bytes, end_start, sizeof end_start);
    append_16(bytes, n_members);
    append_16(bytes, n_members);
    append_32(bytes, central_size);
    append_32(bytes, central_offset);
    append_16(bytes, 0);
}

/* FAT and exFAT sticks, and people, do not tell "A" from "a". */
static gboolean
add_name(GHashTable *names, const char *name)
{
    return g_hash_table_add(names, g_ascii_strdown(name, -1));
}

static gboolean
fail_limit(GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                _("Le conteneur dépasse %d membres ou %d Mo : faites plusieurs envois"),
                GUICHET_ZIP_MAX_MEMBERS, guichet_megabytes(GUICHET_ZIP_MAX_BYTES));
    return FALSE;
}

static gboolean
check_members(GPtrArray *members, GError **error)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gsize size = END_SIZE;
    if (members->len > GUICHET_ZIP_MAX_MEMBERS)
        return fail_limit(error);
    for (guint i = 0; i < members->len; i++) {
        const GuichetZipMember *member = members->pdata[i];
        if (!guichet_zip_is_name(member->name) || !add_name(names, member->name)) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                        _("« %s » ne peut pas nommer un membre du conteneur : nom en double ou "
                          "caractère interdit"),
                        member->name);
            return FALSE;
        }
        size += LOCAL_SIZE + CENTRAL_SIZE + 2 * strlen(member->name);
        gsize content = g_bytes_get_size(member->content);
        if (content > GUICHET_ZIP_MAX_BYTES || size + content > GUICHET_ZIP_MAX_BYTES)
            return fail_limit(error);
        size += content;
    }
    return TRUE;
}

GPtrArray *
guichet_zip_write(GPtrArray *members, GError **error)
{
    if (!check_members(members, error))
        return NULL;
    GPtrArray *segments = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(GByteArray) central = g_byte_array_new();
    gsize offset = 0;
    for (guint i = 0; i < members->len; i++) {
        const GuichetZipMember *member = members->pdata[i];
        GByteArray *local = g_byte_array_new();
        append_local(local, member);
        append_central(central, member, offset);
        offset += local->len + g_bytes_get_size(member->content);
        g_ptr_array_add(segments, g_byte_array_free_to_bytes(local));
        g_ptr_array_add(segments, g_bytes_ref(member->content));
    }
    append_end(central, members->len, central->len, offset);
    g_ptr_array_add(segments, g_byte_array_free_to_bytes(g_steal_pointer(&central)));
    return segments;
}

static gsize
total_size(GPtrArray *segments, guint from, guint to)
{
    gsize size = 0;
    for (guint i = from; i < to; i++)
        size += g_bytes_get_size(segments->pdata[i]);
    return size;
}

static void
copy(GPtrArray *segments, guint from, guint to, guint8 *at)
{
    for (guint i = from; i < to; i++) {
        gsize size;
        const void *bytes = g_bytes_get_data(segments->pdata[i], &size);
        if (size > 0)
            memcpy(at, bytes, size);
        at += size;
    }
}

GBytes *
guichet_zip_join(GPtrArray *segments)
{
    gsize size = total_size(segments, 0, segments->len);
    guint8 *bytes = g_malloc(size);
    copy(segments, 0, segments->len, bytes);
    return g_bytes_new_take(bytes, size);
}

/* Not g_bytes_unref() itself: by that pointer GLib knows slices, which lie inside their parent. */
static void
release_large(gpointer bytes)
{
    g_bytes_unref(bytes);
}

GBytes *
guichet_zip_join_around(GPtrArray *segments, guint index, gsize room)
{
    gsize before = total_size(segments, 0, index);
    gsize behind = total_size(segments, index + 1, segments->len);
    gsize size;
    guint8 *large = (guint8 *)g_bytes_get_data(segments->pdata[index], &size);
    if (before > room || behind > room)
        return NULL;
    copy(segments, 0, index, large - before);
    copy(segments, index + 1, segments->len, large + size);
    return g_bytes_new_with_free_func(large - before, before + size + behind, release_large,
                                      g_bytes_ref(segments->pdata[index]));
}

/* --- reading --- */

typedef struct {
    GBytes *zip;
    const guint8 *bytes;
    gsize size;
    gsize central; /* offset of the central directory */
    guint n_members;
} Reader;

static gboolean
fail_malformed(GError **error, gsize at, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("Le conteneur n’est pas au profil attendu (octet %zu : %s) : le fichier est "
                  "abîmé ou vient d’ailleurs, il est refusé"),
                at, reason);
    return FALSE;
}

static guint
read_16(const guint8 *bytes)
{
    return (guint)bytes[0] | (guint)bytes[1] << 8;
}

static gsize
read_32(const guint8 *bytes)
{
    return (gsize)read_16(bytes) | (gsize)read_16(bytes + 2) << 16;
}

static gboolean
read_end(Reader *reader, GError **error)
{
    if (reader->size < END_SIZE)
        return fail_malformed(error, 0, _("trop court"));
    gsize at = reader->size - END_SIZE;
    const guint8 *end = reader->bytes + at;
    reader->n_members = read_16(end + 8);
    gsize central_size = read_32(end + 12);
    reader->central = read_32(end + 16);
    if (memcmp(end, end_start, sizeof end_start) != 0 || read_16(end + 20) != 0 ||
        read_16(end + 10) != reader->n_members || reader->central > at ||
        central_size != at - reader->central)
        return fail_malformed(error, at, _("fin de répertoire"));
    if (reader->n_members > GUICHET_ZIP_MAX_MEMBERS)
        return fail_limit(error);
    return TRUE;
}

/* The central header at *@central must be the one that our writer makes for the local header at
 * *@local, byte by byte. Both offsets move behind what was read. */
static GuichetZipMember *
read_member(Reader *reader, gsize *local, gsize *central, GError **error)
{
    gsize central_left = reader->size - END_SIZE - *central;
    gsize local_left = reader->central - *local;
    const guint8 *directory = reader->bytes + *central;
    gsize name_size = central_left >= CENTRAL_SIZE ? read_16(directory + 28) : 0;
    if (name_size < 1 || name_size > GUICHET_ZIP_MAX_NAME ||
        central_left < CENTRAL_SIZE + name_size || local_left < LOCAL_SIZE + name_size) {
        fail_malformed(error, *central, _("répertoire"));
        return NULL;
    }
    gsize content_size = read_32(directory + 20);
    if (content_size > local_left - LOCAL_SIZE - name_size) {
        fail_malformed(error, *central, _("taille"));
        return NULL;
    }
    g_autofree char *name = g_strndup((const char *)directory + CENTRAL_SIZE, name_size);
    g_autoptr(GBytes) content =
        g_bytes_new_from_bytes(reader->zip, *local + LOCAL_SIZE + name_size, content_size);
    g_autoptr(GuichetZipMember) member = guichet_zip_member_new(name, content);
    member->crc32 = (guint32)read_32(directory + 16);
    g_autoptr(GByteArray) expected = g_byte_array_new();
    append_central(expected, member, *local);
    if (strlen(name) != name_size || memcmp(directory, expected->data, expected->len) != 0) {
        fail_malformed(error, *central, _("répertoire"));
        return NULL;
    }
    g_byte_array_set_size(expected, 0);
    append_local(expected, member);
    if (memcmp(reader->bytes + *local, expected->data, expected->len) != 0) {
        fail_malformed(error, *local, _("en-tête"));
        return NULL;
    }
    *local += LOCAL_SIZE + name_size + content_size;
    *central += CENTRAL_SIZE + name_size;
    return g_steal_pointer(&member);
}

static gboolean
check_member(const GuichetZipMember *member, GHashTable *names, GError **error)
{
    if (!guichet_zip_is_name(member->name) || !add_name(names, member->name)) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                            _("Le conteneur a un membre au nom interdit ou en double : il est "
                              "refusé"));
        return FALSE;
    }
    gsize size;
    const guint8 *bytes = g_bytes_get_data(member->content, &size);
    if (libdeflate_crc32(0, bytes, size) == member->crc32)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                _("Le membre « %s » est abîmé (CRC) : demandez le fichier à nouveau"),
                member->name);
    return FALSE;
}

GPtrArray *
guichet_zip_read(GBytes *zip, GError **error)
{
    Reader reader = {.zip = zip};
    reader.bytes = g_bytes_get_data(zip, &reader.size);
    if (reader.size > GUICHET_ZIP_MAX_BYTES) {
        fail_limit(error);
        return NULL;
    }
    if (!read_end(&reader, error))
        return NULL;
    g_autoptr(GPtrArray) members =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_zip_member_free);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gsize local = 0, central = reader.central;
    for (guint i = 0; i < reader.n_members; i++) {
        GuichetZipMember *member = read_member(&reader, &local, &central, error);
        if (member == NULL)
            return NULL;
        g_ptr_array_add(members, member);
        if (!check_member(member, names, error))
            return NULL;
    }
    if (local != reader.central || central != reader.size - END_SIZE) {
        fail_malformed(error, local, _("octets sans membre"));
        return NULL;
    }
    return g_steal_pointer(&members);
}
