/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/technician.h"

#include <glib/gi18n-lib.h>

#include "comfort.h"
#include "pages/technician-part.h"
#include "pages/technician-row.h"
#include "pages/technician-trial.h"
#include "widgets/alert.h"
#include "widgets/check-row.h"
#include "widgets/code.h"

/* What stands beside the list. */
typedef enum { VIEW_PART, VIEW_LOGS, VIEW_REPORT } View;

struct _GuichetTechnicianPage {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    GuichetDiagnostic *diagnostic; /* made at the first look; of the window's thread */
    GdkTexture *pictures[GUICHET_PART_N];
    GCancellable *running;   /* of what is looked at now, or NULL */
    GuichetPartKind current; /* that part, while @running */
    guint waiting;           /* bits of parts to be looked at after it */
    gboolean whole;          /* devices are tried, too */
    gboolean single;         /* somebody asked for this part alone */
    gboolean signing;
    guint shown; /* row: a GuichetPartKind */
    View view;
    guint drawn; /* what the detail shows, as of when, with which picture (not owned) */
    gint64 drawn_us;
    gpointer drawn_picture;
    GtkLabel *lead;
    GtkButton *try_all, *show_logs, *sign, *logs_back, *report_back;
    GuichetAlert *alert;
    GtkOrientable *columns;
    GtkWidget *list_scroller, *detail;
    GtkListBox *list;
    GuichetTechnicianPart *part;
    GtkBox *logs, *journal, *system, *report;
    GtkLabel *report_sentence, *report_path;
    GuichetCode *code;
};

G_DEFINE_FINAL_TYPE(GuichetTechnicianPage, guichet_technician_page, GUICHET_TYPE_PAGE)

static void start_next(GuichetTechnicianPage *self);

static GuichetDesk *
get_desk(GuichetTechnicianPage *self)
{
    return self->overview != NULL ? guichet_overview_get_desk(self->overview) : NULL;
}

static GuichetTechnicianRow *
get_row(GuichetTechnicianPage *self, guint index)
{
    return GUICHET_TECHNICIAN_ROW(gtk_list_box_get_row_at_index(self->list, (int)index));
}

static const GuichetPart *
get_part(GuichetTechnicianPage *self, guint kind)
{
    return self->diagnostic != NULL ? self->diagnostic->parts[kind] : NULL;
}

/* --- what is seen --- */

static char *
describe_all(GuichetTechnicianPage *self)
{
    guint counts[GUICHET_FINDING_N] = {0}, first = GUICHET_PART_N, seen = 0;

    for (guint i = 0; i < GUICHET_PART_N; i++) {
        const GuichetPart *part = get_part(self, i);

        if (part == NULL)
            continue;
        seen++;
        counts[guichet_part_get_state(part)]++;
        if (first == GUICHET_PART_N && guichet_part_get_state(part) == GUICHET_FINDING_FAULT)
            first = i;
    }
    if (self->running != NULL)
        return g_strdup_printf(_("Examen du poste : %s…"), guichet_part_title(self->current));
    if (seen == 0)
        return g_strdup(_("Le poste n’a pas encore été examiné."));
    if (first < GUICHET_PART_N)
        return g_strdup_printf(_("%u en panne, %u à surveiller. Commencez par : %s."),
                               counts[GUICHET_FINDING_FAULT], counts[GUICHET_FINDING_ATTENTION],
                               guichet_part_title(first));
    if (counts[GUICHET_FINDING_ATTENTION] > 0)
        return g_strdup_printf(_("Rien n’est en panne ; %u à surveiller."),
                               counts[GUICHET_FINDING_ATTENTION]);
    return g_strdup(_("Tout est en ordre."));
}

static const char *
word_of_row(GuichetTechnicianPage *self, guint index)
{
    if (self->running != NULL && self->current == index)
        return _("Examen…");
    if ((self->waiting & 1u << index) != 0)
        return _("En attente");
    return NULL;
}

static void
refresh_all(GuichetTechnicianPage *self)
{
    g_autofree char *lead = describe_all(self);
    gboolean idle = self->running == NULL && !self->signing && get_desk(self) != NULL;

    for (guint i = 0; i < GUICHET_PART_N; i++)
        guichet_technician_row_set(get_row(self, i), get_part(self, i), word_of_row(self, i));
    gtk_label_set_text(self->lead, lead);
    gtk_widget_set_sensitive(GTK_WIDGET(self->try_all), idle);
    gtk_widget_set_sensitive(GTK_WIDGET(self->sign), idle && self->diagnostic != NULL);
}

/* Only when it is another one: a screen reader says each change. */
static void
show_part(GuichetTechnicianPage *self, const GuichetPart *part, GdkTexture *picture)
{
    gint64 drawn_us = part != NULL ? part->checked_us : 0;

    if (self->drawn == self->shown && self->drawn_us == drawn_us && self->drawn_picture == picture)
        return;
    self->drawn = self->shown;
    self->drawn_us = drawn_us;
    self->drawn_picture = picture;
    guichet_technician_part_show(self->part, self->shown, part, picture);
}

static void
show_row(GuichetTechnicianPage *self)
{
    gboolean running = self->running != NULL && self->current == self->shown;

    gtk_widget_set_visible(GTK_WIDGET(self->part), self->view == VIEW_PART);
    gtk_widget_set_visible(GTK_WIDGET(self->logs), self->view == VIEW_LOGS);
    gtk_widget_set_visible(GTK_WIDGET(self->report), self->view == VIEW_REPORT);
    guichet_page_set_keys(GUICHET_PAGE(self), self->view == VIEW_PART ? GUICHET_KEY_CAPTURE : 0);
    /* what was found before is no answer while it is looked at anew */
    show_part(self, running ? NULL : get_part(self, self->shown),
              running ? NULL : self->pictures[self->shown]);
    guichet_technician_part_progress(self->part, running ? _("Examen en cours…") : NULL, -1);
}

static void
select_row(GuichetTechnicianPage *self, guint index)
{
    gtk_list_box_select_row(self->list, gtk_list_box_get_row_at_index(self->list, (int)index));
}

static void
on_row_selected(GuichetTechnicianPage *self, GtkListBoxRow *row)
{
    if (row == NULL)
        return;
    self->shown = (guint)gtk_list_box_row_get_index(row);
    self->view = VIEW_PART;
    show_row(self);
}

static void
show_view(GuichetTechnicianPage *self, View view)
{
    self->view = view;
    show_row(self);
    if (view != VIEW_PART)
        gtk_widget_grab_focus(GTK_WIDGET(view == VIEW_LOGS ? self->logs_back : self->report_back));
    else
        gtk_widget_grab_focus(GTK_WIDGET(gtk_list_box_get_selected_row(self->list)));
}

static void
on_back(GuichetTechnicianPage *self)
{
    show_view(self, VIEW_PART);
}

static void
on_show_logs(GuichetTechnicianPage *self)
{
    show_view(self, VIEW_LOGS);
}

static void
on_row_activated(GuichetTechnicianPage *self, GtkListBoxRow *row)
{
    self->view = VIEW_PART;
    show_row(self);
    guichet_technician_part_focus(self->part);
}

/* --- looking --- */

static void
on_progress(const char *phase, double fraction, const char *sentence, gpointer user_data)
{
    GuichetTechnicianPage *self = user_data;

    if (self->running != NULL && self->current == self->shown)
        guichet_technician_part_progress(self->part, sentence, fraction);
}

static void
take_trial(GuichetTechnicianPage *self, GuichetTrial *trial)
{
    GuichetPartKind kind = trial->part->kind;

    if (self->diagnostic == NULL)
        self->diagnostic = guichet_diagnostic_new(get_desk(self));
    guichet_diagnostic_put(self->diagnostic, g_steal_pointer(&trial->part));
    /* the session may have ended meanwhile: then nobody is to see it */
    if (gtk_widget_get_mapped(GTK_WIDGET(self)))
        g_set_object(&self->pictures[kind], trial->picture);
}

static void
select_first_fault(GuichetTechnicianPage *self)
{
    for (guint i = 0; i < GUICHET_PART_N; i++)
        if (get_part(self, i) != NULL &&
            guichet_part_get_state(get_part(self, i)) == GUICHET_FINDING_FAULT) {
            select_row(self, i);
            if (gtk_widget_get_state_flags(GTK_WIDGET(self->list)) & GTK_STATE_FLAG_FOCUS_WITHIN)
                gtk_widget_grab_focus(
                    GTK_WIDGET(gtk_list_box_get_row_at_index(self->list, (int)i)));
            return;
        }
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetTechnicianPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetTrial) trial = guichet_trial_finish(result, &error);
    gboolean stopped = g_cancellable_is_cancelled(self->running);

    g_clear_object(&self->running);
    if (stopped || get_desk(self) == NULL)
        self->waiting = 0;
    if (trial != NULL && get_desk(self) != NULL)
        take_trial(self, trial);
    else if (trial == NULL)
        guichet_alert_show_error(self->alert, error);
    start_next(self);
    refresh_all(self);
    show_row(self);
    if (self->running != NULL)
        return;
    if (self->single) /* the button that stopped it is gone */
        guichet_technician_part_focus(self->part);
    else if (!stopped)
        select_first_fault(self);
    self->single = FALSE;
}

static void
start_next(GuichetTechnicianPage *self)
{
    GuichetDesk *desk = get_desk(self);

    if (self->waiting == 0 || desk == NULL || self->running != NULL)
        return;
    self->current = (GuichetPartKind)g_bit_nth_lsf(self->waiting, -1);
    self->waiting &= ~(1u << self->current);
    self->running = g_cancellable_new();
    /* a finger is asked for only where somebody stands by it: on its own row */
    guichet_trial_async(desk, self->current,
                        self->whole && (self->current != GUICHET_PART_FINGERPRINT ||
                                        self->shown == GUICHET_PART_FINGERPRINT),
                        self->running, on_progress, self, on_looked, g_object_ref(self));
}

static void
look(GuichetTechnicianPage *self, guint kinds, gboolean whole)
{
    if (self->running != NULL || self->signing || get_desk(self) == NULL)
        return;
    guichet_alert_hide(self->alert);
    self->waiting = kinds;
    self->whole = whole;
    start_next(self);
    refresh_all(self);
    show_row(self);
}

static void
on_try(GuichetTechnicianPage *self)
{
    if (self->running != NULL || self->view != VIEW_PART)
        return;
    look(self, 1u << self->shown, TRUE);
    self->single = self->running != NULL;
    guichet_technician_part_focus(self->part);
}

static void
on_stop(GuichetTechnicianPage *self)
{
    self->waiting = 0;
    if (self->running != NULL)
        g_cancellable_cancel(self->running);
}

static void
on_try_all(GuichetTechnicianPage *self)
{
    if (self->shown == GUICHET_PART_FINGERPRINT)
        select_row(self, GUICHET_PART_SCANNER);
    look(self, (1u << GUICHET_PART_N) - 1, TRUE);
}

/* --- logs and report --- */

typedef struct {
    GBytes *file;
    char *code, *path, *stick;
} Report;

static void
report_free(gpointer data)
{
    Report *report = data;

    g_clear_pointer(&report->file, g_bytes_unref);
    g_free(report->code);
    g_free(report->path);
    g_free(report->stick);
    g_free(report);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

static void
unref_diagnostic(gpointer data)
{
    guichet_diagnostic_unref(data);
}

/* While this runs nothing else touches the diagnostic. */
static gpointer
work_sign(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    GuichetDiagnostic *diagnostic = data;
    g_autoptr(Report) report = g_new0(Report, 1);

    guichet_diagnostic_read_logs(diagnostic, desk);
    if (!guichet_desk_sign_diagnostic(desk, diagnostic, &report->file, &report->code, error) ||
        !guichet_desk_keep_report(desk, report->file, &report->path, &report->stick, error))
        return NULL;
    return g_steal_pointer(&report);
}

static void
fill_lines(GtkBox *box, GPtrArray *lines, const char *none)
{
    GtkWidget *child;
    guint n = lines != NULL ? lines->len : 0;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(box))) != NULL)
        gtk_box_remove(box, child);
    for (guint i = 0; i < MAX(n, 1); i++) {
        GtkWidget *label = gtk_label_new(n > 0 ? g_ptr_array_index(lines, i) : none);

        gtk_label_set_xalign(GTK_LABEL(label), 0);
        gtk_label_set_wrap(GTK_LABEL(label), TRUE);
        gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
        gtk_widget_add_css_class(label, n > 0 ? "log-line" : "row-note");
        gtk_box_append(box, label);
    }
}

static void
show_logs(GuichetTechnicianPage *self)
{
    fill_lines(self->journal, self->diagnostic != NULL ? self->diagnostic->journal : NULL,
               _("Rien à signaler : aucun événement technique n’est noté."));
    fill_lines(self->system, self->diagnostic != NULL ? self->diagnostic->system : NULL,
               _("Le journal du système n’est pas lisible par ce compte."));
}

static gpointer
work_logs(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    guichet_diagnostic_read_logs(data, desk);
    return desk; /* done */
}

static void
on_logs(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetTechnicianPage) self = user_data;

    guichet_desk_call_finish(GUICHET_DESK(source), result, NULL);
    self->signing = FALSE;
    show_logs(self);
    refresh_all(self);
}

static void
read_logs(GuichetTechnicianPage *self)
{
    GuichetDesk *desk = get_desk(self);

    if (desk == NULL || self->signing)
        return;
    if (self->diagnostic == NULL)
        self->diagnostic = guichet_diagnostic_new(desk);
    self->signing = TRUE;
    guichet_desk_call_async(desk, work_logs, guichet_diagnostic_ref(self->diagnostic),
                            unref_diagnostic, NULL, NULL, on_logs, g_object_ref(self));
}

static void
on_signed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetTechnicianPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Report) report = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    self->signing = FALSE;
    gtk_button_set_label(self->sign, _("Signer le rapport"));
    refresh_all(self);
    show_logs(self);
    if (report == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    g_autofree char *where =
        report->stick != NULL
            ? g_strdup_printf(_("Le rapport signé est sur la clé « %s »."), report->stick)
            : g_strdup(_("Aucune clé USB : le rapport signé est gardé sur le poste."));

    gtk_label_set_text(self->report_sentence, where);
    gtk_label_set_text(self->report_path, report->path);
    guichet_code_set_text(self->code, report->code);
    show_view(self, VIEW_REPORT);
}

static void
on_sign(GuichetTechnicianPage *self)
{
    if (self->signing || self->running != NULL || self->diagnostic == NULL ||
        get_desk(self) == NULL)
        return;
    guichet_alert_hide(self->alert);
    self->signing = TRUE;
    gtk_button_set_label(self->sign, _("Signature…"));
    refresh_all(self);
    guichet_desk_call_async(get_desk(self), work_sign, guichet_diagnostic_ref(self->diagnostic),
                            unref_diagnostic, report_free, NULL, on_signed, g_object_ref(self));
}

/* --- page --- */

static void
guichet_technician_page_press(GuichetPage *page, GuichetKeys key)
{
    if (key == GUICHET_KEY_CAPTURE)
        on_try(GUICHET_TECHNICIAN_PAGE(page));
}

static void
guichet_technician_page_enter(GuichetPage *page)
{
    GuichetTechnicianPage *self = GUICHET_TECHNICIAN_PAGE(page);
    GtkListBoxRow *row = gtk_list_box_get_selected_row(self->list);

    if (self->diagnostic == NULL) {
        look(self, (1u << GUICHET_PART_N) - 1, FALSE);
        read_logs(self);
    }
    self->view = VIEW_PART;
    refresh_all(self);
    show_row(self);
    gtk_widget_grab_focus(row != NULL ? GTK_WIDGET(row) : GTK_WIDGET(self->list));
}

/* Left, or the session is over: nothing runs on, and no picture stays. */
static void
guichet_technician_page_unmap(GtkWidget *widget)
{
    GuichetTechnicianPage *self = GUICHET_TECHNICIAN_PAGE(widget);

    on_stop(self);
    for (guint i = 0; i < GUICHET_PART_N; i++)
        g_clear_object(&self->pictures[i]);
    if (self->drawn_picture != NULL)
        show_row(self);
    GTK_WIDGET_CLASS(guichet_technician_page_parent_class)->unmap(widget);
}

static void
guichet_technician_page_adopt(GuichetPage *page, GuichetPage *old)
{
    GuichetTechnicianPage *self = GUICHET_TECHNICIAN_PAGE(page);

    /* the sentences of the findings are of another language: all is looked at anew */
    select_row(self, GUICHET_TECHNICIAN_PAGE(old)->shown);
}

/* With large text the list stands above what it shows. */
static void
refresh_room(GuichetTechnicianPage *self)
{
    gboolean large = guichet_comfort_get_text_percent() > 100;

    gtk_orientable_set_orientation(self->columns,
                                   large ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

static void
guichet_technician_page_dispose(GObject *object)
{
    GuichetTechnicianPage *self = GUICHET_TECHNICIAN_PAGE(object);

    g_clear_object(&self->overview);
    g_clear_object(&self->running);
    g_clear_pointer(&self->diagnostic, guichet_diagnostic_unref);
    for (guint i = 0; i < GUICHET_PART_N; i++)
        g_clear_object(&self->pictures[i]);
    G_OBJECT_CLASS(guichet_technician_page_parent_class)->dispose(object);
}

static void
bind_template(GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, lead);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, try_all);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, sign);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, show_logs);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, logs_back);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, report_back);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, columns);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, list_scroller);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, detail);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, list);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, part);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, logs);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, journal);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, system);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, report);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, report_sentence);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, report_path);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPage, code);
    gtk_widget_class_bind_template_callback(widget_class, on_row_selected);
    gtk_widget_class_bind_template_callback(widget_class, on_row_activated);
    gtk_widget_class_bind_template_callback(widget_class, on_try);
    gtk_widget_class_bind_template_callback(widget_class, on_stop);
    gtk_widget_class_bind_template_callback(widget_class, on_try_all);
    gtk_widget_class_bind_template_callback(widget_class, on_sign);
    gtk_widget_class_bind_template_callback(widget_class, on_back);
    gtk_widget_class_bind_template_callback(widget_class, on_show_logs);
}

static void
guichet_technician_page_class_init(GuichetTechnicianPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_technician_page_dispose;
    widget_class->unmap = guichet_technician_page_unmap;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_technician_page_enter;
    GUICHET_PAGE_CLASS(klass)->press = guichet_technician_page_press;
    GUICHET_PAGE_CLASS(klass)->adopt = guichet_technician_page_adopt;
    g_type_ensure(GUICHET_TYPE_ALERT);
    g_type_ensure(GUICHET_TYPE_CODE);
    g_type_ensure(GUICHET_TYPE_TECHNICIAN_PART);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/technician.ui");
    bind_template(widget_class);
}

static void
guichet_technician_page_init(GuichetTechnicianPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    self->drawn = GUICHET_PART_N; /* nothing yet */
    for (guint i = 0; i < GUICHET_PART_N; i++)
        gtk_list_box_append(self->list, guichet_technician_row_new(guichet_part_title(i)));
    guichet_check_row_leave_on_tab(self->list, self->detail);
    g_signal_connect_object(gtk_widget_get_settings(GTK_WIDGET(self)), "notify::gtk-xft-dpi",
                            G_CALLBACK(refresh_room), self, G_CONNECT_SWAPPED);
    refresh_room(self);
    select_row(self, GUICHET_PART_SCANNER);
    refresh_all(self);
}

void
guichet_technician_page_set_overview(GuichetTechnicianPage *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
    refresh_all(self);
}
