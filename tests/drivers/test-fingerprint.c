/* SPDX-License-Identifier: EUPL-1.2 */
/* Runs at an emulated desk: emulated-desk … -- test-fingerprint MODE. */
#include "capture-now.h"
#include "picture.h"
#include "print-synth.h"

#include <string.h>

#include "core/error.h"

#define WIDTH 384
#define HEIGHT 290
#define BACK_MS 800
#define MANY 30

static guint served; /* pictures that the sensor gave, whole or not */

/* What the desk's seed 1 serves: seeds 1 and 2 in turn. */
static void
assert_is_served_print(const GuichetCapture *capture)
{
    static GBytes *prints[2];
    GBytes **expected = &prints[served % 2];
    if (*expected == NULL)
        *expected = print_synth(1 + served % 2, WIDTH, HEIGHT);
    g_autoptr(Picture) picture = picture_from_png(capture->content);
    g_assert_cmpuint(picture->width, ==, WIDTH);
    g_assert_cmpuint(picture->height, ==, HEIGHT);
    g_assert_cmpmem(picture->pixels, WIDTH * HEIGHT, g_bytes_get_data(*expected, NULL),
                    g_bytes_get_size(*expected));
    served++;
}

static GuichetCapture *
capture_served(const char *device)
{
    g_autoptr(GError) error = NULL;
    GuichetCapture *capture = capture_now(GUICHET_DEVICE_FINGERPRINT, device, 0, &error);
    g_assert_no_error(error);
    assert_is_served_print(capture);
    return capture;
}

static void
test_two_fingers_pixel_by_pixel(void)
{
    g_autoptr(GuichetCapture) right = capture_served("auto");
    g_assert_cmpstr(right->media_type, ==, "image/png");
    g_assert_cmpstr(right->device, ==, "uru4000 05ba:000a");
    g_assert_cmpstr(right->attributes, ==,
                    "{\"width\":384,\"height\":290,\"driver\":\"uru4000\",\"dpi\":512,"
                    "\"vid\":\"05ba\",\"pid\":\"000a\",\"serial\":\"GUICHET-EMULATED-1\"}");
    g_assert_cmpstr(capture_phases(), ==, "opening waiting capturing processing");
    g_autoptr(GuichetCapture) left = capture_served("usb:05ba:000a");
    g_assert_false(g_bytes_equal(right->content, left->content));
}

static void
test_unplugged_in_a_picture(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) torn =
        capture_now(GUICHET_DEVICE_FINGERPRINT, "usb:05ba:000a", 0, &error);
    g_assert_null(torn);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE_GONE);
    g_assert_nonnull(strstr(error->message, "rien de ce qui était accepté n’est perdu"));
    g_assert_true(is_childless());
    served++;
}

static void
test_while_it_is_away(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) none = capture_now(GUICHET_DEVICE_FINGERPRINT, "auto", 0, &error);
    g_assert_null(none);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
}

static void
test_plugged_again(void)
{
    g_usleep(BACK_MS * 1000);
    g_autoptr(GuichetCapture) capture = capture_served("usb:05ba:000a");
}

static void
test_many_in_a_row(void)
{
    for (guint i = 0; i < MANY; i++) {
        g_autoptr(GuichetCapture) capture = capture_served("auto");
    }
    g_assert_true(is_childless());
}

static void
test_cancelled_while_waiting(void)
{
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    g_autoptr(GuichetCapture) capture =
        capture_now(GUICHET_DEVICE_FINGERPRINT, "auto", 700, &error);
    g_assert_null(capture);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CANCELLED);
    g_assert_nonnull(strstr(capture_phases(), "waiting"));
    g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
    g_assert_true(is_childless());
}

static void
test_listed(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) devices = list_now(&error);
    g_assert_no_error(error);
    const GuichetDeviceInfo *sensor = g_ptr_array_index(devices, 0);
    g_assert_cmpstr(sensor->id, ==, "usb:05ba:000a");
    g_assert_cmpstr(sensor->label, ==, "DigitalPersona U.are.U 4500");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const char *mode = argc > 1 ? argv[1] : "";
    if (strcmp(mode, "fingers") == 0) {
        g_test_add_func("/drivers/fingerprint/it-is-listed", test_listed);
        g_test_add_func("/drivers/fingerprint/two-fingers-pixel-by-pixel",
                        test_two_fingers_pixel_by_pixel);
        g_test_add_func("/drivers/fingerprint/unplugged-in-a-picture", test_unplugged_in_a_picture);
        g_test_add_func("/drivers/fingerprint/while-it-is-away", test_while_it_is_away);
        g_test_add_func("/drivers/fingerprint/plugged-again", test_plugged_again);
        g_test_add_func("/drivers/fingerprint/many-in-a-row", test_many_in_a_row);
    } else {
        g_test_add_func("/drivers/fingerprint/cancelled-while-waiting",
                        test_cancelled_while_waiting);
        g_test_add_func("/drivers/fingerprint/cancelled-again", test_cancelled_while_waiting);
    }
    return g_test_run();
}
