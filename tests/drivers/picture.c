/* SPDX-License-Identifier: EUPL-1.2 */
#include "picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

#define TOLERANCE 12

Picture *
picture_from_jpeg(GBytes *content)
{
    struct jpeg_error_mgr errors; /* the default ends the test: it must be a valid JPEG */
    struct jpeg_decompress_struct jpeg = {.err = jpeg_std_error(&errors)};
    gsize size;
    const guint8 *bytes = g_bytes_get_data(content, &size);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, bytes, size);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg);
    Picture *picture = g_new0(Picture, 1);
    picture->width = jpeg.output_width;
    picture->height = jpeg.output_height;
    picture->dpi = jpeg.density_unit == 1 ? jpeg.X_density : 0;
    picture->pixels = g_malloc((gsize)picture->width * picture->height * 3);
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW row = picture->pixels + (gsize)jpeg.output_scanline * picture->width * 3;
        jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
    g_assert_cmpint(errors.num_warnings, ==, 0);
    jpeg_destroy_decompress(&jpeg);
    return picture;
}

Picture *
picture_from_png(GBytes *content)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    gsize size;
    const void *bytes = g_bytes_get_data(content, &size);
    g_assert_true(png_image_begin_read_from_memory(&image, bytes, size));
    g_assert_cmpuint(image.format, ==, PNG_FORMAT_GRAY);
    Picture *picture = g_new0(Picture, 1);
    picture->width = image.width;
    picture->height = image.height;
    picture->pixels = g_malloc(PNG_IMAGE_SIZE(image));
    g_assert_true(png_image_finish_read(&image, NULL, picture->pixels, 0, NULL));
    return picture;
}

void
picture_free(Picture *picture)
{
    g_free(picture->pixels);
    g_free(picture);
}

void
assert_colour(const Picture *picture, guint x, guint y, guint red, guint green, guint blue)
{
    const guint8 *pixel = picture->pixels + ((gsize)y * picture->width + x) * 3;
    g_assert_cmpint(abs(pixel[0] - (int)red), <=, TOLERANCE);
    g_assert_cmpint(abs(pixel[1] - (int)green), <=, TOLERANCE);
    g_assert_cmpint(abs(pixel[2] - (int)blue), <=, TOLERANCE);
}

void
write_quartered_ppm(const char *path, guint width, guint height, guint8 red, guint8 green,
                    guint8 blue)
{
    g_autoptr(GByteArray) file = g_byte_array_new();
    g_autofree char *header = g_strdup_printf("P6\n%u %u\n255\n", width, height);
    g_byte_array_append(file, (const guint8 *)header, (guint)strlen(header));
    const guint8 colour[] = {red, green, blue}, white[] = {255, 255, 255};
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++)
            g_byte_array_append(file, y < height / 2 && x < width / 2 ? colour : white, 3);
    g_assert_true(g_file_set_contents(path, (const char *)file->data, file->len, NULL));
}
