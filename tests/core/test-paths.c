/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/paths.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"

typedef struct {
    char *folder;
    char *file;
} Place;

static void
set_up(Place *place, gconstpointer data)
{
    place->folder = g_dir_make_tmp("paths-XXXXXX", NULL);
    place->file = g_build_filename(place->folder, "file", NULL);
}

static void
tear_down(Place *place, gconstpointer data)
{
    g_autoptr(GDir) dir = g_dir_open(place->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(place->folder, name, NULL);
        g_remove(path);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->file);
}

static void
test_writes_and_reads(Place *place, gconstpointer data)
{
    static const char *const contents[] = {"first, longer", "second", ""};
    for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
        g_autoptr(GError) error = NULL;
        struct stat info;
        g_assert_true(guichet_write_file_durably(place->file, contents[i], strlen(contents[i]),
                                                 0600, &error));
        g_assert_no_error(error);
        g_autoptr(GBytes) bytes = guichet_read_file(place->file, 100, &error);
        g_assert_no_error(error);
        g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), contents[i],
                        strlen(contents[i]));
        g_assert_cmpint(stat(place->file, &info), ==, 0);
        g_assert_cmpint(info.st_mode & 0777, ==, 0600);
    }
    g_autofree char *left = g_strconcat(place->file, ".tmp", NULL);
    g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
}

static void
test_reads_within_the_limit(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_set_contents(place->file, "12345", 5, NULL));
    g_autoptr(GBytes) whole = guichet_read_file(place->file, 5, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_bytes_get_size(whole), ==, 5);
    g_assert_null(guichet_read_file(place->file, 4, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT);
}

static void
test_reads_only_files(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *pipe = g_build_filename(place->folder, "pipe", NULL);
    g_assert_null(guichet_read_file(place->file, 10, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(guichet_read_file(place->folder, 10, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    g_clear_error(&error);
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    g_assert_null(guichet_read_file(pipe, 10, &error)); /* and does not wait for a writer */
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    g_clear_error(&error);
    g_assert_null(guichet_read_file("/dev/zero", 10, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
}

static void
test_failed_write_leaves_the_old(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *nowhere = g_build_filename(place->folder, "no", "file", NULL);
    g_assert_false(guichet_write_file_durably(nowhere, "x", 1, 0600, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_autofree char *temporary = g_strconcat(place->file, ".tmp", NULL);
    g_assert_true(g_file_set_contents(place->file, "old", 3, NULL));
    g_assert_cmpint(g_mkdir(temporary, 0700), ==, 0);
    g_assert_false(guichet_write_file_durably(place->file, "new", 3, 0600, &error));
    g_autoptr(GBytes) old = guichet_read_file(place->file, 10, NULL);
    g_assert_cmpmem(g_bytes_get_data(old, NULL), g_bytes_get_size(old), "old", 3);
    g_assert_cmpint(g_rmdir(temporary), ==, 0);
}

/* Left by a write that was cut short, or a link to elsewhere: it goes, what it named stays. */
static void
test_what_stands_at_the_temporary_name_goes(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *temporary = g_strconcat(place->file, ".tmp", NULL);
    g_autofree char *victim = g_build_filename(place->folder, "victim", NULL);
    g_assert_true(g_file_set_contents(victim, "kept", 4, NULL));
    g_assert_cmpint(symlink(victim, temporary), ==, 0);
    g_assert_true(guichet_write_file_durably(place->file, "new", 3, 0600, &error));
    g_assert_no_error(error);
    g_autoptr(GBytes) new = guichet_read_file(place->file, 10, NULL);
    g_autoptr(GBytes) kept = guichet_read_file(victim, 10, NULL);
    g_assert_cmpmem(g_bytes_get_data(new, NULL), g_bytes_get_size(new), "new", 3);
    g_assert_cmpmem(g_bytes_get_data(kept, NULL), g_bytes_get_size(kept), "kept", 4);
    g_assert_false(g_file_test(temporary, G_FILE_TEST_EXISTS));
    g_assert_cmpint(g_unlink(victim), ==, 0);
}

/* As root, "-o /dev/null" would otherwise put a file of ours in the place of the device. */
static void
test_only_files_are_replaced(Place *place, gconstpointer data)
{
    g_autofree char *victim = g_build_filename(place->folder, "victim", NULL);
    g_assert_true(g_file_set_contents(victim, "kept", 4, NULL));
    g_assert_cmpint(symlink(victim, place->file), ==, 0);
    const char *const paths[] = {place->file, place->folder};
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(guichet_write_file_durably(paths[i], "new", 3, 0600, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
    g_assert_true(g_file_test(place->file, G_FILE_TEST_IS_SYMLINK));
    g_assert_cmpint(g_unlink(victim), ==, 0);
}

static void
test_names(void)
{
    g_autofree char *path = guichet_station_path("/srv/poste", "keys/sign.key");
    g_assert_cmpstr(path, ==, "/srv/poste/keys/sign.key");
    g_setenv("GUICHET_LIBEXECDIR", "/srv/helpers", TRUE);
    g_autofree char *helper = guichet_helper_path("guichet-device");
    g_assert_cmpstr(helper, ==, "/srv/helpers/guichet-device");
}

#define ADD(path, function) g_test_add(path, Place, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/core/paths/only-files-are-replaced", test_only_files_are_replaced);
    ADD("/core/paths/writes-and-reads", test_writes_and_reads);
    ADD("/core/paths/reads-within-the-limit", test_reads_within_the_limit);
    ADD("/core/paths/reads-only-files", test_reads_only_files);
    ADD("/core/paths/failed-write-leaves-the-old", test_failed_write_leaves_the_old);
    ADD("/core/paths/what-stands-at-the-temporary-name-goes",
        test_what_stands_at_the_temporary_name_goes);
    g_test_add_func("/core/paths/names", test_names);
    return g_test_run();
}
