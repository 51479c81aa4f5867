/* SPDX-License-Identifier: EUPL-1.2 */
#include "lockdown.h"

/* Modifiers with which programs and toolkits have their shortcuts. AltGr is none of them. */
#define COMMANDS (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_HYPER_MASK | GDK_META_MASK)

static gboolean
on_enable_debugging(GtkWindow *window, gboolean toggle, gpointer user_data)
{
    g_signal_stop_emission_by_name(window, "enable-debugging");
    return TRUE;
}

static gboolean
opens_a_menu(guint key, GdkModifierType state)
{
    if (key == GDK_KEY_Menu || (key == GDK_KEY_F10 && (state & GDK_SHIFT_MASK) != 0))
        return TRUE;
    return (state & GDK_CONTROL_MASK) != 0 && (key == GDK_KEY_period || key == GDK_KEY_semicolon);
}

static gboolean
on_any_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
           gpointer user_data)
{
    return opens_a_menu(key, state);
}

/* Characters (AltGr's too), and what moves and mends: all else stops here. */
static gboolean
is_plain(guint key, GdkModifierType state)
{
    static const guint others[] = {
        GDK_KEY_Tab,    GDK_KEY_ISO_Left_Tab, GDK_KEY_Return,  GDK_KEY_KP_Enter,  GDK_KEY_BackSpace,
        GDK_KEY_Delete, GDK_KEY_Left,         GDK_KEY_Right,   GDK_KEY_Up,        GDK_KEY_Down,
        GDK_KEY_Home,   GDK_KEY_End,          GDK_KEY_Page_Up, GDK_KEY_Page_Down, GDK_KEY_F1,
    };

    if ((state & COMMANDS) != 0)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        if (key == others[i])
            return (state & GDK_SHIFT_MASK) == 0 || key == GDK_KEY_Tab ||
                   key == GDK_KEY_ISO_Left_Tab;
    return gdk_keyval_to_unicode(key) >= ' ' ||
           (key >= GDK_KEY_dead_grave && key <= GDK_KEY_dead_greek);
}

static gboolean
on_tight_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
             gpointer user_data)
{
    return !is_plain(key, state);
}

static void
on_other_button(GtkGestureClick *gesture, int presses, double x, double y, gpointer user_data)
{
    if (gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture)) != GDK_BUTTON_PRIMARY)
        gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

/* The second button opens menus, the middle one pastes what was last marked. */
static void
claim_other_buttons(GtkWindow *window)
{
    GtkGesture *gesture = gtk_gesture_click_new();

    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(gesture), 0);
    gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(gesture), GTK_PHASE_CAPTURE);
    g_signal_connect(gesture, "pressed", G_CALLBACK(on_other_button), NULL);
    gtk_widget_add_controller(GTK_WIDGET(window), GTK_EVENT_CONTROLLER(gesture));
}

static void
catch_keys(GtkWindow *window, GCallback on_pressed)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", on_pressed, NULL);
    gtk_widget_add_controller(GTK_WIDGET(window), keys);
}

static gboolean
on_close(GtkWindow *window)
{
    return GDK_EVENT_STOP;
}

void
guichet_lockdown_close(GtkWindow *window)
{
    g_signal_connect(window, "enable-debugging", G_CALLBACK(on_enable_debugging), NULL);
    catch_keys(window, G_CALLBACK(on_any_key));
    claim_other_buttons(window);
}

void
guichet_lockdown_tighten(GtkWindow *window)
{
    catch_keys(window, G_CALLBACK(on_tight_key));
    g_signal_connect(window, "close-request", G_CALLBACK(on_close), NULL);
}
