/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/policy.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"

static char *
read_own(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", GUICHET_RETENTION_FILE, NULL);
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void
test_own(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = read_own();
    g_autoptr(GuichetRetentionPolicy) policy =
        guichet_retention_policy_new(text, strlen(text), "retention.json", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(policy->draft_hours, ==, 48);
    g_assert_cmpuint(policy->draft_warning_hours, ==, 12);
    g_assert_cmpuint(policy->draft_off_per_running, ==, 2);
    g_assert_cmpuint(policy->received_grace_days, ==, 30);
    g_assert_true(*policy->draft_why && *policy->received_why && *policy->receipts_why &&
                  *policy->journal_why);
}

/* One change each; the file above is the control. */
static const struct {
    const char *from, *to;
} broken[] = {
    {"retention/1", "retention/2"},
    {"\"hours\": 48", "\"hours\": 0"},
    {"\"hours\": 48", "\"hours\": 721"},
    {"\"hours\": 48", "\"hours\": \"48\""},
    {"\"hours\": 48", "\"hours\": 48, \"days\": 2"},
    {"\"hours\": 48", "\"hours\": 48, \"hours\": 47"},
    {"\"hours\": 48,", ""},
    {"\"warn_hours\": 12", "\"warn_hours\": 49"},
    {"\"warn_hours\": 12", "\"warn_hours\": -1"},
    {"\"off_per_running\": 2", "\"off_per_running\": 4"},
    {"\"grace_days\": 30", "\"grace_days\": 366"},
    {"\"why\": \"Un", "\"pourquoi\": \"Un"},
    {"\"keep\": \"station-life\"", "\"keep\": \"a-week\""},
    {"\"date\"", "\"day\""},
    {"\"source\"", "\"x\""},
    {"{", "[{"},
};

static void
test_broken(void)
{
    g_autofree char *text = read_own();
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) parts = g_strsplit(text, broken[i].from, 2);
        g_assert_nonnull(parts[1]);
        g_autofree char *changed = g_strjoinv(broken[i].to, parts);
        g_test_message("%s", broken[i].to);
        g_assert_null(
            guichet_retention_policy_new(changed, strlen(changed), "retention.json", &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        g_assert_nonnull(strstr(error->message, "retention.json"));
    }
}

/* A station's own file counts before the installed one; a broken one is not stepped over. */
static void
test_of_a_station(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *root = g_dir_make_tmp("guichet-policy-XXXXXX", NULL);
    g_autofree char *folder = g_build_filename(root, "policy", NULL);
    g_autofree char *path = g_build_filename(root, GUICHET_RETENTION_FILE, NULL);
    g_autofree char *text = read_own(), *from = NULL;
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_autoptr(GuichetRetentionPolicy) policy = guichet_retention_policy_load(root, &from, &error);
    g_assert_no_error(error);
    g_assert_nonnull(policy);
    g_assert_cmpstr(from, ==, path);
    g_assert_true(g_file_set_contents(path, "{}", -1, NULL));
    g_assert_null(guichet_retention_policy_load(root, NULL, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
    remove(path);
    remove(folder);
    remove(root);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/policy/our-own-file-loads", test_own);
    g_test_add_func("/core/policy/a-broken-file-is-refused", test_broken);
    g_test_add_func("/core/policy/a-station-has-its-own", test_of_a_station);
    return g_test_run();
}
