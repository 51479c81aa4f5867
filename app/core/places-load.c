/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/places-private.h"

#include <string.h>

#include "core/csv.h"
#include "core/error.h"
#include "core/paths.h"

#include <glib/gi18n-lib.h>

#define MAX_FILES 32
#define MAX_PLACES 200000

/* --- adding --- */

static GuichetPlace *
add_place(GuichetPlaces *self, GuichetPlaceKind kind, const char *code, const char *name,
          const char *until)
{
    GuichetPlace *place = g_new0(GuichetPlace, 1);
    place->kind = kind;
    place->code = g_strdup(code);
    place->name = g_strdup(name);
    place->until = *until != '\0' ? g_strdup(until) : NULL;
    place->postcodes = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(self->places, place);
    GuichetPlace *known = g_hash_table_lookup(self->by_code, code);
    if (known == NULL || (known->until != NULL && place->until == NULL))
        g_hash_table_replace(self->by_code, place->code, place);
    return place;
}

/* Whether a place of that code and name is there already: the files overlap. */
static gboolean
is_known(GuichetPlaces *self, const char *code, const char *name)
{
    const GuichetPlace *place = g_hash_table_lookup(self->by_code, code);
    return place != NULL && strcmp(place->name, name) == 0;
}

static gboolean
has_room(GuichetPlaces *self, GError **error)
{
    if (self->places->len < MAX_PLACES)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT, _("Plus de %d lieux"), MAX_PLACES);
    return FALSE;
}

/* --- one reader a file of the State; columns by name --- */

/* INSEE v_commune_AAAA: communes (COM), arrondissements (ARM), parts of communes (COMD, COMA). */
static gboolean
read_communes(GuichetPlaces *self, GuichetCsv *table, GError **error)
{
    int type = guichet_csv_find_column(table, "TYPECOM");
    int code = guichet_csv_find_column(table, "COM");
    int name = guichet_csv_find_column(table, "LIBELLE");
    int parent = guichet_csv_find_column(table, "COMPARENT");
    for (guint i = 0; i < guichet_csv_get_n_rows(table); i++) {
        const char *kind = guichet_csv_get(table, i, type);
        const char *of = guichet_csv_get(table, i, parent);
        gboolean part = g_str_has_prefix(kind, "COMD") || g_str_has_prefix(kind, "COMA");
        if (!has_room(self, error))
            return FALSE;
        /* the seat of a new commune is a part of itself: said once */
        if (part &&
            is_known(self, guichet_csv_get(table, i, code), guichet_csv_get(table, i, name)))
            continue;
        GuichetPlace *place =
            add_place(self, GUICHET_PLACE_COMMUNE, guichet_csv_get(table, i, code),
                      guichet_csv_get(table, i, name), "");
        place->parent = *of != '\0' ? g_strdup(of) : NULL;
    }
    return TRUE;
}

/* INSEE v_commune_comer_AAAA: Saint-Pierre-et-Miquelon, Polynésie française… */
static gboolean
read_overseas(GuichetPlaces *self, GuichetCsv *table, GError **error)
{
    int code = guichet_csv_find_column(table, "COM_COMER");
    int name = guichet_csv_find_column(table, "LIBELLE");
    for (guint i = 0; i < guichet_csv_get_n_rows(table); i++) {
        if (!has_room(self, error))
            return FALSE;
        add_place(self, GUICHET_PLACE_COMMUNE, guichet_csv_get(table, i, code),
                  guichet_csv_get(table, i, name), "");
    }
    return TRUE;
}

/* INSEE v_commune_depuis_1943, v_pays_et_territoire_depuis_1943: those that have ended. */
static gboolean
read_past(GuichetPlaces *self, GuichetCsv *table, GuichetPlaceKind kind, GError **error)
{
    gboolean country = kind == GUICHET_PLACE_COUNTRY;
    int code = guichet_csv_find_column(table, country ? "COG" : "COM");
    int name = guichet_csv_find_column(table, country ? "LIBCOG" : "LIBELLE");
    int end = guichet_csv_find_column(table, "DATE_FIN");
    int today = guichet_csv_find_column(table, "AUJOURDHUI"); /* of our own table alone */
    for (guint i = 0; i < guichet_csv_get_n_rows(table); i++) {
        const char *until = guichet_csv_get(table, i, end);
        const char *now = guichet_csv_get(table, i, today);
        if (*until == '\0')
            continue;
        if (!has_room(self, error))
            return FALSE;
        GuichetPlace *place = add_place(self, kind, guichet_csv_get(table, i, code),
                                        guichet_csv_get(table, i, name), until);
        place->successor = *now != '\0' ? g_strdup(now) : NULL;
    }
    return TRUE;
}

static gboolean
read_past_communes(GuichetPlaces *self, GuichetCsv *table, GError **error)
{
    return read_past(self, table, GUICHET_PLACE_COMMUNE, error);
}

static gboolean
read_past_countries(GuichetPlaces *self, GuichetCsv *table, GError **error)
{
    return read_past(self, table, GUICHET_PLACE_COUNTRY, error);
}

/* INSEE v_pays_territoire_AAAA. */
static gboolean
read_countries(GuichetPlaces *self, GuichetCsv *table, GError **error)
{
    int code = guichet_csv_find_column(table, "COG");
    int name = guichet_csv_find_column(table, "LIBCOG");
    for (guint i = 0; i < guichet_csv_get_n_rows(table); i++) {
        if (!has_room(self, error))
            return FALSE;
        add_place(self, GUICHET_PLACE_COUNTRY, guichet_csv_get(table, i, code),
                  guichet_csv_get(table, i, name), "");
    }
    return TRUE;
}

/* A past place of that code and name. */
static GuichetPlace *
find_past(GHashTable *past, const char *code, const char *name)
{
    g_autofree char *key = g_strdup_printf("%s %s", code, name);
    return g_hash_table_lookup(past, key);
}

static GHashTable *
index_past(GuichetPlaces *self)
{
    GHashTable *past = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < self->places->len; i++) {
        GuichetPlace *place = self->places->pdata[i];
        if (place->until != NULL)
            g_hash_table_insert(past, g_strdup_printf("%s %s", place->code, place->name), place);
    }
    return past;
}

/* INSEE v_mvt_commune_AAAA: what a commune became. A row that leads to a commune (COM) counts more
 * than one to a part of it. */
static gboolean
read_movements(GuichetPlaces *self, GuichetCsv *table, GError **error)
{
    int before = guichet_csv_find_column(table, "COM_AV");
    int after = guichet_csv_find_column(table, "COM_AP");
    int kind = guichet_csv_find_column(table, "TYPECOM_AP");
    int name = guichet_csv_find_column(table, "LIBELLE_AV");
    int name_after = guichet_csv_find_column(table, "LIBELLE_AP");
    int date = guichet_csv_find_column(table, "DATE_EFF");
    g_autoptr(GHashTable) past = index_past(self);
    for (guint i = 0; i < guichet_csv_get_n_rows(table); i++) {
        const char *code = guichet_csv_get(table, i, before);
        const char *label = guichet_csv_get(table, i, name);
        const char *next = guichet_csv_get(table, i, after);
        gboolean same =
            strcmp(code, next) == 0 && strcmp(label, guichet_csv_get(table, i, name_after)) == 0;
        if (same || strcmp(guichet_csv_get(table, i, kind), "COM") != 0)
            continue;
        GuichetPlace *place = find_past(past, code, label);
        if (place == NULL && !is_known(self, code, label)) {
            if (!has_room(self, error))
                return FALSE;
            place = add_place(self, GUICHET_PLACE_COMMUNE, code, label,
                              guichet_csv_get(table, i, date));
            g_hash_table_insert(past, g_strdup_printf("%s %s", code, label), place);
        }
        if (place != NULL && place->successor == NULL)
            place->successor = g_strdup(next);
    }
    return TRUE;
}

/* La Poste, laposte_hexasmal: postal code ↔ commune, many to many. */
static gboolean
read_postcodes(GuichetPlaces *self, GuichetCsv *table, GError **error)
{
    int code = guichet_csv_find_column(table, "Code_commune_INSEE");
    int postcode = guichet_csv_find_column(table, "Code_postal");
    for (guint i = 0; i < guichet_csv_get_n_rows(table); i++) {
        GuichetPlace *place = g_hash_table_lookup(self->by_code, guichet_csv_get(table, i, code));
        const char *text = guichet_csv_get(table, i, postcode);
        if (place != NULL &&
            !g_ptr_array_find_with_equal_func(place->postcodes, text, g_str_equal, NULL))
            g_ptr_array_add(place->postcodes, g_strdup(text));
    }
    return TRUE;
}

/* Which file it is, by columns that only it has; read in this order, since later ones refer to
 * earlier ones. */
static const struct {
    const char *columns[3];
    gboolean (*read)(GuichetPlaces *self, GuichetCsv *table, GError **error);
} readers[] = {
    {{"TYPECOM", "COM", "LIBELLE"}, read_communes},
    {{"COM_COMER", "LIBELLE", "COMER"}, read_overseas},
    {{"COG", "ACTUAL", "LIBCOG"}, read_countries},
    {{"COM", "LIBELLE", "DATE_FIN"}, read_past_communes},
    {{"COG", "LIBCOG", "DATE_FIN"}, read_past_countries},
    {{"COM_AV", "COM_AP", "DATE_EFF"}, read_movements},
    {{"Code_commune_INSEE", "Code_postal", "Ligne_5"}, read_postcodes},
};

static gboolean
fits(GuichetCsv *table, gsize reader)
{
    for (gsize i = 0; i < G_N_ELEMENTS(readers[reader].columns); i++)
        if (guichet_csv_find_column(table, readers[reader].columns[i]) < 0)
            return FALSE;
    return TRUE;
}

/* --- the folder --- */

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Tables of the folder by name, so that the same folder reads the same. */
static GPtrArray *
load_tables(const char *folder, GError **error)
{
    g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_csv_free);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL && names->len < MAX_FILES)
        if (g_str_has_suffix(name, ".csv"))
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename(folder, names->pdata[i], NULL);
        g_autoptr(GBytes) bytes = guichet_read_file(path, GUICHET_CSV_MAX_BYTES, error);
        GuichetCsv *table = bytes != NULL ? guichet_csv_new(bytes, names->pdata[i], error) : NULL;
        if (table == NULL)
            return NULL;
        g_ptr_array_add(tables, table);
    }
    return g_steal_pointer(&tables);
}

GuichetPlaces *
guichet_places_load(const char *folder, GError **error)
{
    g_autoptr(GPtrArray) tables = load_tables(folder, error);
    if (tables == NULL)
        return NULL;
    g_autoptr(GuichetPlaces) self = places_new();
    for (gsize r = 0; r < G_N_ELEMENTS(readers); r++)
        for (guint i = 0; i < tables->len; i++)
            if (fits(tables->pdata[i], r) && !readers[r].read(self, tables->pdata[i], error))
                return NULL;
    places_build_index(self);
    return g_steal_pointer(&self);
}
