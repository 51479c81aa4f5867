/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/procedure.h"

#include <string.h>

#include "core/digest.h"
#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"
#include "core/procedure-private.h"

#include <glib/gi18n-lib.h>

void
guichet_choice_free(GuichetChoice *choice)
{
    if (choice == NULL)
        return;
    g_free(choice->id);
    g_free(choice->label);
    g_free(choice);
}

void
guichet_field_free(GuichetField *field)
{
    if (field == NULL)
        return;
    g_free(field->id);
    g_free(field->label);
    g_free(field->hint);
    g_clear_pointer(&field->required_if, json_node_unref);
    g_clear_pointer(&field->visible_if, json_node_unref);
    g_free(field->pattern);
    g_free(field->pattern_hint);
    g_clear_pointer(&field->choices, g_ptr_array_unref);
    g_free(field);
}

void
guichet_piece_spec_free(GuichetPieceSpec *piece)
{
    if (piece == NULL)
        return;
    g_free(piece->id);
    g_free(piece->label);
    g_free(piece->hint);
    g_clear_pointer(&piece->required_if, json_node_unref);
    g_free(piece->reason);
    g_free(piece->remedy);
    g_clear_pointer(&piece->impossible, g_ptr_array_unref);
    g_free(piece);
}

void
guichet_stamp_spec_free(GuichetStampSpec *stamp)
{
    if (stamp == NULL)
        return;
    g_free(stamp->id);
    g_free(stamp->label);
    g_clear_pointer(&stamp->due_if, json_node_unref);
    g_clear_pointer(&stamp->amount, json_node_unref);
    g_free(stamp->unknown);
    g_clear_pointer(&stamp->why, g_ptr_array_unref);
    g_free(stamp->source);
    g_free(stamp);
}

void
guichet_table_free(GuichetTable *table)
{
    if (table == NULL)
        return;
    g_free(table->id);
    g_free(table->label);
    g_free(table->unit);
    g_clear_pointer(&table->rows, g_ptr_array_unref);
    g_free(table);
}

void
guichet_deadline_spec_free(GuichetDeadlineSpec *deadline)
{
    if (deadline == NULL)
        return;
    g_free(deadline->id);
    g_free(deadline->label);
    g_clear_pointer(&deadline->due_if, json_node_unref);
    g_clear_pointer(&deadline->date, json_node_unref);
    g_free(deadline->unknown);
    g_clear_pointer(&deadline->why, g_ptr_array_unref);
    g_free(deadline->source);
    g_free(deadline);
}

void
guichet_step_free(GuichetStep *step)
{
    if (step == NULL)
        return;
    g_free(step->id);
    g_free(step->title);
    g_strfreev(step->fields);
    g_strfreev(step->pieces);
    g_free(step);
}

static GuichetProcedure *
procedure_alloc(GBytes *bytes)
{
    GuichetProcedure *self = g_new0(GuichetProcedure, 1);
    g_atomic_ref_count_init(&self->refs);
    self->bytes = g_bytes_ref(bytes);
    self->sha256 = guichet_sha256_hex(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    self->fields = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_field_free);
    self->pieces = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_piece_spec_free);
    self->tables = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_table_free);
    self->deadlines = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_deadline_spec_free);
    self->stamps = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_stamp_spec_free);
    self->steps = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_step_free);
    self->joins = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_join_free);
    return self;
}

GuichetProcedure *
guichet_procedure_new(GBytes *bytes, const char *what, GError **error)
{
    gsize size = g_bytes_get_size(bytes);
    if (size > GUICHET_PROCEDURE_MAX_BYTES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("%s: une démarche tient en %d Kio, ce fichier en fait davantage"), what,
                    GUICHET_PROCEDURE_MAX_BYTES / 1024);
        return NULL;
    }
    g_autoptr(JsonNode) node = guichet_json_parse(g_bytes_get_data(bytes, NULL), size, what, error);
    if (node == NULL)
        return NULL;
    g_autoptr(GuichetProcedure) self = procedure_alloc(bytes);
    if (!guichet_procedure_read(self, json_node_get_object(node), what, error) ||
        !guichet_procedure_check_references(self, what, error))
        return NULL;
    return g_steal_pointer(&self);
}

GuichetProcedure *
guichet_procedure_load(const char *path, GError **error)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(GBytes) bytes = guichet_read_file(path, GUICHET_PROCEDURE_MAX_BYTES, error);
    return bytes != NULL ? guichet_procedure_new(bytes, name, error) : NULL;
}

static int
compare_by_id(gconstpointer a, gconstpointer b)
{
    const GuichetProcedure *const *left = a, *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

static gboolean
check_distinct(GPtrArray *sorted, const char *folder, GError **error)
{
    for (guint i = 1; i < sorted->len; i++) {
        GuichetProcedure *one = sorted->pdata[i - 1], *other = sorted->pdata[i];
        if (strcmp(one->id, other->id) == 0) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS,
                        _("%s : deux fichiers portent la démarche « %s », retirez-en un"), folder,
                        one->id);
            return FALSE;
        }
    }
    return TRUE;
}

GPtrArray *
guichet_procedure_load_folder(const char *folder, GError **error)
{
    g_autoptr(GError) foreign = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &foreign);
    if (dir == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Dossier des démarches illisible : %s"), foreign->message);
        return NULL;
    }
    g_autoptr(GPtrArray) procedures =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_procedure_unref);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        if (!g_str_has_suffix(name, ".json") || g_str_has_suffix(name, ".schema.json"))
            continue;
        g_autofree char *path = g_build_filename(folder, name, NULL);
        GuichetProcedure *procedure = guichet_procedure_load(path, error);
        if (procedure == NULL)
            return NULL;
        g_ptr_array_add(procedures, procedure);
    }
    g_ptr_array_sort(procedures, compare_by_id);
    if (!check_distinct(procedures, folder, error))
        return NULL;
    return g_steal_pointer(&procedures);
}

GuichetProcedure *
guichet_procedure_ref(GuichetProcedure *self)
{
    g_atomic_ref_count_inc(&self->refs);
    return self;
}

void
guichet_procedure_unref(GuichetProcedure *self)
{
    if (!g_atomic_ref_count_dec(&self->refs))
        return;
    g_bytes_unref(self->bytes);
    g_free(self->sha256);
    g_free(self->id);
    g_free(self->title);
    g_free(self->summary);
    g_ptr_array_unref(self->fields);
    g_ptr_array_unref(self->pieces);
    g_ptr_array_unref(self->tables);
    g_ptr_array_unref(self->stamps);
    g_ptr_array_unref(self->deadlines);
    g_ptr_array_unref(self->steps);
    g_ptr_array_unref(self->joins);
    g_free(self);
}

const char *
guichet_procedure_get_id(GuichetProcedure *self)
{
    return self->id;
}

guint
guichet_procedure_get_revision(GuichetProcedure *self)
{
    return self->revision;
}

const char *
guichet_procedure_get_title(GuichetProcedure *self)
{
    return self->title;
}

const char *
guichet_procedure_get_summary(GuichetProcedure *self)
{
    return self->summary;
}

GuichetProcedureGroup
guichet_procedure_get_group(GuichetProcedure *self)
{
    return self->group;
}

const char *
guichet_procedure_get_sha256(GuichetProcedure *self)
{
    return self->sha256;
}

GBytes *
guichet_procedure_get_bytes(GuichetProcedure *self)
{
    return self->bytes;
}

GPtrArray *
guichet_procedure_get_fields(GuichetProcedure *self)
{
    return self->fields;
}

GPtrArray *
guichet_procedure_get_pieces(GuichetProcedure *self)
{
    return self->pieces;
}

GPtrArray *
guichet_procedure_get_stamps(GuichetProcedure *self)
{
    return self->stamps;
}

GPtrArray *
guichet_procedure_get_tables(GuichetProcedure *self)
{
    return self->tables;
}

GPtrArray *
guichet_procedure_get_deadlines(GuichetProcedure *self)
{
    return self->deadlines;
}

GPtrArray *
guichet_procedure_get_steps(GuichetProcedure *self)
{
    return self->steps;
}

const GuichetTableRow *
guichet_table_row_on(const GuichetTable *table, const char *day)
{
    for (guint i = 0; i < table->rows->len; i++) {
        const GuichetTableRow *row = table->rows->pdata[i];
        if (strcmp(row->from, day) <= 0 && (row->until == NULL || strcmp(day, row->until) <= 0))
            return row;
    }
    return NULL;
}

GuichetField *
guichet_procedure_find_field(GuichetProcedure *self, const char *id)
{
    for (guint i = 0; i < self->fields->len; i++) {
        GuichetField *field = self->fields->pdata[i];
        if (strcmp(field->id, id) == 0)
            return field;
    }
    return NULL;
}

GuichetPieceSpec *
guichet_procedure_find_piece(GuichetProcedure *self, const char *id)
{
    for (guint i = 0; i < self->pieces->len; i++) {
        GuichetPieceSpec *piece = self->pieces->pdata[i];
        if (strcmp(piece->id, id) == 0)
            return piece;
    }
    return NULL;
}
