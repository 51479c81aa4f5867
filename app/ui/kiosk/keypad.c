/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/keypad.h"

#include <glib/gi18n-lib.h>

#include "ui-locale.h"

/* One line a row; keys are single characters. */
static const char *const layouts[][7] = {
    [GUICHET_KEYPAD_DIGITS] = {"123", "456", "789", "0"},
    [GUICHET_KEYPAD_DATE] = {"123", "456", "789", "0/"},
    [GUICHET_KEYPAD_LETTERS] = {"azertyuiop", "qsdfghjklm", "wxcvbn’-,", "éèêëàâçîïô"},
    [GUICHET_KEYPAD_TEXT] = {"1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn’-,.", "éèêàâçîô@/"},
};

static GtkWidget *
find_text(GtkWidget *from)
{
    GtkRoot *root = gtk_widget_get_root(from);
    GtkWidget *focus = root != NULL ? gtk_root_get_focus(root) : NULL;

    return focus != NULL && (GTK_IS_TEXT(focus) || GTK_IS_TEXT_VIEW(focus)) ? focus : NULL;
}

static void
on_key(GtkWidget *key)
{
    GtkWidget *text = find_text(key);

    if (text != NULL)
        g_signal_emit_by_name(text, "insert-at-cursor", gtk_widget_get_name(key));
}

static void
on_erase(GtkWidget *key)
{
    GtkWidget *text = find_text(key);

    if (text != NULL)
        g_signal_emit_by_name(text, "backspace");
}

static GtkWidget *
make_key(const char *label, const char *inserted, GCallback on_clicked)
{
    GtkWidget *key = gtk_button_new_with_label(label);

    gtk_widget_set_name(key, inserted);
    gtk_widget_set_focusable(key, FALSE);
    gtk_widget_set_focus_on_click(key, FALSE);
    gtk_widget_set_hexpand(key, TRUE);
    gtk_widget_add_css_class(key, "keypad-key");
    g_signal_connect(key, "clicked", on_clicked, NULL);
    return key;
}

static GtkWidget *
make_row(void)
{
    return g_object_new(GTK_TYPE_BOX, "spacing", 8, "homogeneous", TRUE, NULL);
}

static GtkWidget *
make_keys(const char *keys)
{
    GtkWidget *row = make_row();

    guichet_locale_from_left(row); /* digits, and the letters of French papers */
    for (const char *key = keys; *key != '\0'; key = g_utf8_next_char(key)) {
        g_autofree char *letter = g_strndup(key, (gsize)(g_utf8_next_char(key) - key));

        gtk_box_append(GTK_BOX(row), make_key(letter, letter, G_CALLBACK(on_key)));
    }
    return row;
}

GtkWidget *
guichet_keypad_new(GuichetKeypadKind kind)
{
    GtkWidget *pad =
        g_object_new(GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 8, NULL);
    GtkWidget *last = make_row();
    gboolean digits = kind == GUICHET_KEYPAD_DIGITS || kind == GUICHET_KEYPAD_DATE;

    gtk_widget_add_css_class(pad, "keypad");
    gtk_widget_add_css_class(pad, digits ? "digits" : "letters");
    gtk_widget_set_halign(pad, digits ? GTK_ALIGN_CENTER : GTK_ALIGN_FILL);
    for (guint i = 0; layouts[kind][i] != NULL; i++)
        gtk_box_append(GTK_BOX(pad), make_keys(layouts[kind][i]));
    if (!digits)
        gtk_box_append(GTK_BOX(last), make_key(_("Espace"), " ", G_CALLBACK(on_key)));
    gtk_box_append(GTK_BOX(last), make_key(_("Effacer"), "", G_CALLBACK(on_erase)));
    gtk_box_append(GTK_BOX(pad), last);
    return pad;
}
