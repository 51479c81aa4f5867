/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/zip.h"

#include <string.h>
#include <zlib.h>

#include "core/error.h"

/* Two members, "a" (3 bytes) and "b/c.txt" (5 bytes), and where their headers stand. */
enum {
    LOCAL_A = 0,
    LOCAL_B = 30 + 1 + 3,
    CENTRAL_A = LOCAL_B + 30 + 7 + 5,
    CENTRAL_B = CENTRAL_A + 46 + 1,
    END = CENTRAL_B + 46 + 7,
    SIZE = END + 22
};

static void
add(GPtrArray *members, const char *name, const char *text)
{
    g_autoptr(GBytes) content = g_bytes_new_static(text, strlen(text));
    GuichetZipMember *member = guichet_zip_member_new(name, content);
    member->crc32 = (guint32)crc32(0, (const guint8 *)text, (uInt)strlen(text));
    g_ptr_array_add(members, member);
}

static GPtrArray *
new_members(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)guichet_zip_member_free);
}

static GBytes *
make(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) members = new_members();
    add(members, "a", "abc");
    add(members, "b/c.txt", "hello");
    g_autoptr(GPtrArray) segments = guichet_zip_write(members, &error);
    g_assert_no_error(error);
    GBytes *zip = guichet_zip_join(segments);
    g_assert_cmpuint(g_bytes_get_size(zip), ==, SIZE);
    return zip;
}

static void
test_round_trip(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) zip = make();
    g_autoptr(GPtrArray) members = guichet_zip_read(zip, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(members->len, ==, 2);
    const GuichetZipMember *b = members->pdata[1];
    g_assert_cmpstr(b->name, ==, "b/c.txt");
    g_assert_cmpmem(g_bytes_get_data(b->content, NULL), g_bytes_get_size(b->content), "hello", 5);
}

static void
test_empty(void)
{
    g_autoptr(GPtrArray) none = new_members();
    g_autoptr(GPtrArray) segments = guichet_zip_write(none, NULL);
    g_autoptr(GBytes) zip = guichet_zip_join(segments);
    g_autoptr(GPtrArray) members = guichet_zip_read(zip, NULL);
    g_assert_nonnull(members);
    g_assert_cmpuint(members->len, ==, 0);
}

/* Joined around the content of "b/c.txt": as good as joined, or not at all. */
static void
test_join_around(void)
{
    g_autoptr(GBytes) good = make();
    g_autoptr(GPtrArray) members = guichet_zip_read(good, NULL);
    for (gsize room = 0; room < 300; room += 10) {
        guint8 *memory = g_malloc0(2 * room + 5);
        memcpy(memory + room, "hello", 5);
        GuichetZipMember *b = members->pdata[1];
        g_bytes_unref(b->content);
        b->content = g_bytes_new_with_free_func(memory + room, 5, g_free, memory);
        g_autoptr(GPtrArray) segments = guichet_zip_write(members, NULL);
        g_autoptr(GBytes) joined = guichet_zip_join_around(segments, segments->len - 2, room);
        gsize behind = SIZE - CENTRAL_A; /* more than before it */
        g_assert_true((joined != NULL) == (room >= behind));
        if (joined != NULL)
            g_assert_true(g_bytes_equal(joined, good));
        g_autoptr(GPtrArray) again = joined != NULL ? guichet_zip_read(joined, NULL) : NULL;
        g_assert_true((again != NULL) == (joined != NULL));
    }
}

/* One deviation each, made by hand: our writer cannot. */
static void
test_deviations(void)
{
    static const struct {
        const char *what;
        gsize at;
        const char *bytes;
        gsize size;
    } cases[] = {
        {"compressed, in both headers' method of a", CENTRAL_A + 10, "\x08", 1},
        {"compressed local method", LOCAL_A + 8, "\x08", 1},
        {"encrypted flag", CENTRAL_A + 8, "\x01", 1},
        {"data descriptor flag", LOCAL_A + 6, "\x08", 1},
        {"UTF-8 flag", CENTRAL_A + 9, "\x08", 1},
        {"version of ZIP64", CENTRAL_A + 6, "\x2d", 1},
        {"another date", LOCAL_A + 12, "\x22", 1},
        {"another time", CENTRAL_A + 12, "\x01", 1},
        {"extra field, local", LOCAL_A + 28, "\x01", 1},
        {"extra field, central", CENTRAL_A + 30, "\x01", 1},
        {"member comment", CENTRAL_A + 32, "\x01", 1},
        {"another disk", CENTRAL_A + 34, "\x01", 1},
        {"text attribute", CENTRAL_A + 36, "\x01", 1},
        {"symbolic link", CENTRAL_A + 40, "\xff\xa1", 2},
        {"set-uid file", CENTRAL_A + 40, "\xed\x89", 2},
        {"wrong CRC, local", LOCAL_A + 14, "\x00", 1},
        {"size of ZIP64", CENTRAL_A + 20, "\xff\xff\xff\xff", 4},
        {"larger than the file", CENTRAL_B + 20, "\x40\x00\x00\x00\x40", 5},
        {"longer, over the next", CENTRAL_A + 20, "\x04\x00\x00\x00\x04", 5},
        {"shorter, leaves a gap", CENTRAL_A + 20, "\x02\x00\x00\x00\x02", 5},
        {"sizes differ", CENTRAL_A + 24, "\x02", 1},
        {"second member at the first's place", CENTRAL_B + 42, "\x00", 1},
        {"offset outside", CENTRAL_B + 42, "\xff\xff\xff\x7f", 4},
        {"names differ", LOCAL_A + 30, "z", 1},
        {"name without length", CENTRAL_A + 28, "\x00", 1},
        {"name beyond the directory", CENTRAL_B + 28, "\x60", 1},
        {"archive comment", END + 20, "\x01", 1},
        {"fewer members", END + 8, "\x01\x00\x01", 3},
        {"more members", END + 8, "\x03\x00\x03", 3},
        {"counts differ", END + 8, "\x01", 1},
        {"another disk, end", END + 4, "\x01", 1},
        {"directory elsewhere", END + 16, "\x01", 1},
        {"directory size", END + 12, "\x01", 1},
        {"directory beyond the end", END + 16, "\xff\xff\xff\xff", 4},
    };
    g_autoptr(GBytes) good = make();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(good, NULL), SIZE);
        g_assert_cmpint(memcmp(bytes + cases[i].at, cases[i].bytes, cases[i].size), !=, 0);
        memcpy(bytes + cases[i].at, cases[i].bytes, cases[i].size);
        g_autoptr(GBytes) bad = g_bytes_new(bytes, SIZE);
        g_test_message("%s", cases[i].what);
        g_assert_null(guichet_zip_read(bad, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    }
}

/* The same byte in both headers: each must be refused for what it says, not for a difference. */
static void
test_deviations_in_both(void)
{
    static const struct {
        gsize local, central;
        const char *bytes;
        gsize size;
        GuichetErrorCode code;
    } cases[] = {
        {8, 10, "\x08", 1, GUICHET_ERROR_MALFORMED},  /* deflate */
        {6, 8, "\x08", 1, GUICHET_ERROR_MALFORMED},   /* data descriptor */
        {12, 14, "\x22", 1, GUICHET_ERROR_MALFORMED}, /* date */
        {14, 16, "\x00", 1, GUICHET_ERROR_SIGNATURE}, /* CRC */
        {30, 46, "/", 1, GUICHET_ERROR_MALFORMED},    /* absolute name */
        {30, 46, ".", 1, GUICHET_ERROR_MALFORMED},    /* "." */
        {30, 46, "\\", 1, GUICHET_ERROR_MALFORMED},   /* Windows path */
        {30, 46, "\x00", 1, GUICHET_ERROR_MALFORMED}, /* NUL */
        {30, 46, "\xe9", 1, GUICHET_ERROR_MALFORMED}, /* not ASCII */
    };
    g_autoptr(GBytes) good = make();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(good, NULL), SIZE);
        memcpy(bytes + LOCAL_A + cases[i].local, cases[i].bytes, cases[i].size);
        memcpy(bytes + CENTRAL_A + cases[i].central, cases[i].bytes, cases[i].size);
        g_autoptr(GBytes) bad = g_bytes_new(bytes, SIZE);
        g_assert_null(guichet_zip_read(bad, &error));
        g_assert_error(error, GUICHET_ERROR, (int)cases[i].code);
    }
}

static void
test_every_bit(void)
{
    g_autoptr(GBytes) good = make();
    g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(good, NULL), SIZE);
    for (gsize i = 0; i < SIZE * 8; i++) {
        bytes[i / 8] ^= (guint8)(1 << i % 8);
        g_autoptr(GBytes) bad = g_bytes_new(bytes, SIZE);
        g_autoptr(GPtrArray) members = guichet_zip_read(bad, NULL);
        /* a letter of a name in both headers cannot change by one bit alone */
        g_assert_null(members);
        bytes[i / 8] ^= (guint8)(1 << i % 8);
    }
    for (gsize size = 0; size < SIZE; size++) {
        g_autoptr(GBytes) bad = g_bytes_new(bytes, size);
        g_assert_null(guichet_zip_read(bad, NULL));
    }
}

static void
test_names(void)
{
    static const struct {
        const char *name;
        gboolean ok;
    } cases[] = {
        {"a", TRUE},
        {"data/photo-1.jpg", TRUE},
        {"META-INF/x.p7s", TRUE},
        {"a..b", TRUE},
        {"", FALSE},
        {"/a", FALSE},
        {"a/", FALSE},
        {"a//b", FALSE},
        {"../a", FALSE},
        {"a/../b", FALSE},
        {"a/.", FALSE},
        {"a b", FALSE},
        {"a\\b", FALSE},
        {"a:b", FALSE},
        {"\xc3\xa9", FALSE},
        {"a\nb", FALSE},
        {"C:a", FALSE},
        {"a*", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(guichet_zip_is_name(cases[i].name), ==, cases[i].ok);
    g_autofree char *longest = g_strnfill(GUICHET_ZIP_MAX_NAME, 'a');
    g_autofree char *longer = g_strnfill(GUICHET_ZIP_MAX_NAME + 1, 'a');
    g_assert_true(guichet_zip_is_name(longest));
    g_assert_false(guichet_zip_is_name(longer));
}

static void
test_duplicates(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) members = new_members();
    add(members, "data/a", "1");
    add(members, "DATA/A", "2");
    g_assert_null(guichet_zip_write(members, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    g_clear_error(&error);
    /* two names that differ, then the second made the first's twin in another case */
    g_autoptr(GPtrArray) other = new_members();
    add(other, "data/a", "1");
    add(other, "data/b", "1");
    g_autoptr(GPtrArray) segments = guichet_zip_write(other, NULL);
    g_autoptr(GBytes) zip = guichet_zip_join(segments);
    gsize size;
    guint8 *bytes = g_bytes_unref_to_data(g_steal_pointer(&zip), &size);
    for (guint8 *p = bytes; (p = memmem(p, size - (gsize)(p - bytes), "data/b", 6)) != NULL;)
        memcpy(p, "data/A", 6);
    zip = g_bytes_new_take(bytes, size);
    g_assert_null(guichet_zip_read(zip, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
}

static void
test_limits(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) many = new_members();
    for (guint i = 0; i <= GUICHET_ZIP_MAX_MEMBERS; i++) {
        g_autofree char *name = g_strdup_printf("m%u", i);
        add(many, name, "x");
    }
    g_assert_null(guichet_zip_write(many, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_clear_error(&error);
    g_autoptr(GBytes) large =
        g_bytes_new_take(g_malloc0(GUICHET_ZIP_MAX_BYTES + 1), GUICHET_ZIP_MAX_BYTES + 1);
    g_assert_null(guichet_zip_read(large, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_clear_error(&error);
    g_autoptr(GPtrArray) one = new_members();
    g_ptr_array_add(one, guichet_zip_member_new("large", large));
    g_assert_null(guichet_zip_write(one, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sync/zip/members-come-back-in-order", test_round_trip);
    g_test_add_func("/sync/zip/no-members-is-a-file-too", test_empty);
    g_test_add_func("/sync/zip/joins-in-place-where-there-is-room", test_join_around);
    g_test_add_func("/sync/zip/each-deviation-is-refused", test_deviations);
    g_test_add_func("/sync/zip/each-agreed-deviation-is-refused", test_deviations_in_both);
    g_test_add_func("/sync/zip/every-changed-bit-and-length-is-refused", test_every_bit);
    g_test_add_func("/sync/zip/names-cannot-leave-the-folder", test_names);
    g_test_add_func("/sync/zip/names-differ-by-more-than-case", test_duplicates);
    g_test_add_func("/sync/zip/too-much-is-refused-both-ways", test_limits);
    return g_test_run();
}
