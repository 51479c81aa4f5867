/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/places-private.h"

#include <stdlib.h>
#include <string.h>

#include "core/fold.h"

#include <glib/gi18n-lib.h>

#define MAX_NAMESAKES 40
#define MAX_FOUND 5000 /* looked at for one search: a single letter meets thousands */

/* --- memory --- */

static void
place_free(gpointer data)
{
    GuichetPlace *place = data;
    g_free(place->code);
    g_free(place->name);
    g_free(place->parent);
    g_free(place->until);
    g_free(place->successor);
    g_ptr_array_unref(place->postcodes);
    g_free(place);
}

static void
key_clear(gpointer data)
{
    g_free(((PlaceKey *)data)->text);
}

GuichetPlaces *
places_new(void)
{
    GuichetPlaces *self = g_new0(GuichetPlaces, 1);
    g_atomic_ref_count_init(&self->refs);
    self->places = g_ptr_array_new_with_free_func(place_free);
    self->by_code = g_hash_table_new(g_str_hash, g_str_equal);
    self->keys = g_array_new(FALSE, FALSE, sizeof(PlaceKey));
    g_array_set_clear_func(self->keys, key_clear);
    return self;
}

GuichetPlaces *
guichet_places_new_empty(void)
{
    return places_new();
}

GuichetPlaces *
guichet_places_ref(GuichetPlaces *self)
{
    g_atomic_ref_count_inc(&self->refs);
    return self;
}

void
guichet_places_unref(GuichetPlaces *self)
{
    if (!g_atomic_ref_count_dec(&self->refs))
        return;
    g_array_unref(self->keys);
    g_hash_table_unref(self->by_code);
    g_ptr_array_unref(self->places);
    g_free(self);
}

/* --- the index --- */

static int
compare_keys(gconstpointer a, gconstpointer b)
{
    return strcmp(((const PlaceKey *)a)->text, ((const PlaceKey *)b)->text);
}

static void
add_key(GuichetPlaces *self, GuichetPlace *place, const char *text)
{
    PlaceKey key = {.text = g_strdup(text), .place = place};
    g_array_append_val(self->keys, key);
}

/* "le havre" is also found as "havre". */
static const char *
skip_article(const char *folded)
{
    static const char *const articles[] = {"l ", "le ", "la ", "les ", "aux "};
    for (gsize i = 0; i < G_N_ELEMENTS(articles); i++)
        if (g_str_has_prefix(folded, articles[i]))
            return folded + strlen(articles[i]);
    return folded;
}

void
places_build_index(GuichetPlaces *self)
{
    for (guint i = 0; i < self->places->len; i++) {
        GuichetPlace *place = self->places->pdata[i];
        g_autofree char *folded = guichet_fold_place(place->name);
        g_autofree char *code = g_ascii_strdown(place->code, -1);
        add_key(self, place, folded);
        if (skip_article(folded) != folded)
            add_key(self, place, skip_article(folded));
        add_key(self, place, code);
        for (guint j = 0; j < place->postcodes->len; j++)
            add_key(self, place, place->postcodes->pdata[j]);
    }
    g_array_sort(self->keys, compare_keys);
}

/* The first key that is not before @text. */
static guint
find_first(GuichetPlaces *self, const char *text)
{
    guint low = 0, high = self->keys->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (strcmp(g_array_index(self->keys, PlaceKey, middle).text, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* --- searching --- */

typedef struct {
    const GuichetPlace *place;
    gboolean exact;
} Match;

static int
compare_matches(gconstpointer a, gconstpointer b)
{
    const Match *one = a, *other = b;
    if (one->exact != other->exact)
        return one->exact ? -1 : 1;
    if ((one->place->until == NULL) != (other->place->until == NULL))
        return one->place->until == NULL ? -1 : 1;
    int by_name = strcmp(one->place->name, other->place->name);
    return by_name != 0 ? by_name : strcmp(one->place->code, other->place->code);
}

static GArray *
match_all(GuichetPlaces *self, guint kinds, const char *folded)
{
    GArray *matches = g_array_new(FALSE, FALSE, sizeof(Match));
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    gsize size = strlen(folded);
    for (guint i = find_first(self, folded); i < self->keys->len && matches->len < MAX_FOUND; i++) {
        const PlaceKey *key = &g_array_index(self->keys, PlaceKey, i);
        if (strncmp(key->text, folded, size) != 0)
            break;
        Match match = {.place = key->place, .exact = key->text[size] == '\0'};
        if ((key->place->kind & kinds) != 0 && g_hash_table_add(seen, (gpointer)key->place))
            g_array_append_val(matches, match);
    }
    g_array_sort(matches, compare_matches);
    return matches;
}

GPtrArray *
guichet_places_search(GuichetPlaces *self, guint kinds, const char *typed, guint limit)
{
    GPtrArray *found = g_ptr_array_new();
    g_autofree char *folded = guichet_fold_place(typed);
    if (*folded == '\0')
        return found;
    g_autoptr(GArray) matches = match_all(self, kinds, folded);
    for (guint i = 0; i < MIN(matches->len, limit); i++)
        g_ptr_array_add(found, (gpointer)g_array_index(matches, Match, i).place);
    return found;
}

/* "Bordeaux (33063)", as it is stored, means its code. */
static char *
take_code(const char *typed)
{
    const char *open = strrchr(typed, '(');
    gsize size = open != NULL ? strcspn(open + 1, ")") : 0;
    return size == 5 && open[6] == ')' ? g_strndup(open + 1, size) : NULL;
}

/* One code may have had several names: 99121 was Yugoslavia's and is Serbia's. NULL when none of
 * that code is called @name. */
static const GuichetPlace *
find_named(GuichetPlaces *self, guint kinds, const char *name, const char *code)
{
    g_autoptr(GPtrArray) found = guichet_places_search(self, kinds, name, MAX_NAMESAKES);
    g_autofree char *folded = guichet_fold_place(name);
    for (guint i = 0; i < found->len; i++) {
        const GuichetPlace *place = found->pdata[i];
        g_autofree char *its = guichet_fold_place(place->name);
        if (strcmp(place->code, code) == 0 && strcmp(its, folded) == 0)
            return place;
    }
    return NULL;
}

const GuichetPlace *
guichet_places_recognise(GuichetPlaces *self, guint kinds, const char *typed)
{
    g_autofree char *code = take_code(typed);
    g_autofree char *name = code != NULL ? g_strndup(typed, strlen(typed) - 7) : NULL;
    const GuichetPlace *then = code != NULL ? find_named(self, kinds, name, code) : NULL;
    if (then != NULL)
        return then;
    const GuichetPlace *named = guichet_places_find(self, code != NULL ? code : typed);
    if (named != NULL)
        return (named->kind & kinds) != 0 ? named : NULL;
    g_autoptr(GPtrArray) found = guichet_places_search(self, kinds, typed, 3);
    g_autofree char *folded = guichet_fold_place(typed);
    const GuichetPlace *only = NULL;
    for (guint i = 0; i < found->len; i++) {
        const GuichetPlace *place = found->pdata[i];
        g_autofree char *its = guichet_fold_place(place->name);
        if (strcmp(its, folded) != 0)
            continue;
        if (only != NULL && (only->until == NULL) == (place->until == NULL))
            return NULL;
        only = only != NULL ? only : place;
    }
    return only;
}

const GuichetPlace *
guichet_places_find(GuichetPlaces *self, const char *code)
{
    g_autofree char *upper = g_ascii_strup(code, -1);
    return g_hash_table_lookup(self->by_code, upper);
}

guint
guichet_places_count(GuichetPlaces *self)
{
    return self->places->len;
}

char *
guichet_place_to_value(const GuichetPlace *place)
{
    return g_strdup_printf("%s (%s)", place->name, place->code);
}

char *
guichet_places_describe(GuichetPlaces *self, const GuichetPlace *place)
{
    g_autoptr(GString) text = g_string_new(place->name);
    const GuichetPlace *now =
        place->successor != NULL ? guichet_places_find(self, place->successor) : NULL;
    g_string_append_printf(text, " (%s)", place->code);
    for (guint i = 0; i < MIN(place->postcodes->len, 3); i++)
        g_string_append_printf(text, ", %s", (char *)place->postcodes->pdata[i]);
    if (place->until != NULL)
        g_string_append_printf(text, _(" — jusqu’en %.4s"), place->until);
    if (now != NULL && now != place)
        g_string_append_printf(text, _(", aujourd’hui %s"), now->name);
    return g_strdup(text->str);
}
