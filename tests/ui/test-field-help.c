/* SPDX-License-Identifier: EUPL-1.2 */
/* Suggestions and advice under an answer: offered, taken, never in the way. */
#include <gtk/gtk.h>
#include <string.h>

#include "ui-resources.h"
#include "widgets/field-help.h"
#include "widgets/field-row.h"

static void
iterate(guint milliseconds)
{
    gint64 end = g_get_monotonic_time() + milliseconds * 1000;

    while (g_get_monotonic_time() < end)
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
}

/* The first of @type under @widget, or NULL. */
static GtkWidget *
find(GtkWidget *widget, GType type)
{
    if (G_TYPE_CHECK_INSTANCE_TYPE(widget, type))
        return widget;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
        GtkWidget *found = find(child, type);

        if (found != NULL)
            return found;
    }
    return NULL;
}

typedef struct {
    GuichetProcedure *procedure;
    GtkWidget *window;
    GuichetFieldRow *row;
    GtkEditable *entry;
    GtkListBox *list;
    guint entered, left;
} Stage;

static void
count(guint *counter)
{
    (*counter)++;
}

static void
stage_open(Stage *self, const char *field)
{
    g_autofree char *assets = g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", NULL);
    g_autofree char *file = g_build_filename(assets, "procedures", "passport.json", NULL);
    g_autofree char *pack = g_build_filename(assets, "packs", "communes", NULL);
    g_autoptr(GuichetPlaces) places = guichet_places_load(pack, NULL);
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

    self->procedure = guichet_procedure_load(file, NULL);
    self->row = guichet_field_row_new(guichet_procedure_find_field(self->procedure, field));
    guichet_field_row_set_places(self->row, places);
    self->window = gtk_window_new();
    gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->row));
    gtk_box_append(GTK_BOX(box), gtk_button_new_with_label("Suite"));
    gtk_window_set_child(GTK_WINDOW(self->window), box);
    self->entry = GTK_EDITABLE(find(GTK_WIDGET(self->row), GTK_TYPE_ENTRY));
    self->list = GTK_LIST_BOX(find(GTK_WIDGET(self->row), GTK_TYPE_LIST_BOX));
    g_signal_connect_swapped(self->row, "entered", G_CALLBACK(count), &self->entered);
    g_signal_connect_swapped(self->row, "left", G_CALLBACK(count), &self->left);
    gtk_window_present(GTK_WINDOW(self->window));
    guichet_field_row_focus(self->row);
    iterate(100);
}

static void
stage_close(Stage *self)
{
    gtk_window_destroy(GTK_WINDOW(self->window));
    guichet_procedure_unref(self->procedure);
}

static GuichetFieldHelp *
get_help(Stage *self)
{
    return GUICHET_FIELD_HELP(find(GTK_WIDGET(self->row), GUICHET_TYPE_FIELD_HELP));
}

static const char *
get_said(Stage *self)
{
    return gtk_label_get_text(guichet_field_help_get_label(get_help(self)));
}

static void
test_taken(void)
{
    Stage stage = {NULL};

    stage_open(&stage, "birth-place");
    gtk_editable_set_text(stage.entry, "b");
    g_assert_null(gtk_list_box_get_row_at_index(stage.list, 0));
    gtk_editable_set_text(stage.entry, "bord");
    g_assert_true(gtk_widget_get_visible(GTK_WIDGET(stage.list)));
    g_assert_true(guichet_field_help_go_into(get_help(&stage)));
    iterate(50);
    g_assert_true(guichet_field_row_has_focus(stage.row));
    g_assert_cmpuint(stage.left, ==, 0); /* the suggestions are a part of the question */
    gtk_widget_activate(GTK_WIDGET(gtk_list_box_get_row_at_index(stage.list, 0)));
    iterate(50);
    g_assert_cmpstr(gtk_editable_get_text(stage.entry), ==, "Bordeaux (33063)");
    g_assert_cmpuint(stage.entered, ==, 1);
    g_assert_false(gtk_widget_get_visible(GTK_WIDGET(stage.list)));
    stage_close(&stage);
}

static void
test_passed_by(void)
{
    Stage stage = {NULL};

    stage_open(&stage, "birth-place");
    gtk_editable_set_text(stage.entry, "bord");
    iterate(50);
    gtk_widget_child_focus(stage.window, GTK_DIR_TAB_FORWARD);
    iterate(50);
    g_assert_false(guichet_field_row_has_focus(stage.row));
    g_assert_cmpuint(stage.left, ==, 1);
    g_assert_cmpstr(gtk_editable_get_text(stage.entry), ==, "bord");
    stage_close(&stage);
}

static void
test_explained(void)
{
    Stage stage = {NULL};

    stage_open(&stage, "birth-place");
    guichet_field_row_set_value(stage.row, "Courcouronnes (91182)");
    g_assert_nonnull(strstr(get_said(&stage), "aujourd’hui Évry-Courcouronnes"));
    guichet_field_row_set_value(stage.row, "Nulle-Part");
    g_assert_nonnull(strstr(get_said(&stage), "gardée telle que tapée"));
    guichet_field_row_set_value(stage.row, "Bordeaux (33063)");
    g_assert_cmpstr(get_said(&stage), ==, "");
    stage_close(&stage);
}

static void
test_shorter_address(void)
{
    Stage stage = {NULL};

    stage_open(&stage, "address-line");
    guichet_field_row_set_value(stage.row, "12 boulevard du Général Leclerc de Hauteclocque");
    g_assert_nonnull(strstr(get_said(&stage), "38 au plus"));
    g_assert_true(guichet_field_help_go_into(get_help(&stage)));
    gtk_widget_activate(GTK_WIDGET(gtk_list_box_get_row_at_index(stage.list, 0)));
    iterate(50);
    g_assert_cmpstr(gtk_editable_get_text(stage.entry), ==, "12 BD du GAL Leclerc de Hauteclocque");
    stage_close(&stage);
}

int
main(int argc, char **argv)
{
    gtk_test_init(&argc, &argv, NULL);
    g_resources_register(guichet_ui_get_resource());
    g_test_add_func("/ui/field-help/a-suggestion-is-taken-and-goes-on", test_taken);
    g_test_add_func("/ui/field-help/tab-passes-by", test_passed_by);
    g_test_add_func("/ui/field-help/a-place-that-is-no-more-is-explained", test_explained);
    g_test_add_func("/ui/field-help/a-shorter-address-is-offered", test_shorter_address);
    return g_test_run();
}
