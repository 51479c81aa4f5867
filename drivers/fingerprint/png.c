/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/fingerprint/png.h"

#include <setjmp.h>

#include <png.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

#define DOTS_A_METRE(dpi) ((guint)((dpi) / 0.0254 + 0.5))

typedef struct {
    png_structp png;
    png_infop info;
    GByteArray *bytes;
} Writer;

static void
writer_clear(Writer *writer)
{
    png_destroy_write_struct(&writer->png, &writer->info);
    g_clear_pointer(&writer->bytes, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Writer, writer_clear)

static void
on_write(png_structp png, png_bytep data, png_size_t size)
{
    g_byte_array_append(png_get_io_ptr(png), data, (guint)size);
}

static void
on_flush(png_structp png)
{
}

/* libpng leaves by longjmp: nothing of this frame changes after setjmp. */
static gboolean
write_image(Writer *writer, const guint8 *pixels, guint width, guint height, guint dpi)
{
    if (setjmp(png_jmpbuf(writer->png)) != 0)
        return FALSE;
    png_set_write_fn(writer->png, writer->bytes, on_write, on_flush);
    png_set_IHDR(writer->png, writer->info, width, height, 8, PNG_COLOR_TYPE_GRAY,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (dpi > 0)
        png_set_pHYs(writer->png, writer->info, DOTS_A_METRE(dpi), DOTS_A_METRE(dpi),
                     PNG_RESOLUTION_METER);
    png_write_info(writer->png, writer->info);
    for (guint y = 0; y < height; y++)
        png_write_row(writer->png, pixels + (gsize)y * width);
    png_write_end(writer->png, NULL);
    return TRUE;
}

GBytes *
guichet_print_to_png(const guint8 *pixels, guint width, guint height, guint dpi, GError **error)
{
    g_auto(Writer) writer = {
        .png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL),
        .bytes = g_byte_array_new(),
    };
    if (writer.png != NULL)
        writer.info = png_create_info_struct(writer.png);
    if (writer.info != NULL && write_image(&writer, pixels, width, height, dpi))
        return g_byte_array_free_to_bytes(g_steal_pointer(&writer.bytes));
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                        _("L’empreinte ne s’écrit pas en PNG, réessayez."));
    return NULL;
}
