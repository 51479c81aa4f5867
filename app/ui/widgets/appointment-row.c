/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/appointment-row.h"

#include <glib/gi18n-lib.h>

#include "text.h"

struct _GuichetAppointmentRow {
    GtkListBoxRow parent_instance;
    GtkLabel *hour;
    GtkLabel *what;
    GtkLabel *note;
    GtkBox *badge;
    GtkImage *icon;
    GtkLabel *state;
    GtkBox *choices; /* who is expected came or not */
    GtkButton *arrived;
    GtkButton *missed;
    GtkButton *back; /* a slip of the hand is taken back */
};

G_DEFINE_FINAL_TYPE(GuichetAppointmentRow, guichet_appointment_row, GTK_TYPE_LIST_BOX_ROW)

static const struct {
    const char *state;
    const char *word;
    const char *icon;
    const char *css;
} looks[] = {
    {"booked", N_("Attendu"), "guichet-person-symbolic", "draft"},
    {"arrived", N_("Arrivé"), "guichet-check-symbolic", "received"},
    {"missed", N_("Absent"), "guichet-warning-symbolic", "asked"},
    {"cancelled", N_("Annulé"), "guichet-close-symbolic", "draft"},
};

static void
guichet_appointment_row_class_init(GuichetAppointmentRowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/fr/guichet/widgets/appointment-row.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, hour);
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, what);
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, note);
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, badge);
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, icon);
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, state);
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, choices);
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, arrived);
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, missed);
    gtk_widget_class_bind_template_child(widget_class, GuichetAppointmentRow, back);
}

static void
guichet_appointment_row_init(GuichetAppointmentRow *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

/* The number is in the name of the button: a reader of the screen hears whom it is about. */
static void
prepare_button(GtkButton *button, const GuichetAppointment *appointment, const char *state)
{
    g_autofree char *name =
        g_strdup_printf("%s, %s", gtk_button_get_label(button), appointment->reference);

    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "day.mark");
    gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "(ss)", appointment->reference, state);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static guint
find_look(const char *state)
{
    for (guint i = 0; i < G_N_ELEMENTS(looks); i++)
        if (g_str_equal(looks[i].state, state))
            return i;
    return 0;
}

static char *
describe_persons(const GuichetAppointment *appointment)
{
    return g_strdup_printf(
        g_dngettext(GETTEXT_PACKAGE, "%u personne", "%u personnes", appointment->persons),
        appointment->persons);
}

GtkWidget *
guichet_appointment_row_new(GuichetOverview *overview, const GuichetAppointment *appointment)
{
    GuichetAppointmentRow *self = g_object_new(GUICHET_TYPE_APPOINTMENT_ROW, NULL);
    const char *title = guichet_overview_get_title(overview, appointment->procedure_id);
    guint look = find_look(appointment->state);
    const char *word = _(looks[look].word);
    g_autofree char *hour = guichet_text_moment(appointment->starts_us);
    g_autofree char *persons = describe_persons(appointment);
    g_autofree char *all = g_strdup_printf(_("n° %s · %u minutes · %s"), appointment->reference,
                                           appointment->minutes, persons);
    g_autofree char *note = g_strdup_printf("%s · %s", persons, appointment->reference);
    g_autofree char *name = g_strdup_printf("%s, %s, %s, %s", hour, title, word, all);

    gtk_label_set_text(self->hour, hour);
    gtk_label_set_text(self->what, title);
    gtk_label_set_text(self->note, note);
    gtk_label_set_text(self->state, word);
    gtk_image_set_from_icon_name(self->icon, looks[look].icon);
    gtk_widget_add_css_class(GTK_WIDGET(self->badge), looks[look].css);
    /* who is expected: the two buttons say so, and the row's name */
    gtk_widget_set_visible(GTK_WIDGET(self->badge), look != 0);
    gtk_widget_set_visible(GTK_WIDGET(self->choices), look == 0);
    gtk_widget_set_visible(GTK_WIDGET(self->back), g_str_equal(looks[look].state, "arrived") ||
                                                       g_str_equal(looks[look].state, "missed"));
    prepare_button(self->arrived, appointment, "arrived");
    prepare_button(self->missed, appointment, "missed");
    prepare_button(self->back, appointment, "booked");
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    return GTK_WIDGET(self);
}
