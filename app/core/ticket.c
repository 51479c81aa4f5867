/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/ticket.h"

#include <string.h>

#include "core/error.h"
#include "core/secret.h"

#include <glib/gi18n-lib.h>

/* The quasigroup of order 10 of H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004. */
static const guint8 damm[10][10] = {
    {0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
    {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
    {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
    {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
};

static guint8
compute_check(const char *digits, gsize n)
{
    guint8 interim = 0;

    for (gsize i = 0; i < n; i++)
        interim = damm[interim][digits[i] - '0'];
    return interim;
}

/* One digit of a random byte, all ten as likely: bytes from 250 on are thrown away. */
char *
guichet_ticket_new(GError **error)
{
    char digits[GUICHET_TICKET_DIGITS + 1] = "";
    gsize n = 0;

    while (n < GUICHET_TICKET_DIGITS - 1) {
        g_autoptr(GuichetSecret) random = guichet_secret_new_random(16, error);

        if (random == NULL)
            return NULL;
        for (gsize i = 0; i < 16 && n < GUICHET_TICKET_DIGITS - 1; i++)
            if (guichet_secret_bytes(random)[i] < 250)
                digits[n++] = (char)('0' + guichet_secret_bytes(random)[i] % 10);
    }
    digits[n] = (char)('0' + compute_check(digits, n));
    return g_strdup(digits);
}

char *
guichet_ticket_parse(const char *text, GError **error)
{
    char digits[GUICHET_TICKET_DIGITS + 1] = "";
    gsize n = 0;

    for (const char *c = text; *c != '\0'; c++) {
        if (strchr(" .-\t", *c) != NULL)
            continue;
        if (!g_ascii_isdigit(*c) || n == GUICHET_TICKET_DIGITS) {
            n = 0;
            break;
        }
        digits[n++] = *c;
    }
    if (n != GUICHET_TICKET_DIGITS)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Un numéro de ticket a %d chiffres. Regardez votre ticket et recommencez."),
                    GUICHET_TICKET_DIGITS);
    else if (compute_check(digits, n) != 0)
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Un chiffre n’est pas le bon. Regardez votre ticket et "
                              "recommencez."));
    else
        return g_strdup(digits);
    return NULL;
}

/* @digits with @between after each digit of a group and @after behind each group but the last. */
static char *
join(const char *digits, const char *between, const char *after)
{
    GString *text = g_string_new(NULL);

    for (gsize i = 0; digits[i] != '\0'; i++) {
        g_string_append_c(text, digits[i]);
        if (digits[i + 1] != '\0')
            g_string_append(text, (i + 1) % GUICHET_TICKET_GROUP == 0 ? after : between);
    }
    return g_string_free(text, FALSE);
}

char *
guichet_ticket_format(const char *digits)
{
    return join(digits, "", " ");
}

char *
guichet_ticket_spell(const char *digits)
{
    g_autofree char *spoken = join(digits, ", ", ". ");

    return g_strconcat(spoken, ".", NULL);
}
