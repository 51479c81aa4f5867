/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/guide.h"

#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "core/plan-code.h"
#include "service-resources.h"
#include "service/desk-private.h"
#include "service/guide-sheet.h"

#include <glib/gi18n-lib.h>

/* --- questions --- */

static GBytes *
read_guide(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "guide/guide.json");
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return guichet_read_file(path, GUICHET_GUIDE_MAX_BYTES, error);
    return g_resource_lookup_data(guichet_service_get_resource(), "/fr/guichet/service/guide.json",
                                  G_RESOURCE_LOOKUP_FLAGS_NONE, error);
}

GuichetGuide *
guichet_desk_load_guide(GuichetDesk *self, GError **error)
{
    g_autoptr(GBytes) bytes = read_guide(guichet_station_get_root(self->station), error);
    return bytes != NULL ? guichet_guide_new(bytes, "guide.json", error) : NULL;
}

GuichetPlan *
guichet_desk_make_plan(GuichetDesk *self, GuichetGuide *guide, const char *const *answers,
                       GError **error)
{
    gint64 now = guichet_instant_now().wall_us;
    g_autoptr(GuichetGuidePlace) place = guichet_guide_walk(guide, answers, now, error);
    if (place == NULL)
        return NULL;
    if (place->question != NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Le chemin n’est pas fini : répondez à « %s »"), place->question->text);
        return NULL;
    }
    g_autoptr(GPtrArray) procedures = guichet_desk_list_procedures(self, error);
    return procedures != NULL ? guichet_plan_new(guide, place, procedures, now, error) : NULL;
}

GBytes *
guichet_desk_make_sheet(GuichetDesk *self, GuichetPlan *plan, GError **error)
{
    return guichet_guide_sheet_make(plan, guichet_station_get_name(self->station),
                                    guichet_instant_now().wall_us, error);
}

/* --- drafts --- */

static gboolean
has_procedure(GuichetDesk *self, const char *id, gboolean *has, GError **error)
{
    g_autoptr(GPtrArray) procedures = guichet_desk_list_procedures(self, error);
    if (procedures == NULL)
        return FALSE;
    *has = FALSE;
    for (guint i = 0; i < procedures->len && !*has; i++)
        *has = strcmp(guichet_procedure_get_id(procedures->pdata[i]), id) == 0;
    return TRUE;
}

/* What the request could not take, in words; ids sorted so that the same code says the same. */
static gboolean
fill(GuichetDesk *self, GuichetRequest *request, GHashTable *fields, GPtrArray *left_out,
     GError **error)
{
    GuichetProcedure *procedure = guichet_desk_procedure_of(self, request->id, error);
    g_autoptr(GList) ids = g_list_sort(g_hash_table_get_keys(fields), (GCompareFunc)strcmp);
    if (procedure == NULL)
        return FALSE;
    for (GList *id = ids; id != NULL; id = id->next) {
        const char *value = g_hash_table_lookup(fields, id->data);
        const GuichetField *field = guichet_procedure_find_field(procedure, id->data);
        g_autoptr(GError) refused = NULL;
        g_autofree char *normal =
            field != NULL ? guichet_field_normalise(field, value, &refused) : NULL;
        if (normal == NULL)
            g_ptr_array_add(left_out, g_strdup_printf("%s = %s", (char *)id->data, value));
        else if (!guichet_desk_set_field(self, request->id, id->data, normal, error))
            return FALSE;
    }
    return TRUE;
}

/* The answers as they stand in the code, for a person to read. */
static GHashTable *
tell_fields(const char *procedure_id, GHashTable *fields)
{
    GHashTable *told = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    g_autoptr(GString) text = g_string_new(procedure_id);
    g_autoptr(GList) ids = g_list_sort(g_hash_table_get_keys(fields), (GCompareFunc)strcmp);
    for (GList *id = ids; id != NULL; id = id->next)
        g_string_append_printf(text, "\n%s : %s", (char *)id->data,
                               (char *)g_hash_table_lookup(fields, id->data));
    g_hash_table_insert(told, (gpointer) "description", g_strdup(text->str));
    return told;
}

GuichetRequest *
guichet_desk_begin(GuichetDesk *self, const char *procedure_id, GHashTable *fields,
                   GPtrArray **left_out, GError **error)
{
    gboolean has;
    if (!guichet_desk_may(self, GUICHET_ACTION_DRAFT, error) ||
        !has_procedure(self, procedure_id, &has, error))
        return NULL;
    g_autoptr(GHashTable) answers =
        has ? g_hash_table_ref(fields) : tell_fields(procedure_id, fields);
    g_autoptr(GuichetRequest) request =
        guichet_desk_new_request(self, has ? procedure_id : GUICHET_GUIDE_OTHER_CASE, error);
    g_autoptr(GPtrArray) refused = g_ptr_array_new_with_free_func(g_free);
    if (request == NULL || !fill(self, request, answers, refused, error))
        return NULL;
    if (left_out != NULL)
        *left_out = g_steal_pointer(&refused);
    return g_steal_pointer(&request);
}

GuichetRequest *
guichet_desk_begin_from_code(GuichetDesk *self, const char *text, gsize size, GPtrArray **left_out,
                             GError **error)
{
    g_autoptr(GuichetPlanCode) code = guichet_plan_code_parse(text, size, error);
    return code != NULL
               ? guichet_desk_begin(self, code->procedure_id, code->fields, left_out, error)
               : NULL;
}
