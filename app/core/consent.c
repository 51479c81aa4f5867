/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/consent.h"

#include <string.h>

#include "core/completeness.h"
#include "core/error.h"
#include "core/language.h"

#include <glib/gi18n-lib.h>

#define PREFIX "~consent-" /* no id of a procedure has this sign */
#define MAX_WHO 120
#define MAX_CAPACITY 80
#define MAX_SCOPE 400
#define MAX_PAGES 4
#define P_(sentence) guichet_language_translate(sentence) /* French on official papers */

static const struct {
    const char *name, *label, *hint;
    gboolean paper;
} ways[GUICHET_CONSENT_N_WAYS] = {
    [GUICHET_CONSENT_PRESENT] = {"present", N_("La personne est là et dit oui"),
                                 N_("Lisez-lui la phrase ci-dessous, puis posez la question."),
                                 FALSE},
    [GUICHET_CONSENT_MANDATE] = {"mandate", N_("Elle a signé un mandat sur papier"),
                                 N_("Imprimez-le ici (F8) si elle n’en a pas ; il est scanné à "
                                    "l’étape suivante."),
                                 TRUE},
    [GUICHET_CONSENT_REPRESENTATIVE] =
        {"representative", N_("Son représentant légal est là : parent, tuteur"),
         N_("Notez sa qualité. Le jugement ou le livret de famille se scanne avec les pièces."),
         FALSE},
};

void
guichet_consent_clear(GuichetConsent *consent)
{
    g_clear_pointer(&consent->who, g_free);
    g_clear_pointer(&consent->capacity, g_free);
    g_clear_pointer(&consent->scope, g_free);
    g_clear_pointer(&consent->date, g_free);
    g_clear_pointer(&consent->helper, g_free);
}

/* --- ways --- */

const char *
guichet_consent_way_name(GuichetConsentWay way)
{
    g_return_val_if_fail((guint)way < GUICHET_CONSENT_N_WAYS, NULL);
    return ways[way].name;
}

const char *
guichet_consent_way_label(GuichetConsentWay way)
{
    g_return_val_if_fail((guint)way < GUICHET_CONSENT_N_WAYS, NULL);
    return _(ways[way].label);
}

const char *
guichet_consent_way_hint(GuichetConsentWay way)
{
    g_return_val_if_fail((guint)way < GUICHET_CONSENT_N_WAYS, NULL);
    return _(ways[way].hint);
}

gboolean
guichet_consent_way_parse(const char *name, GuichetConsentWay *way, GError **error)
{
    for (guint i = 0; i < GUICHET_CONSENT_N_WAYS; i++)
        if (strcmp(ways[i].name, name) == 0) {
            *way = (GuichetConsentWay)i;
            return TRUE;
        }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("« %.40s » n’est pas une façon de donner son accord : present, mandate ou "
                  "representative"),
                name);
    return FALSE;
}

gboolean
guichet_consent_way_needs_paper(GuichetConsentWay way)
{
    return (guint)way < GUICHET_CONSENT_N_WAYS && ways[way].paper;
}

/* --- in the request --- */

gboolean
guichet_consent_owns_field(const char *id)
{
    return g_str_has_prefix(id, PREFIX);
}

gboolean
guichet_consent_read(GuichetRequest *request, GuichetConsent *consent)
{
    GuichetConsentWay way;
    const char *who = guichet_request_get_field(request, PREFIX "who");
    if (*who == '\0' ||
        !guichet_consent_way_parse(guichet_request_get_field(request, PREFIX "way"), &way, NULL))
        return FALSE;
    *consent = (GuichetConsent){
        .who = g_strdup(who),
        .way = way,
        .capacity = g_strdup(guichet_request_get_field(request, PREFIX "capacity")),
        .scope = g_strdup(guichet_request_get_field(request, PREFIX "scope")),
        .date = g_strdup(guichet_request_get_field(request, PREFIX "date")),
        .helper = g_strdup(guichet_request_get_field(request, PREFIX "helper")),
    };
    return TRUE;
}

GHashTable *
guichet_consent_to_fields(const GuichetConsent *consent)
{
    const struct {
        const char *id, *value;
    } values[] = {
        {PREFIX "who", consent->who},
        {PREFIX "way", guichet_consent_way_name(consent->way)},
        {PREFIX "capacity", consent->capacity},
        {PREFIX "scope", consent->scope},
        {PREFIX "date", consent->date},
        {PREFIX "helper", consent->helper},
    };
    GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        g_hash_table_insert(fields, (char *)values[i].id,
                            g_strdup(values[i].value != NULL ? values[i].value : ""));
    return fields;
}

/* --- tidying, by the rules of fields --- */

static gboolean
settle_text(char **text, const GuichetField *field, gboolean required, GError **error)
{
    g_autofree char *normal = guichet_field_normalise(field, *text != NULL ? *text : "", error);
    if (normal == NULL)
        return FALSE;
    if (required && *normal == '\0') {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT, _("%s : à remplir"),
                    field->label);
        return FALSE;
    }
    g_free(*text);
    *text = g_steal_pointer(&normal);
    return TRUE;
}

static gboolean
settle_date(GuichetConsent *consent, const char *today, GError **error)
{
    GuichetField field = {.label = (char *)_("Date de l’accord"), .type = GUICHET_FIELD_DATE};
    if (!settle_text(&consent->date, &field, TRUE, error))
        return FALSE;
    if (strcmp(consent->date, today) <= 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("Date de l’accord : %s n’est pas encore venu, écrivez le jour de l’accord"),
                consent->date);
    return FALSE;
}

gboolean
guichet_consent_settle(GuichetConsent *consent, const char *today, GError **error)
{
    gboolean represented = consent->way == GUICHET_CONSENT_REPRESENTATIVE;
    GuichetField who = {.label = (char *)_("Personne qui donne son accord"),
                        .type = GUICHET_FIELD_NAME,
                        .max = MAX_WHO};
    GuichetField capacity = {.label = (char *)_("Qualité du représentant"),
                             .type = GUICHET_FIELD_TEXT,
                             .max = MAX_CAPACITY};
    GuichetField scope = {
        .label = (char *)_("Pour faire quoi"), .type = GUICHET_FIELD_TEXT, .max = MAX_SCOPE};
    g_return_val_if_fail((guint)consent->way < GUICHET_CONSENT_N_WAYS, FALSE);
    if (!represented)
        g_clear_pointer(&consent->capacity, g_free);
    return settle_text(&consent->who, &who, TRUE, error) &&
           settle_text(&consent->capacity, &capacity, represented, error) &&
           settle_text(&consent->scope, &scope, TRUE, error) && settle_date(consent, today, error);
}

/* --- the paper --- */

static GuichetPieceSpec *
make_spec(void)
{
    GuichetPieceSpec *spec = g_new0(GuichetPieceSpec, 1);
    GuichetChoice *kept = g_new0(GuichetChoice, 1);
    kept->id = g_strdup("kept-on-paper");
    kept->label = g_strdup(P_("Le scanner est en panne : le papier est gardé au guichet"));
    spec->id = g_strdup(GUICHET_CONSENT_PIECE);
    spec->label = g_strdup(P_("Mandat signé"));
    spec->hint = g_strdup(P_("La page signée par la personne."));
    spec->family = GUICHET_PIECE_DOCUMENT;
    spec->required_if = json_node_init_boolean(json_node_alloc(), TRUE);
    spec->min_pages = 1;
    spec->max_pages = MAX_PAGES;
    spec->reason = g_strdup(P_("Le centre doit voir que la personne a voulu cette demande."));
    spec->remedy =
        g_strdup(P_("Scannez la page signée, ou faites dire oui à la personne si elle est "
                    "là."));
    spec->impossible = g_ptr_array_new();
    g_ptr_array_add(spec->impossible, kept);
    return spec;
}

/* One a language, kept for ever: a page may still hold the last one's. */
static GuichetPieceSpec *
get_spec(void)
{
    static GMutex mutex;
    static GHashTable *specs;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
    if (specs == NULL)
        specs = g_hash_table_new(g_str_hash, g_str_equal);
    GuichetPieceSpec *spec = g_hash_table_lookup(specs, guichet_language_get());
    if (spec == NULL) {
        spec = make_spec();
        g_hash_table_insert(specs, (char *)g_intern_string(guichet_language_get()), spec);
    }
    return spec;
}

GuichetPieceSpec *
guichet_consent_find_piece(GuichetProcedure *procedure, const char *id)
{
    GuichetPieceSpec *own = guichet_procedure_find_piece(procedure, id);
    return own != NULL || strcmp(id, GUICHET_CONSENT_PIECE) != 0 ? own : get_spec();
}

/* --- what is missing --- */

static void
add_gap(GPtrArray *gaps, const char *subject, const char *step, const char *label,
        const char *reason, const char *remedy)
{
    GuichetGap *gap = g_new0(GuichetGap, 1);
    gap->subject = g_strdup(subject);
    gap->step = g_strdup(step);
    gap->label = g_strdup(label);
    gap->reason = g_strdup(reason);
    gap->remedy = g_strdup(remedy);
    g_ptr_array_add(gaps, gap);
}

void
guichet_consent_add_gaps(GuichetRequest *request, const char *why, GPtrArray *gaps)
{
    g_auto(GuichetConsent) consent = {NULL};
    g_autoptr(GPtrArray) pages = guichet_request_get_pieces(request, GUICHET_CONSENT_PIECE);
    if (!guichet_consent_read(request, &consent)) {
        add_gap(gaps, "consent", GUICHET_CONSENT_STEP, _("Accord de la personne"), why,
                _("Notez qui donne son accord, et comment."));
    } else if (guichet_consent_way_needs_paper(consent.way) && pages->len == 0) {
        const GuichetPieceSpec *spec = get_spec();
        add_gap(gaps, "piece:" GUICHET_CONSENT_PIECE, GUICHET_CONSENT_PAPER_STEP, spec->label,
                spec->reason, spec->remedy);
    }
}
