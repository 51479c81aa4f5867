/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure.h"

#include <string.h>

#include "core/error.h"

static const char trial[] =
    "{\"profile\":\"procedure/1\",\"id\":\"t\",\"revision\":1,\"date\":\"2026-11-22\","
    "\"title\":\"T\",\"summary\":\"T.\",\"fields\":["
    "{\"id\":\"text\",\"label\":\"Texte\",\"type\":\"text\",\"min\":2,\"max\":6},"
    "{\"id\":\"name\",\"label\":\"Nom\",\"type\":\"text\",\"uppercase\":true,"
    "\"pattern\":\"[\\\\p{Latin} '’-]+\",\"pattern_hint\":\"tapez des lettres\"},"
    "{\"id\":\"lines\",\"label\":\"Récit\",\"type\":\"multiline\",\"max\":20},"
    "{\"id\":\"day\",\"label\":\"Jour\",\"type\":\"date\"},"
    "{\"id\":\"pick\",\"label\":\"Choix\",\"type\":\"choice\",\"choices\":"
    "[{\"id\":\"a\",\"label\":\"Un\"},{\"id\":\"b\",\"label\":\"Deux\"}]},"
    "{\"id\":\"flag\",\"label\":\"Oui\",\"type\":\"boolean\"},"
    "{\"id\":\"count\",\"label\":\"Nombre\",\"type\":\"integer\",\"min\":-3,\"max\":250}],"
    "\"pieces\":[],\"stamps\":[],\"steps\":["
    "{\"id\":\"f\",\"title\":\"F\",\"kind\":\"form\",\"fields\":"
    "[\"text\",\"name\",\"lines\",\"day\",\"pick\",\"flag\",\"count\"]},"
    "{\"id\":\"s\",\"title\":\"S\",\"kind\":\"summary\"}]}";

/* field, what is typed, what is stored; NULL = refused */
static const char *const answers[][3] = {
    {"text", "", ""},
    {"text", " \t ", ""},
    {"text", "  abc ", "abc"},
    {"text", "\xc2\xa0 abc\xe2\x80\x89", "abc"},
    {"text", "a", NULL},
    {"text", "éééééé", "éééééé"},
    {"text", "ééééééé", NULL},
    {"text", "e\xcc\x81te\xcc\x81", "été"}, /* decomposed becomes composed */
    {"text", "a\nb", NULL},
    {"text", "a\x01z", NULL},
    {"text", "a\xffz", NULL},
    {"text", "a\xe2\x80\xaez", NULL}, /* right-to-left override */
    {"text", "a\xe2\x80\xa8z", NULL}, /* line separator */
    {"text", "a\xe2\x80\x8dz", "a\xe2\x80\x8dz"},
    {"lines", "a\xe2\x80\xaez", NULL},
    {"name", "d’été", "D’ÉTÉ"},
    {"name", "weiß", "WEISS"},
    {"name", "le-goff", "LE-GOFF"},
    {"name", "R2D2", NULL},
    {"name", "x;DROP", NULL},
    {"lines", "un\r\ndeux\n", "un\ndeux"},
    {"lines", "un\tdeux", "un\tdeux"},
    {"lines", "123456789012345678901", NULL},
    {"day", "1969-06-27", "1969-06-27"},
    {"day", "27/06/1969", "1969-06-27"},
    {"day", "7/6/1969", "1969-06-07"},
    {"day", " 27/06/1969 ", "1969-06-27"},
    {"day", "29/02/2024", "2024-02-29"},
    {"day", "29/02/2023", NULL},
    {"day", "31/11/2026", NULL},
    {"day", "27/06/69", NULL},
    {"day", "06/27/1969", NULL},
    {"day", "1969-06-27x", NULL},
    {"day", "27/06/1969/1", NULL},
    {"day", "-1969-06-27", NULL},
    {"day", "demain", NULL},
    {"pick", "a", "a"},
    {"pick", "A", NULL},
    {"pick", "c", NULL},
    {"flag", "true", "true"},
    {"flag", "false", "false"},
    {"flag", "Oui", "true"},
    {"flag", "non", "false"},
    {"flag", "1", NULL},
    {"count", "172", "172"},
    {"count", " 7 ", "7"},
    {"count", "-3", "-3"},
    {"count", "007", "7"},
    {"count", "-4", NULL},
    {"count", "251", NULL},
    {"count", "1,72", NULL},
    {"count", "99999999999999999999", NULL},
    {"count", "0x10", NULL},
};

static void
test_answers(void)
{
    g_autoptr(GError) broken = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static(trial, strlen(trial));
    g_autoptr(GuichetProcedure) procedure = guichet_procedure_new(bytes, "essai", &broken);
    g_assert_no_error(broken);
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autoptr(GError) error = NULL;
        GuichetField *field = guichet_procedure_find_field(procedure, answers[i][0]);
        g_autofree char *stored = guichet_field_normalise(field, answers[i][1], &error);
        g_test_message("case %" G_GSIZE_FORMAT, i);
        g_assert_cmpstr(stored, ==, answers[i][2]);
        if (answers[i][2] != NULL) {
            g_assert_no_error(error);
            g_autofree char *again = guichet_field_normalise(field, stored, NULL);
            g_assert_cmpstr(again, ==, stored);
            continue;
        }
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT);
        g_assert_true(g_str_has_prefix(error->message, field->label));
        g_assert_null(strchr(error->message, '\n'));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/field/stores-or-says-what-to-type", test_answers);
    return g_test_run();
}
