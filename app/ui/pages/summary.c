/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/summary.h"

#include <inttypes.h>

#include <glib/gi18n-lib.h>

#include "announce.h"
#include "core/assessment.h"
#include "core/completeness.h"
#include "core/consent.h"
#include "pages/piece-state.h"
#include "service/reading.h"
#include "text.h"
#include "widgets/alert.h"

struct _GuichetSummaryPage {
    GuichetStepPage parent_instance;
    GuichetAlert *alert;
    GtkBox *gaps_card;
    GtkLabel *gaps_title;
    GtkBox *gaps;
    GtkBox *complete_card;
    GtkBox *sections;
    char *shown;          /* digest of what the sections say */
    GHashTable *readings; /* char* step → GtkLabel*: what the citizen said of it */
    gboolean complete;
};

G_DEFINE_FINAL_TYPE(GuichetSummaryPage, guichet_summary_page, GUICHET_TYPE_STEP_PAGE)

static void
clear_box(GtkBox *box)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(box))) != NULL)
        gtk_box_remove(box, child);
}

static GtkWidget *
make_label(const char *text, const char *css)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    /* the default searches for a nice width, label by label: seconds on a long page */
    gtk_label_set_natural_wrap_mode(GTK_LABEL(label), GTK_NATURAL_WRAP_NONE);
    if (css != NULL)
        gtk_widget_add_css_class(label, css);
    return label;
}

/* A button to a step; @name says where it goes, since several read alike. */
static GtkWidget *
make_step_button(const char *text, const char *name, const char *step)
{
    GtkWidget *button = gtk_button_new_with_label(text);

    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.go-step");
    gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", step);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    return button;
}

/* --- what is missing --- */

static GtkWidget *
make_gap(const GuichetGap *gap)
{
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 16);
    GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
    g_autofree char *text = g_strdup_printf("%s %s", gap->reason, gap->remedy);
    g_autofree char *name = g_strdup_printf(_("Compléter : %s"), gap->label);

    gtk_widget_set_hexpand(words, TRUE);
    gtk_widget_add_css_class(line, "gap");
    gtk_box_append(GTK_BOX(words), make_label(gap->label, "row-title"));
    gtk_box_append(GTK_BOX(words), make_label(text, "row-note"));
    gtk_box_append(GTK_BOX(line), words);
    gtk_box_append(GTK_BOX(line), make_step_button(_("Compléter"), name, gap->step));
    return line;
}

static void
show_gaps(GuichetSummaryPage *self, GPtrArray *gaps)
{
    g_autofree char *title = g_strdup_printf(
        g_dngettext(GETTEXT_PACKAGE, "Il manque %u élément", "Il manque %u éléments", gaps->len),
        gaps->len);

    clear_box(self->gaps);
    for (guint i = 0; i < gaps->len; i++)
        gtk_box_append(self->gaps, make_gap(g_ptr_array_index(gaps, i)));
    gtk_label_set_text(self->gaps_title, title);
    self->complete = gaps->len == 0;
    gtk_widget_set_visible(GTK_WIDGET(self->gaps_card), !self->complete);
    gtk_widget_set_visible(GTK_WIDGET(self->complete_card), self->complete);
    guichet_announce(GTK_WIDGET(self), self->complete ? _("Le dossier est complet. Relisez-le avec "
                                                          "la personne, puis scellez-le.")
                                                      : title);
}

static void
on_gaps(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetSummaryPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) gaps = guichet_draft_check_finish(GUICHET_DRAFT(source), result, &error);

    if (gaps != NULL)
        show_gaps(self, gaps);
    else
        guichet_alert_show_error(self->alert, error);
}

/* --- what is there --- */

static char *
describe_pieces(const GuichetPieceSpec *spec, GPtrArray *pieces)
{
    GuichetPiece *first = pieces->len > 0 ? g_ptr_array_index(pieces, 0) : NULL;

    if (first == NULL)
        return g_strdup(_("Absente"));
    if (first->impossible_reason != NULL)
        return g_strdup_printf(_("Impossible : %s"), guichet_piece_state_get_reason_label(
                                                         spec, first->impossible_reason));
    if (spec->family == GUICHET_PIECE_DOCUMENT)
        return g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "%u page", "%u pages", pieces->len),
                               pieces->len);
    return g_strdup(_("Acceptée"));
}

static void
free_string(gpointer string)
{
    g_string_free(string, TRUE);
}

/* What a card says, for who hears it: it describes the card's button. */
static void
add_spoken(GtkGrid *grid, const char *label, const char *value)
{
    GString *spoken = g_object_get_data(G_OBJECT(grid), "spoken");

    if (spoken == NULL) {
        spoken = g_string_new(NULL);
        g_object_set_data_full(G_OBJECT(grid), "spoken", spoken, free_string);
    }
    g_string_append_printf(spoken, "%s%s : %s", spoken->len > 0 ? ". " : "", label, value);
}

static void
add_line(GtkGrid *grid, int *line, const char *label, const char *value)
{
    GtkWidget *left = make_label(label, "summary-label");
    GtkWidget *right = make_label(*value != '\0' ? value : _("Non renseigné"),
                                  *value != '\0' ? "summary-value" : "summary-empty");

    if (*value != '\0')
        add_spoken(grid, label, value);
    gtk_widget_set_hexpand(right, TRUE);
    gtk_widget_set_size_request(left, 300, -1);
    gtk_widget_set_valign(left, GTK_ALIGN_START);
    gtk_grid_attach(grid, left, 0, *line, 1, 1);
    gtk_grid_attach(grid, right, 1, *line, 1, 1);
    (*line)++;
}

static int
fill_section(GuichetSummaryPage *self, GtkGrid *grid, const GuichetStep *step, JsonNode *data)
{
    GuichetDraft *draft = guichet_step_page_get_draft(GUICHET_STEP_PAGE(self));
    GuichetProcedure *procedure = guichet_draft_get_procedure(draft);
    GuichetRequest *request = guichet_draft_get_request(draft);
    int line = 0;

    for (guint i = 0; step->fields != NULL && step->fields[i] != NULL; i++) {
        GuichetField *field = guichet_procedure_find_field(procedure, step->fields[i]);
        g_autofree char *value = NULL;

        if (field == NULL || !guichet_field_is_visible(field, data))
            continue;
        value = guichet_text_answer(field, guichet_request_get_field(request, field->id));
        add_line(grid, &line, field->label, value);
    }
    for (guint i = 0; step->pieces != NULL && step->pieces[i] != NULL; i++) {
        GuichetPieceSpec *spec = guichet_procedure_find_piece(procedure, step->pieces[i]);
        g_autoptr(GPtrArray) pieces = NULL;
        g_autofree char *value = NULL;

        if (spec == NULL)
            continue;
        pieces = guichet_request_get_pieces(request, spec->id);
        if (pieces->len == 0 && !guichet_piece_is_required(spec, data))
            continue;
        value = describe_pieces(spec, pieces);
        add_line(grid, &line, spec->label, value);
    }
    return line;
}

static GtkWidget *
make_card(const char *title, GtkGrid *grid, const char *step)
{
    GtkWidget *card = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    GtkWidget *label = make_label(title, "card-title");

    gtk_widget_add_css_class(card, "card");
    gtk_widget_set_hexpand(label, TRUE);
    gtk_box_append(GTK_BOX(head), label);
    if (step != NULL) {
        g_autofree char *name = g_strdup_printf(_("Modifier : %s"), title);
        const GString *spoken = g_object_get_data(G_OBJECT(grid), "spoken");
        GtkWidget *button = make_step_button(_("Modifier"), name, step);

        gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       spoken != NULL ? spoken->str : _("Non renseigné"), -1);
        gtk_widget_add_css_class(button, "described");
        gtk_box_append(GTK_BOX(head), button);
    }
    gtk_grid_set_row_spacing(grid, 8);
    gtk_grid_set_column_spacing(grid, 24);
    gtk_box_append(GTK_BOX(card), head);
    gtk_box_append(GTK_BOX(card), GTK_WIDGET(grid));
    return card;
}

/* --- what the citizen said of it --- */

static GtkWidget *
make_reading(GuichetSummaryPage *self, const char *step)
{
    GtkWidget *label = make_label("", "read-back");

    gtk_widget_set_visible(label, FALSE);
    g_hash_table_insert(self->readings, g_strdup(step), label);
    return label;
}

static char *
describe_reading(const GuichetReadBack *back)
{
    static const char *const sentences[] = {
        [GUICHET_READING_RIGHT] = N_("✓ Relu par l’usager, qui a dit : c’est juste (%s)"),
        [GUICHET_READING_WRONG] = N_("⚠ L’usager a dit : à corriger (%s)"),
        [GUICHET_READING_LAPSED] = N_("⚠ Changé depuis que l’usager l’a relu : à relire (%s)"),
    };
    g_autofree char *when = guichet_text_moment(back->at_us);

    return g_strdup_printf(_(sentences[back->reading]), when);
}

static gpointer
work_readings(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_list_readings(desk, data, error);
}

static void
on_readings(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetSummaryPage) self = user_data;
    g_autoptr(GPtrArray) backs = guichet_desk_call_finish(GUICHET_DESK(source), result, NULL);

    for (guint i = 0; backs != NULL && i < backs->len; i++) {
        const GuichetReadBack *back = g_ptr_array_index(backs, i);
        GtkWidget *label = g_hash_table_lookup(self->readings, back->step);
        g_autofree char *sentence = describe_reading(back);

        if (label == NULL)
            continue;
        gtk_label_set_text(GTK_LABEL(label), sentence);
        gtk_widget_set_visible(label, TRUE);
    }
}

static void
load_readings(GuichetSummaryPage *self, GuichetDraft *draft)
{
    GuichetDesk *desk = guichet_draft_get_desk(draft);

    if (desk != NULL)
        guichet_desk_call_async(desk, work_readings, g_strdup(guichet_draft_get_request(draft)->id),
                                g_free, (GDestroyNotify)g_ptr_array_unref, NULL, on_readings,
                                g_object_ref(self));
}

/* Who wanted the request, where somebody else filled it. */
static void
add_consent(GuichetSummaryPage *self)
{
    GuichetDraft *draft = guichet_step_page_get_draft(GUICHET_STEP_PAGE(self));
    GuichetRequest *request = guichet_draft_get_request(draft);
    g_auto(GuichetConsent) consent = {NULL};
    GtkGrid *grid = GTK_GRID(g_object_ref_sink(gtk_grid_new()));
    int line = 0;

    if (guichet_draft_get_consent_policy(draft) != NULL &&
        guichet_consent_read(request, &consent)) {
        g_autoptr(GPtrArray) pages = guichet_request_get_pieces(request, GUICHET_CONSENT_PIECE);
        const GuichetPieceSpec *spec =
            guichet_consent_find_piece(guichet_draft_get_procedure(draft), GUICHET_CONSENT_PIECE);
        g_autofree char *papers = describe_pieces(spec, pages);
        g_autofree char *day = guichet_day_text(consent.date);

        add_line(grid, &line, _("Qui donne son accord"), consent.who);
        if (consent.way == GUICHET_CONSENT_REPRESENTATIVE)
            add_line(grid, &line, _("Sa qualité"), consent.capacity);
        add_line(grid, &line, _("Comment"), guichet_consent_way_label(consent.way));
        add_line(grid, &line, _("Pour faire quoi"), consent.scope);
        add_line(grid, &line, _("Date de l’accord"), day != NULL ? day : consent.date);
        if (guichet_consent_way_needs_paper(consent.way) || pages->len > 0)
            add_line(grid, &line, spec->label, papers);
        gtk_box_append(self->sections,
                       make_card(_("Accord de la personne"), grid, GUICHET_CONSENT_STEP));
    }
    g_object_unref(grid);
}

static char *
charge_text(const GuichetCharge *charge)
{
    g_autofree char *euros = guichet_euros_text(charge->cents);
    g_autofree char *amount =
        g_strdup_printf(charge->estimate ? _("%s (estimation)") : "%s", euros);

    return g_strdup_printf("%s\n%s", charge->known ? amount : charge->remedy,
                           charge->reason != NULL ? charge->reason : charge->source);
}

static void
add_charges(GuichetSummaryPage *self, GuichetAssessment *assessment)
{
    GtkGrid *grid = GTK_GRID(g_object_ref_sink(gtk_grid_new()));
    int line = 0;

    for (guint i = 0; i < assessment->charges->len; i++) {
        const GuichetCharge *charge = g_ptr_array_index(assessment->charges, i);
        g_autofree char *text = charge_text(charge);

        add_line(grid, &line, charge->label, text);
    }
    if (assessment->charges->len > 1) {
        g_autofree char *euros = guichet_euros_text(assessment->total_cents);
        g_autofree char *total =
            g_strdup_printf(assessment->total_known ? "%s" : _("au moins %s"), euros);
        g_autofree char *text =
            g_strdup_printf(assessment->total_estimate ? _("%s (estimation)") : "%s", total);

        add_line(grid, &line, _("Total"), text);
    }
    if (line > 0)
        gtk_box_append(self->sections, make_card(_("Prix"), grid, NULL));
    g_object_unref(grid);
}

static void
add_deadlines(GuichetSummaryPage *self, GuichetAssessment *assessment)
{
    GtkGrid *grid = GTK_GRID(g_object_ref_sink(gtk_grid_new()));
    int line = 0;

    for (guint i = 0; i < assessment->deadlines->len; i++) {
        const GuichetDeadline *deadline = g_ptr_array_index(assessment->deadlines, i);
        g_autofree char *day =
            deadline->date != NULL ? guichet_day_text(deadline->date) : g_strdup(deadline->remedy);
        g_autofree char *text =
            g_strdup_printf(deadline->passed     ? _("%s (dépassé)\n%s")
                            : deadline->estimate ? _("%s (estimation)\n%s")
                                                 : "%s\n%s",
                            day != NULL ? day : _("date non indiquée"), deadline->reason);

        add_line(grid, &line, deadline->label, text);
    }
    if (line > 0)
        gtk_box_append(self->sections, make_card(_("Délais"), grid, NULL));
    g_object_unref(grid);
}

/* Everything that the sections say comes from this: the same text means the same sections. */
static char *
digest(GuichetDraft *draft)
{
    GString *text = g_string_new(NULL);
    GPtrArray *fields = guichet_procedure_get_fields(guichet_draft_get_procedure(draft));
    GuichetRequest *request = guichet_draft_get_request(draft);

    for (guint i = 0; i < fields->len; i++) {
        const GuichetField *field = g_ptr_array_index(fields, i);

        g_string_append_printf(text, "%s\n", guichet_request_get_field(request, field->id));
    }
    for (guint i = 0; i < request->pieces->len; i++)
        g_string_append_printf(text, "%s\n",
                               ((GuichetPiece *)g_ptr_array_index(request->pieces, i))->id);
    return g_string_free(text, FALSE);
}

static void
fill_sections(GuichetSummaryPage *self, GuichetDraft *draft)
{
    GuichetProcedure *procedure = guichet_draft_get_procedure(draft);
    GPtrArray *steps = guichet_procedure_get_steps(procedure);
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(draft);

    clear_box(self->sections);
    g_hash_table_remove_all(self->readings);
    for (guint i = 0; i < steps->len; i++) {
        const GuichetStep *step = g_ptr_array_index(steps, i);
        GtkGrid *grid = GTK_GRID(g_object_ref_sink(gtk_grid_new()));

        if (fill_section(self, grid, step, data) > 0) {
            GtkWidget *card = make_card(step->title, grid, step->id);

            gtk_box_append(GTK_BOX(card), make_reading(self, step->id));
            gtk_box_append(self->sections, card);
        }
        g_object_unref(grid);
    }
    add_consent(self);
    g_autoptr(GuichetAssessment) assessment = guichet_assess(procedure, data, NULL);
    if (assessment != NULL) {
        add_charges(self, assessment);
        add_deadlines(self, assessment);
    }
}

static void
guichet_summary_page_refresh(GuichetStepPage *page)
{
    GuichetSummaryPage *self = GUICHET_SUMMARY_PAGE(page);
    GuichetDraft *draft = guichet_step_page_get_draft(page);
    g_autofree char *now = NULL;

    if (!gtk_widget_get_mapped(GTK_WIDGET(self)))
        return;
    now = digest(draft);
    if (g_strcmp0(now, self->shown) != 0)
        fill_sections(self, draft);
    g_free(self->shown);
    self->shown = g_steal_pointer(&now);
    guichet_draft_check_async(draft, on_gaps, g_object_ref(self));
    load_readings(self, draft);
}

static void
guichet_summary_page_enter(GuichetPage *page)
{
    guichet_summary_page_refresh(GUICHET_STEP_PAGE(page));
}

static void
guichet_summary_page_finalize(GObject *object)
{
    g_hash_table_unref(GUICHET_SUMMARY_PAGE(object)->readings);
    g_free(GUICHET_SUMMARY_PAGE(object)->shown);
    G_OBJECT_CLASS(guichet_summary_page_parent_class)->finalize(object);
}

static void
guichet_summary_page_class_init(GuichetSummaryPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = guichet_summary_page_finalize;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_summary_page_enter;
    GUICHET_STEP_PAGE_CLASS(klass)->refresh = guichet_summary_page_refresh;
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/summary.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetSummaryPage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetSummaryPage, gaps_card);
    gtk_widget_class_bind_template_child(widget_class, GuichetSummaryPage, gaps_title);
    gtk_widget_class_bind_template_child(widget_class, GuichetSummaryPage, gaps);
    gtk_widget_class_bind_template_child(widget_class, GuichetSummaryPage, complete_card);
    gtk_widget_class_bind_template_child(widget_class, GuichetSummaryPage, sections);
}

static void
guichet_summary_page_init(GuichetSummaryPage *self)
{
    self->readings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gtk_widget_init_template(GTK_WIDGET(self));
}

gboolean
guichet_summary_page_is_complete(GuichetSummaryPage *self)
{
    GtkWidget *first = gtk_widget_get_first_child(GTK_WIDGET(self->gaps));

    /* the way to mend it is one key away: the first button of the list */
    if (!self->complete && first != NULL)
        gtk_widget_grab_focus(gtk_widget_get_last_child(first));
    return self->complete;
}

void
guichet_summary_page_show_error(GuichetSummaryPage *self, const GError *error)
{
    guichet_alert_show_error(self->alert, error);
}
