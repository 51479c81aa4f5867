/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure-private.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/piece.h"
#include "core/rule.h"

#include <glib/gi18n-lib.h>

/* Reads one entry of a list into a new element of @into. */
typedef gboolean (*ReadEntry)(JsonObject *object, const char *where, GPtrArray *into,
                              GError **error);

static gboolean G_GNUC_PRINTF(4, 5)
    refuse(GError **error, const char *where, const char *member, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *reason = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "%s/%s: %s", where, member, reason);
    return FALSE;
}

/* --- members --- */

static gboolean
is_id(const char *text)
{
    gsize length = strlen(text);
    return g_ascii_islower(*text) && length <= PROCEDURE_MAX_ID &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static gboolean
read_id(JsonObject *object, const char *member, const char *where, char **id, GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL)
        return FALSE;
    if (!is_id(text))
        return refuse(error, where, member,
                      _("un identifiant est fait de 1 à %d lettres minuscules, chiffres et tirets"),
                      PROCEDURE_MAX_ID);
    *id = g_strdup(text);
    return TRUE;
}

static gboolean
read_text(JsonObject *object, const char *member, const char *where, char **text, GError **error)
{
    const char *value = guichet_json_string(object, member, where, error);
    if (value == NULL)
        return FALSE;
    if (*value == '\0')
        return refuse(error, where, member, _("ce texte est vide"));
    if (g_utf8_strlen(value, -1) > PROCEDURE_MAX_TEXT)
        return refuse(error, where, member, _("plus de %d caractères"), PROCEDURE_MAX_TEXT);
    *text = g_strdup(value);
    return TRUE;
}

static gboolean
read_optional_text(JsonObject *object, const char *member, const char *where, char **text,
                   GError **error)
{
    return !json_object_has_member(object, member) || read_text(object, member, where, text, error);
}

/* A text that is for the reader of the file: checked, not kept. */
static gboolean
check_note(JsonObject *object, const char *member, const char *where, GError **error)
{
    g_autofree char *note = NULL;
    return read_optional_text(object, member, where, &note, error);
}

static gboolean
read_rule(JsonObject *object, const char *member, const char *where, JsonNode **rule,
          GError **error)
{
    JsonNode *node = json_object_get_member(object, member);
    if (node == NULL)
        return TRUE;
    g_autofree char *place = g_strdup_printf("%s/%s", where, member);
    if (!guichet_rule_check(node, place, error))
        return FALSE;
    *rule = json_node_ref(node);
    return TRUE;
}

static gboolean
read_boolean(JsonObject *object, const char *member, const char *where, gboolean *value,
             GError **error)
{
    JsonNode *node = json_object_get_member(object, member);
    if (node == NULL)
        return TRUE;
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN)
        return refuse(error, where, member, _("true ou false est attendu"));
    *value = json_node_get_boolean(node);
    return TRUE;
}

static gboolean
read_number(JsonObject *object, const char *member, gint64 min, gint64 max, const char *where,
            gint64 *value, GError **error)
{
    return !json_object_has_member(object, member) ||
           guichet_json_int(object, member, min, max, where, value, error);
}

/* The index of @name among @names, or -1 with the list in the error. */
static int
read_word(JsonObject *object, const char *member, const char *const *names, const char *where,
          GError **error)
{
    const char *text = guichet_json_string(object, member, where, error);
    if (text == NULL)
        return -1;
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    g_autofree char *list = g_strjoinv(", ", (char **)(gpointer)names);
    refuse(error, where, member, _("« %.40s » n’est pas l’un de : %s"), text, list);
    return -1;
}

/* Entries of our lists all begin with their id. */
static gboolean
check_new_id(GPtrArray *entries, const char *where, GError **error)
{
    const char *id = *(char **)entries->pdata[entries->len - 1];
    for (guint i = 0; i + 1 < entries->len; i++)
        if (strcmp(*(char **)entries->pdata[i], id) == 0)
            return refuse(error, where, "id", _("« %s » est déjà pris plus haut"), id);
    return TRUE;
}

static gboolean
read_list(JsonObject *object, const char *member, const char *where, guint max, ReadEntry read,
          GPtrArray *into, GError **error)
{
    JsonArray *array = guichet_json_array(object, member, where, error);
    if (array == NULL)
        return FALSE;
    if (json_array_get_length(array) > max)
        return refuse(error, where, member, _("plus de %u éléments"), max);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        g_autofree char *place = g_strdup_printf("%s/%s/%u", where, member, i);
        if (!JSON_NODE_HOLDS_OBJECT(node)) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                        _("%s: un objet est attendu"), place);
            return FALSE;
        }
        if (!read(json_node_get_object(node), place, into, error) ||
            !check_new_id(into, place, error))
            return FALSE;
    }
    return TRUE;
}

/* --- choices and fields --- */

static gboolean
read_choice(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id", "label", NULL};
    GuichetChoice *choice = g_new0(GuichetChoice, 1);
    g_ptr_array_add(into, choice);
    return guichet_json_only(object, members, where, error) &&
           read_id(object, "id", where, &choice->id, error) &&
           read_text(object, "label", where, &choice->label, error);
}

static gboolean
read_choices(GuichetField *field, JsonObject *object, const char *where, GError **error)
{
    if (field->type != GUICHET_FIELD_CHOICE)
        return !json_object_has_member(object, "choices") ||
               refuse(error, where, "choices", _("seul un champ « choice » a des choix"));
    field->choices = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_choice_free);
    if (!read_list(object, "choices", where, PROCEDURE_MAX_CHOICES, read_choice, field->choices,
                   error))
        return FALSE;
    return field->choices->len > 0 || refuse(error, where, "choices", _("la liste est vide"));
}

static gboolean
is_text_type(GuichetFieldType type)
{
    return type == GUICHET_FIELD_TEXT || type == GUICHET_FIELD_MULTILINE;
}

static gboolean
read_pattern(GuichetField *field, JsonObject *object, const char *where, GError **error)
{
    if (!json_object_has_member(object, "pattern"))
        return !json_object_has_member(object, "pattern_hint") ||
               refuse(error, where, "pattern_hint", _("sans « pattern », il n’explique rien"));
    if (field->type != GUICHET_FIELD_TEXT)
        return refuse(error, where, "pattern", _("seul un champ « text » a un motif"));
    if (!read_text(object, "pattern", where, &field->pattern, error) ||
        !read_text(object, "pattern_hint", where, &field->pattern_hint, error))
        return FALSE;
    g_autoptr(GError) foreign = NULL;
    g_autoptr(GRegex) regex = guichet_field_compile_pattern(field->pattern, &foreign);
    return regex != NULL ||
           refuse(error, where, "pattern", _("motif incorrect : %s"), foreign->message);
}

static gboolean
read_bounds(GuichetField *field, JsonObject *object, const char *where, GError **error)
{
    gint64 lowest = 0, highest = PROCEDURE_MAX_VALUE;
    field->max = field->type == GUICHET_FIELD_MULTILINE ? 4000 : 200;
    if (field->type == GUICHET_FIELD_INTEGER) {
        lowest = -G_MAXINT32;
        highest = G_MAXINT32;
        field->max = G_MAXINT32;
    } else if (!is_text_type(field->type)) {
        const char *stray = json_object_has_member(object, "min") ? "min" : "max";
        return !json_object_has_member(object, stray) ||
               refuse(error, where, stray, _("ce type de champ n’a pas de bornes"));
    }
    if (!read_number(object, "min", lowest, highest, where, &field->min, error) ||
        !read_number(object, "max", lowest, highest, where, &field->max, error))
        return FALSE;
    return field->min <= field->max ||
           refuse(error, where, "max", _("« max » est plus petit que « min »"));
}

static gboolean
read_field(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {
        "id",      "label",        "hint", "type", "required_if", "visible_if", "pattern",
        "choices", "pattern_hint", "min",  "max",  "uppercase",   "source",     NULL};
    static const char *const types[] = {"text",    "multiline", "date", "choice",
                                        "boolean", "integer",   NULL};
    GuichetField *field = g_new0(GuichetField, 1);
    g_ptr_array_add(into, field);
    if (!guichet_json_only(object, members, where, error) ||
        !read_id(object, "id", where, &field->id, error) ||
        !read_text(object, "label", where, &field->label, error) ||
        !read_optional_text(object, "hint", where, &field->hint, error) ||
        !check_note(object, "source", where, error))
        return FALSE;
    int type = read_word(object, "type", types, where, error);
    if (type < 0)
        return FALSE;
    field->type = (GuichetFieldType)type;
    if (json_object_has_member(object, "uppercase") && !is_text_type(field->type))
        return refuse(error, where, "uppercase", _("seul un texte se met en majuscules"));
    return read_rule(object, "required_if", where, &field->required_if, error) &&
           read_rule(object, "visible_if", where, &field->visible_if, error) &&
           read_boolean(object, "uppercase", where, &field->uppercase, error) &&
           read_pattern(field, object, where, error) && read_bounds(field, object, where, error) &&
           read_choices(field, object, where, error);
}

/* --- pieces --- */

static gboolean
read_finger(GuichetPieceSpec *piece, JsonObject *object, const char *where, GError **error)
{
    gint64 finger = 0;
    if (piece->family != GUICHET_PIECE_FINGERPRINT)
        return !json_object_has_member(object, "finger") ||
               refuse(error, where, "finger", _("seule une empreinte a un doigt"));
    if (!guichet_json_int(object, "finger", 1, 10, where, &finger, error))
        return FALSE;
    piece->finger = (guint)finger;
    return TRUE;
}

static gboolean
read_pages(GuichetPieceSpec *piece, JsonObject *object, const char *where, GError **error)
{
    gint64 min = 1, max = 1;
    gint64 highest = piece->family == GUICHET_PIECE_DOCUMENT ? GUICHET_REQUEST_MAX_PIECES : 1;
    if (!read_number(object, "min_pages", 0, highest, where, &min, error) ||
        !read_number(object, "max_pages", 1, highest, where, &max, error))
        return FALSE;
    if (min > max)
        return refuse(error, where, "max_pages",
                      _("« max_pages » est plus petit que « min_pages »"));
    piece->min_pages = (guint)min;
    piece->max_pages = (guint)max;
    return TRUE;
}

static gboolean
read_piece(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {
        "id",        "label",  "hint",   "family",     "finger", "required_if", "min_pages",
        "max_pages", "reason", "remedy", "impossible", "source", NULL};
    static const char *const families[] = {"document", "photo", "fingerprint", "signature", NULL};
    GuichetPieceSpec *piece = g_new0(GuichetPieceSpec, 1);
    piece->impossible = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_choice_free);
    g_ptr_array_add(into, piece);
    if (!guichet_json_only(object, members, where, error) ||
        !read_id(object, "id", where, &piece->id, error) ||
        !read_text(object, "label", where, &piece->label, error) ||
        !read_optional_text(object, "hint", where, &piece->hint, error) ||
        !read_text(object, "reason", where, &piece->reason, error) ||
        !read_text(object, "remedy", where, &piece->remedy, error) ||
        !check_note(object, "source", where, error))
        return FALSE;
    int family = read_word(object, "family", families, where, error);
    if (family < 0)
        return FALSE;
    piece->family = (GuichetPieceFamily)family;
    return read_rule(object, "required_if", where, &piece->required_if, error) &&
           read_finger(piece, object, where, error) && read_pages(piece, object, where, error) &&
           (!json_object_has_member(object, "impossible") ||
            read_list(object, "impossible", where, PROCEDURE_MAX_CHOICES, read_choice,
                      piece->impossible, error));
}

/* --- stamps and steps --- */

static gboolean
read_stamp(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id", "label", "amount", "source", NULL};
    GuichetStampSpec *stamp = g_new0(GuichetStampSpec, 1);
    g_ptr_array_add(into, stamp);
    if (!guichet_json_only(object, members, where, error) ||
        !read_id(object, "id", where, &stamp->id, error) ||
        !read_text(object, "label", where, &stamp->label, error) ||
        !read_text(object, "source", where, &stamp->source, error) ||
        !read_rule(object, "amount", where, &stamp->amount, error))
        return FALSE;
    return stamp->amount != NULL || refuse(error, where, "amount", _("ce membre manque"));
}

static gboolean
read_names(JsonObject *object, const char *member, const char *where, GStrv *names, GError **error)
{
    JsonArray *array = guichet_json_array(object, member, where, error);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    if (array == NULL)
        return FALSE;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
            return refuse(error, where, member, _("l’élément %u n’est pas un texte"), i);
        g_strv_builder_add(builder, json_node_get_string(node));
    }
    *names = g_strv_builder_end(builder);
    return TRUE;
}

static gboolean
read_step(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id", "title", "kind", "fields", "pieces", NULL};
    static const char *const kinds[] = {"form", "papers", "photo", "prints", "summary", NULL};
    GuichetStep *step = g_new0(GuichetStep, 1);
    g_ptr_array_add(into, step);
    if (!guichet_json_only(object, members, where, error) ||
        !read_id(object, "id", where, &step->id, error) ||
        !read_text(object, "title", where, &step->title, error))
        return FALSE;
    int kind = read_word(object, "kind", kinds, where, error);
    if (kind < 0)
        return FALSE;
    step->kind = (GuichetStepKind)kind;
    gboolean is_form = step->kind == GUICHET_STEP_FORM;
    gboolean is_summary = step->kind == GUICHET_STEP_SUMMARY;
    const char *stray = is_form ? "pieces" : "fields";
    if (json_object_has_member(object, stray) ||
        (is_summary && json_object_has_member(object, stray = "pieces")))
        return refuse(error, where, stray, _("une étape « %s » n’en a pas"), kinds[kind]);
    if (is_summary)
        return TRUE;
    return is_form ? read_names(object, "fields", where, &step->fields, error)
                   : read_names(object, "pieces", where, &step->pieces, error);
}

/* --- the whole --- */

static gboolean
check_date(JsonObject *object, const char *where, GError **error)
{
    g_auto(GStrv) parts = NULL;
    const char *text = guichet_json_string(object, "date", where, error);
    if (text == NULL)
        return FALSE;
    parts = g_strsplit(text, "-", 4);
    gboolean shaped = strlen(text) == 10 && strspn(text, "0123456789-") == 10 &&
                      g_strv_length(parts) == 3 && strlen(parts[0]) == 4 && strlen(parts[1]) == 2;
    return (shaped && g_date_valid_dmy((GDateDay)atoi(parts[2]), (GDateMonth)atoi(parts[1]),
                                       (GDateYear)atoi(parts[0]))) ||
           refuse(error, where, "date", _("une date AAAA-MM-JJ est attendue"));
}

static gboolean
read_head(GuichetProcedure *self, JsonObject *object, const char *where, GError **error)
{
    static const char *const members[] = {"profile", "id",      "revision", "date",
                                          "title",   "summary", "source",   "fields",
                                          "pieces",  "stamps",  "steps",    NULL};
    gint64 revision = 0;
    if (!guichet_json_only(object, members, where, error))
        return FALSE;
    const char *profile = guichet_json_string(object, "profile", where, error);
    if (profile == NULL)
        return FALSE;
    if (strcmp(profile, "procedure/1") != 0)
        return refuse(error, where, "profile", _("« procedure/1 » est attendu"));
    if (!read_id(object, "id", where, &self->id, error) ||
        !guichet_json_int(object, "revision", 1, 1000000, where, &revision, error) ||
        !check_date(object, where, error) ||
        !read_text(object, "title", where, &self->title, error) ||
        !read_text(object, "summary", where, &self->summary, error) ||
        !check_note(object, "source", where, error))
        return FALSE;
    self->revision = (guint)revision;
    return TRUE;
}

gboolean
guichet_procedure_read(GuichetProcedure *self, JsonObject *object, const char *what, GError **error)
{
    g_autofree char *where = g_strdup_printf("%s: ", what);
    return read_head(self, object, where, error) &&
           read_list(object, "fields", where, PROCEDURE_MAX_FIELDS, read_field, self->fields,
                     error) &&
           read_list(object, "pieces", where, PROCEDURE_MAX_PIECES, read_piece, self->pieces,
                     error) &&
           read_list(object, "stamps", where, PROCEDURE_MAX_STAMPS, read_stamp, self->stamps,
                     error) &&
           read_list(object, "steps", where, PROCEDURE_MAX_STEPS, read_step, self->steps, error);
}
