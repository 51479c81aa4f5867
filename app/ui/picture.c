/* SPDX-License-Identifier: EUPL-1.2 */
#include "picture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>

#include "core/error.h"

#define PICTURE_MAX_PIXELS (64 * 1000 * 1000) /* an A4 page at 600 dpi has 35 million */

/* A picture may be small as a file and huge as pixels: its size is asked before it is unpacked. */
static void
on_size_prepared(GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
    gboolean *fits = user_data;
    double scale = (double)GUICHET_PICTURE_PIXELS / MAX(width, height);

    *fits = width > 0 && height > 0 && (gint64)width * height <= PICTURE_MAX_PIXELS;
    if (!*fits)
        gdk_pixbuf_loader_set_size(loader, 0, 0); /* decodes no more */
    else
        gdk_pixbuf_loader_set_size(loader, MAX(1, (int)(width * scale)),
                                   MAX(1, (int)(height * scale)));
}

GdkTexture *
guichet_picture_decode(GBytes *content, GError **error)
{
    g_autoptr(GdkPixbufLoader) loader = gdk_pixbuf_loader_new();
    gboolean fits = TRUE;

    g_signal_connect(loader, "size-prepared", G_CALLBACK(on_size_prepared), &fits);
    gboolean whole = gdk_pixbuf_loader_write_bytes(loader, content, fits ? error : NULL);
    gboolean ended = gdk_pixbuf_loader_close(loader, whole && fits ? error : NULL);
    if (!fits) {
        g_clear_error(error);
        g_set_error_literal(
            error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
            _("Image trop grande pour être montrée : elle est gardée telle quelle"));
        return NULL;
    }
    GdkPixbuf *pixbuf = whole && ended ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
    if (pixbuf == NULL && whole && ended)
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                            _("Image illisible : refaites la capture"));
    return pixbuf != NULL ? gdk_texture_new_for_pixbuf(pixbuf) : NULL;
}
