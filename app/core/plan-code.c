/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/plan-code.h"

#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

#define MAGIC "GUICHET1"
#define CHECK_DIGITS 8
#define MAX_ID 40
#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

void
guichet_plan_code_free(GuichetPlanCode *code)
{
    g_free(code->date);
    g_free(code->procedure_id);
    g_hash_table_unref(code->fields);
    g_free(code);
}

static char *
compute_check(const char *text, gsize size)
{
    g_autofree char *hex = guichet_sha256_hex(text, size);
    return g_strndup(hex, CHECK_DIGITS);
}

/* --- writing --- */

/* As RFC 3986 §2.1, of the longest head of @value that has room. */
static char *
escape_value(const char *value)
{
    g_autoptr(GString) escaped = g_string_new(NULL);
    for (const char *p = value; *p != '\0'; p = g_utf8_next_char(p)) {
        g_autofree char *one = g_strndup(p, (gsize)(g_utf8_next_char(p) - p));
        g_autofree char *written = g_uri_escape_string(one, NULL, FALSE);
        if (escaped->len + strlen(written) > GUICHET_PLAN_CODE_MAX_VALUE)
            break;
        g_string_append(escaped, written);
    }
    return g_strdup(escaped->str);
}

static void
append_field(GString *text, const char *id, const char *value)
{
    g_autofree char *escaped = escape_value(value);
    gsize size = 1 + strlen(id) + 1 + strlen(escaped);
    if (text->len + size + 1 + CHECK_DIGITS <= GUICHET_PLAN_CODE_MAX_BYTES && *escaped != '\0')
        g_string_append_printf(text, ";%s=%s", id, escaped);
}

char *
guichet_plan_code_format(const char *procedure_id, GHashTable *fields, gint64 today_us)
{
    g_autoptr(GDateTime) today = g_date_time_new_from_unix_utc(today_us / G_USEC_PER_SEC);
    g_autofree char *date = today != NULL ? g_date_time_format(today, "%Y%m%d") : NULL;
    g_autoptr(GString) text = g_string_new(MAGIC);
    g_autoptr(GList) ids = g_list_sort(g_hash_table_get_keys(fields), (GCompareFunc)strcmp);
    guint n = 0;
    g_string_append_printf(text, ";%s;%s", date != NULL ? date : "19700101", procedure_id);
    for (GList *id = ids; id != NULL && n < GUICHET_PLAN_CODE_MAX_FIELDS; id = id->next, n++)
        append_field(text, id->data, g_hash_table_lookup(fields, id->data));
    g_autofree char *check = compute_check(text->str, text->len);
    return g_strdup_printf("%s;%s", text->str, check);
}

/* --- reading --- */

static gboolean
refuse(GError **error, GuichetErrorCode code, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, (int)code,
                _("Ce code n’est pas celui d’une page « Vos pièces » : %s. Lisez-le de nouveau, ou "
                  "choisissez la démarche dans la liste."),
                reason);
    return FALSE;
}

static gboolean
is_id(const char *text)
{
    gsize length = strlen(text);
    return g_ascii_islower(*text) && length <= MAX_ID &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/* "20261122" as "2026-11-22"; NULL when there is no such day. */
static char *
read_date(const char *text)
{
    if (strlen(text) != 8 || strspn(text, "0123456789") != 8)
        return NULL;
    int all = atoi(text), year = all / 10000, month = all / 100 % 100, day = all % 100;
    return year > 0 && month > 0 && month <= 12 &&
                   g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year)
               ? g_strdup_printf("%04d-%02d-%02d", year, month, day)
               : NULL;
}

static char *
read_value(const char *text)
{
    if (*text == '\0' || strlen(text) > GUICHET_PLAN_CODE_MAX_VALUE ||
        strspn(text, PLAIN "%") != strlen(text))
        return NULL;
    g_autofree char *value = g_uri_unescape_string(text, NULL);
    if (value == NULL || !g_utf8_validate(value, -1, NULL))
        return NULL;
    for (const char *p = value; *p != '\0'; p = g_utf8_next_char(p))
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return NULL;
    return g_steal_pointer(&value);
}

/* "id=value", after @last in order, so that none comes twice. */
static gboolean
read_field(GuichetPlanCode *code, const char *text, const char **last, GError **error)
{
    const char *equals = strchr(text, '=');
    g_autofree char *id = g_strndup(text, equals != NULL ? (gsize)(equals - text) : 0);
    g_autofree char *value = equals != NULL ? read_value(equals + 1) : NULL;
    if (value == NULL || !is_id(id))
        return refuse(error, GUICHET_ERROR_MALFORMED, _("une réponse est illisible"));
    if (*last != NULL && strcmp(*last, id) >= 0)
        return refuse(error, GUICHET_ERROR_MALFORMED, _("une réponse est en double"));
    *last = id;
    g_hash_table_insert(code->fields, g_steal_pointer(&id), g_steal_pointer(&value));
    return TRUE;
}

static gboolean
check_line(const char *line, GError **error)
{
    const char *last = strrchr(line, ';');
    if (!g_str_has_prefix(line, MAGIC ";"))
        return refuse(error, GUICHET_ERROR_MALFORMED, _("il commence autrement"));
    g_autofree char *check = compute_check(line, (gsize)(last - line));
    if (strcmp(check, last + 1) != 0)
        return refuse(error, GUICHET_ERROR_MISMATCH, _("son contrôle n’est pas bon"));
    return TRUE;
}

GuichetPlanCode *
guichet_plan_code_parse(const char *text, gsize size, GError **error)
{
    if (size > GUICHET_PLAN_CODE_MAX_BYTES + 4 || memchr(text, '\0', size) != NULL) {
        refuse(error, GUICHET_ERROR_LIMIT, _("il est trop long"));
        return NULL;
    }
    g_autofree char *line = g_strstrip(g_strndup(text, size));
    if (!check_line(line, error))
        return NULL;
    g_auto(GStrv) parts = g_strsplit(line, ";", -1);
    guint n = g_strv_length(parts); /* magic, date, procedure, fields…, check */
    g_autofree char *date = n >= 4 ? read_date(parts[1]) : NULL;
    if (date == NULL || !is_id(parts[2]) || n - 4 > GUICHET_PLAN_CODE_MAX_FIELDS) {
        refuse(error, GUICHET_ERROR_MALFORMED, _("sa forme est inconnue"));
        return NULL;
    }
    g_autoptr(GuichetPlanCode) code = g_new0(GuichetPlanCode, 1);
    code->date = g_steal_pointer(&date);
    code->procedure_id = g_strdup(parts[2]);
    code->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const char *last = NULL;
    for (guint i = 3; i + 1 < n; i++)
        if (!read_field(code, parts[i], &last, error))
            return NULL;
    return g_steal_pointer(&code);
}
