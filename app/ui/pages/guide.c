/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/guide.h"

#include <glib/gi18n-lib.h>

#include "comfort.h"
#include "widgets/alert.h"

struct _GuichetGuidePage {
    GuichetPage parent_instance;
    GuichetDesk *desk;
    GuichetGuide *guide;
    GPtrArray *answers; /* char*: all that were given, also beyond the question on the screen */
    guint position;     /* how many of them lead to the question on the screen */
    GuichetAlert *alert;
    GtkLabel *said;
    GtkLabel *question;
    GtkLabel *why;
    GtkGrid *tiles;
    GtkWidget *back;
};

G_DEFINE_FINAL_TYPE(GuichetGuidePage, guichet_guide_page, GUICHET_TYPE_PAGE)

static guint found_signal;

/* --- the questions --- */

/* The first @n answers, NULL-terminated; free the array. */
static GPtrArray *
take_answers(GuichetGuidePage *self, guint n)
{
    GPtrArray *answers = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(answers, g_strdup(g_ptr_array_index(self->answers, i)));
    g_ptr_array_add(answers, NULL);
    return answers;
}

static GuichetGuidePlace *
find_place(GuichetGuidePage *self, GError **error)
{
    g_autoptr(GPtrArray) answers = take_answers(self, self->position);

    return guichet_guide_walk(self->guide, (const char *const *)answers->pdata, g_get_real_time(),
                              error);
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

static void answer(GuichetGuidePage *self, guint index);

static void
on_tile_clicked(GuichetGuidePage *self, GtkButton *tile)
{
    answer(self, GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(tile), "index")));
}

static GtkWidget *
make_tile(GuichetGuidePage *self, const GuichetGuideAnswer *choice, guint index)
{
    GtkWidget *tile = gtk_button_new();
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 16);
    GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    g_autofree char *digit = g_strdup_printf("%u", index + 1);
    GtkWidget *cap = gtk_label_new(digit);

    gtk_widget_add_css_class(tile, "tile");
    gtk_widget_add_css_class(tile, "answer");
    gtk_widget_add_css_class(cap, "key-cap");
    gtk_widget_set_valign(cap, GTK_ALIGN_CENTER);
    gtk_widget_set_valign(words, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(words), make_label(choice->label, "card-title"));
    if (choice->hint != NULL)
        gtk_box_append(GTK_BOX(words), make_label(choice->hint, "hint"));
    gtk_box_append(GTK_BOX(line), cap);
    gtk_box_append(GTK_BOX(line), words);
    gtk_button_set_child(GTK_BUTTON(tile), line);
    gtk_accessible_update_property(GTK_ACCESSIBLE(tile), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   choice->label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   choice->hint != NULL ? choice->hint : "", -1);
    g_object_set_data(G_OBJECT(tile), "index", GUINT_TO_POINTER(index));
    g_signal_connect_swapped(tile, "clicked", G_CALLBACK(on_tile_clicked), self);
    return tile;
}

/* Two tiles a line, one where the window is high or the text large. */
static guint
count_columns(GuichetGuidePage *self)
{
    GtkWidget *root = GTK_WIDGET(gtk_widget_get_root(GTK_WIDGET(self)));
    gboolean high = root != NULL && gtk_widget_get_height(root) > gtk_widget_get_width(root);

    return high || guichet_comfort_get_text_percent() > 100 ? 1 : 2;
}

static void
clear_tiles(GuichetGuidePage *self)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self->tiles))) != NULL)
        gtk_grid_remove(self->tiles, child);
}

/* The tile that was chosen here before, or the first. */
static void
fill_tiles(GuichetGuidePage *self, const GuichetGuideQuestion *question)
{
    guint columns = count_columns(self);
    GtkWidget *focus = NULL;

    clear_tiles(self);
    for (guint i = 0; i < question->answers->len; i++) {
        const GuichetGuideAnswer *choice = g_ptr_array_index(question->answers, i);
        GtkWidget *tile = make_tile(self, choice, i);
        gboolean chosen = self->position < self->answers->len &&
                          g_str_equal(g_ptr_array_index(self->answers, self->position), choice->id);

        gtk_grid_attach(self->tiles, tile, (int)(i % columns), (int)(i / columns), 1, 1);
        if (chosen)
            gtk_widget_add_css_class(tile, "chosen");
        if (focus == NULL || chosen)
            focus = tile;
    }
    gtk_widget_grab_focus(focus);
}

static void
show_place(GuichetGuidePage *self, const GuichetGuidePlace *place)
{
    g_autofree char *said = guichet_guide_place_describe(place);
    g_autofree char *why = g_strdup_printf(_("Pourquoi cette question ? %s"), place->question->why);

    gtk_label_set_text(self->said, *said != '\0' ? said : _("Quelques questions, une à la fois."));
    gtk_label_set_text(self->question, place->question->text);
    gtk_label_set_text(self->why, why);
    gtk_widget_set_visible(self->back, self->position > 0);
    fill_tiles(self, place->question);
}

/* --- the end --- */

typedef struct {
    GuichetGuide *guide;
    GPtrArray *answers;
} PlanJob;

static void
plan_job_free(gpointer data)
{
    PlanJob *job = data;

    guichet_guide_unref(job->guide);
    g_ptr_array_unref(job->answers);
    g_free(job);
}

static gpointer
work_plan(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    PlanJob *job = data;

    return guichet_desk_make_plan(desk, job->guide, (const char *const *)job->answers->pdata,
                                  error);
}

static void
on_plan(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetGuidePage) self = user_data;
    g_autoptr(GError) error = NULL;
    GuichetPlan *plan = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (plan == NULL)
        guichet_alert_show_error(self->alert, error);
    else if (gtk_widget_get_mapped(GTK_WIDGET(self)))
        g_signal_emit(self, found_signal, 0, plan);
    else
        guichet_plan_free(plan); /* the session has ended meanwhile */
}

static void
find_plan(GuichetGuidePage *self)
{
    PlanJob *job;

    if (self->desk == NULL)
        return;
    job = g_new0(PlanJob, 1);
    job->guide = guichet_guide_ref(self->guide);
    job->answers = take_answers(self, self->position);
    guichet_desk_call_async(self->desk, work_plan, job, plan_job_free,
                            (GDestroyNotify)guichet_plan_free, NULL, on_plan, g_object_ref(self));
}

/* --- moving --- */

/* The question of where we are; at an end, the last question stays behind what was found. */
static void
refresh(GuichetGuidePage *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetGuidePlace) place = find_place(self, &error);

    if (place == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    guichet_alert_hide(self->alert);
    if (place->question != NULL) {
        show_place(self, place);
        return;
    }
    find_plan(self);
    self->position--;
}

static void
answer(GuichetGuidePage *self, guint index)
{
    g_autoptr(GuichetGuidePlace) place = find_place(self, NULL);
    const GuichetGuideAnswer *choice;

    if (place == NULL || place->question == NULL || index >= place->question->answers->len)
        return;
    choice = g_ptr_array_index(place->question->answers, index);
    if (self->position >= self->answers->len ||
        !g_str_equal(g_ptr_array_index(self->answers, self->position), choice->id)) {
        g_ptr_array_set_size(self->answers, (int)self->position);
        g_ptr_array_add(self->answers, g_strdup(choice->id));
    }
    self->position++;
    refresh(self);
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
       gpointer user_data)
{
    GuichetGuidePage *self = user_data;
    gunichar letter = gdk_keyval_to_unicode(key);

    if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || letter < '1' ||
        letter > '9' || self->guide == NULL)
        return FALSE;
    answer(self, letter - '1');
    return TRUE;
}

static void
go_back(GuichetGuidePage *self)
{
    if (self->position == 0)
        return;
    self->position--;
    refresh(self);
}

static gpointer
work_guide(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_load_guide(desk, error);
}

static void
on_guide(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetGuidePage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetGuide) guide = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (guide != NULL)
        guichet_guide_page_set_guide(self, guide);
    else
        guichet_alert_show_error(self->alert, error);
}

/* --- the page --- */

static void
guichet_guide_page_enter(GuichetPage *page)
{
    GuichetGuidePage *self = GUICHET_GUIDE_PAGE(page);

    if (self->guide != NULL)
        refresh(self);
    else if (self->desk != NULL)
        guichet_desk_call_async(self->desk, work_guide, NULL, NULL,
                                (GDestroyNotify)guichet_guide_unref, NULL, on_guide,
                                g_object_ref(self));
}

static void
guichet_guide_page_press(GuichetPage *page, GuichetKeys key)
{
    if (key == GUICHET_KEY_PREVIOUS)
        go_back(GUICHET_GUIDE_PAGE(page));
}

static void
guichet_guide_page_dispose(GObject *object)
{
    GuichetGuidePage *self = GUICHET_GUIDE_PAGE(object);

    g_clear_object(&self->desk);
    g_clear_pointer(&self->guide, guichet_guide_unref);
    G_OBJECT_CLASS(guichet_guide_page_parent_class)->dispose(object);
}

static void
guichet_guide_page_finalize(GObject *object)
{
    g_ptr_array_unref(GUICHET_GUIDE_PAGE(object)->answers);
    G_OBJECT_CLASS(guichet_guide_page_parent_class)->finalize(object);
}

static void
guichet_guide_page_class_init(GuichetGuidePageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_guide_page_dispose;
    G_OBJECT_CLASS(klass)->finalize = guichet_guide_page_finalize;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_guide_page_enter;
    GUICHET_PAGE_CLASS(klass)->press = guichet_guide_page_press;
    found_signal = g_signal_new("found", GUICHET_TYPE_GUIDE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/guide.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetGuidePage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetGuidePage, said);
    gtk_widget_class_bind_template_child(widget_class, GuichetGuidePage, question);
    gtk_widget_class_bind_template_child(widget_class, GuichetGuidePage, why);
    gtk_widget_class_bind_template_child(widget_class, GuichetGuidePage, tiles);
    gtk_widget_class_bind_template_child(widget_class, GuichetGuidePage, back);
    gtk_widget_class_bind_template_callback(widget_class, go_back);
}

static void
guichet_guide_page_init(GuichetGuidePage *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    self->answers = g_ptr_array_new_with_free_func(g_free);
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self), keys);
    guichet_page_set_keys(GUICHET_PAGE(self), GUICHET_KEY_NEW | GUICHET_KEY_PREVIOUS);
}

void
guichet_guide_page_set_desk(GuichetGuidePage *self, GuichetDesk *desk)
{
    g_set_object(&self->desk, desk);
}

void
guichet_guide_page_restart(GuichetGuidePage *self)
{
    g_ptr_array_set_size(self->answers, 0);
    self->position = 0;
}

void
guichet_guide_page_set_guide(GuichetGuidePage *self, GuichetGuide *guide)
{
    g_clear_pointer(&self->guide, guichet_guide_unref);
    self->guide = guichet_guide_ref(guide);
    refresh(self);
}
