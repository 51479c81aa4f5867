/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/guide-private.h"

#include <string.h>

#include "core/json.h"
#include "core/procedure-private.h"

#include <glib/gi18n-lib.h>

#define MAX_QUESTIONS 64
#define MAX_SETTINGS 8
#define MAX_ADVICE 4
#define MAX_DELAYS 100
#define MAX_YEARS 120

static gboolean
read_setting(JsonObject *object, const char *field, const char *where, GPtrArray *into,
             GError **error)
{
    static const char *const members[] = {"years_ago", NULL};
    GuideSetting *setting = g_new0(GuideSetting, 1);
    JsonNode *node = json_object_get_member(object, field);
    g_ptr_array_add(into, setting);
    setting->field = g_strdup(field);
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return procedure_read_plain(object, field, where, &setting->value, error);
    g_autofree char *place = g_strdup_printf("%s/%s", where, field);
    JsonObject *date = json_node_get_object(node);
    return guichet_json_only(date, members, place, error) &&
           guichet_json_int(date, "years_ago", 0, MAX_YEARS, place, &setting->years, error);
}

static gboolean
read_settings(JsonObject *object, const char *member, const char *where, GPtrArray *into,
              GError **error)
{
    if (!json_object_has_member(object, member))
        return TRUE;
    JsonObject *settings = guichet_json_object(object, member, where, error);
    if (settings == NULL)
        return FALSE;
    g_autofree char *place = g_strdup_printf("%s/%s", where, member);
    g_autoptr(GList) fields = json_object_get_members(settings);
    if (g_list_length(fields) > MAX_SETTINGS)
        return procedure_refuse(error, where, member, _("plus de %d éléments"), MAX_SETTINGS);
    for (GList *field = fields; field != NULL; field = field->next)
        if (!read_setting(settings, field->data, place, into, error))
            return FALSE;
    return TRUE;
}

/* Texts of a list, each in one or several languages. */
static gboolean
read_advice(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    if (!json_object_has_member(object, "advice"))
        return TRUE;
    JsonArray *array = guichet_json_array(object, "advice", where, error);
    if (array == NULL)
        return FALSE;
    if (json_array_get_length(array) > MAX_ADVICE)
        return procedure_refuse(error, where, "advice", _("plus de %d éléments"), MAX_ADVICE);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        g_autoptr(JsonObject) one = json_object_new();
        g_autofree char *name = g_strdup_printf("advice/%u", i);
        char *text = NULL;
        json_object_set_member(one, name, json_node_copy(json_array_get_element(array, i)));
        if (!procedure_read_text(one, name, where, &text, error))
            return FALSE;
        g_ptr_array_add(into, text);
    }
    return TRUE;
}

static gboolean
read_end(GuideAnswer *answer, JsonObject *object, const char *where, GError **error)
{
    gboolean leads = json_object_has_member(object, "then");
    if (leads == json_object_has_member(object, "procedure"))
        return procedure_refuse(error, where, "then",
                                _("il faut « then » ou « procedure », un des deux"));
    return leads ? procedure_read_id(object, "then", where, &answer->then, error)
                 : procedure_read_id(object, "procedure", where, &answer->procedure, error);
}

static GuideAnswer *
answer_new(void)
{
    GuideAnswer *answer = g_new0(GuideAnswer, 1);
    answer->set = guide_settings_new();
    answer->suppose = guide_settings_new();
    answer->advice = g_ptr_array_new_with_free_func(g_free);
    return answer;
}

static gboolean
read_effect(GuideAnswer *answer, JsonObject *object, const char *where, GError **error)
{
    return read_settings(object, "set", where, answer->set, error) &&
           read_settings(object, "suppose", where, answer->suppose, error) &&
           read_advice(object, where, answer->advice, error) &&
           read_end(answer, object, where, error);
}

static gboolean
read_answer(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id",     "label", "hint",      "set", "suppose",
                                          "advice", "then",  "procedure", NULL};
    GuideAnswer *answer = answer_new();
    g_ptr_array_add(into, answer);
    if (!guichet_json_only(object, members, where, error) ||
        !procedure_read_id(object, "id", where, &answer->words.id, error) ||
        !procedure_read_text(object, "label", where, &answer->words.label, error) ||
        !procedure_read_optional_text(object, "hint", where, &answer->words.hint, error))
        return FALSE;
    if (strcmp(answer->words.id, "unknown") == 0 || strcmp(answer->words.id, "other") == 0)
        return procedure_refuse(error, where, "id", _("« unknown » et « other » vont de soi"));
    return read_effect(answer, object, where, error);
}

/* « Je ne sais pas », « Autre situation »: on every question; the file may say where they lead. */
static gboolean
add_always(JsonObject *object, const char *id, const char *label, const char *where,
           GPtrArray *into, GError **error)
{
    static const char *const members[] = {"set", "suppose", "advice", "then", "procedure", NULL};
    GuideAnswer *answer = answer_new();
    g_ptr_array_add(into, answer);
    answer->words.id = g_strdup(id);
    answer->words.label = g_strdup(label);
    if (!json_object_has_member(object, id)) {
        answer->procedure = g_strdup(GUICHET_GUIDE_OTHER_CASE);
        return TRUE;
    }
    g_autofree char *place = g_strdup_printf("%s/%s", where, id);
    JsonObject *effect = guichet_json_object(object, id, where, error);
    return effect != NULL && guichet_json_only(effect, members, place, error) &&
           read_effect(answer, effect, place, error);
}

static gboolean
read_question(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"id", "text", "why", "answers", "unknown", "other", NULL};
    GuichetGuideQuestion *question = g_new0(GuichetGuideQuestion, 1);
    question->answers = g_ptr_array_new_with_free_func((GDestroyNotify)guide_answer_free);
    g_ptr_array_add(into, question);
    if (!guichet_json_only(object, members, where, error) ||
        !procedure_read_id(object, "id", where, &question->id, error) ||
        !procedure_read_text(object, "text", where, &question->text, error) ||
        !procedure_read_text(object, "why", where, &question->why, error) ||
        !procedure_read_list(object, "answers", where, GUICHET_GUIDE_MAX_ANSWERS - 2, read_answer,
                             question->answers, error))
        return FALSE;
    if (question->answers->len == 0)
        return procedure_refuse(error, where, "answers", _("la liste est vide"));
    return add_always(object, "unknown", _("Je ne sais pas"), where, question->answers, error) &&
           add_always(object, "other", _("Autre situation"), where, question->answers, error);
}

static gboolean
read_delay(JsonObject *object, const char *where, GPtrArray *into, GError **error)
{
    static const char *const members[] = {"procedure", "text", "source", NULL};
    GuideDelay *delay = g_new0(GuideDelay, 1);
    g_autofree char *source = NULL;
    g_ptr_array_add(into, delay);
    return guichet_json_only(object, members, where, error) &&
           procedure_read_id(object, "procedure", where, &delay->procedure, error) &&
           procedure_read_text(object, "text", where, &delay->text, error) &&
           procedure_read_plain(object, "source", where, &source, error);
}

/* A question leads only to a later one: every walk ends. */
static gboolean
check_order(GuichetGuide *self, guint index, const char *what, GError **error)
{
    GuichetGuideQuestion *question = self->questions->pdata[index];
    for (guint i = 0; i < question->answers->len; i++) {
        GuideAnswer *answer = question->answers->pdata[i];
        GuichetGuideQuestion *next =
            answer->then != NULL ? guide_find_question(self, answer->then) : NULL;
        guint place = 0;
        if (answer->then == NULL)
            continue;
        g_autofree char *where = g_strdup_printf("%s: /questions/%u/answers/%u", what, index, i);
        if (next == NULL)
            return procedure_refuse(error, where, "then", _("aucune question « %s »"),
                                    answer->then);
        if (g_ptr_array_find(self->questions, next, &place) && place <= index)
            return procedure_refuse(error, where, "then",
                                    _("« %s » est plus haut : une question ne mène que plus bas"),
                                    answer->then);
    }
    return TRUE;
}

static gboolean
read_head(GuichetGuide *self, JsonObject *object, const char *where, GError **error)
{
    static const char *const members[] = {"profile", "id",        "revision", "date", "source",
                                          "start",   "questions", "delays",   NULL};
    g_autofree char *id = NULL, *source = NULL, *date = NULL;
    gint64 revision = 0;
    const char *profile;
    if (!guichet_json_only(object, members, where, error) ||
        (profile = guichet_json_string(object, "profile", where, error)) == NULL)
        return FALSE;
    if (strcmp(profile, "guide/1") != 0)
        return procedure_refuse(error, where, "profile", _("« %s » est attendu"), "guide/1");
    if (!procedure_read_id(object, "id", where, &id, error) ||
        !procedure_read_plain(object, "source", where, &source, error) ||
        !procedure_read_plain(object, "date", where, &date, error) ||
        !guichet_json_int(object, "revision", 1, 1000000, where, &revision, error))
        return FALSE;
    return TRUE;
}

static gboolean
check_start(GuichetGuide *self, JsonObject *object, const char *where, GError **error)
{
    const char *start = guichet_json_string(object, "start", where, error);
    if (start == NULL)
        return FALSE;
    if (self->questions->len == 0 ||
        strcmp(((GuichetGuideQuestion *)self->questions->pdata[0])->id, start) != 0)
        return procedure_refuse(error, where, "start", _("la première question est attendue"));
    return TRUE;
}

gboolean
guide_read(GuichetGuide *self, JsonObject *object, const char *what, GError **error)
{
    g_autofree char *where = g_strdup_printf("%s: ", what);
    if (!read_head(self, object, where, error) ||
        !procedure_read_list(object, "questions", where, MAX_QUESTIONS, read_question,
                             self->questions, error) ||
        !check_start(self, object, where, error) ||
        !procedure_read_list(object, "delays", where, MAX_DELAYS, read_delay, self->delays, error))
        return FALSE;
    for (guint i = 0; i < self->questions->len; i++)
        if (!check_order(self, i, what, error))
            return FALSE;
    return TRUE;
}
