/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure-private.h"

#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/error.h"
#include "core/json.h"
#include "core/piece.h"
#include "core/rule.h"

#include <glib/gi18n-lib.h>

/* --- choices and fields --- */

static gboolean
read_choice(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id", "label", NULL};
    GuichetChoice *choice = g_new0(GuichetChoice, 1);
    g_ptr_array_add(into, choice);
    return guichet_json_only(object, members, where, error) &&
           procedure_read_id(object, "id", where, &choice->id, error) &&
           procedure_read_text(object, "label", where, &choice->label, error);
}

static gboolean
read_choices(GuichetField *field, JsonObject *object, const char *where, GError **error)
{
    if (field->type != GUICHET_FIELD_CHOICE)
        return !json_object_has_member(object, "choices") ||
               procedure_refuse(error, where, "choices", _("seul un champ « choice » a des choix"));
    field->choices = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_choice_free);
    if (!procedure_read_list(object, "choices", where, PROCEDURE_MAX_CHOICES, read_choice,
                             field->choices, error))
        return FALSE;
    return field->choices->len > 0 ||
           procedure_refuse(error, where, "choices", _("la liste est vide"));
}

static gboolean
is_plain_text(GuichetFieldType type)
{
    return type == GUICHET_FIELD_TEXT || type == GUICHET_FIELD_MULTILINE;
}

static gboolean
read_partial(GuichetField *field, JsonObject *object, const char *where, GError **error)
{
    if (json_object_has_member(object, "partial") && field->type != GUICHET_FIELD_DATE)
        return procedure_refuse(error, where, "partial", _("seule une date peut être incomplète"));
    return procedure_read_boolean(object, "partial", where, &field->partial, error);
}

static gboolean
read_lines(GuichetField *field, JsonObject *object, const char *where, GError **error)
{
    gint64 lines = field->type == GUICHET_FIELD_ADDRESS ? GUICHET_ADDRESS_LINES : 0;
    if (json_object_has_member(object, "lines") && lines == 0)
        return procedure_refuse(error, where, "lines", _("seule une adresse a des lignes"));
    if (!procedure_read_number(object, "lines", 1, GUICHET_ADDRESS_LINES, where, &lines, error))
        return FALSE;
    field->lines = (guint)lines;
    return TRUE;
}

static gboolean
read_pattern(GuichetField *field, JsonObject *object, const char *where, GError **error)
{
    if (!json_object_has_member(object, "pattern"))
        return !json_object_has_member(object, "pattern_hint") ||
               procedure_refuse(error, where, "pattern_hint",
                                _("sans « pattern », il n’explique rien"));
    if (field->type != GUICHET_FIELD_TEXT)
        return procedure_refuse(error, where, "pattern", _("seul un champ « text » a un motif"));
    if (!procedure_read_plain(object, "pattern", where, &field->pattern, error) ||
        !procedure_read_text(object, "pattern_hint", where, &field->pattern_hint, error))
        return FALSE;
    g_autoptr(GError) foreign = NULL;
    g_autoptr(GRegex) regex = guichet_field_compile_pattern(field->pattern, &foreign);
    return regex != NULL ||
           procedure_refuse(error, where, "pattern", _("motif incorrect : %s"), foreign->message);
}

static gboolean
read_bounds(GuichetField *field, JsonObject *object, const char *where, GError **error)
{
    gint64 lowest = 0, highest = PROCEDURE_MAX_VALUE;
    field->max = field->type == GUICHET_FIELD_MULTILINE ? 4000
                 : field->type == GUICHET_FIELD_ADDRESS ? 500
                                                        : 200;
    if (field->type == GUICHET_FIELD_INTEGER) {
        lowest = -G_MAXINT32;
        highest = G_MAXINT32;
        field->max = G_MAXINT32;
    } else if (!is_plain_text(field->type) && !guichet_field_is_tidied(field)) {
        const char *stray = json_object_has_member(object, "min") ? "min" : "max";
        return !json_object_has_member(object, stray) ||
               procedure_refuse(error, where, stray, _("ce type de champ n’a pas de bornes"));
    }
    if (!procedure_read_number(object, "min", lowest, highest, where, &field->min, error) ||
        !procedure_read_number(object, "max", lowest, highest, where, &field->max, error))
        return FALSE;
    return field->min <= field->max ||
           procedure_refuse(error, where, "max", _("« max » est plus petit que « min »"));
}

static gboolean
read_field(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id",           "label",      "hint",    "type",
                                          "required_if",  "visible_if", "pattern", "choices",
                                          "pattern_hint", "min",        "max",     "uppercase",
                                          "source",       "partial",    "lines",   NULL};
    static const char *const types[] = {"text",    "multiline", "date",    "choice",  "boolean",
                                        "integer", "name",      "commune", "country", "phone",
                                        "email",   "address",   NULL};
    GuichetField *field = g_new0(GuichetField, 1);
    g_ptr_array_add(into, field);
    if (!guichet_json_only(object, members, where, error) ||
        !procedure_read_id(object, "id", where, &field->id, error) ||
        !procedure_read_text(object, "label", where, &field->label, error) ||
        !procedure_read_optional_text(object, "hint", where, &field->hint, error) ||
        !procedure_check_note(object, "source", where, error))
        return FALSE;
    int type = procedure_read_word(object, "type", types, where, error);
    if (type < 0)
        return FALSE;
    field->type = (GuichetFieldType)type;
    if (json_object_has_member(object, "uppercase") && !is_plain_text(field->type))
        return procedure_refuse(error, where, "uppercase", _("seul un texte se met en majuscules"));
    if (!read_partial(field, object, where, error) || !read_lines(field, object, where, error))
        return FALSE;
    return procedure_read_rule(object, "required_if", where, &field->required_if, error) &&
           procedure_read_rule(object, "visible_if", where, &field->visible_if, error) &&
           procedure_read_boolean(object, "uppercase", where, &field->uppercase, error) &&
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
               procedure_refuse(error, where, "finger", _("seule une empreinte a un doigt"));
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
    if (!procedure_read_number(object, "min_pages", 0, highest, where, &min, error) ||
        !procedure_read_number(object, "max_pages", 1, highest, where, &max, error))
        return FALSE;
    if (min > max)
        return procedure_refuse(error, where, "max_pages",
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
        !procedure_read_id(object, "id", where, &piece->id, error) ||
        !procedure_read_text(object, "label", where, &piece->label, error) ||
        !procedure_read_optional_text(object, "hint", where, &piece->hint, error) ||
        !procedure_read_text(object, "reason", where, &piece->reason, error) ||
        !procedure_read_text(object, "remedy", where, &piece->remedy, error) ||
        !procedure_check_note(object, "source", where, error))
        return FALSE;
    int family = procedure_read_word(object, "family", families, where, error);
    if (family < 0)
        return FALSE;
    piece->family = (GuichetPieceFamily)family;
    return procedure_read_rule(object, "required_if", where, &piece->required_if, error) &&
           read_finger(piece, object, where, error) && read_pages(piece, object, where, error) &&
           (!json_object_has_member(object, "impossible") ||
            procedure_read_list(object, "impossible", where, PROCEDURE_MAX_CHOICES, read_choice,
                                piece->impossible, error));
}

/* --- steps --- */

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
            return procedure_refuse(error, where, member, _("l’élément %u n’est pas un texte"), i);
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
        !procedure_read_id(object, "id", where, &step->id, error) ||
        !procedure_read_text(object, "title", where, &step->title, error))
        return FALSE;
    int kind = procedure_read_word(object, "kind", kinds, where, error);
    if (kind < 0)
        return FALSE;
    step->kind = (GuichetStepKind)kind;
    gboolean is_form = step->kind == GUICHET_STEP_FORM;
    gboolean is_summary = step->kind == GUICHET_STEP_SUMMARY;
    const char *stray = is_form ? "pieces" : "fields";
    if (json_object_has_member(object, stray) ||
        (is_summary && json_object_has_member(object, stray = "pieces")))
        return procedure_refuse(error, where, stray, _("une étape « %s » n’en a pas"), kinds[kind]);
    if (is_summary)
        return TRUE;
    return is_form ? read_names(object, "fields", where, &step->fields, error)
                   : read_names(object, "pieces", where, &step->pieces, error);
}

/* --- the whole --- */

/* Which shelf it stands on; where nothing is said, "other". */
static gboolean
read_group(GuichetProcedure *self, JsonObject *object, const char *where, GError **error)
{
    static const char *const groups[] = {"identity",  "licence", "vehicle",
                                         "residence", "other",   NULL};
    int group = json_object_has_member(object, "group")
                    ? procedure_read_word(object, "group", groups, where, error)
                    : GUICHET_GROUP_OTHER;
    self->group = (GuichetProcedureGroup)MAX(group, 0);
    return group >= 0;
}

static gboolean
read_head(GuichetProcedure *self, JsonObject *object, const char *where, GError **error)
{
    static const char *const members[] = {
        "profile", "id",     "revision", "date",   "title",     "summary", "source", "group",
        "tables",  "fields", "pieces",   "stamps", "deadlines", "steps",   "joins",  NULL};
    gint64 revision = 0;
    g_autofree char *day = NULL;
    if (!guichet_json_only(object, members, where, error) ||
        !read_group(self, object, where, error))
        return FALSE;
    const char *profile = guichet_json_string(object, "profile", where, error);
    if (profile == NULL)
        return FALSE;
    if (strcmp(profile, "procedure/1") != 0)
        return procedure_refuse(error, where, "profile", _("« procedure/1 » est attendu"));
    if (!procedure_read_id(object, "id", where, &self->id, error) ||
        !guichet_json_int(object, "revision", 1, 1000000, where, &revision, error) ||
        !procedure_read_day(object, "date", where, &day, error) ||
        !procedure_read_text(object, "title", where, &self->title, error) ||
        !procedure_read_text(object, "summary", where, &self->summary, error) ||
        !procedure_check_note(object, "source", where, error))
        return FALSE;
    self->revision = (guint)revision;
    return TRUE;
}

gboolean
guichet_procedure_read(GuichetProcedure *self, JsonObject *object, const char *what, GError **error)
{
    g_autofree char *where = g_strdup_printf("%s: ", what);
    return read_head(self, object, where, error) &&
           procedure_read_list(object, "fields", where, PROCEDURE_MAX_FIELDS, read_field,
                               self->fields, error) &&
           procedure_read_list(object, "pieces", where, PROCEDURE_MAX_PIECES, read_piece,
                               self->pieces, error) &&
           guichet_procedure_read_outcomes(self, object, where, error) &&
           guichet_procedure_read_joins(self, object, where, error) &&
           procedure_read_list(object, "steps", where, PROCEDURE_MAX_STEPS, read_step, self->steps,
                               error);
}
