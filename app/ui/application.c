/* SPDX-License-Identifier: EUPL-1.2 */
#include "application.h"

#include <glib/gi18n-lib.h>

#include "availability.h"
#include "comfort.h"
#include "config.h"
#include "core/paths.h"
#include "kiosk/window.h"
#include "second-screen.h"
#include "service/desk.h"
#include "window.h"

struct _GuichetApplication {
    GtkApplication parent_instance;
    char *root;
    GuichetUserRole role;
    gboolean second_screen;
    GuichetWindow *window;
    GuichetKioskWindow *kiosk; /* in its place, in the citizen's role */
};

G_DEFINE_FINAL_TYPE(GuichetApplication, guichet_application, GTK_TYPE_APPLICATION)

static const GOptionEntry options[] = {
    {"root", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Dossier du poste"), N_("DOSSIER")},
    {"role", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Rôle : agent, mediator, citizen ou technician"),
     N_("RÔLE")},
    {"second-screen", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Ouvrir l’écran où l’usager relit"), NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Montrer la version"), NULL},
    {NULL},
};

static const struct {
    const char *action;
    const char *accels[3];
} keys[] = {
    {"win.help", {"F1"}},
    {"win.new", {"F2"}},
    {"win.search", {"F3"}},
    {"win.queue", {"F4"}},
    {"win.capture", {"F5"}},
    {"win.retake", {"F6"}},
    {"win.print", {"F8"}},
    {"win.comfort", {"F9"}},
    {"win.dashboard", {"F10"}},
    {"win.next", {"<Control>Return", "<Control>KP_Enter"}},
    {"win.previous", {"<Alt>Left"}},
    {"win.undo", {"<Control>z"}},
    {"win.close-panel", {"Escape"}},
};

static void
work_open(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    GError *error = NULL;
    GuichetDesk *desk = guichet_desk_open(data, &error);

    if (desk != NULL)
        g_task_return_pointer(task, desk, g_object_unref);
    else
        g_task_return_error(task, error);
}

static void
show_desk(GuichetApplication *self, GuichetDesk *desk, const GError *error)
{
    if (self->window != NULL && desk != NULL)
        guichet_window_set_desk(self->window, desk);
    else if (self->window != NULL)
        guichet_window_show_error(self->window, error);
    else if (self->kiosk != NULL && desk != NULL)
        guichet_kiosk_window_set_desk(self->kiosk, desk);
    else if (self->kiosk != NULL)
        guichet_kiosk_window_show_error(self->kiosk, error);
}

static void
on_desk_opened(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GuichetApplication *self = GUICHET_APPLICATION(source);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetDesk) desk = g_task_propagate_pointer(G_TASK(result), &error);

    if (desk != NULL) {
        guichet_desk_set_role(desk, self->role);
        guichet_availability_watch(desk);
    }
    show_desk(self, desk, error);
}

static GtkWindow *
make_window(GuichetApplication *self)
{
    if (self->role == GUICHET_USER_ROLE_CITIZEN) {
        g_set_weak_pointer(&self->kiosk, guichet_kiosk_window_new(GTK_APPLICATION(self)));
        return GTK_WINDOW(self->kiosk);
    }
    g_set_weak_pointer(&self->window, guichet_window_new(GTK_APPLICATION(self)));
    return GTK_WINDOW(self->window);
}

/* --- the theme pack of the station, if there is one --- */

static void
work_theme(GTask *task, gpointer source, gpointer folder, GCancellable *cancellable)
{
    GError *error = NULL;
    GuichetTheme *theme = NULL;

    if (g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        theme = guichet_theme_load(folder, &error);
        if (theme != NULL)
            guichet_comfort_add_fonts(theme, folder);
    }
    if (error != NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, theme, (GDestroyNotify)guichet_theme_free);
}

static void
on_theme_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GuichetApplication *self = GUICHET_APPLICATION(source);
    g_autoptr(GError) error = NULL;
    GuichetTheme *theme = g_task_propagate_pointer(G_TASK(result), &error);
    g_autofree char *logo = NULL;

    if (self->window != NULL && error != NULL)
        guichet_window_show_error(self->window, error);
    if (theme == NULL)
        return;
    if (theme->logo != NULL)
        logo = g_build_filename(g_task_get_task_data(G_TASK(result)), theme->logo, NULL);
    if (self->window != NULL)
        guichet_window_set_logo(self->window, logo);
    guichet_comfort_take_theme(theme);
}

static void
guichet_application_activate(GApplication *application)
{
    GuichetApplication *self = GUICHET_APPLICATION(application);
    GList *windows = gtk_application_get_windows(GTK_APPLICATION(application));
    g_autoptr(GTask) task = NULL, theme = NULL;

    if (windows != NULL) {
        gtk_window_present(g_list_last(windows)->data);
        return;
    }
    gtk_window_present(make_window(self));
    if (self->second_screen && self->role != GUICHET_USER_ROLE_CITIZEN)
        guichet_second_screen_open(GTK_APPLICATION(application));
    task = g_task_new(self, NULL, on_desk_opened, NULL);
    g_task_set_task_data(task, g_strdup(self->root), g_free);
    g_task_run_in_thread(task, work_open);
    theme = g_task_new(self, NULL, on_theme_read, NULL);
    g_task_set_task_data(theme, guichet_station_path(self->root, GUICHET_THEME_FOLDER), g_free);
    g_task_run_in_thread(theme, work_theme);
}

static void
guichet_application_startup(GApplication *application)
{
    G_APPLICATION_CLASS(guichet_application_parent_class)->startup(application);
    guichet_comfort_apply(gdk_display_get_default());
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        gtk_application_set_accels_for_action(GTK_APPLICATION(application), keys[i].action,
                                              keys[i].accels);
}

/* -1 to go on, else the exit status. */
static int
read_role(GuichetApplication *self, GVariantDict *found)
{
    const char *name;
    g_autoptr(GError) error = NULL;

    if (!g_variant_dict_lookup(found, "role", "&s", &name) ||
        guichet_user_role_parse(name, &self->role, &error))
        return -1;
    g_printerr("guichet: %s\n", error->message);
    return 2;
}

static int
guichet_application_handle_local_options(GApplication *application, GVariantDict *found)
{
    GuichetApplication *self = GUICHET_APPLICATION(application);

    if (g_variant_dict_contains(found, "version")) {
        g_print("guichet %s\n", GUICHET_VERSION);
        return 0;
    }
    self->second_screen = g_variant_dict_contains(found, "second-screen");
    if (g_variant_dict_lookup(found, "root", "^ay", &self->root))
        return read_role(self, found);
    self->root = g_strdup(GUICHET_DEFAULT_ROOT);
    return read_role(self, found);
}

static void
guichet_application_finalize(GObject *object)
{
    GuichetApplication *self = GUICHET_APPLICATION(object);

    g_clear_weak_pointer(&self->window);
    g_clear_weak_pointer(&self->kiosk);
    g_free(self->root);
    G_OBJECT_CLASS(guichet_application_parent_class)->finalize(object);
}

static void
guichet_application_class_init(GuichetApplicationClass *klass)
{
    GApplicationClass *application_class = G_APPLICATION_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = guichet_application_finalize;
    application_class->startup = guichet_application_startup;
    application_class->activate = guichet_application_activate;
    application_class->handle_local_options = guichet_application_handle_local_options;
}

static void
guichet_application_init(GuichetApplication *self)
{
    self->role = GUICHET_USER_ROLE_N;
    g_application_add_main_option_entries(G_APPLICATION(self), options);
}

GuichetApplication *
guichet_application_new(void)
{
    /* NON_UNIQUE: two stations (two roots) may run side by side on one session bus */
    return g_object_new(GUICHET_TYPE_APPLICATION, "application-id", "fr.guichet.Guichet", "flags",
                        G_APPLICATION_NON_UNIQUE, "resource-base-path", "/fr/guichet", NULL);
}
