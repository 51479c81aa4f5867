/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "drivers/usb/usb.h"

static char *
read_rules(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_BUILD"), "drivers", "70-guichet.rules", NULL);
    char *rules = NULL;
    g_assert_true(g_file_get_contents(path, &rules, NULL, NULL));
    return rules;
}

static void
test_every_model_has_its_rule(void)
{
    g_autofree char *rules = read_rules();
    guint n = 0;
    for (const GuichetUsbModel *model = guichet_usb_models; model->vendor != 0; model++, n++) {
        g_autofree char *rule =
            g_strdup_printf("\nATTR{idVendor}==\"%04x\", ATTR{idProduct}==\"%04x\", "
                            "GROUP=\"guichet\", MODE=\"0660\",",
                            model->vendor, model->product);
        g_assert_nonnull(strstr(rules, rule));
    }
    g_assert_cmpuint(n, >, 100);
    g_assert_null(strstr(rules, "ATTR{idVendor}==\"dead\"")); /* the search can fail */
}

static void
test_no_model_is_there_twice(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (const GuichetUsbModel *model = guichet_usb_models; model->vendor != 0; model++) {
        guint key = (guint)model->vendor << 16 | model->product;
        g_assert_true(g_hash_table_add(seen, GUINT_TO_POINTER(key)));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drivers/usb/every-model-has-its-udev-rule", test_every_model_has_its_rule);
    g_test_add_func("/drivers/usb/no-model-is-there-twice", test_no_model_is_there_twice);
    return g_test_run();
}
