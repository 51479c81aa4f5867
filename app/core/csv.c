/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/csv.h"

#include <string.h>

#include "core/error.h"
#include "core/megabytes.h"

#include <glib/gi18n-lib.h>

struct _GuichetCsv {
    char *text;       /* the file; cells are cut into it */
    GPtrArray *cells; /* char*, into text: the header, then the rows */
    guint n_columns;
};

void
guichet_csv_free(GuichetCsv *self)
{
    g_free(self->text);
    g_ptr_array_unref(self->cells);
    g_free(self);
}

static char *
decode(const char *bytes, gsize size)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (size >= 3 && memcmp(bytes, mark, 3) == 0)
        bytes += 3, size -= 3;
    return g_utf8_validate(bytes, (gssize)size, NULL)
               ? g_strndup(bytes, size)
               : g_convert(bytes, (gssize)size, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
}

/* Cuts one cell out of the text at *@at, unquoting in place; *@end is the separator that followed
 * ('\n' also for the end). NULL when a quote is left open. */
static char *
take_cell(char **at, char separator, char *end)
{
    char *in = *at, *out = *at, *cell = *at;
    gboolean quoted = *in == '"';
    in += quoted;
    while (*in != '\0' && (quoted || (*in != separator && *in != '\n' && *in != '\r'))) {
        if (quoted && *in == '"') {
            if (in[1] != '"') {
                quoted = FALSE;
                in++;
                continue;
            }
            in++;
        }
        *out++ = *in++;
    }
    if (quoted)
        return NULL;
    if (*in == '\r' && in[1] == '\n')
        in++;
    *end = *in == separator ? separator : '\n';
    *at = in + (*in != '\0');
    *out = '\0';
    return cell;
}

static gboolean
refuse(const char *what, guint row, const char *reason, GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, _("%s, ligne %u : %s"), what,
                row + 1, reason);
    return FALSE;
}

/* One row, of as many cells as the header. */
static gboolean
take_row(GuichetCsv *self, char **at, char separator, guint row, const char *what, GError **error)
{
    guint n = 0;
    char end = separator;
    while (end == separator) {
        char *cell = take_cell(at, separator, &end);
        if (cell == NULL)
            return refuse(what, row, _("guillemet sans fin"), error);
        if (++n > GUICHET_CSV_MAX_COLUMNS)
            return refuse(what, row, _("trop de colonnes"), error);
        g_ptr_array_add(self->cells, cell);
    }
    if (row == 0)
        self->n_columns = n;
    return n == self->n_columns ||
           refuse(what, row, _("pas le nombre de colonnes de l’en-tête"), error);
}

static gboolean
read_rows(GuichetCsv *self, const char *what, GError **error)
{
    char *at = self->text;
    gsize head = strcspn(at, "\r\n");
    char separator = memchr(at, ';', head) != NULL ? ';' : ',';
    for (guint row = 0; *at != '\0'; row++) {
        if (row > GUICHET_CSV_MAX_ROWS)
            return refuse(what, row, _("trop de lignes"), error);
        if (!take_row(self, &at, separator, row, what, error))
            return FALSE;
    }
    return self->n_columns > 0 || refuse(what, 0, _("fichier vide"), error);
}

GuichetCsv *
guichet_csv_new(GBytes *bytes, const char *what, GError **error)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    if (size > GUICHET_CSV_MAX_BYTES || (size > 0 && memchr(data, '\0', size) != NULL)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("%s : ce n’est pas un tableau de %d Mo au plus"), what,
                    guichet_megabytes(GUICHET_CSV_MAX_BYTES));
        return NULL;
    }
    g_autoptr(GuichetCsv) self = g_new0(GuichetCsv, 1);
    self->text = size > 0 ? decode(data, size) : g_strdup("");
    self->cells = g_ptr_array_new();
    return read_rows(self, what, error) ? g_steal_pointer(&self) : NULL;
}

int
guichet_csv_find_column(GuichetCsv *self, const char *name)
{
    for (guint i = 0; i < self->n_columns; i++) {
        const char *cell = self->cells->pdata[i];
        if (g_ascii_strcasecmp(cell + (*cell == '#'), name) == 0)
            return (int)i;
    }
    return -1;
}

guint
guichet_csv_get_n_rows(GuichetCsv *self)
{
    return self->cells->len / self->n_columns - 1;
}

const char *
guichet_csv_get(GuichetCsv *self, guint row, int column)
{
    return column < 0 ? "" : self->cells->pdata[(row + 1) * self->n_columns + (guint)column];
}

/* --- writing --- */

static gboolean
is_number(const char *cell)
{
    char *end;
    g_ascii_strtod(cell, &end);
    return end != cell && *end == '\0';
}

static void
append_cell(GString *text, const char *cell)
{
    const char *guard =
        *cell != '\0' && strchr("=+-@\t", *cell) != NULL && !is_number(cell) ? "'" : "";
    if (strpbrk(cell, "\",;\r\n") == NULL) {
        g_string_append_printf(text, "%s%s", guard, cell);
        return;
    }
    g_string_append_printf(text, "\"%s", guard);
    for (const char *at = cell; *at != '\0'; at++) {
        if (*at == '"')
            g_string_append_c(text, '"');
        g_string_append_c(text, *at);
    }
    g_string_append_c(text, '"');
}

void
guichet_csv_append_row(GString *text, const char *const *cells)
{
    for (gsize i = 0; cells[i] != NULL; i++) {
        if (i > 0)
            g_string_append_c(text, ',');
        append_cell(text, cells[i]);
    }
    g_string_append(text, "\r\n");
}
