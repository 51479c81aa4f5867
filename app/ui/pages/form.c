/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/form.h"

#include <glib/gi18n-lib.h>

#include "comfort.h"
#include "core/completeness.h"
#include "core/rule.h"
#include "service/packs.h"
#include "widgets/alert.h"
#include "widgets/field-row.h"

#define SAVE_DELAY_MS 500 /* after the first key not yet stored: a cut loses less than a second */

struct _GuichetFormPage {
    GuichetStepPage parent_instance;
    GuichetAlert *alert;
    GtkGrid *grid;
    GPtrArray *rows;       /* GuichetFieldRow* */
    GuichetPlaces *places; /* NULL until the desk has read them */
    GHashTable *pending;   /* GuichetFieldRow* → source id of its delayed save */
    gboolean warned;       /* missing answers were shown once: going on is allowed */
};

G_DEFINE_FINAL_TYPE(GuichetFormPage, guichet_form_page, GUICHET_TYPE_STEP_PAGE)

static GuichetRequest *
get_request(GuichetFormPage *self)
{
    return guichet_draft_get_request(guichet_step_page_get_draft(GUICHET_STEP_PAGE(self)));
}

/* --- saving --- */

static void
on_saved(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetFormPage) self = user_data;
    g_autoptr(GError) error = NULL;

    if (!guichet_draft_change_finish(GUICHET_DRAFT(source), result, &error))
        guichet_alert_show_error(self->alert, error);
}

/* Stores the row's value when it is well formed and new; says what is wrong when @speak. */
static gboolean
save_row(GuichetFormPage *self, GuichetFieldRow *row, gboolean speak)
{
    GuichetDraft *draft = guichet_step_page_get_draft(GUICHET_STEP_PAGE(self));
    const GuichetField *field = guichet_field_row_get_field(row);
    g_autofree char *typed = guichet_field_row_get_value(row);
    g_autoptr(GError) error = NULL;
    g_autofree char *beside = NULL;
    g_autofree char *value = guichet_field_settle(field, self->places, typed, &beside, &error);

    g_hash_table_remove(self->pending, row);
    if (value == NULL) {
        if (speak)
            guichet_field_row_set_error(row, error->message);
        return FALSE;
    }
    guichet_field_row_set_error(row, NULL);
    if (speak)
        guichet_field_row_set_value(row, value);
    if (g_str_equal(value, guichet_request_get_field(get_request(self), field->id)))
        return TRUE;
    /* as it was typed: the desk tidies it, and keeps it beside */
    guichet_draft_change_async(draft, guichet_change_set_field(field->id, typed), on_saved,
                               g_object_ref(self));
    return TRUE;
}

static gboolean
on_save_due(gpointer user_data)
{
    GuichetFieldRow *row = user_data;
    GtkWidget *page = gtk_widget_get_ancestor(GTK_WIDGET(row), GUICHET_TYPE_FORM_PAGE);

    if (page != NULL) {
        g_hash_table_steal(GUICHET_FORM_PAGE(page)->pending, row);
        save_row(GUICHET_FORM_PAGE(page), row, FALSE);
    }
    return G_SOURCE_REMOVE;
}

static void
on_edited(GuichetFormPage *self, GuichetFieldRow *row)
{
    self->warned = FALSE;
    guichet_field_row_set_error(row, NULL);
    /* not put off by the next key: who types without a pause is stored too */
    if (!g_hash_table_contains(self->pending, row))
        g_hash_table_insert(self->pending, row,
                            GUINT_TO_POINTER(g_timeout_add(SAVE_DELAY_MS, on_save_due, row)));
}

/* Enter: to the next question, and from the last one to the way on. */
static void
on_entered(GuichetFormPage *self, GuichetFieldRow *row)
{
    guint index;

    g_ptr_array_find(self->rows, row, &index);
    for (guint i = index + 1; i < self->rows->len; i++) {
        GuichetFieldRow *next = g_ptr_array_index(self->rows, i);

        if (gtk_widget_get_visible(GTK_WIDGET(next))) {
            guichet_field_row_focus(next);
            return;
        }
    }
    guichet_page_done(GUICHET_PAGE(self));
}

static void
on_left(GuichetFormPage *self, GuichetFieldRow *row)
{
    save_row(self, row, TRUE);
}

static void
remove_source(gpointer id)
{
    g_source_remove(GPOINTER_TO_UINT(id));
}

/* --- layout --- */

/* Visible rows in reading order, two a line; a wide one, and each with large text, alone. */
static void
lay_out(GuichetFormPage *self)
{
    GtkLayoutManager *layout = gtk_widget_get_layout_manager(GTK_WIDGET(self->grid));
    gboolean large = guichet_comfort_get_text_percent() > 100;
    int line = 0, column = 0;

    gtk_grid_set_column_homogeneous(self->grid, !large);
    for (guint i = 0; i < self->rows->len; i++) {
        GtkWidget *row = g_ptr_array_index(self->rows, i);
        gboolean wide = large || guichet_field_row_is_wide(GUICHET_FIELD_ROW(row));
        GtkLayoutChild *child = gtk_layout_manager_get_layout_child(layout, row);

        guichet_field_row_lay_out(GUICHET_FIELD_ROW(row), large);
        if (!gtk_widget_get_visible(row))
            continue;
        if (wide && column == 1)
            line++, column = 0;
        g_object_set(child, "row", line, "column", column, "column-span", wide ? 2 : 1, NULL);
        if (wide || column == 1)
            line++, column = 0;
        else
            column = 1;
    }
}

static void
guichet_form_page_refresh(GuichetStepPage *page)
{
    GuichetFormPage *self = GUICHET_FORM_PAGE(page);
    GuichetRequest *request = get_request(self);
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(guichet_step_page_get_draft(page));

    for (guint i = 0; i < self->rows->len; i++) {
        GuichetFieldRow *row = g_ptr_array_index(self->rows, i);
        const GuichetField *field = guichet_field_row_get_field(row);

        gtk_widget_set_visible(GTK_WIDGET(row), guichet_field_is_visible(field, data));
        guichet_field_row_set_required(row, field->required_if != NULL &&
                                                guichet_rule_holds(field->required_if, data, NULL));
        /* never write under the person's hands, nor over a value that is not stored yet */
        if (!guichet_field_row_has_focus(row) && !g_hash_table_contains(self->pending, row) &&
            !gtk_widget_has_css_class(GTK_WIDGET(row), "invalid"))
            guichet_field_row_set_value(row, guichet_request_get_field(request, field->id));
    }
    lay_out(self);
}

static gpointer
work_places(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_load_places(desk);
}

static void
on_places(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetFormPage) self = user_data;
    GuichetPlaces *places = guichet_desk_call_finish(GUICHET_DESK(source), result, NULL);

    if (places == NULL) /* the desk is closing */
        return;
    g_clear_pointer(&self->places, guichet_places_unref);
    self->places = places;
    for (guint i = 0; i < self->rows->len; i++)
        guichet_field_row_set_places(g_ptr_array_index(self->rows, i), places);
}

static void
load_places(GuichetFormPage *self)
{
    GuichetDesk *desk =
        guichet_draft_get_desk(guichet_step_page_get_draft(GUICHET_STEP_PAGE(self)));

    if (desk != NULL)
        guichet_desk_call_async(desk, work_places, NULL, NULL, (GDestroyNotify)guichet_places_unref,
                                NULL, on_places, g_object_ref(self));
}

static void
guichet_form_page_build(GuichetStepPage *page)
{
    GuichetFormPage *self = GUICHET_FORM_PAGE(page);
    GuichetProcedure *procedure = guichet_draft_get_procedure(guichet_step_page_get_draft(page));
    const GuichetStep *step = guichet_step_page_get_step(page);

    for (guint i = 0; step->fields != NULL && step->fields[i] != NULL; i++) {
        GuichetField *field = guichet_procedure_find_field(procedure, step->fields[i]);
        GuichetFieldRow *row;

        if (field == NULL)
            continue;
        row = guichet_field_row_new(field);
        gtk_grid_attach(self->grid, GTK_WIDGET(row), 0, i, 1, 1);
        g_ptr_array_add(self->rows, row);
        g_signal_connect_swapped(row, "edited", G_CALLBACK(on_edited), self);
        g_signal_connect_swapped(row, "left", G_CALLBACK(on_left), self);
        g_signal_connect_swapped(row, "entered", G_CALLBACK(on_entered), self);
    }
    load_places(self);
}

/* --- going on --- */

static gboolean
is_missing(GuichetFieldRow *row, JsonNode *data)
{
    const GuichetField *field = guichet_field_row_get_field(row);
    g_autofree char *value = guichet_field_row_get_value(row);

    return *value == '\0' && field->required_if != NULL &&
           guichet_rule_holds(field->required_if, data, NULL);
}

/* Shows every error of the page; returns the first row that has one, and counts. */
static GuichetFieldRow *
review(GuichetFormPage *self, guint *wrong, guint *missing)
{
    GuichetDraft *draft = guichet_step_page_get_draft(GUICHET_STEP_PAGE(self));
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(draft);
    GuichetFieldRow *first = NULL;

    for (guint i = 0; i < self->rows->len; i++) {
        GuichetFieldRow *row = g_ptr_array_index(self->rows, i);

        if (!gtk_widget_get_visible(GTK_WIDGET(row)))
            continue;
        if (!save_row(self, row, TRUE)) {
            (*wrong)++;
        } else if (is_missing(row, data)) {
            (*missing)++;
            if (!self->warned)
                guichet_field_row_set_error(row, _("réponse attendue ici."));
        } else {
            continue;
        }
        if (first == NULL)
            first = row;
    }
    return first;
}

static gboolean
guichet_form_page_leave(GuichetPage *page)
{
    GuichetFormPage *self = GUICHET_FORM_PAGE(page);
    guint wrong = 0, missing = 0;
    GuichetFieldRow *first = review(self, &wrong, &missing);
    g_autofree char *sentence = NULL;

    if (wrong == 0 && (missing == 0 || self->warned)) {
        guichet_alert_hide(self->alert);
        return TRUE;
    }
    if (wrong > 0)
        sentence = g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "%u réponse est à corriger.",
                                               "%u réponses sont à corriger.", wrong),
                                   wrong);
    else
        sentence = g_strdup_printf(
            g_dngettext(GETTEXT_PACKAGE,
                        "Il manque %u réponse. Complétez-la, ou continuez : elle sera rappelée à "
                        "la relecture.",
                        "Il manque %u réponses. Complétez-les, ou continuez : elles seront "
                        "rappelées à la relecture.",
                        missing),
            missing);
    guichet_alert_show(self->alert, wrong > 0 ? GUICHET_ALERT_ERROR : GUICHET_ALERT_WARNING,
                       sentence);
    self->warned = wrong == 0;
    guichet_field_row_focus(first);
    return FALSE;
}

/* To the first answer that is expected; when none is, to the way on, or to the first question of a
 * step where nothing is said yet. */
static void
guichet_form_page_enter(GuichetPage *page)
{
    GuichetFormPage *self = GUICHET_FORM_PAGE(page);
    GuichetDraft *draft = guichet_step_page_get_draft(GUICHET_STEP_PAGE(page));
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(draft);
    gboolean answered = FALSE;

    self->warned = FALSE;
    for (guint i = 0; i < self->rows->len; i++) {
        GuichetFieldRow *row = g_ptr_array_index(self->rows, i);
        g_autofree char *value = guichet_field_row_get_value(row);

        answered = answered || *value != '\0';
        if (gtk_widget_get_visible(GTK_WIDGET(row)) && is_missing(row, data)) {
            guichet_field_row_focus(row);
            return;
        }
    }
    if (answered)
        guichet_page_done(page);
    else if (self->rows->len > 0)
        guichet_field_row_focus(g_ptr_array_index(self->rows, 0));
}

/* Whatever way the page is left, what was typed a moment ago is stored now. */
static void
guichet_form_page_unmap(GtkWidget *widget)
{
    GuichetFormPage *self = GUICHET_FORM_PAGE(widget);
    g_autoptr(GList) rows = g_hash_table_get_keys(self->pending);

    for (GList *l = rows; l != NULL; l = l->next)
        save_row(self, l->data, FALSE);
    GTK_WIDGET_CLASS(guichet_form_page_parent_class)->unmap(widget);
}

static void
guichet_form_page_dispose(GObject *object)
{
    GuichetFormPage *self = GUICHET_FORM_PAGE(object);

    if (self->pending != NULL)
        g_hash_table_remove_all(self->pending);
    G_OBJECT_CLASS(guichet_form_page_parent_class)->dispose(object);
}

static void
guichet_form_page_finalize(GObject *object)
{
    GuichetFormPage *self = GUICHET_FORM_PAGE(object);

    g_clear_pointer(&self->places, guichet_places_unref);
    g_clear_pointer(&self->pending, g_hash_table_unref);
    g_clear_pointer(&self->rows, g_ptr_array_unref);
    G_OBJECT_CLASS(guichet_form_page_parent_class)->finalize(object);
}

static void
guichet_form_page_class_init(GuichetFormPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_form_page_dispose;
    G_OBJECT_CLASS(klass)->finalize = guichet_form_page_finalize;
    widget_class->unmap = guichet_form_page_unmap;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_form_page_enter;
    GUICHET_PAGE_CLASS(klass)->leave = guichet_form_page_leave;
    GUICHET_STEP_PAGE_CLASS(klass)->build = guichet_form_page_build;
    GUICHET_STEP_PAGE_CLASS(klass)->refresh = guichet_form_page_refresh;
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/form.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetFormPage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetFormPage, grid);
}

static void
guichet_form_page_init(GuichetFormPage *self)
{
    self->rows = g_ptr_array_new();
    self->pending = g_hash_table_new_full(NULL, NULL, NULL, remove_source);
    gtk_widget_init_template(GTK_WIDGET(self));
    g_signal_connect_object(gtk_widget_get_settings(GTK_WIDGET(self)), "notify::gtk-xft-dpi",
                            G_CALLBACK(lay_out), self, G_CONNECT_SWAPPED);
}
