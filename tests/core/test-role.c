/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/role.h"

#include "core/error.h"

#define A GUICHET_USER_ROLE_AGENT
#define M GUICHET_USER_ROLE_MEDIATOR
#define C GUICHET_USER_ROLE_CITIZEN
#define T GUICHET_USER_ROLE_TECHNICIAN

/* The whole table once more, written as a person would ask it: agent, mediator, citizen, tech. */
static const gboolean expected[GUICHET_ACTION_N][GUICHET_USER_ROLE_N] = {
    [GUICHET_ACTION_CONSULT] = {1, 1, 1, 1}, [GUICHET_ACTION_DRAFT] = {1, 1, 1, 0},
    [GUICHET_ACTION_LIST] = {1, 1, 0, 0},    [GUICHET_ACTION_BIOMETRICS] = {1, 0, 0, 0},
    [GUICHET_ACTION_DEPOSIT] = {1, 1, 0, 0}, [GUICHET_ACTION_HAND_OVER] = {1, 0, 0, 0},
    [GUICHET_ACTION_SYNC] = {1, 1, 0, 1},    [GUICHET_ACTION_AGENTS] = {1, 0, 0, 0},
    [GUICHET_ACTION_DEVICES] = {1, 0, 0, 1}, [GUICHET_ACTION_MAINTAIN] = {1, 0, 0, 1},
};

static void
test_each_pair(void)
{
    for (guint action = 0; action < GUICHET_ACTION_N; action++)
        for (guint role = 0; role < GUICHET_USER_ROLE_N; role++) {
            g_autoptr(GError) error = NULL;

            g_assert_cmpint(guichet_user_role_may(role, action), ==, expected[action][role]);
            g_assert_cmpint(guichet_user_role_check(role, action, &error), ==,
                            expected[action][role]);
            if (!expected[action][role]) {
                g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
                g_assert_null(strchr(error->message, '\n'));
            }
        }
    g_assert_false(guichet_user_role_may(GUICHET_USER_ROLE_N, GUICHET_ACTION_CONSULT));
    g_assert_false(guichet_user_role_may(A, GUICHET_ACTION_N));
}

static void
test_nobody_becomes_more(void)
{
    for (guint own = 0; own < GUICHET_USER_ROLE_N; own++)
        for (guint wanted = 0; wanted < GUICHET_USER_ROLE_N; wanted++) {
            gboolean covers = guichet_user_role_covers(own, wanted);

            if (own == wanted)
                g_assert_true(covers);
            for (guint action = 0; covers && action < GUICHET_ACTION_N; action++)
                g_assert_true(guichet_user_role_may(own, action) ||
                              !guichet_user_role_may(wanted, action));
        }
    g_assert_false(guichet_user_role_covers(C, A));
    g_assert_false(guichet_user_role_covers(T, M));
    g_assert_false(guichet_user_role_covers(GUICHET_USER_ROLE_N, A));
}

static void
test_names(void)
{
    static const char *const bad[] = {"",     "Agent",     "agent ",
                                      "root", "citizen\n", "agent,technician"};

    for (guint role = 0; role < GUICHET_USER_ROLE_N; role++) {
        GuichetUserRole read;
        g_autoptr(GError) error = NULL;

        g_assert_true(guichet_user_role_parse(guichet_user_role_name(role), &read, &error));
        g_assert_no_error(error);
        g_assert_cmpint(read, ==, role);
        g_assert_cmpint(g_utf8_strlen(guichet_user_role_label(role), -1), >, 4);
    }
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        GuichetUserRole role = T;
        g_autoptr(GError) error = NULL;

        g_assert_false(guichet_user_role_parse(bad[i], &role, &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
        g_assert_cmpint(role, ==, T);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/role/each-role-and-action", test_each_pair);
    g_test_add_func("/core/role/nobody-becomes-more-than-he-is", test_nobody_becomes_more);
    g_test_add_func("/core/role/names-are-exact", test_names);
    return g_test_run();
}
