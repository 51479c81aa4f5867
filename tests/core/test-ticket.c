/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/ticket.h"

#include <string.h>

#include "core/error.h"

static char *
make(void)
{
    g_autoptr(GError) error = NULL;
    char *digits = guichet_ticket_new(&error);

    g_assert_no_error(error);
    g_assert_cmpuint(strlen(digits), ==, GUICHET_TICKET_DIGITS);
    return digits;
}

static gboolean
is_taken(const char *text)
{
    g_autofree char *digits = guichet_ticket_parse(text, NULL);

    return digits != NULL;
}

static void
test_every_slip(void)
{
    for (int round = 0; round < 200; round++) {
        g_autofree char *digits = make();

        g_assert_true(is_taken(digits));
        for (int i = 0; i < GUICHET_TICKET_DIGITS; i++) {
            char right = digits[i];

            for (char wrong = '0'; wrong <= '9'; wrong++) {
                digits[i] = wrong;
                g_assert_cmpint(is_taken(digits), ==, wrong == right);
            }
            digits[i] = right;
            if (i > 0 && digits[i] != digits[i - 1]) {
                digits[i] = digits[i - 1];
                digits[i - 1] = right;
                g_assert_false(is_taken(digits));
                digits[i - 1] = digits[i];
                digits[i] = right;
            }
        }
    }
}

static void
test_digits_are_even(void)
{
    guint seen[10] = {0};

    for (int round = 0; round < 2000; round++) {
        g_autofree char *digits = make();

        for (int i = 0; i < GUICHET_TICKET_DIGITS - 1; i++)
            seen[digits[i] - '0']++;
    }
    /* 22,000 digits: 2,200 each, standard deviation 45; seven of them either way */
    for (int digit = 0; digit < 10; digit++) {
        g_assert_cmpuint(seen[digit], >, 1880);
        g_assert_cmpuint(seen[digit], <, 2520);
    }
}

static void
test_what_is_typed(void)
{
    static const char *const bad[] = {"",
                                      "417",
                                      "4170935582620",
                                      "41709355826x",
                                      "a",
                                      "0x4170935582",
                                      "４１７０９３５５８２６２",
                                      "'; DROP TABLE ticket; --"};
    g_autofree char *digits = make();
    g_autofree char *shown = guichet_ticket_format(digits);
    g_autofree char *dotted = g_strdelimit(g_strdup(shown), " ", '.');
    g_autofree char *spoken = guichet_ticket_spell("417093558262");

    g_assert_cmpuint(strlen(shown), ==, 15);
    g_assert_true(is_taken(shown));
    g_assert_true(is_taken(dotted));
    g_assert_cmpstr(spoken, ==, "4, 1, 7. 0, 9, 3. 5, 5, 8. 2, 6, 2.");
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(guichet_ticket_parse(bad[i], &error));
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/ticket/every-slip-of-a-finger-is-seen", test_every_slip);
    g_test_add_func("/core/ticket/digits-are-even", test_digits_are_even);
    g_test_add_func("/core/ticket/what-is-typed", test_what_is_typed);
    return g_test_run();
}
