/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/json.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

/* --- the strict walk --- */

typedef struct {
    const char *at;
    const char *end;
    const char *what;
    guint line;
    guint depth;
    GError **error;
} Scanner;

static gboolean scan_value(Scanner *scanner);

static gboolean
refuse(Scanner *scanner, GuichetErrorCode code, const char *reason)
{
    g_set_error(scanner->error, GUICHET_ERROR, (int)code, "%s:%u: %s", scanner->what, scanner->line,
                reason);
    return FALSE;
}

static gboolean
malformed(Scanner *scanner, const char *reason)
{
    return refuse(scanner, GUICHET_ERROR_MALFORMED, reason);
}

static void
skip_space(Scanner *scanner)
{
    for (; scanner->at < scanner->end && strchr(" \t\r\n", *scanner->at) != NULL; scanner->at++)
        scanner->line += *scanner->at == '\n';
}

/* The next significant character, or NUL at the end (NUL itself never passes the UTF-8 check). */
static char
peek(Scanner *scanner)
{
    skip_space(scanner);
    return scanner->at < scanner->end ? *scanner->at : '\0';
}

static gboolean
take(Scanner *scanner, char wanted)
{
    if (peek(scanner) != wanted)
        return FALSE;
    scanner->at++;
    return TRUE;
}

static gboolean
scan_hex4(Scanner *scanner, gunichar *unit)
{
    if (scanner->end - scanner->at < 4)
        return malformed(scanner, _("échappement \\u incomplet"));
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = g_ascii_xdigit_value(*scanner->at++);
        if (digit < 0)
            return malformed(scanner, _("échappement \\u sans quatre chiffres hexadécimaux"));
        *unit = *unit << 4 | (gunichar)digit;
    }
    return TRUE;
}

/* After "\u": one code point, from one unit or a pair of surrogates (RFC 8259 §7). */
static gboolean
scan_code_point(Scanner *scanner, GString *text)
{
    gunichar high, low;
    if (!scan_hex4(scanner, &high))
        return FALSE;
    if (high >= 0xd800 && high <= 0xdbff) {
        if (scanner->end - scanner->at < 2 || memcmp(scanner->at, "\\u", 2) != 0)
            return malformed(scanner, _("demi-caractère isolé dans un échappement \\u"));
        scanner->at += 2;
        if (!scan_hex4(scanner, &low))
            return FALSE;
        if (low < 0xdc00 || low > 0xdfff)
            return malformed(scanner, _("demi-caractère isolé dans un échappement \\u"));
        high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    } else if (high >= 0xdc00 && high <= 0xdfff) {
        return malformed(scanner, _("demi-caractère isolé dans un échappement \\u"));
    }
    /* our strings are C strings: U+0000 would cut them */
    if (high == 0)
        return malformed(scanner, _("caractère nul dans un texte"));
    g_string_append_unichar(text, high);
    return TRUE;
}

static gboolean
scan_escape(Scanner *scanner, GString *text)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    char letter = scanner->at < scanner->end ? *scanner->at++ : '\0';
    if (letter == 'u')
        return scan_code_point(scanner, text);
    const char *found = letter != '\0' ? strchr(from, letter) : NULL;
    if (found == NULL)
        return malformed(scanner, _("échappement inconnu dans un texte"));
    g_string_append_c(text, to[found - from]);
    return TRUE;
}

/* The opening quote is taken. @text receives the string without its escapes. */
static gboolean
scan_string(Scanner *scanner, GString *text)
{
    while (scanner->at < scanner->end) {
        char c = *scanner->at++;
        if (c == '"')
            return TRUE;
        if ((guchar)c < 0x20)
            return malformed(scanner,
                             _("caractère de contrôle dans un texte, ou guillemet manquant"));
        if (c != '\\')
            g_string_append_c(text, c);
        else if (!scan_escape(scanner, text))
            return FALSE;
    }
    return malformed(scanner, _("texte sans guillemet fermant"));
}

static const char *
skip_digits(const char *at, const char *end)
{
    while (at < end && g_ascii_isdigit(*at))
        at++;
    return at;
}

/* RFC 8259 §6: -? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)? ; NULL when it is not one. */
static const char *
skip_number(const char *at, const char *end, gboolean *integer)
{
    *integer = TRUE;
    at += at < end && *at == '-';
    const char *digits = at;
    at = skip_digits(at, end);
    if (at == digits || (*digits == '0' && at - digits > 1))
        return NULL;
    if (at < end && *at == '.') {
        *integer = FALSE;
        const char *fraction = ++at;
        at = skip_digits(at, end);
        if (at == fraction)
            return NULL;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        *integer = FALSE;
        at++;
        at += at < end && (*at == '+' || *at == '-');
        const char *exponent = at;
        at = skip_digits(at, end);
        if (at == exponent)
            return NULL;
    }
    return at;
}

static gboolean
scan_number(Scanner *scanner)
{
    gboolean integer;
    const char *after = skip_number(scanner->at, scanner->end, &integer);
    if (after == NULL)
        return malformed(scanner, _("nombre mal écrit"));
    g_autofree char *text = g_strndup(scanner->at, (gsize)(after - scanner->at));
    errno = 0;
    if (integer)
        g_ascii_strtoll(text, NULL, 10);
    if (errno == ERANGE || (!integer && !isfinite(g_ascii_strtod(text, NULL))))
        return refuse(scanner, GUICHET_ERROR_LIMIT, _("nombre trop grand"));
    scanner->at = after;
    return TRUE;
}

static gboolean
scan_word(Scanner *scanner)
{
    static const char *const words[] = {"true", "false", "null"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        gsize size = strlen(words[i]);
        if ((gsize)(scanner->end - scanner->at) >= size &&
            memcmp(scanner->at, words[i], size) == 0) {
            scanner->at += size;
            return TRUE;
        }
    }
    return malformed(scanner,
                     _("valeur attendue (texte, nombre, objet, tableau, true, false, null)"));
}

static gboolean
scan_member(Scanner *scanner, GHashTable *seen)
{
    g_autoptr(GString) name = g_string_new(NULL);
    if (!take(scanner, '"'))
        return malformed(scanner, _("nom de membre entre guillemets attendu"));
    if (!scan_string(scanner, name))
        return FALSE;
    if (g_hash_table_contains(seen, name->str)) {
        g_autofree char *reason = g_strdup_printf(_("membre « %.60s » en double"), name->str);
        return malformed(scanner, reason);
    }
    g_hash_table_add(seen, g_strdup(name->str));
    if (!take(scanner, ':'))
        return malformed(scanner, _("« : » attendu après un nom de membre"));
    return scan_value(scanner);
}

static gboolean
scan_object(Scanner *scanner)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (take(scanner, '}'))
        return TRUE;
    do {
        if (!scan_member(scanner, seen))
            return FALSE;
    } while (take(scanner, ','));
    return take(scanner, '}') || malformed(scanner, _("« , » ou « } » attendu dans un objet"));
}

static gboolean
scan_array(Scanner *scanner)
{
    if (take(scanner, ']'))
        return TRUE;
    do {
        if (!scan_value(scanner))
            return FALSE;
    } while (take(scanner, ','));
    return take(scanner, ']') || malformed(scanner, _("« , » ou « ] » attendu dans un tableau"));
}

static gboolean
scan_container(Scanner *scanner, gboolean (*scan)(Scanner *))
{
    scanner->at++;
    if (++scanner->depth > GUICHET_JSON_MAX_DEPTH)
        return refuse(scanner, GUICHET_ERROR_LIMIT, _("imbrication trop profonde"));
    if (!scan(scanner))
        return FALSE;
    scanner->depth--;
    return TRUE;
}

static gboolean
scan_value(Scanner *scanner)
{
    char c = peek(scanner);
    if (c == '{')
        return scan_container(scanner, scan_object);
    if (c == '[')
        return scan_container(scanner, scan_array);
    if (c == '"') {
        g_autoptr(GString) text = g_string_new(NULL);
        scanner->at++;
        return scan_string(scanner, text);
    }
    if (c == '-' || g_ascii_isdigit(c))
        return scan_number(scanner);
    return scan_word(scanner);
}

static gboolean
scan_text(Scanner *scanner)
{
    const char *valid;
    if (!g_utf8_validate_len(scanner->at, (gsize)(scanner->end - scanner->at), &valid)) {
        for (const char *c = scanner->at; c < valid; c++)
            scanner->line += *c == '\n';
        return malformed(scanner, _("le texte n’est pas en UTF-8"));
    }
    if (peek(scanner) != '{')
        return malformed(scanner, _("un objet « { … } » est attendu"));
    if (!scan_value(scanner))
        return FALSE;
    return peek(scanner) == '\0' || malformed(scanner, _("texte en trop après la fin de l’objet"));
}

JsonNode *
guichet_json_parse(const void *bytes, gsize size, const char *what, GError **error)
{
    Scanner scanner = {
        .at = bytes, .end = (const char *)bytes + size, .what = what, .line = 1, .error = error};
    if (size > GUICHET_JSON_MAX_BYTES) {
        refuse(&scanner, GUICHET_ERROR_LIMIT, _("le texte dépasse 1 Mio"));
        return NULL;
    }
    if (!scan_text(&scanner))
        return NULL;
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) foreign = NULL;
    if (!json_parser_load_from_data(parser, bytes, (gssize)size, &foreign)) {
        malformed(&scanner, foreign->message);
        return NULL;
    }
    return json_parser_steal_root(parser);
}

/* --- typed readers --- */

static void
set_reason(GError **error, const char *where, const char *member, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "%s/%s: %s", where, member, reason);
}

/* The member if its type is wanted; @value_type is 0 for objects and arrays. */
static JsonNode *
find_member(JsonObject *object, const char *member, JsonNodeType type, GType value_type,
            const char *expected, const char *where, GError **error)
{
    JsonNode *node = json_object_get_member(object, member);
    if (node == NULL) {
        set_reason(error, where, member, _("ce membre manque"));
        return NULL;
    }
    if (json_node_get_node_type(node) != type ||
        (type == JSON_NODE_VALUE && json_node_get_value_type(node) != value_type)) {
        set_reason(error, where, member, expected);
        return NULL;
    }
    return node;
}

const char *
guichet_json_string(JsonObject *object, const char *member, const char *where, GError **error)
{
    JsonNode *node = find_member(object, member, JSON_NODE_VALUE, G_TYPE_STRING,
                                 _("un texte est attendu"), where, error);
    return node != NULL ? json_node_get_string(node) : NULL;
}

gboolean
guichet_json_int(JsonObject *object, const char *member, gint64 min, gint64 max, const char *where,
                 gint64 *value, GError **error)
{
    JsonNode *node = find_member(object, member, JSON_NODE_VALUE, G_TYPE_INT64,
                                 _("un nombre entier est attendu"), where, error);
    if (node == NULL)
        return FALSE;
    gint64 read = json_node_get_int(node);
    if (read < min || read > max) {
        g_autofree char *reason =
            g_strdup_printf(_("%" PRId64 " est hors de %" PRId64 " … %" PRId64), read, min, max);
        set_reason(error, where, member, reason);
        return FALSE;
    }
    *value = read;
    return TRUE;
}

JsonArray *
guichet_json_array(JsonObject *object, const char *member, const char *where, GError **error)
{
    JsonNode *node =
        find_member(object, member, JSON_NODE_ARRAY, 0, _("un tableau est attendu"), where, error);
    return node != NULL ? json_node_get_array(node) : NULL;
}

JsonObject *
guichet_json_object(JsonObject *object, const char *member, const char *where, GError **error)
{
    JsonNode *node =
        find_member(object, member, JSON_NODE_OBJECT, 0, _("un objet est attendu"), where, error);
    return node != NULL ? json_node_get_object(node) : NULL;
}

gboolean
guichet_json_only(JsonObject *object, const char *const *allowed, const char *where, GError **error)
{
    JsonObjectIter iter;
    const char *member;
    json_object_iter_init_ordered(&iter, object);
    while (json_object_iter_next_ordered(&iter, &member, NULL)) {
        if (!g_strv_contains(allowed, member)) {
            set_reason(error, where, member, _("membre inconnu"));
            return FALSE;
        }
    }
    return TRUE;
}

/* --- canonical text --- */

static void write_node(GString *out, JsonNode *node);

static void
write_string(GString *out, const char *text)
{
    static const char *const short_escapes[0x20] = {
        ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"};
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        guchar c = (guchar)*text;
        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", c);
        else if (c >= 0x20)
            g_string_append_c(out, (char)c);
        else if (short_escapes[c] != NULL)
            g_string_append(out, short_escapes[c]);
        else
            g_string_append_printf(out, "\\u%04x", c);
    }
    g_string_append_c(out, '"');
}

/* The shortest of 15 … 17 digits that reads back as the same number. */
static void
write_double(GString *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    static const char *const formats[] = {"%.15g", "%.16g", "%.17g"};
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(text, sizeof text, formats[i], value);
        if (g_ascii_strtod(text, NULL) == value)
            break;
    }
    g_string_append(out, isfinite(value) ? text : "null");
}

static void
write_value(GString *out, JsonNode *node)
{
    GType type = json_node_get_value_type(node);
    if (type == G_TYPE_STRING)
        write_string(out, json_node_get_string(node));
    else if (type == G_TYPE_BOOLEAN)
        g_string_append(out, json_node_get_boolean(node) ? "true" : "false");
    else if (type == G_TYPE_DOUBLE)
        write_double(out, json_node_get_double(node));
    else
        g_string_append_printf(out, "%" PRId64, json_node_get_int(node));
}

static void
write_object(GString *out, JsonObject *object)
{
    /* the order of UTF-8 bytes is the order of code points */
    g_autoptr(GList) sorted =
        g_list_sort(json_object_get_members(object), (GCompareFunc)(void (*)(void))strcmp);
    g_string_append_c(out, '{');
    for (GList *l = sorted; l != NULL; l = l->next) {
        if (l != sorted)
            g_string_append_c(out, ',');
        write_string(out, l->data);
        g_string_append_c(out, ':');
        write_node(out, json_object_get_member(object, l->data));
    }
    g_string_append_c(out, '}');
}

static void
write_array(GString *out, JsonArray *array)
{
    g_string_append_c(out, '[');
    for (guint i = 0; i < json_array_get_length(array); i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        write_node(out, json_array_get_element(array, i));
    }
    g_string_append_c(out, ']');
}

static void
write_node(GString *out, JsonNode *node)
{
    switch (json_node_get_node_type(node)) {
    case JSON_NODE_OBJECT:
        write_object(out, json_node_get_object(node));
        break;
    case JSON_NODE_ARRAY:
        write_array(out, json_node_get_array(node));
        break;
    case JSON_NODE_VALUE:
        write_value(out, node);
        break;
    case JSON_NODE_NULL:
        g_string_append(out, "null");
        break;
    }
}

char *
guichet_json_canonical(JsonNode *node)
{
    GString *out = g_string_new(NULL);
    write_node(out, node);
    return g_string_free(out, FALSE);
}
