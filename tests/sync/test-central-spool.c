/* SPDX-License-Identifier: EUPL-1.2 */
/* Uploads as files: offsets, locks, replacement, expiry, and files left by a kill. */
#include "sync/central/spool.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "core/error.h"

#define ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static char *
make_root(void)
{
    char *root = g_dir_make_tmp("guichet-spool-XXXXXX", NULL);
    g_autofree char *depots = g_build_filename(root, "depots", NULL);
    g_assert_nonnull(root);
    g_assert_cmpint(g_mkdir(depots, 0700), ==, 0);
    return root;
}

static void
remove_root(char *root)
{
    char *argv[] = {(char *)"rm", (char *)"-rf", root, NULL};
    g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    g_free(root);
}

static GuichetUpload *
create(const char *root, const char *id, gsize length)
{
    GError *error = NULL;
    GuichetUpload *upload = guichet_spool_create(root, "poste-1", id, length, &error);
    g_assert_no_error(error);
    return upload;
}

static void
append(GuichetUpload *upload, const char *text)
{
    GError *error = NULL;
    g_assert_true(guichet_upload_append(upload, text, strlen(text), &error));
    g_assert_no_error(error);
}

static void
test_resumes_at_the_size_of_the_file(void)
{
    char *root = make_root();
    GError *error = NULL;
    GuichetUpload *upload = create(root, ID, 10);
    append(upload, "abcd");
    guichet_upload_free(upload); /* what a kill leaves is the file, and nothing else counts */
    upload = guichet_spool_open(root, "poste-1", ID, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(upload->offset, ==, 4);
    g_assert_cmpuint(upload->length, ==, 10);
    append(upload, "efghij");
    g_assert_cmpuint(upload->offset, ==, 10);
    guichet_upload_free(upload);
    gsize length = 0, offset = 0;
    g_assert_true(guichet_spool_peek(root, "poste-1", ID, &length, &offset, &error));
    g_assert_cmpuint(length, ==, 10);
    g_assert_cmpuint(offset, ==, 10);
    remove_root(root);
}

static void
test_takes_no_byte_beyond_the_length(void)
{
    char *root = make_root();
    GError *error = NULL;
    g_autoptr(GuichetUpload) upload = create(root, ID, 3);
    g_assert_false(guichet_upload_append(upload, "abcd", 4, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_assert_cmpuint(upload->offset, ==, 0);
    g_clear_error(&error);
    remove_root(root);
}

static void
test_is_locked_while_open(void)
{
    char *root = make_root();
    GError *error = NULL;
    GuichetUpload *upload = create(root, ID, 10);
    g_assert_null(guichet_spool_open(root, "poste-1", ID, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY);
    g_clear_error(&error);
    g_assert_null(guichet_spool_create(root, "poste-1", ID, 11, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY);
    g_clear_error(&error);
    guichet_upload_free(upload);
    upload = guichet_spool_open(root, "poste-1", ID, &error);
    g_assert_no_error(error);
    guichet_upload_free(upload);
    remove_root(root);
}

static void
test_is_not_seen_by_another_station(void)
{
    char *root = make_root();
    GError *error = NULL;
    guichet_upload_free(create(root, ID, 10));
    g_assert_null(guichet_spool_open(root, "poste-2", ID, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    remove_root(root);
}

static void
test_another_length_begins_anew(void)
{
    char *root = make_root();
    GuichetUpload *upload = create(root, ID, 10);
    append(upload, "abcd");
    guichet_upload_free(upload);
    upload = create(root, ID, 12);
    g_assert_cmpuint(upload->offset, ==, 0);
    g_assert_cmpuint(upload->length, ==, 12);
    guichet_upload_free(upload);
    remove_root(root);
}

static void
test_a_station_has_a_bounded_number_of_uploads(void)
{
    char *root = make_root();
    GError *error = NULL;
    for (guint i = 0; i < GUICHET_SPOOL_MAX_PARTIAL; i++) {
        g_autofree char *id = g_strdup_printf("%064x", i);
        guichet_upload_free(create(root, id, 10));
    }
    g_assert_null(guichet_spool_create(root, "poste-1", ID, 10, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
    g_clear_error(&error);
    remove_root(root);
}

static void
test_a_stored_file_without_a_row_is_found_again(void)
{
    char *root = make_root();
    GError *error = NULL;
    GuichetUpload *upload = create(root, ID, 4);
    append(upload, "abcd");
    g_assert_true(guichet_upload_store(upload, root, &error));
    g_assert_null(guichet_spool_open(root, "poste-1", ID, &error)); /* the lock followed the file */
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY);
    g_clear_error(&error);
    guichet_upload_free(upload);
    upload = guichet_spool_open(root, "poste-1", ID, &error);
    g_assert_no_error(error);
    g_assert_true(upload->stored);
    g_assert_cmpuint(upload->offset, ==, 4);
    g_assert_cmpuint(upload->length, ==, 4);
    g_assert_true(guichet_upload_store(upload, root, &error)); /* again: nothing to move */
    guichet_upload_free(upload);
    upload = create(root, ID, 9); /* another length: it may have a row by now, so it stays */
    g_assert_true(upload->stored);
    g_assert_cmpuint(upload->length, ==, 4);
    guichet_upload_free(upload);
    remove_root(root);
}

static void
test_only_old_uploads_expire(void)
{
    char *root = make_root();
    GError *error = NULL;
    gint64 now = g_get_real_time();
    guichet_upload_free(create(root, ID, 10));
    GuichetUpload *busy = create(root, OTHER, 10);
    g_assert_cmpuint(guichet_spool_sweep(root, now), ==, 0);
    g_assert_cmpuint(guichet_spool_sweep(root, now + GUICHET_SPOOL_KEEP_US + G_TIME_SPAN_MINUTE),
                     ==, 1); /* not the one under a lock */
    guichet_upload_free(busy);
    g_assert_null(guichet_spool_open(root, "poste-1", ID, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    remove_root(root);
}

static void
test_ids_are_64_lower_case_digits(void)
{
    static const struct {
        const char *text;
        gboolean good;
    } cases[] = {
        {ID, TRUE},
        {"", FALSE},
        {NULL, FALSE},
        {"../../../../../../../../../../../../../../../../../../../../etc/pass", FALSE},
        {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", FALSE},
        {ID "a", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(guichet_spool_is_sha256(cases[i].text), ==, cases[i].good);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/central/spool/resumes-at-the-size-of-the-file",
                    test_resumes_at_the_size_of_the_file);
    g_test_add_func("/central/spool/takes-no-byte-beyond-the-length",
                    test_takes_no_byte_beyond_the_length);
    g_test_add_func("/central/spool/is-locked-while-open", test_is_locked_while_open);
    g_test_add_func("/central/spool/is-not-seen-by-another-station",
                    test_is_not_seen_by_another_station);
    g_test_add_func("/central/spool/another-length-begins-anew", test_another_length_begins_anew);
    g_test_add_func("/central/spool/a-station-has-a-bounded-number-of-uploads",
                    test_a_station_has_a_bounded_number_of_uploads);
    g_test_add_func("/central/spool/a-stored-file-without-a-row-is-found-again",
                    test_a_stored_file_without_a_row_is_found_again);
    g_test_add_func("/central/spool/only-old-uploads-expire", test_only_old_uploads_expire);
    g_test_add_func("/central/spool/ids-are-64-lower-case-digits",
                    test_ids_are_64_lower_case_digits);
    return g_test_run();
}
