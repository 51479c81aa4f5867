/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/session-policy.h"

#include <string.h>

#include "core/error.h"

static char *
read_own(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", GUICHET_SESSION_POLICY_FILE, NULL);
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void
ours_is_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = read_own();
    g_autoptr(GuichetSessionPolicy) policy =
        guichet_session_policy_new(text, strlen(text), "session.json", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(policy->idle_seconds, ==, 600);
    g_assert_cmpuint(policy->warn_seconds, ==, 60);
    g_assert_cmpuint(policy->free_attempts, ==, 5);
    g_assert_cmpuint(policy->first_wait_seconds, ==, 5);
    g_assert_cmpuint(policy->longest_wait_seconds, ==, 900);
    g_assert_cmpuint(policy->offline_days, ==, 30);
    g_assert_cmpuint(policy->offline_warn_days, ==, 7);
    g_assert_cmpuint(policy->off_per_running, ==, 2);
    g_assert_cmpuint(g_strv_length(policy->modules), ==, 0);
    /* no module unless somebody says so */
    g_assert_false(guichet_session_policy_allows(policy, "/usr/lib/x.so", &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
}

static void
a_module_is_allowed_by_its_whole_path(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = read_own();
    g_auto(GStrv) parts = g_strsplit(text, "\"modules\": []", 2);
    g_autofree char *changed = g_strjoinv("\"modules\": [\"/usr/lib/x.so\"]", parts);
    g_autoptr(GuichetSessionPolicy) policy =
        guichet_session_policy_new(changed, strlen(changed), "session.json", &error);
    g_assert_no_error(error);
    g_assert_true(guichet_session_policy_allows(policy, "/usr/lib/x.so", NULL));
    g_assert_false(guichet_session_policy_allows(policy, "/usr/lib/y.so", NULL));
    g_assert_false(guichet_session_policy_allows(policy, "/usr/lib/./x.so", NULL));
}

/* One change each; the file above is the control. */
static const struct {
    const char *from, *to;
} broken[] = {
    {"session/1", "session/2"},
    {"\"idle_minutes\": 10", "\"idle_minutes\": 0"},
    {"\"idle_minutes\": 10", "\"idle_minutes\": 121"},
    {"\"idle_minutes\": 10", "\"idle_minutes\": 1"}, /* no longer than the warning */
    {"\"warn_seconds\": 60", "\"warn_seconds\": 301"},
    {"\"warn_seconds\": 60,", ""},
    {"\"free\": 5", "\"free\": 0"},
    {"\"free\": 5", "\"free\": 11"},
    {"\"longest_wait_seconds\": 900", "\"longest_wait_seconds\": 4"},
    {"\"days\": 30", "\"days\": 0"},
    {"\"days\": 30", "\"days\": \"30\""},
    {"\"warn_days\": 7", "\"warn_days\": 31"},
    {"\"off_per_running\": 2", "\"off_per_running\": 4"},
    {"\"modules\": []", "\"modules\": [\"x.so\"]"},
    {"\"modules\": []", "\"modules\": [1]"},
    {"\"modules\": []", "\"modules\": {}"},
    {"\"modules\": []", "\"modules\": [\"/\",\"/\",\"/\",\"/\",\"/\",\"/\",\"/\",\"/\",\"/\"]"},
    {"\"why\": \"Un agent", "\"pourquoi\": \"Un agent"},
    {"\"why\": \"Un agent", "\"x\": 1, \"why\": \"Un agent"},
    {"\"date\"", "\"day\""},
    {"{", "[{"},
};

static void
each_change_for_the_worse_is_refused_with_its_place(void)
{
    g_autofree char *text = read_own();
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) parts = g_strsplit(text, broken[i].from, 2);
        g_assert_nonnull(parts[1]);
        g_autofree char *changed = g_strjoinv(broken[i].to, parts);
        g_test_message("%s", broken[i].to);
        g_assert_null(guichet_session_policy_new(changed, strlen(changed), "session.json", &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        g_assert_nonnull(strstr(error->message, "session.json"));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/session-policy/ours-is-read", ours_is_read);
    g_test_add_func("/core/session-policy/a-module-is-allowed-by-its-whole-path",
                    a_module_is_allowed_by_its_whole_path);
    g_test_add_func("/core/session-policy/each-change-for-the-worse-is-refused-with-its-place",
                    each_change_for_the_worse_is_refused_with_its_place);
    return g_test_run();
}
