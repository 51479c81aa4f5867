/* SPDX-License-Identifier: EUPL-1.2 */
#include "capture-now.h"
#include "picture.h"

#include <png.h>
#include <unistd.h>

#include "core/error.h"

static char *folder;

/* Left half red, right half blue. */
static char *
write_png(const char *name, guint width, guint height)
{
    g_autofree guint8 *pixels = g_malloc0((gsize)width * height * 3);
    for (gsize i = 0; i < (gsize)width * height; i++)
        pixels[3 * i + (i % width < width / 2 ? 0 : 2)] = 255;
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGB};
    char *path = g_build_filename(folder, name, NULL);
    g_assert_true(png_image_write_to_file(&image, path, 0, pixels, 0, NULL));
    return path;
}

static void
test_pattern_is_720p(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture = capture_now(GUICHET_DEVICE_CAMERA, "test:", 0, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(capture->media_type, ==, "image/jpeg");
    g_assert_cmpstr(capture->attributes, ==, "{\"width\":1280,\"height\":720}");
    g_autoptr(Picture) picture = picture_from_jpeg(capture->content);
    g_assert_cmpuint(picture->width, ==, 1280);
    g_assert_cmpuint(picture->height, ==, 720);
    g_assert_cmpstr(capture_phases(), ==, "opening capturing processing");
}

static void
test_file_is_the_picture(void)
{
    g_autofree char *path = write_png("halves.png", 900, 1200);
    g_autofree char *device = g_strconcat("file:", path, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture = capture_now(GUICHET_DEVICE_CAMERA, device, 0, &error);
    g_assert_no_error(error);
    g_autoptr(Picture) picture = picture_from_jpeg(capture->content);
    g_assert_cmpuint(picture->width, ==, 900);
    g_assert_cmpuint(picture->height, ==, 1200);
    assert_colour(picture, 200, 600, 255, 0, 0);
    assert_colour(picture, 700, 600, 0, 0, 255);

    /* what came out goes in again: JPEG files are cameras too */
    g_autofree char *jpeg = g_build_filename(folder, "halves.jpg", NULL);
    g_assert_true(g_file_set_contents(jpeg, g_bytes_get_data(capture->content, NULL),
                                      (gssize)g_bytes_get_size(capture->content), NULL));
    g_autofree char *again = g_strconcat("file:", jpeg, NULL);
    g_autoptr(GuichetCapture) second = capture_now(GUICHET_DEVICE_CAMERA, again, 0, &error);
    g_assert_no_error(error);
    g_autoptr(Picture) same = picture_from_jpeg(second->content);
    assert_colour(same, 700, 600, 0, 0, 255);
}

static void
test_huge_picture_is_scaled_down(void)
{
    g_autofree char *path = write_png("huge.png", 6000, 3000);
    g_autofree char *device = g_strconcat("file:", path, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture = capture_now(GUICHET_DEVICE_CAMERA, device, 0, &error);
    g_assert_no_error(error);
    g_autoptr(Picture) picture = picture_from_jpeg(capture->content);
    g_assert_cmpuint(picture->width, <=, 4096);
    g_assert_cmpuint(picture->width, >=, 1280);
}

static void
check_failure(const char *device, GuichetErrorCode code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture = capture_now(GUICHET_DEVICE_CAMERA, device, 0, &error);
    g_assert_null(capture);
    g_assert_error(error, GUICHET_ERROR, (int)code);
    g_assert_null(strchr(error->message, '\n'));
    g_assert_true(is_childless());
}

static void
test_failures_are_told(void)
{
    g_autofree char *noise = g_build_filename(folder, "noise.jpg", NULL);
    g_assert_true(g_file_set_contents(noise, "\xff\xd8\xff\xe0 this is no picture", -1, NULL));
    g_autofree char *device = g_strconcat("file:", noise, NULL);
    check_failure("file:/nonexistent/photo.jpg", GUICHET_ERROR_NOT_FOUND);
    check_failure("v4l2:/dev/video99", GUICHET_ERROR_NOT_FOUND);
    check_failure("webcam", GUICHET_ERROR_ARGUMENT);
    check_failure("auto", GUICHET_ERROR_NOT_FOUND); /* none is plugged in here */
    check_failure(device, GUICHET_ERROR_DEVICE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("guichet-camera-XXXXXX", NULL);
    g_test_add_func("/drivers/camera/the-pattern-is-720p", test_pattern_is_720p);
    g_test_add_func("/drivers/camera/a-file-is-the-picture", test_file_is_the_picture);
    g_test_add_func("/drivers/camera/a-huge-picture-is-scaled-down",
                    test_huge_picture_is_scaled_down);
    g_test_add_func("/drivers/camera/failures-are-told", test_failures_are_told);
    return g_test_run();
}
