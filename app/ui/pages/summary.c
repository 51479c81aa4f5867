/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/summary.h"

#include <inttypes.h>

#include <glib/gi18n-lib.h>

#include "core/assessment.h"
#include "core/completeness.h"
#include "pages/piece-state.h"
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
add_line(GtkGrid *grid, int *line, const char *label, const char *value)
{
    GtkWidget *left = make_label(label, "summary-label");
    GtkWidget *right = make_label(*value != '\0' ? value : _("Non renseigné"),
                                  *value != '\0' ? "summary-value" : "summary-empty");

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

        gtk_box_append(GTK_BOX(head), make_step_button(_("Modifier"), name, step));
    }
    gtk_grid_set_row_spacing(grid, 8);
    gtk_grid_set_column_spacing(grid, 24);
    gtk_box_append(GTK_BOX(card), head);
    gtk_box_append(GTK_BOX(card), GTK_WIDGET(grid));
    return card;
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

static void
guichet_summary_page_refresh(GuichetStepPage *page)
{
    GuichetSummaryPage *self = GUICHET_SUMMARY_PAGE(page);
    GuichetDraft *draft = guichet_step_page_get_draft(page);
    GuichetProcedure *procedure = guichet_draft_get_procedure(draft);
    GPtrArray *steps = guichet_procedure_get_steps(procedure);
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(draft);

    if (!gtk_widget_get_mapped(GTK_WIDGET(self)))
        return;
    clear_box(self->sections);
    for (guint i = 0; i < steps->len; i++) {
        const GuichetStep *step = g_ptr_array_index(steps, i);
        GtkGrid *grid = GTK_GRID(g_object_ref_sink(gtk_grid_new()));

        if (fill_section(self, grid, step, data) > 0)
            gtk_box_append(self->sections, make_card(step->title, grid, step->id));
        g_object_unref(grid);
    }
    g_autoptr(GuichetAssessment) assessment = guichet_assess(procedure, data, NULL);
    if (assessment != NULL) {
        add_charges(self, assessment);
        add_deadlines(self, assessment);
    }
    guichet_draft_check_async(draft, on_gaps, g_object_ref(self));
}

static void
guichet_summary_page_enter(GuichetPage *page)
{
    guichet_summary_page_refresh(GUICHET_STEP_PAGE(page));
}

static void
guichet_summary_page_class_init(GuichetSummaryPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

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
