/* SPDX-License-Identifier: EUPL-1.2 */
#include "second-screen.h"

#include <glib/gi18n-lib.h>

#include "comfort.h"
#include "core/completeness.h"
#include "lockdown.h"
#include "text.h"

static GtkWindow *window;    /* or NULL: there is no second screen */
static GtkBox *content;      /* what it shows */
static GuichetDraft *shown;  /* ours, or NULL */
static GHashTable *readings; /* char* step → char* what was confirmed of it */

/* --- words --- */

static GtkWidget *
add_text(GtkBox *box, const char *text, const char *css_class)
{
    GtkWidget *label = g_object_new(GTK_TYPE_LABEL, "label", text, "wrap", TRUE, "xalign", 0.0,
                                    "wrap-mode", PANGO_WRAP_WORD_CHAR, NULL);

    gtk_widget_add_css_class(label, css_class);
    gtk_box_append(box, label);
    return label;
}

static void
show_greeting(void)
{
    add_text(content, _("Bonjour."), "kiosk-title");
    add_text(content, _("Ici, vous relisez ce que l’agent écrit pour vous."), "kiosk-sentence");
}

/* Everything that a group says, to know whether it still is what was confirmed. */
static char *
digest(const GuichetStep *step)
{
    GString *text = g_string_new(NULL);
    GuichetRequest *request = guichet_draft_get_request(shown);

    for (guint i = 0; step->fields != NULL && step->fields[i] != NULL; i++)
        g_string_append_printf(text, "%s=%s\n", step->fields[i],
                               guichet_request_get_field(request, step->fields[i]));
    return g_string_free(text, FALSE);
}

/* --- saying so --- */

typedef struct {
    char *request, *step;
    GuichetReading reading;
} Said;

static void
said_free(gpointer data)
{
    Said *said = data;

    g_free(said->request);
    g_free(said->step);
    g_free(said);
}

static gpointer
work_record(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    Said *said = data;

    return guichet_desk_record_reading(desk, said->request, said->step, said->reading, error)
               ? desk
               : NULL;
}

static void
record(const char *step, GuichetReading reading, GAsyncReadyCallback callback)
{
    Said *said = g_new0(Said, 1);

    said->request = g_strdup(guichet_draft_get_request(shown)->id);
    said->step = g_strdup(step);
    said->reading = reading;
    guichet_desk_call_async(guichet_draft_get_desk(shown), work_record, said, said_free, NULL, NULL,
                            callback, g_object_ref(shown));
}

static void refresh(void);

static const GuichetStep *
find_step(const char *id)
{
    GPtrArray *steps = guichet_procedure_get_steps(guichet_draft_get_procedure(shown));

    for (guint i = 0; i < steps->len; i++)
        if (g_str_equal(((const GuichetStep *)g_ptr_array_index(steps, i))->id, id))
            return g_ptr_array_index(steps, i);
    return NULL;
}

/* Confirmed is what the journal holds, not what was touched. */
static void
on_recorded(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetDraft) draft = user_data;
    g_autoptr(GError) error = NULL;

    if (guichet_desk_call_finish(GUICHET_DESK(source), result, &error) == NULL && draft == shown)
        g_hash_table_remove_all(readings);
    if (draft == shown) /* the desk's summary shows it too */
        g_signal_emit_by_name(draft, "changed");
}

static void
on_right(GtkWidget *button)
{
    const GuichetStep *step = find_step(gtk_widget_get_name(button));

    g_hash_table_insert(readings, g_strdup(step->id), digest(step));
    record(step->id, GUICHET_READING_RIGHT, on_recorded);
}

static void
on_wrong(GtkWidget *button)
{
    g_hash_table_remove(readings, gtk_widget_get_name(button));
    record(gtk_widget_get_name(button), GUICHET_READING_WRONG, on_recorded);
    gtk_button_set_label(GTK_BUTTON(button), _("Dites-le à l’agent"));
}

static gboolean
is_confirmed(const GuichetStep *step)
{
    const char *confirmed = g_hash_table_lookup(readings, step->id);
    g_autofree char *now = digest(step);

    if (confirmed == NULL || g_str_equal(confirmed, now))
        return confirmed != NULL;
    g_hash_table_remove(readings, step->id);
    record(step->id, GUICHET_READING_LAPSED, on_recorded);
    return FALSE;
}

/* --- what is read --- */

static void
add_button(GtkBox *row, const GuichetStep *step, const char *label, const char *css_class,
           GCallback on_clicked)
{
    GtkWidget *button = gtk_button_new_with_label(label);
    g_autofree char *name = g_strdup_printf("%s : %s", step->title, label);

    gtk_widget_set_name(button, step->id);
    gtk_widget_add_css_class(button, "kiosk-button");
    gtk_widget_add_css_class(button, css_class);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    g_signal_connect(button, "clicked", on_clicked, NULL);
    gtk_box_append(row, button);
}

static void
add_verdict(GtkBox *card, const GuichetStep *step)
{
    /* two of them side by side are too wide in large text */
    GtkOrientation side = guichet_comfort_get_text_percent() > 100 ? GTK_ORIENTATION_VERTICAL
                                                                   : GTK_ORIENTATION_HORIZONTAL;
    GtkBox *row = GTK_BOX(gtk_box_new(side, 16));

    if (is_confirmed(step)) {
        add_text(card, _("✓ Vous avez dit : c’est juste."), "kiosk-confirmed");
        return;
    }
    add_button(row, step, _("C’est juste"), "primary", G_CALLBACK(on_right));
    add_button(row, step, _("À corriger"), "wrong", G_CALLBACK(on_wrong));
    gtk_box_append(card, GTK_WIDGET(row));
}

static guint
add_answers(GtkBox *card, const GuichetStep *step)
{
    GuichetProcedure *procedure = guichet_draft_get_procedure(shown);
    GuichetRequest *request = guichet_draft_get_request(shown);
    g_autoptr(JsonNode) data = guichet_draft_get_rule_data(shown);
    guint n = 0;

    for (guint i = 0; step->fields != NULL && step->fields[i] != NULL; i++) {
        const GuichetField *field = guichet_procedure_find_field(procedure, step->fields[i]);
        const char *stored = field != NULL ? guichet_request_get_field(request, field->id) : "";
        g_autofree char *value = field != NULL ? guichet_text_answer(field, stored) : g_strdup("");

        if (*value == '\0' || !guichet_field_is_visible(field, data))
            continue;
        add_text(card, field->label, "kiosk-label");
        add_text(card, value, "kiosk-value");
        n++;
    }
    return n;
}

static void
add_group(const GuichetStep *step)
{
    GtkBox *card = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 8));

    gtk_widget_add_css_class(GTK_WIDGET(card), "kiosk-answer");
    add_text(card, step->title, "kiosk-group");
    gtk_box_append(content, GTK_WIDGET(card));
    if (add_answers(card, step) > 0)
        add_verdict(card, step);
    else
        gtk_box_remove(content, GTK_WIDGET(card));
}

static void
on_picture(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GtkPicture) picture = user_data;
    g_autoptr(GdkTexture) texture =
        guichet_draft_load_picture_finish(GUICHET_DRAFT(source), result, NULL);

    if (texture != NULL)
        gtk_picture_set_paintable(picture, GDK_PAINTABLE(texture));
}

static void
add_photo(const GuichetPiece *piece)
{
    GtkWidget *picture = gtk_picture_new();

    gtk_widget_set_size_request(picture, 300, 385);
    gtk_widget_set_halign(picture, GTK_ALIGN_START);
    gtk_accessible_update_property(GTK_ACCESSIBLE(picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Votre photo"), -1);
    gtk_box_append(content, picture);
    guichet_draft_load_picture_async(shown, piece->id, on_picture, g_object_ref(picture));
}

static void
add_pieces(void)
{
    GuichetRequest *request = guichet_draft_get_request(shown);
    GuichetProcedure *procedure = guichet_draft_get_procedure(shown);
    const char *last = "";

    for (guint i = 0; i < request->pieces->len; i++) {
        const GuichetPiece *piece = g_ptr_array_index(request->pieces, i);
        const GuichetPieceSpec *spec = guichet_consent_find_piece(procedure, piece->kind);

        if (spec == NULL || piece->impossible_reason != NULL || g_str_equal(last, piece->kind))
            continue;
        last = piece->kind;
        if (spec->family == GUICHET_PIECE_PHOTO)
            add_photo(piece);
        else
            add_text(content, spec->label, "kiosk-item");
    }
}

static void
refresh(void)
{
    GPtrArray *steps;
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(content))) != NULL)
        gtk_box_remove(content, child);
    if (shown == NULL) {
        show_greeting();
        return;
    }
    add_text(content, _("Relisez. Est-ce que c’est juste ?"), "kiosk-title");
    steps = guichet_procedure_get_steps(guichet_draft_get_procedure(shown));
    for (guint i = 0; i < steps->len; i++)
        add_group(g_ptr_array_index(steps, i));
    add_pieces();
}

static gboolean
is_same_request(GuichetDraft *draft)
{
    return draft != NULL && shown != NULL &&
           g_str_equal(guichet_draft_get_request(draft)->id, guichet_draft_get_request(shown)->id);
}

void
guichet_second_screen_show(GuichetDraft *draft)
{
    if (window == NULL || draft == shown)
        return;
    if (shown != NULL)
        g_signal_handlers_disconnect_by_func(shown, G_CALLBACK(refresh), NULL);
    if (!is_same_request(draft)) /* it may be the same in another language */
        g_hash_table_remove_all(readings);
    g_set_object(&shown, draft);
    if (shown != NULL)
        g_signal_connect(shown, "changed", G_CALLBACK(refresh), NULL);
    refresh();
}

static void
name_window(void)
{
    gtk_window_set_title(window, _("Écran de l’usager"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_window_get_child(window)),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, _("Ce que vous relisez"), -1);
}

void
guichet_second_screen_renew(void)
{
    if (window == NULL)
        return;
    name_window();
    refresh();
}

/* --- the window --- */

static void
place(void)
{
    GListModel *monitors = gdk_display_get_monitors(gtk_widget_get_display(GTK_WIDGET(window)));
    g_autoptr(GdkMonitor) second = g_list_model_get_item(monitors, 1);
    GdkRectangle area;

    gtk_window_set_default_size(window, 800, 1000);
    if (second == NULL)
        return;
    gdk_monitor_get_geometry(second, &area);
    gtk_window_set_default_size(window, area.width, area.height);
    gtk_window_fullscreen_on_monitor(window, second);
}

static void
load_style(void)
{
    g_autoptr(GtkCssProvider) rules = gtk_css_provider_new();

    gtk_css_provider_load_from_resource(rules, "/fr/guichet/style/kiosk.css");
    gtk_style_context_add_provider_for_display(gtk_widget_get_display(GTK_WIDGET(window)),
                                               GTK_STYLE_PROVIDER(rules),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}

void
guichet_second_screen_open(GtkApplication *application)
{
    GtkWidget *scroller = g_object_new(GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy",
                                       GTK_POLICY_NEVER, "overlay-scrolling", FALSE, NULL);

    g_return_if_fail(window == NULL);
    window = g_object_new(GTK_TYPE_WINDOW, "application", application, "decorated", FALSE, NULL);
    readings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    content = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 16));
    gtk_widget_add_css_class(GTK_WIDGET(window), "guichet");
    gtk_widget_add_css_class(GTK_WIDGET(window), "kiosk");
    gtk_widget_add_css_class(GTK_WIDGET(content), "kiosk-content");
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), GTK_WIDGET(content));
    gtk_window_set_child(window, scroller);
    name_window();
    load_style();
    guichet_lockdown_close(window);
    guichet_lockdown_tighten(window);
    g_object_add_weak_pointer(G_OBJECT(window), (gpointer *)&window);
    place();
    refresh();
    gtk_window_present(window);
}
