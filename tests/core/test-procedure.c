/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure.h"

#include <string.h>

#include "core/error.h"

static char *
procedures_folder(void)
{
    return g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", NULL);
}

static void
test_loads_every_file(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = procedures_folder();
    g_autoptr(GPtrArray) all = guichet_procedure_load_folder(folder, &error);
    g_assert_no_error(error);
    static const char *const ids[] = {"identity-card", "other-case", "passport"};
    g_assert_cmpuint(all->len, ==, G_N_ELEMENTS(ids));
    for (guint i = 0; i < all->len; i++) {
        GuichetProcedure *procedure = all->pdata[i];
        g_assert_cmpstr(guichet_procedure_get_id(procedure), ==, ids[i]);
        g_assert_cmpuint(guichet_procedure_get_revision(procedure), >=, 1);
        g_assert_cmpuint(strlen(guichet_procedure_get_sha256(procedure)), ==, 64);
        g_assert_cmpuint(g_bytes_get_size(guichet_procedure_get_bytes(procedure)), >, 0);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/procedure/loads-every-file", test_loads_every_file);
    return g_test_run();
}
