/* SPDX-License-Identifier: EUPL-1.2 */
#include "capture-now.h"
#include "picture.h"

#include <string.h>

#include "core/error.h"

static void
test_page_is_a4_at_300_dpi(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture = capture_now(GUICHET_DEVICE_SCANNER, "auto", 0, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(capture->media_type, ==, "image/jpeg");
    g_assert_cmpstr(capture->device, ==, "sane:test:0");
    g_assert_cmpstr(capture->attributes, ==,
                    "{\"width\":2480,\"height\":3507,\"dpi\":300,\"color\":true}");
    g_autoptr(Picture) picture = picture_from_jpeg(capture->content);
    g_assert_cmpuint(picture->width, ==, 2480);
    g_assert_cmpuint(picture->height, ==, 3507);
    g_assert_cmpuint(picture->dpi, ==, 300);
}

static void
test_grey_where_asked(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture =
        capture_now(GUICHET_DEVICE_SCANNER, "sane:test:0#mode=Gray", 0, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(capture->attributes, "\"color\":false"));
}

static void
test_hand_scanner_has_no_known_length(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture =
        capture_now(GUICHET_DEVICE_SCANNER, "sane:test:0#hand-scanner=yes", 0, &error);
    g_assert_no_error(error);
    g_autoptr(Picture) picture = picture_from_jpeg(capture->content);
    g_assert_cmpuint(picture->height, >, 1);
}

static void
test_page_content_is_kept(void)
{
    g_autofree char *folder = g_dir_make_tmp("guichet-scanner-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "page.ppm", NULL);
    write_quartered_ppm(path, 1240, 1754, 20, 120, 200);
    g_autofree char *device = g_strconcat("sane:pnm:0#filename=", path, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture = capture_now(GUICHET_DEVICE_SCANNER, device, 0, &error);
    g_assert_no_error(error);
    g_autoptr(Picture) picture = picture_from_jpeg(capture->content);
    g_assert_cmpuint(picture->width, ==, 1240);
    g_assert_cmpuint(picture->height, ==, 1754);
    assert_colour(picture, 300, 400, 20, 120, 200);
    assert_colour(picture, 900, 1200, 255, 255, 255);
}

static const struct {
    const char *name, *status;
    gboolean retry;
    int code;
} statuses[] = {
    {"a-jam", "JAMMED", TRUE, GUICHET_RETRY_JAM},
    {"an-open-cover", "COVER_OPEN", TRUE, GUICHET_RETRY_COVER_OPEN},
    {"an-empty-feeder", "NO_DOCS", TRUE, GUICHET_RETRY_NO_PAPER},
    {"a-lost-line", "IO_ERROR", FALSE, GUICHET_ERROR_DEVICE_GONE},
    {"a-busy-device", "DEVICE_BUSY", FALSE, GUICHET_ERROR_BUSY},
    {"a-refused-access", "ACCESS_DENIED", FALSE, GUICHET_ERROR_DENIED},
    {"no-memory", "NO_MEM", FALSE, GUICHET_ERROR_DEVICE},
    {"an-unsupported-page", "UNSUPPORTED", FALSE, GUICHET_ERROR_UNSUPPORTED},
};

static void
test_status(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *device =
        g_strdup_printf("sane:test:0#read-return-value=SANE_STATUS_%s", statuses[i].status);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture = capture_now(GUICHET_DEVICE_SCANNER, device, 0, &error);
    g_assert_null(capture);
    GQuark domain = statuses[i].retry ? GUICHET_RETRY : GUICHET_ERROR;
    g_assert_error(error, domain, statuses[i].code);
    g_assert_true(is_childless());
}

static void
check_failure(const char *device, GuichetErrorCode code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture = capture_now(GUICHET_DEVICE_SCANNER, device, 0, &error);
    g_assert_null(capture);
    g_assert_error(error, GUICHET_ERROR, (int)code);
}

static void
test_wrong_names_are_told(void)
{
    check_failure("sane:nonexistent:7", GUICHET_ERROR_NOT_FOUND);
    check_failure("test:0", GUICHET_ERROR_ARGUMENT);
    check_failure("sane:test:0#no-such-option=1", GUICHET_ERROR_ARGUMENT);
    check_failure("sane:test:0#mode=Purple", GUICHET_ERROR_ARGUMENT);
    check_failure("sane:test:0#depth=16", GUICHET_ERROR_UNSUPPORTED);
    check_failure("sane:test:0#resolution=1200", GUICHET_ERROR_LIMIT);
}

static void
test_cancelling_in_a_slow_scan(void)
{
    const char *device =
        "sane:test:0#read-limit=yes#read-limit-size=512#read-delay=yes#read-delay-duration=20000";
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    g_autoptr(GuichetCapture) capture = capture_now(GUICHET_DEVICE_SCANNER, device, 600, &error);
    g_assert_null(capture);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_CANCELLED);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 4 * G_USEC_PER_SEC);
    g_assert_true(is_childless());
}

static void
test_listed(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) devices = list_now(&error);
    g_assert_no_error(error);
    gboolean found = FALSE;
    for (guint i = 0; i < devices->len; i++) {
        const GuichetDeviceInfo *info = g_ptr_array_index(devices, i);
        found |= g_str_equal(info->id, "sane:test:0") && info->family == GUICHET_DEVICE_SCANNER;
    }
    g_assert_true(found);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drivers/scanner/it-is-listed", test_listed);
    g_test_add_func("/drivers/scanner/a-page-is-a4-at-300-dpi", test_page_is_a4_at_300_dpi);
    g_test_add_func("/drivers/scanner/grey-where-asked", test_grey_where_asked);
    g_test_add_func("/drivers/scanner/a-hand-scanner-has-no-known-length",
                    test_hand_scanner_has_no_known_length);
    g_test_add_func("/drivers/scanner/page-content-is-kept", test_page_content_is_kept);
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
        g_autofree char *path = g_strconcat("/drivers/scanner/tells-", statuses[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_status);
    }
    g_test_add_func("/drivers/scanner/wrong-names-are-told", test_wrong_names_are_told);
    g_test_add_func("/drivers/scanner/cancelling-in-a-slow-scan", test_cancelling_in_a_slow_scan);
    return g_test_run();
}
