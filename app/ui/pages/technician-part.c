/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/technician-part.h"

#include <glib/gi18n-lib.h>

#include "pages/technician-row.h"
#include "text.h"

struct _GuichetTechnicianPart {
    GtkBox parent_instance;
    GtkLabel *title, *checked;
    GtkButton *try, *stop;
    GtkBox *progress, *findings, *picture_box, *facts_box, *tried_box;
    GtkLabel *progress_sentence;
    GtkProgressBar *progress_bar;
    GtkPicture *picture;
    GtkGrid *facts;
    GtkBox *tried;
};

G_DEFINE_FINAL_TYPE(GuichetTechnicianPart, guichet_technician_part, GTK_TYPE_BOX)

enum { SIGNAL_TRY, SIGNAL_STOP, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
on_try(GuichetTechnicianPart *self)
{
    g_signal_emit(self, signals[SIGNAL_TRY], 0);
}

static void
on_stop(GuichetTechnicianPart *self)
{
    g_signal_emit(self, signals[SIGNAL_STOP], 0);
}

static GtkWidget *
make_label(const char *text, const char *css_class)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_natural_wrap_mode(GTK_LABEL(label), GTK_NATURAL_WRAP_NONE);
    gtk_widget_add_css_class(label, css_class);
    return label;
}

static void
clear_box(GtkBox *box)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(box))) != NULL)
        gtk_box_remove(box, child);
}

/* --- what was found --- */

static GtkWidget *
make_finding(const GuichetFinding *finding)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    GtkWidget *icon = g_object_new(
        GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "icon-name",
        guichet_technician_icon(finding->state), "valign", GTK_ALIGN_START, NULL);
    g_autofree char *reference = g_strdup_printf(
        _("%s · réf. %s"), guichet_finding_state_label(finding->state), finding->reference);

    gtk_widget_add_css_class(box, "alert");
    gtk_widget_add_css_class(box, guichet_technician_class(finding->state));
    gtk_widget_set_hexpand(words, TRUE);
    gtk_box_append(GTK_BOX(box), icon);
    gtk_box_append(GTK_BOX(box), words);
    gtk_box_append(GTK_BOX(words), make_label(finding->conclusion, "row-title"));
    if (*finding->remedy != '\0')
        gtk_box_append(GTK_BOX(words), make_label(finding->remedy, "help"));
    gtk_box_append(GTK_BOX(words), make_label(reference, "reference"));
    return box;
}

static void
fill_facts(GuichetTechnicianPart *self, GPtrArray *facts)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->facts))) != NULL)
        gtk_grid_remove(self->facts, child);
    for (guint i = 0; i < facts->len; i++) {
        const GuichetFact *fact = g_ptr_array_index(facts, i);
        GtkWidget *value = make_label(fact->value, "summary-value");

        gtk_widget_set_hexpand(value, TRUE);
        gtk_grid_attach(self->facts, make_label(fact->label, "summary-label"), 0, (int)i, 1, 1);
        gtk_grid_attach(self->facts, value, 1, (int)i, 1, 1);
    }
    gtk_widget_set_visible(GTK_WIDGET(self->facts_box), facts->len > 0);
}

static void
fill_tried(GuichetTechnicianPart *self, GPtrArray *tried)
{
    clear_box(self->tried);
    for (guint i = 0; i < tried->len; i++)
        gtk_box_append(self->tried, make_label(g_ptr_array_index(tried, i), "row-note"));
    gtk_widget_set_visible(GTK_WIDGET(self->tried_box), tried->len > 0);
}

static void
fill_part(GuichetTechnicianPart *self, const GuichetPart *part)
{
    g_autofree char *moment = guichet_text_moment(part->checked_us);
    g_autofree char *checked = g_strdup_printf(_("Vu à %s"), moment);

    for (guint i = 0; i < part->findings->len; i++)
        gtk_box_append(self->findings, make_finding(g_ptr_array_index(part->findings, i)));
    gtk_label_set_text(self->checked, checked);
    fill_facts(self, part->facts);
    fill_tried(self, part->tried);
}

void
guichet_technician_part_show(GuichetTechnicianPart *self, GuichetPartKind kind,
                             const GuichetPart *part, GdkTexture *picture)
{
    GuichetDeviceFamily family;

    gtk_label_set_text(self->title, guichet_part_title(kind));
    gtk_button_set_label(self->try, guichet_part_family(kind, &family)
                                        ? _("Tester (F5)")
                                        : _("Vérifier de nouveau (F5)"));
    clear_box(self->findings);
    gtk_label_set_text(self->checked, "");
    gtk_widget_set_visible(GTK_WIDGET(self->facts_box), FALSE);
    gtk_widget_set_visible(GTK_WIDGET(self->tried_box), FALSE);
    if (part != NULL)
        fill_part(self, part);
    gtk_picture_set_paintable(self->picture, GDK_PAINTABLE(picture));
    gtk_widget_set_visible(GTK_WIDGET(self->picture_box), picture != NULL);
}

void
guichet_technician_part_progress(GuichetTechnicianPart *self, const char *sentence, double fraction)
{
    gboolean running = sentence != NULL;

    gtk_widget_set_visible(GTK_WIDGET(self->progress), running);
    gtk_widget_set_visible(GTK_WIDGET(self->try), !running);
    gtk_label_set_text(self->progress_sentence, running ? sentence : "");
    gtk_widget_set_visible(GTK_WIDGET(self->progress_bar), running && fraction >= 0);
    if (running && fraction >= 0)
        gtk_progress_bar_set_fraction(self->progress_bar, fraction);
}

void
guichet_technician_part_focus(GuichetTechnicianPart *self)
{
    gtk_widget_grab_focus(gtk_widget_get_visible(GTK_WIDGET(self->progress))
                              ? GTK_WIDGET(self->stop)
                              : GTK_WIDGET(self->try));
}

static void
guichet_technician_part_class_init(GuichetTechnicianPartClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    signals[SIGNAL_TRY] = g_signal_new("try", GUICHET_TYPE_TECHNICIAN_PART, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_STOP] = g_signal_new("stop", GUICHET_TYPE_TECHNICIAN_PART, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/fr/guichet/pages/technician-part.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, title);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, checked);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, try);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, stop);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, progress);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, progress_sentence);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, progress_bar);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, findings);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, picture_box);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, picture);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, facts_box);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, facts);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, tried_box);
    gtk_widget_class_bind_template_child(widget_class, GuichetTechnicianPart, tried);
    gtk_widget_class_bind_template_callback(widget_class, on_try);
    gtk_widget_class_bind_template_callback(widget_class, on_stop);
}

static void
guichet_technician_part_init(GuichetTechnicianPart *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}
