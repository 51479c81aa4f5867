/* SPDX-License-Identifier: EUPL-1.2 */
/* Making a centre: whole or not at all, and never over one that is there. */
#include "sync/central/centre.h"

#include <glib/gstdio.h>

#include "core/error.h"

static const GuichetCentreInit demo = {"Centre", NULL, "127.0.0.1", NULL};

static void
remove_root(char *root)
{
    char *argv[] = {(char *)"rm", (char *)"-rf", root, NULL};
    g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    g_free(root);
}

static void
remove_file(const char *root, const char *name)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    g_assert_cmpint(g_unlink(path), ==, 0);
}

/* A kill may leave any beginning of the keys and certificates, in the order of their making. */
static void
begins_again_what_was_cut_short(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    char *root = g_dir_make_tmp("guichet-centre-XXXXXX", NULL);
    g_assert_true(guichet_centre_init(root, &demo, &first, &error));
    g_assert_no_error(error);
    remove_file(root, "centre.json");
    remove_file(root, "pki/centre-seal.crt");
    g_assert_true(guichet_centre_init(root, &demo, &second, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(first, !=, second);
    g_autofree char *path = g_build_filename(root, "pki", "root.crt", NULL);
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(guichet_certificate_get_fingerprint(certificate), ==, second);
    remove_root(root);
}

static void
never_replaces_a_centre(void)
{
    static const char *const signs[] = {"centre.json", "depot.db"};
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *fingerprint = NULL;
        char *root = g_dir_make_tmp("guichet-centre-XXXXXX", NULL);
        g_autofree char *sign = g_build_filename(root, signs[i], NULL);
        g_assert_true(g_file_set_contents(sign, "x", 1, NULL));
        g_assert_false(guichet_centre_init(root, &demo, &fingerprint, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS);
        g_assert_null(fingerprint);
        remove_root(root);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/central/init/begins-again-what-was-cut-short",
                    begins_again_what_was_cut_short);
    g_test_add_func("/central/init/never-replaces-a-centre", never_replaces_a_centre);
    return g_test_run();
}
