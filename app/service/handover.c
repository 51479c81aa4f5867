/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/handover.h"

#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "service/desk-private.h"
#include "sync/bundle/statement.h"

#include <glib/gi18n-lib.h>

#define REQUEST_FIELD "request-number"
#define SITUATION_FIELD "situation"

/* --- what the person brings --- */

/* A code reader ends its lines as its maker liked: the statement has plain line ends. */
static char *
clean_code(const char *text)
{
    g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
    g_autoptr(GString) clean = g_string_new(NULL);
    for (guint i = 0; lines[i] != NULL; i++)
        if (*lines[i] != '\0')
            g_string_append_printf(clean, "%s\n", lines[i]);
    return g_string_free(g_steal_pointer(&clean), FALSE);
}

/* What guichet_store_find_requests() looks for: a code's bundle, or the number without its « n° »
 * and its zeros. */
static char *
read_needle(const char *text)
{
    g_autofree char *code = clean_code(text);
    g_autoptr(GuichetStatement) statement = guichet_statement_parse(code, strlen(code), NULL);
    if (statement != NULL)
        return g_strdup(statement->bundle_sha256);
    g_autofree char *typed = g_strstrip(g_strdup(text));
    const char *digits = typed + strcspn(typed, "0123456789");
    gboolean named = g_ascii_strncasecmp(typed, "n", 1) == 0 && strlen(digits) > 0;
    const char *number = named ? digits : typed;
    if (*number != '\0' && strspn(number, "0123456789") == strlen(number))
        number += strspn(number, "0");
    return g_strdup(number);
}

char *
guichet_desk_find_by_paper(GuichetDesk *self, const char *text, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_LIST, error))
        return NULL;
    g_autofree char *needle = read_needle(text);
    const GuichetRequestFilter filter = {.search = needle, .limit = 2};
    g_autoptr(GPtrArray) found =
        *needle != '\0' ? guichet_desk_find_requests(self, &filter, error) : g_ptr_array_new();
    if (found == NULL)
        return NULL;
    if (found->len == 1)
        return g_strdup(((const GuichetRequest *)found->pdata[0])->id);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                found->len == 0
                    ? _("« %.30s » n’est le numéro d’aucune demande de ce poste : passez le code "
                        "de l’attestation au lecteur, ou tapez son numéro de dépôt")
                    : _("« %.30s » convient à plusieurs demandes : tapez le numéro en entier"),
                needle);
    return NULL;
}

/* --- the title in hand --- */

/* *@compared FALSE without an error: the centre said by a bare status that a title waits. */
static gboolean
compare_title(GuichetDesk *self, const char *parent, const char *number, gboolean *compared,
              GError **error)
{
    g_autoptr(GError) failure = NULL;
    gboolean matches = FALSE;
    *compared = FALSE;
    if (!guichet_desk_check_title(self, parent, number, &matches, &failure)) {
        if (g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND))
            return TRUE;
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    *compared = TRUE;
    if (matches)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("« %.20s » n’est pas le titre que le centre a envoyé pour cette demande : ne le "
                  "remettez pas, relisez son numéro ou cherchez le bon titre"),
                number);
    return FALSE;
}

gboolean
guichet_desk_check_handed(GuichetDesk *self, GuichetRequest *request, GError **error)
{
    const char *number = guichet_request_get_field(request, GUICHET_HANDOVER_TITLE_FIELD);
    gboolean compared;
    return compare_title(self, request->parent, number, &compared, error);
}

/* --- the draft --- */

/* The title's kind, when the end of its procedure's name says it ("identity-card": "card"). */
static const char *
guess_situation(GuichetProcedure *procedure, const char *parent_procedure)
{
    const GuichetField *field = guichet_procedure_find_field(procedure, SITUATION_FIELD);
    for (guint i = 0; field != NULL && field->choices != NULL && i < field->choices->len; i++) {
        const GuichetChoice *choice = field->choices->pdata[i];
        if (g_str_has_suffix(parent_procedure, choice->id))
            return choice->id;
    }
    return NULL;
}

/* In a draft that was open already nothing is overwritten but the number of the title in hand. */
static gboolean
fill_in(GuichetDesk *self, GuichetRequest *draft, const GuichetRequest *parent, const char *number,
        GError **error)
{
    GuichetProcedure *procedure = guichet_desk_procedure_of(self, draft->id, error);
    if (procedure == NULL)
        return FALSE;
    g_autofree char *deposit =
        g_strdup_printf("%06" PRId64, parent->sequence); /* as the slip has it */
    g_autofree char *plain = NULL;
    if (number != NULL) {
        g_auto(GStrv) parts = g_strsplit_set(number, " -", -1);
        plain = g_strjoinv("", parts);
    }
    const struct {
        const char *field, *value;
        gboolean replaces;
    } known[] = {
        {SITUATION_FIELD, guess_situation(procedure, parent->procedure_id), FALSE},
        {REQUEST_FIELD, deposit, FALSE},
        {GUICHET_HANDOVER_TITLE_FIELD, plain, TRUE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
        gboolean empty = *guichet_request_get_field(draft, known[i].field) == '\0';
        if (known[i].value != NULL && (empty || known[i].replaces) &&
            guichet_procedure_find_field(procedure, known[i].field) != NULL &&
            !guichet_desk_set_field(self, draft->id, known[i].field, known[i].value, error))
            return FALSE;
    }
    return TRUE;
}

GuichetRequest *
guichet_desk_begin_hand_over(GuichetDesk *self, const char *parent_id, const char *number,
                             gboolean *compared, GError **error)
{
    gboolean was_compared = FALSE;
    if (!guichet_desk_may(self, GUICHET_ACTION_HAND_OVER, error))
        return NULL;
    g_autoptr(GuichetRequest) parent = guichet_store_load_request(self->store, parent_id, error);
    if (parent == NULL ||
        (number != NULL && !compare_title(self, parent_id, number, &was_compared, error)))
        return NULL;
    g_autoptr(GuichetRequest) draft =
        guichet_desk_join(self, parent_id, GUICHET_HANDOVER_PROCEDURE, error);
    if (draft == NULL || !fill_in(self, draft, parent, number, error))
        return NULL;
    if (compared != NULL)
        *compared = was_compared;
    return guichet_desk_load_request(self, draft->id, error);
}
