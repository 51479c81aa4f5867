/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

#include <glib/gstdio.h>

#include "kiosk/window-private.h"
#include "plan-request.h"
#include "second-screen.h"
#include "service/kiosk.h"
#include "still.h"
#include "town.h"
#include "ui-locale.h"
#include "widgets/idle-banner.h"
#include "window-private.h"

#define SECONDS_LEFT 42 /* that the warning shows */

static const char kiosk_policy[] =
    "{\"profile\": \"kiosk/1\", \"date\": \"2026-11-22\", \"unattended\": true, "
    "\"idle_seconds\": 3600, \"warn_seconds\": 30, \"why\": \"essai\", \"source\": \"essai\"}";

static const char storage_policy[] =
    "{\"profile\": \"politique-stockage/1\", \"date\": \"2026-11-22\", \"reserve_bytes\": 4096, "
    "\"margin_bytes\": 0, \"why\": \"essai\", \"source\": \"essai\"}";

static void
write_policy(Stage *self, const char *name, const char *text)
{
    g_autofree char *folder = g_build_filename(self->fixture.root, "policy", NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
fill(Stage *self, GuichetUserRole role)
{
    GError *error = NULL;
    g_autoptr(GuichetDesk) desk = station_fixture_login(&self->fixture);
    g_autofree char *draft = station_fixture_draft(desk);
    g_autofree char *plan =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "tests/faults/plan/passport.ini", NULL);
    g_autoptr(GuichetRequest) waiting = guichet_desk_seal(desk, draft, &error);
    g_autoptr(GuichetRequest) passport = guichet_desk_new_request(desk, "passport", &error);

    g_assert_no_error(error);
    town_fill_day(&self->fixture, desk);
    g_free(town_deposit(&self->fixture, desk));
    self->passport = g_strdup(passport->id);
    self->filled = plan_request_fill(desk, plan);
    self->other = station_fixture_draft(desk);
    if (role == GUICHET_USER_ROLE_CITIZEN)
        guichet_desk_open_kiosk(desk, &error);
    g_assert_no_error(error);
    guichet_desk_logout(desk);
}

static void
open_window(Stage *self)
{
    if (self->kind == STAGE_KIOSK) {
        self->driven = GTK_WIDGET(guichet_kiosk_window_new(NULL));
        guichet_kiosk_window_set_desk(GUICHET_KIOSK_WINDOW(self->driven), self->desk);
    } else {
        self->driven = GTK_WIDGET(guichet_window_new(NULL));
        guichet_window_set_desk(GUICHET_WINDOW(self->driven), self->desk);
    }
    self->window = self->driven;
    gtk_window_present(GTK_WINDOW(self->driven));
    audit_rest(self->driven, self->desk);
}

static GtkWidget *
find_second(Stage *self)
{
    GListModel *all = gtk_window_get_toplevels();

    for (guint i = 0; i < g_list_model_get_n_items(all); i++) {
        g_autoptr(GtkWidget) window = g_list_model_get_item(all, i);

        if (window != self->driven)
            return window;
    }
    g_assert_not_reached();
}

void
stage_open(Stage *self, const char *role_name)
{
    GError *error = NULL;
    GuichetUserRole role = GUICHET_USER_ROLE_N;

    *self = (Stage){.kind = STAGE_DESK};
    if (!guichet_user_role_from_name(role_name, &role))
        self->kind = STAGE_SECOND;
    else if (role == GUICHET_USER_ROLE_CITIZEN)
        self->kind = STAGE_KIOSK;
    station_fixture_init(&self->fixture);
    station_fixture_enrol(&self->fixture);
    write_policy(self, "kiosk.json", kiosk_policy);
    write_policy(self, "storage.json", storage_policy);
    fill(self, role);
    self->desk = guichet_desk_open(self->fixture.root, &error);
    g_assert_no_error(error);
    guichet_desk_set_role(self->desk, role);
    open_window(self);
    if (self->kind != STAGE_SECOND)
        return;
    guichet_second_screen_open(NULL);
    self->window = find_second(self);
    audit_rest(self->window, self->desk);
}

void
stage_close(Stage *self)
{
    gtk_window_destroy(GTK_WINDOW(self->driven));
    if (self->kind == STAGE_SECOND)
        gtk_window_destroy(GTK_WINDOW(self->window));
    g_object_unref(self->desk);
    g_free(self->passport);
    g_free(self->filled);
    g_free(self->other);
    station_fixture_clear(&self->fixture);
}

void
stage_speak(Stage *self, const char *language)
{
    if (g_str_equal(guichet_locale_get()->code, language))
        return;
    if (self->kind != STAGE_KIOSK) {
        gtk_widget_activate_action(self->driven, "win.language", "s", language);
        return;
    }
    guichet_locale_set(language);
    gtk_window_destroy(GTK_WINDOW(self->driven));
    open_window(self);
}

void
stage_replace(Stage *self, GtkWidget *window)
{
    gtk_window_destroy(GTK_WINDOW(self->driven));
    self->driven = self->window = window;
    gtk_window_present(GTK_WINDOW(window));
}

void
stage_warn(Stage *self, gboolean shown)
{
    g_autoptr(GuichetIdleWatch) watch = NULL;

    if (self->kind == STAGE_KIOSK)
        watch = g_object_ref(GUICHET_KIOSK_WINDOW(self->driven)->watch);
    else
        g_object_get(GUICHET_WINDOW(self->driven)->idle, "watch", &watch, NULL);
    if (shown)
        g_signal_emit_by_name(watch, "warned", SECONDS_LEFT);
    else
        g_signal_emit_by_name(watch, "calmed");
}
