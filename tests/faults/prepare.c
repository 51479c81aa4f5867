/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * prepare ROOT init PROCEDURES PLAN       a station with the agent of PLAN (line.c)
 * prepare ROOT enrol ANSWER FINGERPRINT   takes the centre's answer
 *
 * A station for tests: its agent's passphrase is stretched as little as the store allows, so that
 * hundreds of logins stay cheap, and its reserve is small.
 */
#include <string.h>

#include "core/reserve.h"
#include "service/enrolment.h"

#define CHEAP_SCRYPT_LOG2N 14

/* A reserve that a test can copy a thousand times; the margin is what a login and a seal write. */
static gboolean
make_policy(const char *root, GError **error)
{
    static const char policy[] =
        "{\"profile\": \"politique-stockage/1\", \"reserve_bytes\": 1048576, "
        "\"margin_bytes\": 524288}";
    g_autofree char *folder = g_build_filename(root, "policy", NULL);
    g_autofree char *path = g_build_filename(root, GUICHET_RESERVE_POLICY, NULL);
    return g_mkdir_with_parents(folder, 0750) == 0 &&
           g_file_set_contents(path, policy, sizeof policy - 1, error);
}

static gboolean
make_station(const char *root, const char *procedures, const char *plan_path, GError **error)
{
    g_autoptr(GKeyFile) plan = g_key_file_new();
    if (!g_key_file_load_from_file(plan, plan_path, G_KEY_FILE_NONE, error))
        return FALSE;
    g_autofree char *agent = g_key_file_get_string(plan, "request", "agent", NULL);
    g_autofree char *words = g_key_file_get_string(plan, "request", "passphrase", NULL);
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new_string(words);
    return make_policy(root, error) &&
           guichet_station_init(root, "poste-1", "Mairie de Démo, guichet 1", procedures, error) &&
           guichet_station_add_agent(root, agent, passphrase, CHEAP_SCRYPT_LOG2N, NULL, NULL,
                                     error);
}

int
main(int argc, char **argv)
{
    if (argc != 5) {
        g_printerr("usage: prepare ROOT init PROCEDURES PLAN | enrol ANSWER FINGERPRINT\n");
        return 2;
    }
    g_autoptr(GError) error = NULL;
    gboolean done = strcmp(argv[2], "init") == 0
                        ? make_station(argv[1], argv[3], argv[4], &error)
                        : guichet_station_enrol(argv[1], argv[3], argv[4], &error);
    if (!done)
        g_printerr("prepare: %s\n", error->message);
    return done ? 0 : 1;
}
