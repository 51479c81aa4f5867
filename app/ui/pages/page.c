/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/page.h"

#include "comfort.h"

typedef struct {
    char *title;
    char *help;
    guint keys;
} GuichetPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(GuichetPage, guichet_page, GTK_TYPE_BOX)

enum { PROP_TITLE = 1, PROP_HELP, PROP_KEYS, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];
static guint done_signal;

static GuichetPagePrivate *
get_private(GuichetPage *self)
{
    return guichet_page_get_instance_private(self);
}

static void
guichet_page_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    GuichetPagePrivate *page = get_private(GUICHET_PAGE(object));

    switch (id) {
    case PROP_TITLE:
        g_value_set_string(value, page->title);
        break;
    case PROP_HELP:
        g_value_set_string(value, page->help);
        break;
    case PROP_KEYS:
        g_value_set_uint(value, page->keys);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
guichet_page_set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    GuichetPagePrivate *page = get_private(GUICHET_PAGE(object));

    switch (id) {
    case PROP_TITLE:
        g_free(page->title);
        page->title = g_value_dup_string(value);
        break;
    case PROP_HELP:
        g_free(page->help);
        page->help = g_value_dup_string(value);
        break;
    case PROP_KEYS:
        guichet_page_set_keys(GUICHET_PAGE(object), g_value_get_uint(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
guichet_page_finalize(GObject *object)
{
    GuichetPagePrivate *page = get_private(GUICHET_PAGE(object));

    g_free(page->title);
    g_free(page->help);
    G_OBJECT_CLASS(guichet_page_parent_class)->finalize(object);
}

/* With large text, boxes of class "fold" stand their children one below the other. */
static void
fold_below(GtkWidget *widget, gboolean large)
{
    GtkWidget *child;

    if (GTK_IS_BOX(widget) && gtk_widget_has_css_class(widget, "fold"))
        gtk_orientable_set_orientation(GTK_ORIENTABLE(widget), large ? GTK_ORIENTATION_VERTICAL
                                                                     : GTK_ORIENTATION_HORIZONTAL);
    for (child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        fold_below(child, large);
}

static void
fold(GtkWidget *self)
{
    fold_below(self, guichet_comfort_get_text_percent() > 100);
}

static void
guichet_page_map(GtkWidget *widget)
{
    fold(widget);
    GTK_WIDGET_CLASS(guichet_page_parent_class)->map(widget);
}

static void
guichet_page_class_init(GuichetPageClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->get_property = guichet_page_get_property;
    object_class->set_property = guichet_page_set_property;
    object_class->finalize = guichet_page_finalize;
    GTK_WIDGET_CLASS(klass)->map = guichet_page_map;
    properties[PROP_TITLE] =
        g_param_spec_string("title", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_HELP] =
        g_param_spec_string("help", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    properties[PROP_KEYS] =
        g_param_spec_uint("keys", NULL, NULL, 0, G_MAXUINT, 0,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
    g_object_class_install_properties(object_class, N_PROPERTIES, properties);
    done_signal = g_signal_new("done", GUICHET_TYPE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
guichet_page_init(GuichetPage *self)
{
    g_signal_connect_object(gtk_widget_get_settings(GTK_WIDGET(self)), "notify::gtk-xft-dpi",
                            G_CALLBACK(fold), self, G_CONNECT_SWAPPED);
    gtk_orientable_set_orientation(GTK_ORIENTABLE(self), GTK_ORIENTATION_VERTICAL);
    gtk_widget_add_css_class(GTK_WIDGET(self), "page");
}

void
guichet_page_enter(GuichetPage *self)
{
    GuichetPageClass *klass = GUICHET_PAGE_GET_CLASS(self);

    if (klass->enter != NULL)
        klass->enter(self);
}

gboolean
guichet_page_leave(GuichetPage *self)
{
    GuichetPageClass *klass = GUICHET_PAGE_GET_CLASS(self);

    return klass->leave == NULL || klass->leave(self);
}

void
guichet_page_press(GuichetPage *self, GuichetKeys key)
{
    GuichetPageClass *klass = GUICHET_PAGE_GET_CLASS(self);

    if (klass->press != NULL && (get_private(self)->keys & key) != 0)
        klass->press(self, key);
}

void
guichet_page_adopt(GuichetPage *self, GuichetPage *old)
{
    GuichetPageClass *klass = GUICHET_PAGE_GET_CLASS(self);

    g_return_if_fail(G_OBJECT_TYPE(self) == G_OBJECT_TYPE(old));
    if (klass->adopt != NULL)
        klass->adopt(self, old);
}

void
guichet_page_done(GuichetPage *self)
{
    g_signal_emit(self, done_signal, 0);
}

const char *
guichet_page_get_title(GuichetPage *self)
{
    return get_private(self)->title;
}

const char *
guichet_page_get_help(GuichetPage *self)
{
    return get_private(self)->help;
}

GuichetKeys
guichet_page_get_keys(GuichetPage *self)
{
    return get_private(self)->keys;
}

void
guichet_page_set_keys(GuichetPage *self, GuichetKeys keys)
{
    GuichetPagePrivate *page = get_private(self);

    if (page->keys == keys)
        return;
    page->keys = keys;
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_KEYS]);
}
