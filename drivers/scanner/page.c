/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/scanner/page.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

#define QUALITY 85

typedef struct {
    struct jpeg_error_mgr base;
    jmp_buf escape;
    char reason[JMSG_LENGTH_MAX];
} JpegErrors;

/* libjpeg's default is exit(): it must come back here instead. */
static void
on_jpeg_error(j_common_ptr info)
{
    JpegErrors *errors = (JpegErrors *)info->err;
    info->err->format_message(info, errors->reason);
    longjmp(errors->escape, 1);
}

static void
describe(struct jpeg_compress_struct *jpeg, const GuichetScanPage *page)
{
    jpeg->image_width = page->width;
    jpeg->image_height = page->height;
    jpeg->input_components = (int)page->channels;
    jpeg->in_color_space = page->channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, QUALITY, TRUE);
    if (page->dpi > 0) {
        jpeg->density_unit = 1; /* dots an inch */
        jpeg->X_density = jpeg->Y_density = (UINT16)page->dpi;
    }
}

/* Between setjmp and longjmp no object of this frame changes: all state is in @jpeg, @buffer. */
static gboolean
compress(struct jpeg_compress_struct *jpeg, JpegErrors *errors, const GuichetScanPage *page,
         unsigned char **buffer, unsigned long *size)
{
    if (setjmp(errors->escape) != 0)
        return FALSE;
    jpeg_create_compress(jpeg);
    jpeg_mem_dest(jpeg, buffer, size);
    describe(jpeg, page);
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < page->height) {
        JSAMPROW row = (JSAMPROW)(page->rows + jpeg->next_scanline * page->stride);
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
    return TRUE;
}

GBytes *
guichet_scan_page_to_jpeg(const GuichetScanPage *page, GError **error)
{
    JpegErrors errors = {0};
    struct jpeg_compress_struct jpeg = {.err = jpeg_std_error(&errors.base)};
    errors.base.error_exit = on_jpeg_error;
    unsigned char *buffer = NULL;
    unsigned long size = 0;
    gboolean ok = compress(&jpeg, &errors, page, &buffer, &size);
    jpeg_destroy_compress(&jpeg);
    if (ok)
        return g_bytes_new_with_free_func(buffer, size, free, buffer);
    free(buffer);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("La page numérisée ne se compresse pas en JPEG (%s), réessayez."), errors.reason);
    return NULL;
}
