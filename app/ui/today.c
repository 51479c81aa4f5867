/* SPDX-License-Identifier: EUPL-1.2 */
#include "today.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "text.h"

GuichetToday *
guichet_today_new(void)
{
    GuichetToday *today = g_new0(GuichetToday, 1);

    today->appointments = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_appointment_free);
    today->due = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return today;
}

void
guichet_today_free(GuichetToday *today)
{
    g_clear_pointer(&today->appointments, g_ptr_array_unref);
    g_clear_pointer(&today->due, g_hash_table_unref);
    g_free(today);
}

static GuichetPieceSpec *
find_piece(GPtrArray *procedures, const char *procedure_id, const char *piece)
{
    for (guint i = 0; i < procedures->len; i++) {
        GuichetProcedure *procedure = g_ptr_array_index(procedures, i);

        if (g_str_equal(guichet_procedure_get_id(procedure), procedure_id))
            return guichet_procedure_find_piece(procedure, piece);
    }
    return NULL;
}

/* "Photo, Justificatif de domicile"; the id of a piece that is no longer in force. */
static char *
name_pieces(GPtrArray *procedures, const GuichetRequest *request, char **ids)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; ids[i] != NULL; i++) {
        GuichetPieceSpec *spec = find_piece(procedures, request->procedure_id, ids[i]);

        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
                               spec != NULL ? spec->label : ids[i]);
    }
    return g_string_free(names, FALSE);
}

/* A centre that said it by a bare status gave neither list nor day: its words are all there is. */
static void
read_supplement(GuichetToday *today, GuichetDesk *desk, GPtrArray *procedures,
                const GuichetRequest *request)
{
    g_autoptr(GuichetSupplement) asked = guichet_desk_find_supplement(desk, request->id, NULL);

    if (asked == NULL)
        return;
    g_autofree char *day = guichet_text_day(asked->deadline_us);
    g_autofree char *pieces = name_pieces(procedures, request, asked->pieces);
    g_hash_table_insert(today->due, g_strdup(request->id),
                        g_strdup_printf(_("À refaire : %s · avant le %s"), pieces, day));
}

static void
read_title(GuichetToday *today, GuichetDesk *desk, const GuichetRequest *request)
{
    g_autoptr(GuichetTitle) title = guichet_desk_find_title(desk, request->id, NULL);

    if (title == NULL)
        return;
    g_autofree char *day = guichet_text_day(title->collect_before_us);
    g_hash_table_insert(today->due, g_strdup(request->id),
                        g_strdup_printf(_("À retirer avant le %s"), day));
}

GuichetToday *
guichet_today_read(GuichetDesk *desk, GPtrArray *procedures, GError **error)
{
    g_auto(GuichetDay) day = {NULL};

    if (!guichet_desk_load_day(desk, g_get_real_time(), &day, error))
        return NULL;
    GuichetToday *today = guichet_today_new();
    g_ptr_array_unref(today->appointments);
    today->appointments = g_steal_pointer(&day.appointments);
    for (guint i = 0; i < day.supplements->len; i++)
        read_supplement(today, desk, procedures, g_ptr_array_index(day.supplements, i));
    for (guint i = 0; i < day.titles->len; i++)
        read_title(today, desk, g_ptr_array_index(day.titles, i));
    return today;
}

void
guichet_today_digest(const GuichetToday *today, GString *text)
{
    for (guint i = 0; i < today->appointments->len; i++) {
        const GuichetAppointment *appointment = g_ptr_array_index(today->appointments, i);

        g_string_append_printf(text, "\n%s %" PRId64 " %s %u", appointment->reference,
                               appointment->starts_us, appointment->state, appointment->persons);
    }
}
