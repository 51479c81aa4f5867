/* SPDX-License-Identifier: EUPL-1.2 */
#include "test-pki-kit.h"

#include <glib/gstdio.h>

char *
kit_path(Kit *kit, const char *name)
{
    return g_build_filename(kit->folder, name, NULL);
}

void
kit_write(const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

GuichetCertificate *
kit_issue(Kit *kit, GuichetKey *key, GuichetRole role, const char *name, gint64 from, gint64 to)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *csr = guichet_key_make_csr(key, role, name, &error);
    g_assert_no_error(error);
    gboolean is_server = role == GUICHET_ROLE_CENTRE_TLS;
    GuichetCertificate *certificate = guichet_ca_issue(
        kit->keys[GUICHET_ROLE_ROOT], kit->certificates[GUICHET_ROLE_ROOT], csr, role,
        kit->now_us + from * G_USEC_PER_SEC, kit->now_us + to * G_USEC_PER_SEC,
        is_server ? "localhost" : NULL, is_server ? "127.0.0.1" : NULL, &error);
    g_assert_no_error(error);
    return certificate;
}

static void
make_root(Kit *kit)
{
    g_autoptr(GError) error = NULL;
    kit->keys[GUICHET_ROLE_ROOT] = guichet_key_generate(&error);
    g_assert_no_error(error);
    kit->certificates[GUICHET_ROLE_ROOT] =
        guichet_ca_make_root(kit->keys[GUICHET_ROLE_ROOT], "Racine d’essai", 365, &error);
    g_assert_no_error(error);
    g_autofree char *pem = guichet_certificate_to_pem(kit->certificates[GUICHET_ROLE_ROOT]);
    kit->root_path = kit_path(kit, "root.crt");
    kit_write(kit->root_path, pem);
    kit->trust = guichet_trust_load(kit->root_path, NULL, &error);
    g_assert_no_error(error);
}

Kit *
kit_new(void)
{
    g_autoptr(GError) error = NULL;
    Kit *kit = g_new0(Kit, 1);
    kit->folder = g_dir_make_tmp("guichet-kit-XXXXXX", &error);
    g_assert_no_error(error);
    kit->now_us = g_get_real_time();
    make_root(kit);
    for (GuichetRole role = GUICHET_ROLE_ROOT + 1; role < KIT_N_ROLES; role++) {
        gboolean is_station = role == GUICHET_ROLE_STATION_SIGN || role == GUICHET_ROLE_STATION_TLS;
        kit->keys[role] = guichet_key_generate(&error);
        g_assert_no_error(error);
        kit->certificates[role] =
            kit_issue(kit, kit->keys[role], role, is_station ? KIT_STATION : "centre", -60, 86400);
    }
    return kit;
}

void
kit_free(Kit *kit)
{
    g_autoptr(GDir) dir = g_dir_open(kit->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = kit_path(kit, name);
        g_remove(path);
    }
    g_rmdir(kit->folder);
    for (guint role = 0; role < KIT_N_ROLES; role++) {
        guichet_key_free(kit->keys[role]);
        guichet_certificate_unref(kit->certificates[role]);
    }
    guichet_trust_free(kit->trust);
    g_free(kit->root_path);
    g_free(kit->folder);
    g_free(kit);
}
