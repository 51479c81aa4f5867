/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "core/error.h"
#include "core/language.h"
#include "core/paths.h"
#include "service/desk-private.h"

#include <glib/gi18n-lib.h>

GPtrArray *
guichet_desk_list_procedures(GuichetDesk *self, GError **error)
{
    g_autofree char *folder =
        guichet_station_path(guichet_station_get_root(self->station), "procedures");
    return guichet_procedure_load_folder(folder, error);
}

GuichetProcedure *
guichet_desk_procedure_of(GuichetDesk *self, const char *request_id, GError **error)
{
    if (self->language != guichet_language_get())
        g_hash_table_remove_all(self->procedures);
    self->language = guichet_language_get();
    GuichetProcedure *procedure = g_hash_table_lookup(self->procedures, request_id);
    if (procedure != NULL)
        return procedure;
    procedure = guichet_store_load_procedure(self->store, request_id, error);
    if (procedure != NULL)
        g_hash_table_insert(self->procedures, g_strdup(request_id), procedure);
    return procedure;
}

GuichetProcedure *
guichet_desk_load_procedure(GuichetDesk *self, const char *request_id, GError **error)
{
    if (!guichet_desk_may_touch(self, request_id, error))
        return NULL;
    GuichetProcedure *procedure = guichet_desk_procedure_of(self, request_id, error);
    return procedure != NULL && guichet_desk_may_work_on(self, procedure, error)
               ? guichet_procedure_ref(procedure)
               : NULL;
}

GuichetProcedure *
guichet_desk_find_procedure(GuichetDesk *self, const char *id, GError **error)
{
    g_autoptr(GPtrArray) procedures = guichet_desk_list_procedures(self, error);
    for (guint i = 0; procedures != NULL && i < procedures->len; i++) {
        GuichetProcedure *procedure = g_ptr_array_index(procedures, i);
        if (strcmp(guichet_procedure_get_id(procedure), id) == 0)
            return guichet_procedure_ref(procedure);
    }
    if (procedures != NULL)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Aucune démarche « %.60s » sur ce poste : « guichetctl procedure list » les "
                      "montre, « other-case » convient à tout"),
                    id);
    return NULL;
}
