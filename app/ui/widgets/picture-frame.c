/* SPDX-License-Identifier: EUPL-1.2 */
#include "widgets/picture-frame.h"

struct _GuichetPictureFrame {
    GtkWidget parent_instance;
    int width, height;
    GtkWidget *empty;
    GtkWidget *picture;
    char *piece_id; /* what should be seen */
};

G_DEFINE_FINAL_TYPE(GuichetPictureFrame, guichet_picture_frame, GTK_TYPE_WIDGET)

static void
guichet_picture_frame_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                              int *minimum, int *natural, int *minimum_baseline,
                              int *natural_baseline)
{
    GuichetPictureFrame *self = GUICHET_PICTURE_FRAME(widget);

    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;
    /* on a low screen the picture gives way, so that nothing of the page is cut */
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height * 3 / 5;
    *minimum_baseline = *natural_baseline = -1;
}

static void
guichet_picture_frame_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    GtkWidget *child = gtk_widget_get_first_child(widget);

    for (; child != NULL; child = gtk_widget_get_next_sibling(child)) {
        int minimum;

        if (!gtk_widget_should_layout(child))
            continue;
        gtk_widget_measure(child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
        gtk_widget_allocate(child, MAX(width, minimum), height, baseline, NULL);
    }
}

static void
show_texture(GuichetPictureFrame *self, GdkTexture *texture)
{
    gtk_picture_set_paintable(GTK_PICTURE(self->picture), GDK_PAINTABLE(texture));
    gtk_widget_set_visible(self->picture, texture != NULL);
    if (self->empty != NULL)
        gtk_widget_set_visible(self->empty, texture == NULL);
}

static void
on_picture(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetPictureFrame) self = user_data;
    g_autoptr(GdkTexture) texture =
        guichet_draft_load_picture_finish(GUICHET_DRAFT(source), result, NULL);

    /* no picture (a PDF file, say): the frame stays empty, its label says what it is */
    if (texture != NULL && self->piece_id != NULL &&
        guichet_draft_peek_picture(GUICHET_DRAFT(source), self->piece_id) == texture)
        show_texture(self, texture);
}

static void
guichet_picture_frame_dispose(GObject *object)
{
    GuichetPictureFrame *self = GUICHET_PICTURE_FRAME(object);

    g_clear_pointer(&self->empty, gtk_widget_unparent);
    g_clear_pointer(&self->picture, gtk_widget_unparent);
    g_clear_pointer(&self->piece_id, g_free);
    G_OBJECT_CLASS(guichet_picture_frame_parent_class)->dispose(object);
}

static void
guichet_picture_frame_class_init(GuichetPictureFrameClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_picture_frame_dispose;
    widget_class->measure = guichet_picture_frame_measure;
    widget_class->size_allocate = guichet_picture_frame_size_allocate;
    gtk_widget_class_set_css_name(widget_class, "frame");
}

static void
guichet_picture_frame_init(GuichetPictureFrame *self)
{
    self->picture = gtk_picture_new();
    gtk_widget_set_parent(self->picture, GTK_WIDGET(self));
    gtk_widget_add_css_class(GTK_WIDGET(self), "picture-frame");
    gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
}

GuichetPictureFrame *
guichet_picture_frame_new(int width, int height, GtkWidget *empty)
{
    GuichetPictureFrame *self = g_object_new(GUICHET_TYPE_PICTURE_FRAME, NULL);

    self->width = width;
    self->height = height;
    self->empty = empty;
    if (empty != NULL)
        gtk_widget_set_parent(empty, GTK_WIDGET(self));
    show_texture(self, NULL);
    return self;
}

void
guichet_picture_frame_show(GuichetPictureFrame *self, GuichetDraft *draft,
                           const GuichetPiece *piece, const char *label)
{
    GdkTexture *texture;

    g_clear_pointer(&self->piece_id, g_free);
    if (piece == NULL) {
        show_texture(self, NULL);
        return;
    }
    self->piece_id = g_strdup(piece->id);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   label, -1);
    texture = guichet_draft_peek_picture(draft, piece->id);
    show_texture(self, texture);
    if (texture == NULL)
        guichet_draft_load_picture_async(draft, piece->id, on_picture, g_object_ref(self));
}
