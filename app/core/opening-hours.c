/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/opening-hours.h"

#include "core/error.h"
#include "core/json.h"
#include "core/policy-read.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_EXCEPTIONS 200
#define MAX_HOURS 6
#define MAX_LABEL 1000

static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday",    NULL};

static void
exception_free(gpointer data)
{
    GuichetOpeningException *exception = data;
    g_clear_pointer(&exception->hours, g_array_unref);
    g_free(exception->label);
    g_free(exception);
}

void
guichet_opening_hours_free(GuichetOpeningHours *self)
{
    if (self == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(self->weekly); i++)
        g_clear_pointer(&self->weekly[i], g_array_unref);
    g_clear_pointer(&self->exceptions, g_ptr_array_unref);
    g_free(self);
}

/* --- reading --- */

static const char *
element_text(JsonArray *array, guint index)
{
    JsonNode *node = json_array_get_element(array, index);
    return JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
}

/* "08:30", "24:00". */
static gboolean
parse_time(const char *text, guint16 *minutes)
{
    if (text == NULL || !g_regex_match_simple("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", text,
                                              G_REGEX_DOLLAR_ENDONLY, 0))
        return FALSE;
    *minutes = (guint16)(atoi(text) * 60 + atoi(text + 3));
    return TRUE;
}

static gboolean
read_pair(JsonNode *node, guint16 after, GuichetHours *hours)
{
    JsonArray *pair = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    return pair != NULL && json_array_get_length(pair) == 2 &&
           parse_time(element_text(pair, 0), &hours->from) &&
           parse_time(element_text(pair, 1), &hours->until) && hours->from >= after &&
           hours->from < hours->until;
}

static GArray *
read_hours(JsonObject *object, const char *member, const char *where, GError **error)
{
    JsonArray *pairs = guichet_json_array(object, member, where, error);
    if (pairs == NULL)
        return NULL;
    g_autoptr(GArray) all = g_array_new(FALSE, TRUE, sizeof(GuichetHours));
    guint n = json_array_get_length(pairs);
    guint16 after = 0;
    for (guint i = 0; i < n; i++) {
        GuichetHours hours;
        if (i >= MAX_HOURS || !read_pair(json_array_get_element(pairs, i), after, &hours)) {
            guichet_policy_refuse(where, member,
                                  _("des heures dans l’ordre sont attendues, par exemple "
                                    "[[\"08:30\", \"12:00\"], [\"13:30\", \"17:00\"]]"),
                                  error);
            return NULL;
        }
        after = hours.until;
        g_array_append_val(all, hours);
    }
    return g_steal_pointer(&all);
}

static gboolean
read_weekly(GuichetOpeningHours *self, JsonObject *root, const char *what, GError **error)
{
    g_autofree char *where = g_strconcat(what, "/weekly", NULL);
    JsonObject *weekly = guichet_json_object(root, "weekly", what, error);
    if (weekly == NULL || !guichet_json_only(weekly, weekdays, where, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(self->weekly); i++)
        if ((self->weekly[i] = read_hours(weekly, weekdays[i], where, error)) == NULL)
            return FALSE;
    return TRUE;
}

static gboolean
read_day(JsonObject *object, const char *member, char day[11], const char *where, GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL)
        return FALSE;
    guint y, m, d;
    if (!g_regex_match_simple("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text, G_REGEX_DOLLAR_ENDONLY, 0) ||
        sscanf(text, "%4u-%2u-%2u", &y, &m, &d) != 3 ||
        !g_date_valid_dmy((GDateDay)d, (GDateMonth)m, (GDateYear)y))
        return guichet_policy_refuse(where, member, _("une date AAAA-MM-JJ est attendue"), error);
    g_strlcpy(day, text, 11);
    return TRUE;
}

static gboolean
read_label(GuichetOpeningException *exception, JsonObject *object, const char *where,
           GError **error)
{
    const char *label = guichet_json_string(object, "label", where, error);
    if (label == NULL)
        return FALSE;
    if (*label == '\0' || strlen(label) > MAX_LABEL)
        return guichet_policy_refuse(where, "label", _("le libellé est vide ou trop long"), error);
    exception->label = g_strdup(label);
    return TRUE;
}

static gboolean
read_exception(GuichetOpeningHours *self, JsonNode *node, const char *where, GError **error)
{
    static const char *const members[] = {"from", "until", "hours", "label", NULL};
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return guichet_policy_refuse(where, "", _("un objet est attendu"), error);
    JsonObject *object = json_node_get_object(node);
    GuichetOpeningException *exception = g_new0(GuichetOpeningException, 1);
    g_ptr_array_add(self->exceptions, exception);
    if (!guichet_json_only(object, members, where, error) ||
        !read_day(object, "from", exception->from, where, error) ||
        !read_day(object, "until", exception->until, where, error) ||
        !read_label(exception, object, where, error) ||
        (exception->hours = read_hours(object, "hours", where, error)) == NULL)
        return FALSE;
    return strcmp(exception->from, exception->until) <= 0 ||
           guichet_policy_refuse(where, "until", _("la fin vient avant le début"), error);
}

static gboolean
read_exceptions(GuichetOpeningHours *self, JsonObject *root, const char *what, GError **error)
{
    JsonArray *all = guichet_json_array(root, "exceptions", what, error);
    if (all == NULL)
        return FALSE;
    guint n = json_array_get_length(all);
    if (n > MAX_EXCEPTIONS)
        return guichet_policy_refuse(what, "exceptions", _("trop d’exceptions"), error);
    for (guint i = 0; i < n; i++) {
        g_autofree char *where = g_strdup_printf("%s/exceptions/%u", what, i);
        if (!read_exception(self, json_array_get_element(all, i), where, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_figures(GuichetOpeningHours *self, JsonObject *root, const char *what, GError **error)
{
    static const char *const members[] = {"quality_limit", "smallest_cell", "why", NULL};
    g_autofree char *where = g_strconcat(what, "/figures", NULL);
    JsonObject *figures = guichet_json_object(root, "figures", what, error);
    if (figures == NULL || !guichet_json_only(figures, members, where, error))
        return FALSE;
    g_autofree char *why = guichet_policy_read_why(figures, where, error);
    return why != NULL &&
           guichet_policy_read_number(figures, "quality_limit", 1, 100, where, &self->quality_limit,
                                      error) &&
           guichet_policy_read_number(figures, "smallest_cell", 1, 20, where, &self->smallest_cell,
                                      error);
}

GuichetOpeningHours *
guichet_opening_hours_new(const void *bytes, gsize size, const char *what, GError **error)
{
    static const char *const members[] = {"profile",    "date",    "source", "weekly",
                                          "exceptions", "figures", "why",    NULL};
    g_autofree char *where = g_strconcat(what, ": ", NULL);
    g_autoptr(JsonNode) node = guichet_json_parse(bytes, size, what, error);
    if (node == NULL)
        return NULL;
    JsonObject *root = json_node_get_object(node);
    g_autoptr(GuichetOpeningHours) self = g_new0(GuichetOpeningHours, 1);
    self->exceptions = g_ptr_array_new_with_free_func(exception_free);
    if (!guichet_policy_read_head(root, members, "opening-hours/1", where, error))
        return NULL;
    g_autofree char *why = guichet_policy_read_why(root, where, error);
    return why != NULL && read_weekly(self, root, where, error) &&
                   read_exceptions(self, root, where, error) &&
                   read_figures(self, root, where, error)
               ? g_steal_pointer(&self)
               : NULL;
}

/* --- asking --- */

static const GuichetOpeningException *
find_exception(const GuichetOpeningHours *self, const GDate *day)
{
    char text[11];
    g_date_strftime(text, sizeof text, "%Y-%m-%d", day);
    for (guint i = 0; i < self->exceptions->len; i++) {
        const GuichetOpeningException *exception = g_ptr_array_index(self->exceptions, i);
        if (strcmp(exception->from, text) <= 0 && strcmp(text, exception->until) <= 0)
            return exception;
    }
    return NULL;
}

const GArray *
guichet_opening_hours_on(const GuichetOpeningHours *self, const GDate *day)
{
    const GuichetOpeningException *exception = find_exception(self, day);
    return exception != NULL ? exception->hours : self->weekly[g_date_get_weekday(day) - 1];
}

const char *
guichet_opening_hours_label(const GuichetOpeningHours *self, const GDate *day)
{
    const GuichetOpeningException *exception = find_exception(self, day);
    return exception != NULL ? exception->label : NULL;
}
