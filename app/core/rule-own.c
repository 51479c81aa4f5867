/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/rule-operations.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The operations that JsonLogic lacks; rule.h says what each does. */

#define MAX_SPAN 100000 /* of date_add: beyond any term of law, and safe for GDate */

/* Text of argument @i; NULL unless it is a text. Borrowed. */
static const char *
text_of(GPtrArray *args, guint i)
{
    JsonNode *node = i < args->len ? args->pdata[i] : NULL;
    return node != NULL && rule_is_string(node) ? json_node_get_string(node) : NULL;
}

static gboolean
read_date(const char *text, GDate *date)
{
    guint year = 0, month = 0, day = 0;
    int size = 0;
    if (text == NULL || strlen(text) != 10 || strspn(text, "0123456789-") != 10 ||
        sscanf(text, "%4u-%2u-%2u%n", &year, &month, &day, &size) != 3 || size != 10 || year < 1 ||
        !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return FALSE;
    g_date_set_dmy(date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    return TRUE;
}

static gboolean
read_two_dates(GPtrArray *args, GDate *from, GDate *to)
{
    return read_date(text_of(args, 0), from) && read_date(text_of(args, 1), to);
}

/* Born on 29 February: the birthday of a common year is 1 March, the day after the last of
 * February. */
static JsonNode *
op_age(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    GDate birth, on;
    if (!read_two_dates(args, &birth, &on))
        return rule_null();
    gboolean before_birthday = g_date_get_month(&on) < g_date_get_month(&birth) ||
                               (g_date_get_month(&on) == g_date_get_month(&birth) &&
                                g_date_get_day(&on) < g_date_get_day(&birth));
    return rule_number(g_date_get_year(&on) - g_date_get_year(&birth) - before_birthday);
}

static JsonNode *
op_days_between(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    GDate from, to;
    return read_two_dates(args, &from, &to) ? rule_number(g_date_days_between(&from, &to))
                                            : rule_null();
}

/* Days are added by day number: GDate's own adding takes no negative count. */
static gboolean
add_span(GDate *date, int count, const char *unit)
{
    gint64 months = strcmp(unit, "months") == 0  ? count
                    : strcmp(unit, "years") == 0 ? 12 * (gint64)count
                                                 : 0;
    gint64 year = g_date_get_year(date) + months / 12;
    if (months == 0 && strcmp(unit, "days") != 0 && strcmp(unit, "months") != 0 &&
        strcmp(unit, "years") != 0)
        return FALSE;
    gint64 julian = g_date_get_julian(date) + (strcmp(unit, "days") == 0 ? count : 0);
    if (year < 2 || year > 9990 || julian < 366 || julian > 3600000)
        return FALSE;
    g_date_set_julian(date, (guint32)julian);
    if (months > 0)
        g_date_add_months(date, (guint)months);
    else if (months < 0)
        g_date_subtract_months(date, (guint)-months);
    return g_date_valid(date);
}

static JsonNode *
op_date_add(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    GDate date;
    const char *unit = text_of(args, 2);
    JsonNode *amount = args->len > 1 ? args->pdata[1] : NULL;
    if (!read_date(text_of(args, 0), &date) || unit == NULL || JSON_NODE_HOLDS_NULL(amount))
        return rule_null();
    double count = rule_to_number(run, amount);
    if (isnan(count) || fabs(count) > MAX_SPAN || !add_span(&date, (int)count, unit))
        return rule_null();
    g_autofree char *text = g_strdup_printf("%04d-%02d-%02d", g_date_get_year(&date),
                                            g_date_get_month(&date), g_date_get_day(&date));
    return rule_string(text);
}

static JsonNode *
op_decimal(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    const char *text = text_of(args, 0);
    if (text == NULL || *text == '\0' || strlen(text) > 20 ||
        strspn(text, "0123456789,.") != strlen(text))
        return rule_null();
    g_autofree char *dotted = g_strdelimit(g_strdup(text), ",", '.');
    char *end;
    double value = g_ascii_strtod(dotted, &end);
    return *end == '\0' ? rule_number(value) : rule_null();
}

static JsonNode *
op_round(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    JsonNode *node = args->len > 0 ? args->pdata[0] : NULL;
    if (node == NULL || JSON_NODE_HOLDS_NULL(node))
        return rule_null();
    return rule_number(floor(rule_to_number(run, node) + 0.5));
}

/* An object's member that is an object or, at last, a value. */
static JsonNode *
member_of(JsonNode *node, const char *name)
{
    return node != NULL && name != NULL && JSON_NODE_HOLDS_OBJECT(node)
               ? json_object_get_member(json_node_get_object(node), name)
               : NULL;
}

static JsonNode *
op_lookup(RuleRun *run, GPtrArray *args, JsonNode *data)
{
    JsonNode *table = member_of(member_of(data, "tables"), text_of(args, 0));
    JsonNode *value = member_of(table, text_of(args, 1));
    return value != NULL ? json_node_copy(value) : rule_null();
}

static const RuleOperation operations[] = {
    {"age", op_age},         {"date_add", op_date_add}, {"days_between", op_days_between},
    {"decimal", op_decimal}, {"round", op_round},       {"lookup", op_lookup},
};

const RuleOperation *
rule_find_own_operation(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(operations); i++)
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    return NULL;
}
