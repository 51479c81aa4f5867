/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/checklist.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "comfort.h"
#include "core/error.h"
#include "core/paths.h"
#include "widgets/alert.h"
#include "widgets/choice-button.h"

struct _GuichetChecklistPage {
    GuichetPage parent_instance;
    GuichetDesk *desk;
    GuichetPlan *plan;
    GuichetAlert *alert;
    GtkLabel *procedure;
    GtkLabel *said;
    GtkBox *pieces;
    GtkLabel *price;
    GtkLabel *delay;
    GtkBox *advice;
    GtkWidget *advice_card;
    GtkWidget *begin;
    GtkWidget *print;
    gboolean busy; /* the worker reads the plan: it is not changed meanwhile */
};

G_DEFINE_FINAL_TYPE(GuichetChecklistPage, guichet_checklist_page, GUICHET_TYPE_PAGE)

static guint begun_signal;

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

    gtk_widget_add_css_class(label, css);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_natural_wrap_mode(GTK_LABEL(label), GTK_NATURAL_WRAP_NONE);
    return label;
}

static void
set_busy(GuichetChecklistPage *self, gboolean busy)
{
    self->busy = busy;
    gtk_widget_set_sensitive(self->begin, !busy);
    gtk_widget_set_sensitive(self->print, !busy);
    gtk_widget_set_sensitive(GTK_WIDGET(self->pieces), !busy);
}

/* --- the papers --- */

static void
on_toggled(GuichetChecklistPage *self, GtkCheckButton *radio)
{
    GuichetPlanPiece *piece = g_object_get_data(G_OBJECT(radio), "piece");
    const char *word = gtk_widget_get_name(GTK_WIDGET(radio));

    if (!gtk_check_button_get_active(radio))
        return;
    piece->answer = g_str_equal(word, "has")     ? GUICHET_PLAN_HAS
                    : g_str_equal(word, "lacks") ? GUICHET_PLAN_LACKS
                                                 : GUICHET_PLAN_OTHER_PAPER;
    if (piece->answer == GUICHET_PLAN_HAS)
        guichet_alert_hide(self->alert);
    else
        guichet_alert_show(self->alert, GUICHET_ALERT_WARNING,
                           _("La demande peut commencer quand même : la pièce qui manque s’ajoute "
                             "plus tard, un autre document est examiné."));
}

static GtkWidget *
make_answers(GuichetChecklistPage *self, GuichetPlanPiece *piece)
{
    const struct {
        const char *id, *label;
    } answers[] = {
        {"has", _("Je l’ai")}, {"lacks", _("Je ne l’ai pas")}, {"other", _("Autre document")}};
    GtkWidget *line = g_object_new(GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP,
                                   "spacing", 8, NULL);
    GtkWidget *group = NULL;

    gtk_widget_add_css_class(line, "fold");
    if (guichet_comfort_get_text_percent() > 100)
        gtk_orientable_set_orientation(GTK_ORIENTABLE(line), GTK_ORIENTATION_VERTICAL);
    gtk_accessible_update_property(GTK_ACCESSIBLE(line), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   piece->label, -1);
    for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autofree char *name = g_strdup_printf("%s : %s", piece->label, answers[i].label);
        GtkWidget *radio = guichet_choice_button_new(answers[i].id, answers[i].label, group);

        gtk_accessible_update_property(GTK_ACCESSIBLE(radio), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                       -1);
        gtk_check_button_set_active(GTK_CHECK_BUTTON(radio), piece->answer == i + 1);
        g_object_set_data(G_OBJECT(radio), "piece", piece);
        g_signal_connect_swapped(radio, "toggled", G_CALLBACK(on_toggled), self);
        gtk_box_append(GTK_BOX(line), radio);
        group = group != NULL ? group : radio;
    }
    return line;
}

static GtkWidget *
make_piece(GuichetChecklistPage *self, GuichetPlanPiece *piece)
{
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    g_autofree char *text =
        piece->hint != NULL ? g_strdup_printf("%s %s", piece->hint, piece->reason) : NULL;

    gtk_widget_add_css_class(row, "gap");
    gtk_box_append(GTK_BOX(row), make_label(piece->label, "row-title"));
    gtk_box_append(GTK_BOX(row), make_label(text != NULL ? text : piece->reason, "row-note"));
    if (!piece->on_spot)
        gtk_box_append(GTK_BOX(row), make_answers(self, piece));
    return row;
}

/* What is brought, then what is done at the counter. */
static void
fill_pieces(GuichetChecklistPage *self)
{
    guint n = 0;

    clear_box(self->pieces);
    for (guint on_spot = 0; on_spot < 2; on_spot++)
        for (guint i = 0; i < self->plan->pieces->len; i++) {
            GuichetPlanPiece *piece = g_ptr_array_index(self->plan->pieces, i);

            if ((guint)piece->on_spot != on_spot)
                continue;
            if (on_spot == 1 && n++ == 0)
                gtk_box_append(self->pieces, make_label(_("Fait sur place"), "card-title"));
            gtk_box_append(self->pieces, make_piece(self, piece));
        }
    if (self->plan->pieces->len == 0)
        gtk_box_append(self->pieces, make_label(_("Rien d’obligatoire. Tout document qui aide à "
                                                  "comprendre est utile."),
                                                "row-note"));
}

static void
fill_side(GuichetChecklistPage *self)
{
    g_autoptr(GString) delay =
        g_string_new(self->plan->delay != NULL ? self->plan->delay : _("Demandez au guichet."));

    for (guint i = 0; i < self->plan->dates->len; i++)
        g_string_append_printf(delay, "\n%s", (char *)g_ptr_array_index(self->plan->dates, i));
    gtk_label_set_text(self->price, self->plan->price);
    gtk_label_set_text(self->delay, delay->str);
    clear_box(self->advice);
    for (guint i = 0; i < self->plan->advice->len; i++)
        gtk_box_append(self->advice,
                       make_label(g_ptr_array_index(self->plan->advice, i), "row-note"));
    gtk_widget_set_visible(self->advice_card, self->plan->advice->len > 0);
}

/* --- on the desk's thread --- */

static gpointer
work_print(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    const char *root = guichet_station_get_root(guichet_desk_get_station(desk));
    g_autofree char *folder = guichet_station_path(root, "print");
    g_autofree char *path = g_build_filename(folder, "pieces.pdf", NULL);
    g_autoptr(GBytes) sheet =
        guichet_desk_make_sheet(desk, GUICHET_CHECKLIST_PAGE(data)->plan, error);
    gsize size;
    const void *bytes;

    if (sheet == NULL)
        return NULL;
    if (g_mkdir_with_parents(folder, 0700) != 0) {
        guichet_set_error_from_errno(error, errno, _("Le dossier d’impression ne s’ouvre pas :"),
                                     folder);
        return NULL;
    }
    bytes = g_bytes_get_data(sheet, &size);
    if (!guichet_write_file_durably(path, bytes, size, 0600, error))
        return NULL;
    return g_steal_pointer(&path);
}

static void
on_printed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetChecklistPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);
    g_autofree char *sentence = NULL;

    set_busy(self, FALSE);
    if (path == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    sentence = g_strdup_printf(_("Page enregistrée : %s"), path);
    guichet_alert_show(self->alert, GUICHET_ALERT_SUCCESS, sentence);
}

static gpointer
work_begin(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    GuichetPlan *plan = GUICHET_CHECKLIST_PAGE(data)->plan;
    g_autoptr(GuichetRequest) request = guichet_desk_begin(
        desk, guichet_procedure_get_id(plan->procedure), plan->fields, NULL, error);

    return request != NULL ? g_strdup(request->id) : NULL;
}

static void
on_begun(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetChecklistPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    set_busy(self, FALSE);
    if (id != NULL)
        g_signal_emit(self, begun_signal, 0, id);
    else
        guichet_alert_show_error(self->alert, error);
}

static void
start(GuichetChecklistPage *self, GuichetDeskFunc work, GAsyncReadyCallback done)
{
    if (self->desk == NULL || self->plan == NULL || self->busy)
        return;
    set_busy(self, TRUE);
    guichet_desk_call_async(self->desk, work, g_object_ref(self), g_object_unref, g_free, NULL,
                            done, g_object_ref(self));
}

static void
on_begin(GuichetChecklistPage *self)
{
    start(self, work_begin, on_begun);
}

static void
on_print(GuichetChecklistPage *self)
{
    start(self, work_print, on_printed);
}

/* --- the page --- */

static void
guichet_checklist_page_enter(GuichetPage *page)
{
    gtk_widget_grab_focus(GUICHET_CHECKLIST_PAGE(page)->begin);
}

static void
guichet_checklist_page_press(GuichetPage *page, GuichetKeys key)
{
    GuichetChecklistPage *self = GUICHET_CHECKLIST_PAGE(page);

    if (key == GUICHET_KEY_PRINT)
        on_print(self);
    else if (key == GUICHET_KEY_NEW)
        on_begin(self);
    else if (key == GUICHET_KEY_PREVIOUS)
        gtk_widget_activate_action(GTK_WIDGET(self), "win.guide", "b", FALSE);
}

static void
guichet_checklist_page_dispose(GObject *object)
{
    g_clear_object(&GUICHET_CHECKLIST_PAGE(object)->desk);
    G_OBJECT_CLASS(guichet_checklist_page_parent_class)->dispose(object);
}

static void
guichet_checklist_page_finalize(GObject *object)
{
    g_clear_pointer(&GUICHET_CHECKLIST_PAGE(object)->plan, guichet_plan_free);
    G_OBJECT_CLASS(guichet_checklist_page_parent_class)->finalize(object);
}

static void
guichet_checklist_page_class_init(GuichetChecklistPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_checklist_page_dispose;
    G_OBJECT_CLASS(klass)->finalize = guichet_checklist_page_finalize;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_checklist_page_enter;
    GUICHET_PAGE_CLASS(klass)->press = guichet_checklist_page_press;
    begun_signal = g_signal_new("begun", GUICHET_TYPE_CHECKLIST_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/checklist.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, procedure);
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, said);
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, pieces);
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, price);
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, delay);
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, advice);
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, advice_card);
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, begin);
    gtk_widget_class_bind_template_child(widget_class, GuichetChecklistPage, print);
    gtk_widget_class_bind_template_callback(widget_class, on_begin);
    gtk_widget_class_bind_template_callback(widget_class, on_print);
}

static void
guichet_checklist_page_init(GuichetChecklistPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    guichet_page_set_keys(GUICHET_PAGE(self),
                          GUICHET_KEY_PRINT | GUICHET_KEY_NEW | GUICHET_KEY_PREVIOUS);
}

void
guichet_checklist_page_show(GuichetChecklistPage *self, GuichetDesk *desk, GuichetPlan *plan)
{
    g_set_object(&self->desk, desk);
    g_clear_pointer(&self->plan, guichet_plan_free);
    self->plan = plan;
    guichet_alert_hide(self->alert);
    gtk_label_set_text(self->procedure, guichet_procedure_get_title(plan->procedure));
    gtk_label_set_text(self->said, plan->said);
    fill_pieces(self);
    fill_side(self);
}
