/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/statement.h"

#include <inttypes.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

#define STATEMENT_PROFILE "attestation/1"
#define STATEMENT_MAX_PIECES 48
#define TIMES "×"

/* The lines of a statement, in their only order. */
enum {
    LINE_PROFILE,
    LINE_BUNDLE,
    LINE_STATION,
    LINE_SEQUENCE,
    LINE_DEPOSITED,
    LINE_PROCEDURE,
    LINE_PIECES,
    LINE_SIGNATURE,
    N_LINES
};

static const char *const line_keys[N_LINES] = {
    STATEMENT_PROFILE, "liasse=", "station=", "sequence=", "depot=", "demarche=", "pieces=", "sig=",
};

void
guichet_statement_free(GuichetStatement *statement)
{
    if (statement == NULL)
        return;
    g_free(statement->bundle_sha256);
    g_free(statement->station);
    g_free(statement->procedure_id);
    g_strfreev(statement->pieces);
    g_free(statement);
}

/* Decimal without sign, space or leading zero, from 1 to @max: one number, one text. */
static gboolean
read_number(const char *text, guint64 max, guint64 *value)
{
    return g_ascii_isdigit(text[0]) && text[0] != '0' &&
           g_ascii_string_to_unsigned(text, 10, 1, max, value, NULL);
}

static gboolean
is_piece(const char *text)
{
    const char *times = strstr(text, TIMES);
    if (times == NULL)
        return FALSE;
    g_autofree char *kind = g_strndup(text, (gsize)(times - text));
    guint64 count;
    return guichet_word_is_id(kind) && read_number(times + strlen(TIMES), 999, &count);
}

static gboolean
are_pieces(const char *const *pieces)
{
    if (g_strv_length((char **)pieces) > STATEMENT_MAX_PIECES)
        return FALSE;
    for (guint i = 0; pieces[i] != NULL; i++)
        if (!is_piece(pieces[i]))
            return FALSE;
    return TRUE;
}

static gboolean
fail_limit(GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                _("L’attestation dépasse %d octets : elle ne tient pas dans un code QR"),
                GUICHET_STATEMENT_MAX_BYTES);
    return FALSE;
}

char *
guichet_statement_sign(const GuichetStatement *statement, GuichetKey *key, GError **error)
{
    const char *const none[] = {NULL};
    const char *const *pieces =
        statement->pieces != NULL ? (const char *const *)statement->pieces : none;
    if (!guichet_word_is_sha256(statement->bundle_sha256) ||
        !guichet_word_is_identity(statement->station) || statement->sequence < 1 ||
        !guichet_word_is_id(statement->procedure_id) || statement->procedure_revision < 1 ||
        !are_pieces(pieces)) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Attestation de dépôt : un membre est mal formé, rien n’est signé"));
        return NULL;
    }
    g_autofree char *deposited = guichet_time_to_iso8601(statement->deposited_us);
    g_autofree char *list = g_strjoinv(",", (char **)pieces);
    g_autoptr(GString) text = g_string_new(STATEMENT_PROFILE "\n");
    g_string_append_printf(text, "liasse=%s\nstation=%s\nsequence=%" PRId64 "\n",
                           statement->bundle_sha256, statement->station, statement->sequence);
    g_string_append_printf(text, "depot=%s\ndemarche=%s/%u\npieces=%s\n", deposited,
                           statement->procedure_id, statement->procedure_revision, list);
    g_autoptr(GBytes) signature = guichet_key_sign(key, text->str, text->len, error);
    if (signature == NULL)
        return NULL;
    gsize size;
    const guchar *der = g_bytes_get_data(signature, &size);
    g_autofree char *base64 = g_base64_encode(der, size);
    g_string_append_printf(text, "sig=%s\n", base64);
    if (text->len > GUICHET_STATEMENT_MAX_BYTES) {
        fail_limit(error);
        return NULL;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
fail_line(GError **error, guint line)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("Ce n’est pas une attestation de dépôt (ligne %u, « %s ») : relisez le code en "
                  "entier"),
                line + 1, line_keys[line]);
    return FALSE;
}

/* The text as lines, each with its key taken off. One final line feed may be missing: some
 * readers of QR codes drop it. */
static GStrv
split_lines(const char *text, gsize size, GError **error)
{
    if (size > GUICHET_STATEMENT_MAX_BYTES) {
        fail_limit(error);
        return NULL;
    }
    if (size > 0 && text[size - 1] == '\n')
        size--;
    if (!g_utf8_validate_len(text, (gssize)size, NULL)) {
        fail_line(error, LINE_PROFILE);
        return NULL;
    }
    g_autofree char *copy = g_strndup(text, size);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", N_LINES + 1);
    for (guint i = 0; i < N_LINES; i++) {
        if (lines[i] == NULL || !g_str_has_prefix(lines[i], line_keys[i])) {
            fail_line(error, i);
            return NULL;
        }
        memmove(lines[i], lines[i] + strlen(line_keys[i]),
                strlen(lines[i]) - strlen(line_keys[i]) + 1);
    }
    if (lines[N_LINES] != NULL || lines[LINE_PROFILE][0] != '\0') {
        fail_line(error, lines[N_LINES] != NULL ? LINE_SIGNATURE : LINE_PROFILE);
        return NULL;
    }
    return g_steal_pointer(&lines);
}

static gboolean
read_procedure(GuichetStatement *statement, const char *text)
{
    const char *slash = strchr(text, '/');
    guint64 revision;
    if (slash == NULL || !read_number(slash + 1, G_MAXUINT, &revision))
        return FALSE;
    statement->procedure_id = g_strndup(text, (gsize)(slash - text));
    statement->procedure_revision = (guint)revision;
    return guichet_word_is_id(statement->procedure_id);
}

static GuichetStatement *
read_lines(char **lines, GError **error)
{
    g_autoptr(GuichetStatement) statement = g_new0(GuichetStatement, 1);
    guint64 sequence;
    gint wrong = -1;
    if (!guichet_word_is_sha256(lines[LINE_BUNDLE]))
        wrong = LINE_BUNDLE;
    else if (!guichet_word_is_identity(lines[LINE_STATION]))
        wrong = LINE_STATION;
    else if (!read_number(lines[LINE_SEQUENCE], G_MAXINT64, &sequence))
        wrong = LINE_SEQUENCE;
    else if (!guichet_time_from_iso8601(lines[LINE_DEPOSITED], &statement->deposited_us, NULL))
        wrong = LINE_DEPOSITED;
    else if (!read_procedure(statement, lines[LINE_PROCEDURE]))
        wrong = LINE_PROCEDURE;
    else if (statement->pieces = g_strsplit(lines[LINE_PIECES], ",", STATEMENT_MAX_PIECES + 1),
             !are_pieces((const char *const *)statement->pieces))
        wrong = LINE_PIECES;
    if (wrong >= 0) {
        fail_line(error, (guint)wrong);
        return NULL;
    }
    statement->bundle_sha256 = g_strdup(lines[LINE_BUNDLE]);
    statement->station = g_strdup(lines[LINE_STATION]);
    statement->sequence = (gint64)sequence;
    return g_steal_pointer(&statement);
}

/* Strict base64: what decodes must encode to the same text again. */
static GBytes *
read_signature(const char *text)
{
    gsize size;
    guchar *der = g_base64_decode(text, &size);
    g_autoptr(GBytes) signature = g_bytes_new_take(der, size);
    g_autofree char *again = g_base64_encode(der, size);
    return size > 0 && strcmp(again, text) == 0 ? g_steal_pointer(&signature) : NULL;
}

GuichetStatement *
guichet_statement_parse(const char *text, gsize size, GError **error)
{
    g_auto(GStrv) lines = split_lines(text, size, error);
    if (lines == NULL)
        return NULL;
    g_autoptr(GBytes) signature = read_signature(lines[LINE_SIGNATURE]);
    if (signature == NULL) {
        fail_line(error, LINE_SIGNATURE);
        return NULL;
    }
    return read_lines(lines, error);
}

GuichetStatement *
guichet_statement_verify(const char *text, gsize size, GuichetCertificate *certificate,
                         GError **error)
{
    g_autoptr(GuichetStatement) statement = guichet_statement_parse(text, size, error);
    if (statement == NULL)
        return NULL;
    if (strcmp(statement->station, guichet_certificate_get_name(certificate)) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("L’attestation vient du poste « %s » et le certificat est celui de « %s » : "
                      "prenez le certificat de ce poste"),
                    statement->station, guichet_certificate_get_name(certificate));
        return NULL;
    }
    /* parsed: the "sig=" line is there, and is the last one */
    const char *line = g_strrstr_len(text, (gssize)size, "\nsig=") + 1;
    g_auto(GStrv) lines = split_lines(text, size, error);
    g_autoptr(GBytes) signature = read_signature(lines[LINE_SIGNATURE]);
    if (!guichet_certificate_verify(certificate, text, (gsize)(line - text), signature, error))
        return NULL;
    return g_steal_pointer(&statement);
}
