/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/choice.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "service/guide.h"
#include "text.h"
#include "widgets/alert.h"

#define OTHER_CASE "other-case" /* nobody is turned away: always offered, and always last */

struct _GuichetChoicePage {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    GuichetDesk *desk;
    GuichetAlert *alert;
    GtkEditable *code;
    GtkGrid *tiles;
};

G_DEFINE_FINAL_TYPE(GuichetChoicePage, guichet_choice_page, GUICHET_TYPE_PAGE)

static guint begun_signal;

/* --- a code --- */

static gpointer
work_code(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(GuichetRequest) request =
        guichet_desk_begin_from_code(desk, data, strlen(data), NULL, error);

    return request != NULL ? g_strdup(request->id) : NULL;
}

static void
on_code_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetChoicePage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (id != NULL) {
        g_signal_emit(self, begun_signal, 0, id);
        return;
    }
    guichet_alert_show_error(self->alert, error);
    gtk_widget_grab_focus(GTK_WIDGET(self->code));
}

/* A code reader types the line and ends it with Enter. */
static void
on_code(GuichetChoicePage *self)
{
    const char *text = gtk_editable_get_text(self->code);

    guichet_alert_hide(self->alert);
    if (self->desk != NULL && *text != '\0')
        guichet_desk_call_async(self->desk, work_code, g_strdup(text), g_free, g_free, NULL,
                                on_code_read, g_object_ref(self));
}

/* --- tiles --- */

/* NULL, or what is said of a procedure that the role does not do. */
static const char *
get_note(GuichetChoicePage *self, GuichetProcedure *procedure)
{
    return self->desk != NULL && !guichet_desk_may_work_on(self->desk, procedure, NULL)
               ? _("Avec un agent seulement")
               : NULL;
}

static GtkWidget *
make_words(GuichetProcedure *procedure, const char *note)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    GtkWidget *title = gtk_label_new(guichet_procedure_get_title(procedure));
    GtkWidget *summary = gtk_label_new(guichet_procedure_get_summary(procedure));

    gtk_widget_add_css_class(title, "card-title");
    gtk_widget_add_css_class(summary, "hint");
    gtk_label_set_xalign(GTK_LABEL(title), 0);
    gtk_label_set_wrap(GTK_LABEL(title), TRUE);
    gtk_label_set_xalign(GTK_LABEL(summary), 0);
    gtk_label_set_wrap(GTK_LABEL(summary), TRUE);
    gtk_label_set_natural_wrap_mode(GTK_LABEL(summary), GTK_NATURAL_WRAP_NONE);
    gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(box), title);
    gtk_box_append(GTK_BOX(box), summary);
    if (note != NULL) {
        GtkWidget *badge = gtk_label_new(note);

        gtk_widget_add_css_class(badge, "badge");
        gtk_widget_add_css_class(badge, "waiting");
        gtk_widget_set_halign(badge, GTK_ALIGN_START);
        gtk_box_append(GTK_BOX(box), badge);
    }
    return box;
}

static GtkWidget *
make_tile(GuichetChoicePage *self, GuichetProcedure *procedure)
{
    const char *note = get_note(self, procedure);
    g_autofree char *said =
        note != NULL ? g_strdup_printf("%s %s.", guichet_procedure_get_summary(procedure), note)
                     : g_strdup(guichet_procedure_get_summary(procedure));
    GtkWidget *tile = gtk_button_new();
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 20);
    gboolean other = g_str_equal(guichet_procedure_get_id(procedure), OTHER_CASE);
    GtkWidget *icon = g_object_new(
        GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "icon-name",
        other ? "guichet-other-symbolic" : "guichet-title-symbolic", "pixel-size", 36, NULL);

    gtk_widget_add_css_class(tile, "tile");
    gtk_widget_add_css_class(icon, "tile-icon");
    gtk_widget_set_valign(icon, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(line), icon);
    gtk_box_append(GTK_BOX(line), make_words(procedure, note));
    gtk_button_set_child(GTK_BUTTON(tile), line);
    gtk_actionable_set_action_name(GTK_ACTIONABLE(tile), "win.create");
    gtk_actionable_set_action_target(GTK_ACTIONABLE(tile), "s",
                                     guichet_procedure_get_id(procedure));
    g_object_set_data_full(G_OBJECT(tile), "title",
                           g_strdup(guichet_procedure_get_title(procedure)), g_free);
    gtk_accessible_update_property(GTK_ACCESSIBLE(tile), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   guichet_procedure_get_title(procedure),
                                   GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, said, -1);
    return tile;
}

/* --- keys --- */

static GtkWidget *
get_next(GuichetChoicePage *self, GtkWidget *tile)
{
    GtkWidget *next = tile != NULL ? gtk_widget_get_next_sibling(tile) : NULL;

    return next != NULL ? next : gtk_widget_get_first_child(GTK_WIDGET(self->tiles));
}

/* Its first letter leads to a tile, the same again to the next: as in a group of choices. */
static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       gpointer user_data)
{
    GuichetChoicePage *self = user_data;
    gunichar letter = g_unichar_tolower(gdk_keyval_to_unicode(key));
    GtkWidget *from = gtk_widget_get_focus_child(GTK_WIDGET(self->tiles)), *tile = from;

    if (!g_unichar_isalpha(letter) ||
        (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || from == NULL)
        return GDK_EVENT_PROPAGATE;
    do {
        tile = get_next(self, tile);
        if (guichet_text_initial(g_object_get_data(G_OBJECT(tile), "title")) == letter) {
            gtk_widget_grab_focus(tile);
            return GDK_EVENT_STOP;
        }
    } while (tile != from);
    return GDK_EVENT_PROPAGATE;
}

/* By shelf, « Autre situation » last of all, then as a dictionary would. */
static int
compare_by_shelf(gconstpointer a, gconstpointer b)
{
    GuichetProcedure *left = *(GuichetProcedure *const *)a;
    GuichetProcedure *right = *(GuichetProcedure *const *)b;
    int order = (int)guichet_procedure_get_group(left) - (int)guichet_procedure_get_group(right);

    return order != 0 ? order
                      : g_utf8_collate(guichet_procedure_get_title(left),
                                       guichet_procedure_get_title(right));
}

static void
on_overview_changed(GuichetChoicePage *self)
{
    GPtrArray *procedures = guichet_overview_get_procedures(self->overview);
    GtkWidget *child;

    /* while it is shown, tiles don't move under the hand */
    if (gtk_widget_get_mapped(GTK_WIDGET(self)) &&
        gtk_widget_get_first_child(GTK_WIDGET(self->tiles)) != NULL)
        return;
    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->tiles))) != NULL)
        gtk_grid_remove(self->tiles, child);
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_ptr_array_extend(sorted, procedures, NULL, NULL);
    g_ptr_array_sort(sorted, compare_by_shelf);
    /* what the role does not do comes last, and says so */
    for (guint pass = 0, n = 0; pass < 2; pass++)
        for (guint i = 0; i < sorted->len; i++) {
            GuichetProcedure *procedure = g_ptr_array_index(sorted, i);

            if ((get_note(self, procedure) != NULL) != (pass == 1))
                continue;
            gtk_grid_attach(self->tiles, make_tile(self, procedure), (int)n % 2, (int)n / 2, 1, 1);
            n++;
        }
}

static void
guichet_choice_page_enter(GuichetPage *page)
{
    GuichetChoicePage *self = GUICHET_CHOICE_PAGE(page);
    GtkWidget *first;

    on_overview_changed(self);
    guichet_alert_hide(self->alert);
    gtk_editable_set_text(self->code, "");
    first = gtk_widget_get_first_child(GTK_WIDGET(self->tiles));
    if (first != NULL)
        gtk_widget_grab_focus(first);
}

static void
guichet_choice_page_dispose(GObject *object)
{
    g_clear_object(&GUICHET_CHOICE_PAGE(object)->overview);
    g_clear_object(&GUICHET_CHOICE_PAGE(object)->desk);
    G_OBJECT_CLASS(guichet_choice_page_parent_class)->dispose(object);
}

static void
guichet_choice_page_class_init(GuichetChoicePageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_choice_page_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_choice_page_enter;
    begun_signal = g_signal_new("begun", GUICHET_TYPE_CHOICE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/choice.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetChoicePage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetChoicePage, code);
    gtk_widget_class_bind_template_callback(widget_class, on_code);
    gtk_widget_class_bind_template_child(widget_class, GuichetChoicePage, tiles);
}

static void
guichet_choice_page_init(GuichetChoicePage *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    gtk_widget_init_template(GTK_WIDGET(self));
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self->tiles), keys);
}

void
guichet_choice_page_set_overview(GuichetChoicePage *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
    g_signal_connect_object(overview, "changed", G_CALLBACK(on_overview_changed), self,
                            G_CONNECT_SWAPPED);
    on_overview_changed(self);
}

void
guichet_choice_page_set_desk(GuichetChoicePage *self, GuichetDesk *desk)
{
    g_set_object(&self->desk, desk);
    if (self->overview != NULL)
        on_overview_changed(self); /* by whom it is done */
}
