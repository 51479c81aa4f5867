/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/professionals.h"

#include <string.h>

#include "core/csv.h"
#include "core/error.h"
#include "core/fold.h"
#include "core/paths.h"
#include "core/siren.h"

#include <glib/gi18n-lib.h>

#define MAX_FILES 32
#define MAX_ROWS 200000

struct _GuichetProfessionals {
    GPtrArray *rows;      /* GuichetProfessional* */
    GPtrArray *names;     /* char*, folded, " word word" of name and sign: one a row */
    GPtrArray *places;    /* the same of postcode and city */
    GHashTable *by_siren; /* char* → GPtrArray of GuichetProfessional*, all borrowed */
};

static void
professional_free(GuichetProfessional *row)
{
    g_free(row->siren);
    g_free(row->name);
    g_free(row->sign);
    g_free(row->postcode);
    g_free(row->city);
    g_free(row->number);
    g_free(row);
}

static GuichetProfessionals *
professionals_new(void)
{
    GuichetProfessionals *self = g_new0(GuichetProfessionals, 1);
    self->rows = g_ptr_array_new_with_free_func((GDestroyNotify)professional_free);
    self->names = g_ptr_array_new_with_free_func(g_free);
    self->places = g_ptr_array_new_with_free_func(g_free);
    self->by_siren =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    return self;
}

void
guichet_professionals_free(GuichetProfessionals *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->by_siren);
    g_ptr_array_unref(self->places);
    g_ptr_array_unref(self->names);
    g_ptr_array_unref(self->rows);
    g_free(self);
}

guint
guichet_professionals_count(GuichetProfessionals *self)
{
    return self->rows->len;
}

/* --- reading --- */

/* " garage de l etoile sarl": each word has a space before it. */
static char *
fold_words(const char *first, const char *second)
{
    g_autofree char *both = g_strdup_printf("%s %s", first, second);
    g_autofree char *folded = guichet_fold_place(both);
    return g_strconcat(" ", folded, NULL);
}

static void
add_row(GuichetProfessionals *self, GuichetProfessional *row)
{
    GPtrArray *same = g_hash_table_lookup(self->by_siren, row->siren);
    if (same == NULL) {
        same = g_ptr_array_new();
        g_hash_table_insert(self->by_siren, row->siren, same);
    }
    g_ptr_array_add(same, row);
    g_ptr_array_add(self->rows, row);
    g_ptr_array_add(self->names, fold_words(row->name, row->sign));
    g_ptr_array_add(self->places, fold_words(row->postcode, row->city));
}

typedef struct {
    int siren, name, sign, postcode, city, number;
} Columns;

static Columns
find_columns(GuichetCsv *table)
{
    return (Columns){.siren = guichet_csv_find_column(table, "SIREN"),
                     .name = guichet_csv_find_column(table, "RAISON_SOCIALE"),
                     .sign = guichet_csv_find_column(table, "ENSEIGNE"),
                     .postcode = guichet_csv_find_column(table, "CODE_POSTAL"),
                     .city = guichet_csv_find_column(table, "COMMUNE"),
                     .number = guichet_csv_find_column(table, "NUMERO_HABILITATION")};
}

static gboolean
read_row(GuichetProfessionals *self, GuichetCsv *table, guint line, const Columns *columns,
         const char *what, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    const char *name = guichet_csv_get(table, line, columns->name);
    g_autofree char *siren =
        guichet_siren_parse(guichet_csv_get(table, line, columns->siren), &wrong);
    if (siren == NULL || *name == '\0') {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, _("%s : ligne %u : %s"), what,
                    line + 2, siren == NULL ? wrong->message : _("la raison sociale manque"));
        return FALSE;
    }
    if (self->rows->len >= MAX_ROWS) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT, _("Plus de %d professionnels"),
                    MAX_ROWS);
        return FALSE;
    }
    GuichetProfessional *row = g_new0(GuichetProfessional, 1);
    row->siren = g_steal_pointer(&siren);
    row->name = g_strdup(name);
    row->sign = g_strdup(guichet_csv_get(table, line, columns->sign));
    row->postcode = g_strdup(guichet_csv_get(table, line, columns->postcode));
    row->city = g_strdup(guichet_csv_get(table, line, columns->city));
    row->number = g_strdup(guichet_csv_get(table, line, columns->number));
    add_row(self, row);
    return TRUE;
}

static gboolean
read_table(GuichetProfessionals *self, GuichetCsv *table, const char *what, GError **error)
{
    const Columns columns = find_columns(table);
    if (columns.siren < 0 || columns.name < 0 || columns.city < 0)
        return TRUE; /* some other table */
    for (guint line = 0; line < guichet_csv_get_n_rows(table); line++)
        if (!read_row(self, table, line, &columns, what, error))
            return FALSE;
    return TRUE;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_tables(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL && names->len < MAX_FILES)
        if (g_str_has_suffix(name, ".csv"))
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

GuichetProfessionals *
guichet_professionals_load(const char *folder, GError **error)
{
    g_autoptr(GuichetProfessionals) self = professionals_new();
    g_autoptr(GPtrArray) names = list_tables(folder);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename(folder, names->pdata[i], NULL);
        g_autoptr(GBytes) bytes = guichet_read_file(path, GUICHET_CSV_MAX_BYTES, error);
        g_autoptr(GuichetCsv) table =
            bytes != NULL ? guichet_csv_new(bytes, names->pdata[i], error) : NULL;
        if (table == NULL || !read_table(self, table, names->pdata[i], error))
            return NULL;
    }
    return g_steal_pointer(&self);
}

/* --- finding --- */

/* Each of @words begins a word of @text, which is folded. */
static gboolean
has_words(const char *text, GStrv words)
{
    for (guint i = 0; words[i] != NULL; i++) {
        g_autofree char *begins = g_strconcat(" ", words[i], NULL);
        if (*words[i] != '\0' && strstr(text, begins) == NULL)
            return FALSE;
    }
    return TRUE;
}

static GStrv
split_words(const char *typed)
{
    g_autofree char *folded = guichet_fold_place(typed);
    return g_strsplit(folded, " ", 32);
}

GPtrArray *
guichet_professionals_find(GuichetProfessionals *self, const char *siren, const char *words,
                           const char *place, guint limit)
{
    GPtrArray *found = g_ptr_array_new();
    if (siren != NULL) {
        GPtrArray *same = g_hash_table_lookup(self->by_siren, siren);
        for (guint i = 0; same != NULL && i < same->len && found->len < limit; i++)
            g_ptr_array_add(found, same->pdata[i]);
        return found;
    }
    g_auto(GStrv) name = split_words(words);
    g_auto(GStrv) where = split_words(place);
    for (guint i = 0; i < self->rows->len && found->len < limit; i++)
        if (has_words(self->names->pdata[i], name) && has_words(self->places->pdata[i], where))
            g_ptr_array_add(found, self->rows->pdata[i]);
    return found;
}
