/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/secret.h"

#include <string.h>

static void
test_keeps_its_bytes(void)
{
    static const guint8 bytes[] = {0, 1, 2, 0xff, 0};
    g_autoptr(GuichetSecret) secret = guichet_secret_new(bytes, sizeof bytes);
    g_assert_cmpmem(guichet_secret_bytes(secret), guichet_secret_size(secret), bytes, sizeof bytes);
    g_autoptr(GuichetSecret) same = guichet_secret_ref(secret);
    g_assert_true(guichet_secret_bytes(same) == guichet_secret_bytes(secret));
}

static void
test_passphrase_may_be_empty(void)
{
    g_autoptr(GuichetSecret) empty = guichet_secret_new_string("");
    g_autoptr(GuichetSecret) phrase = guichet_secret_new_string("été");
    g_assert_cmpuint(guichet_secret_size(empty), ==, 0);
    g_assert_cmpstr((const char *)guichet_secret_bytes(empty), ==, "");
    g_assert_cmpuint(guichet_secret_size(phrase), ==, strlen("été"));
    g_assert_cmpstr((const char *)guichet_secret_bytes(phrase), ==, "été");
}

static void
test_largest(void)
{
    g_autofree guint8 *bytes = g_malloc(GUICHET_SECRET_MAX);
    memset(bytes, 0xa5, GUICHET_SECRET_MAX);
    g_autoptr(GuichetSecret) secret = guichet_secret_new(bytes, GUICHET_SECRET_MAX);
    g_assert_cmpmem(guichet_secret_bytes(secret), guichet_secret_size(secret), bytes,
                    GUICHET_SECRET_MAX);
    g_assert_cmpuint(guichet_secret_bytes(secret)[GUICHET_SECRET_MAX], ==, 0);
}

static void
test_equality(void)
{
    g_autoptr(GuichetSecret) a = guichet_secret_new_string("abc");
    g_autoptr(GuichetSecret) b = guichet_secret_new_string("abc");
    g_autoptr(GuichetSecret) c = guichet_secret_new_string("abd");
    g_autoptr(GuichetSecret) d = guichet_secret_new_string("abcd");
    g_assert_true(guichet_secret_equal(a, b));
    g_assert_false(guichet_secret_equal(a, c));
    g_assert_false(guichet_secret_equal(a, d));
}

static void
test_random_ones_differ(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetSecret) a = guichet_secret_new_random(32, &error);
    g_autoptr(GuichetSecret) b = guichet_secret_new_random(32, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(guichet_secret_size(a), ==, 32);
    g_assert_false(guichet_secret_equal(a, b));
}

/* A core dump must not hold the page: the kernel says so in smaps. */
static void
test_left_out_of_dumps(void)
{
    g_autoptr(GuichetSecret) secret = guichet_secret_new_string("motdepasse");
    g_autofree char *smaps = NULL;
    if (!g_file_get_contents("/proc/self/smaps", &smaps, NULL, NULL)) {
        g_test_skip("no /proc/self/smaps here");
        return;
    }
    g_autofree char *start =
        g_strdup_printf("\n%lx-", (unsigned long)(gsize)guichet_secret_bytes(secret));
    const char *mapping = strstr(smaps, start);
    if (mapping == NULL) {
        g_test_skip("the kernel joined the page with a neighbour");
        return;
    }
    const char *flags = strstr(mapping, "VmFlags:");
    g_autofree char *line = g_strndup(flags, strcspn(flags, "\n"));
    g_assert_nonnull(strstr(line, " dd"));
}

static void
test_wipe_takes_nothing(void)
{
    guichet_wipe_free(NULL, 0);
    guichet_wipe_free(g_strdup("motdepasse"), 10);
}

#ifndef __SANITIZE_ADDRESS__
#define SCRAP_BYTES 64
#define LIST_BYTES 16 /* what the allocator itself writes into free memory */

static void
assert_wiped(const volatile guint8 *bytes)
{
    for (gsize i = LIST_BYTES; i < SCRAP_BYTES; i++)
        g_assert_cmpuint(bytes[i], ==, 0);
}

/* Reads memory after it was given back, on purpose. */
static void
test_freed_memory_is_wiped(void)
{
    guint8 *heap = g_malloc(SCRAP_BYTES), *slice = g_slice_alloc(SCRAP_BYTES);
    guintptr of_heap = (guintptr)heap, of_slice = (guintptr)slice;
    memset(heap, 0xa5, SCRAP_BYTES);
    memset(slice, 0xa5, SCRAP_BYTES);
    g_free(heap);
    assert_wiped((const volatile guint8 *)of_heap);
    g_slice_free1(SCRAP_BYTES, slice);
    assert_wiped((const volatile guint8 *)of_slice);
}
#endif

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/secret/keeps-its-bytes", test_keeps_its_bytes);
    g_test_add_func("/core/secret/passphrase-may-be-empty", test_passphrase_may_be_empty);
    g_test_add_func("/core/secret/largest-fits", test_largest);
    g_test_add_func("/core/secret/equality", test_equality);
    g_test_add_func("/core/secret/random-ones-differ", test_random_ones_differ);
    g_test_add_func("/core/secret/left-out-of-dumps", test_left_out_of_dumps);
    g_test_add_func("/core/secret/wipe-takes-nothing", test_wipe_takes_nothing);
#ifndef __SANITIZE_ADDRESS__
    g_test_add_func("/core/secret/freed-memory-is-wiped", test_freed_memory_is_wiped);
#endif
    return g_test_run();
}
