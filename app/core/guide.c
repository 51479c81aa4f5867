/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/guide-private.h"

#include <string.h>

#include "core/error.h"
#include "core/json.h"

#include <glib/gi18n-lib.h>

/* --- memory --- */

static void
setting_free(gpointer data)
{
    GuideSetting *setting = data;
    g_free(setting->field);
    g_free(setting->value);
    g_free(setting);
}

void
guide_answer_free(GuideAnswer *answer)
{
    g_free(answer->words.id);
    g_free(answer->words.label);
    g_free(answer->words.hint);
    g_ptr_array_unref(answer->set);
    g_ptr_array_unref(answer->suppose);
    g_ptr_array_unref(answer->advice);
    g_free(answer->then);
    g_free(answer->procedure);
    g_free(answer);
}

void
guide_question_free(GuichetGuideQuestion *question)
{
    g_free(question->id);
    g_free(question->text);
    g_free(question->why);
    g_ptr_array_unref(question->answers);
    g_free(question);
}

void
guide_delay_free(GuideDelay *delay)
{
    g_free(delay->procedure);
    g_free(delay->text);
    g_free(delay);
}

GPtrArray *
guide_settings_new(void)
{
    return g_ptr_array_new_with_free_func(setting_free);
}

GuichetGuide *
guichet_guide_new(GBytes *bytes, const char *what, GError **error)
{
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    if (size > GUICHET_GUIDE_MAX_BYTES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT, _("%s: plus de %d octets"), what,
                    GUICHET_GUIDE_MAX_BYTES);
        return NULL;
    }
    g_autoptr(JsonNode) root = guichet_json_parse(data, size, what, error);
    if (root == NULL)
        return NULL;
    g_autoptr(GuichetGuide) self = g_new0(GuichetGuide, 1);
    g_atomic_ref_count_init(&self->refs);
    self->questions = g_ptr_array_new_with_free_func((GDestroyNotify)guide_question_free);
    self->delays = g_ptr_array_new_with_free_func((GDestroyNotify)guide_delay_free);
    return guide_read(self, json_node_get_object(root), what, error) ? g_steal_pointer(&self)
                                                                     : NULL;
}

GuichetGuide *
guichet_guide_ref(GuichetGuide *self)
{
    g_atomic_ref_count_inc(&self->refs);
    return self;
}

void
guichet_guide_unref(GuichetGuide *self)
{
    if (!g_atomic_ref_count_dec(&self->refs))
        return;
    g_ptr_array_unref(self->questions);
    g_ptr_array_unref(self->delays);
    g_free(self);
}

const char *
guichet_guide_get_delay(GuichetGuide *self, const char *procedure_id)
{
    for (guint i = 0; i < self->delays->len; i++) {
        GuideDelay *delay = self->delays->pdata[i];
        if (strcmp(delay->procedure, procedure_id) == 0)
            return delay->text;
    }
    return NULL;
}

GuichetGuideQuestion *
guide_find_question(GuichetGuide *self, const char *id)
{
    for (guint i = 0; i < self->questions->len; i++) {
        GuichetGuideQuestion *question = self->questions->pdata[i];
        if (strcmp(question->id, id) == 0)
            return question;
    }
    return NULL;
}

/* --- walking --- */

static GuichetGuidePlace *
place_new(GuichetGuide *self)
{
    GuichetGuidePlace *place = g_new0(GuichetGuidePlace, 1);
    place->question = self->questions->pdata[0];
    place->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    place->supposed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    place->advice = g_ptr_array_new_with_free_func(g_free);
    place->said = g_ptr_array_new_with_free_func(g_free);
    return place;
}

void
guichet_guide_place_free(GuichetGuidePlace *place)
{
    g_free(place->procedure_id);
    g_hash_table_unref(place->fields);
    g_hash_table_unref(place->supposed);
    g_ptr_array_unref(place->advice);
    g_ptr_array_unref(place->said);
    g_free(place);
}

static const GuideAnswer *
find_answer(const GuichetGuideQuestion *question, const char *text, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < question->answers->len; i++) {
        const GuideAnswer *answer = question->answers->pdata[i];
        gboolean digit = text[0] == (char)('1' + i) && text[1] == '\0';
        if (digit || strcmp(answer->words.id, text) == 0)
            return answer;
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", answer->words.id);
    }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("« %s » n’a pas de réponse « %.40s » : répondez par %s"), question->text, text,
                list->str);
    return NULL;
}

static char *
date_of(const GuideSetting *setting, gint64 today_us)
{
    if (setting->value != NULL)
        return g_strdup(setting->value);
    g_autoptr(GDateTime) today = g_date_time_new_from_unix_utc(today_us / G_USEC_PER_SEC);
    g_autoptr(GDateTime) then =
        today != NULL ? g_date_time_add_years(today, -(int)setting->years) : NULL;
    return then != NULL ? g_date_time_format(then, "%Y-%m-%d") : g_strdup("");
}

static void
apply_settings(GPtrArray *settings, gint64 today_us, GHashTable *into)
{
    for (guint i = 0; i < settings->len; i++) {
        const GuideSetting *setting = settings->pdata[i];
        g_hash_table_replace(into, g_strdup(setting->field), date_of(setting, today_us));
    }
}

char *
guichet_guide_place_describe(const GuichetGuidePlace *place)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < place->said->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " › " : "",
                               (const char *)place->said->pdata[i]);
    return g_strdup(text->str);
}

static void
take_answer(GuichetGuide *self, GuichetGuidePlace *place, const GuideAnswer *answer,
            gint64 today_us)
{
    apply_settings(answer->set, today_us, place->fields);
    apply_settings(answer->suppose, today_us, place->supposed);
    for (guint i = 0; i < answer->advice->len; i++)
        g_ptr_array_add(place->advice, g_strdup(answer->advice->pdata[i]));
    g_ptr_array_add(place->said, g_strdup(answer->words.label));
    place->answered++;
    place->question = answer->then != NULL ? guide_find_question(self, answer->then) : NULL;
    place->procedure_id = g_strdup(answer->procedure);
    /* what nothing foresees is told in the person's own answers */
    if (g_strcmp0(place->procedure_id, GUICHET_GUIDE_OTHER_CASE) == 0)
        g_hash_table_replace(place->fields, g_strdup("description"),
                             guichet_guide_place_describe(place));
}

GuichetGuidePlace *
guichet_guide_walk(GuichetGuide *self, const char *const *answers, gint64 today_us, GError **error)
{
    g_autoptr(GuichetGuidePlace) place = place_new(self);
    for (guint i = 0; answers != NULL && answers[i] != NULL; i++) {
        if (place->question == NULL) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                        _("La réponse « %.40s » est de trop : le chemin s’est terminé à « %s »"),
                        answers[i], place->procedure_id);
            return NULL;
        }
        const GuideAnswer *answer = find_answer(place->question, answers[i], error);
        if (answer == NULL)
            return NULL;
        take_answer(self, place, answer, today_us);
    }
    return g_steal_pointer(&place);
}
