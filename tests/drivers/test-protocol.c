/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/protocol.h"

#include <signal.h>
#include <unistd.h>

#include <glib-unix.h>

#include "core/error.h"
#include "core/piece.h"

static void
collect(GuichetEvent *event, gpointer data)
{
    g_ptr_array_add(data, event);
}

static GPtrArray *
new_events(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)guichet_event_free);
}

/* Feeds @text in pieces of @step bytes. */
static GPtrArray *
read_in_steps(const char *text, gsize size, gsize step, GError **error)
{
    g_autoptr(GuichetProtocolReader) reader = guichet_protocol_reader_new();
    g_autoptr(GPtrArray) events = new_events();
    for (gsize i = 0; i < size; i += step)
        if (!guichet_protocol_reader_feed(reader, text + i, MIN(step, size - i), collect, events,
                                          error))
            return NULL;
    return g_steal_pointer(&events);
}

static GuichetEvent *
example_capture(void)
{
    GuichetEvent *event = guichet_event_new(GUICHET_EVENT_CAPTURED);
    event->capture = g_new0(GuichetCapture, 1);
    event->capture->content = g_bytes_new("\0\n{}\n\xff", 6);
    event->capture->media_type = g_strdup("image/png");
    event->capture->device = g_strdup("uru4000 05ba:000a");
    event->capture->attributes = g_strdup("{\"width\":384,\"nested\":{\"a\":[1]}}");
    return event;
}

static char *
written(const GuichetEvent *event, gsize *size)
{
    int fds[2];
    g_assert_true(g_unix_open_pipe(fds, 0, NULL));
    g_assert_true(guichet_event_write(event, fds[1], NULL));
    close(fds[1]);
    char *bytes = g_malloc(65536);
    *size = (gsize)read(fds[0], bytes, 65536);
    close(fds[0]);
    return bytes;
}

static void
test_capture_survives_any_cut(void)
{
    g_autoptr(GuichetEvent) sent = example_capture();
    gsize size;
    g_autofree char *bytes = written(sent, &size);
    for (gsize step = 1; step <= size; step++) {
        g_autoptr(GPtrArray) events = read_in_steps(bytes, size, step, NULL);
        g_assert_nonnull(events);
        g_assert_cmpuint(events->len, ==, 1);
        const GuichetEvent *event = g_ptr_array_index(events, 0);
        g_assert_cmpint(event->kind, ==, GUICHET_EVENT_CAPTURED);
        g_assert_true(g_bytes_equal(event->capture->content, sent->capture->content));
        g_assert_cmpstr(event->capture->device, ==, sent->capture->device);
        g_assert_cmpstr(event->capture->attributes, ==, sent->capture->attributes);
    }
}

static void
check_error_round_trip(GQuark domain, int code)
{
    g_autoptr(GuichetEvent) sent = guichet_event_new(GUICHET_EVENT_ERROR);
    sent->error = g_error_new_literal(domain, code, "Le capteur « 4500 » est débranché.");
    gsize size;
    g_autofree char *bytes = written(sent, &size);
    g_autoptr(GPtrArray) events = read_in_steps(bytes, size, size, NULL);
    g_assert_nonnull(events);
    const GuichetEvent *event = g_ptr_array_index(events, 0);
    g_assert_error(event->error, domain, code);
    g_assert_cmpstr(event->error->message, ==, sent->error->message);
}

static void
test_an_examination_survives(void)
{
    g_autoptr(GuichetEvent) sent = guichet_event_new(GUICHET_EVENT_EXAMINED);
    gsize size;
    sent->examination = guichet_examination_new(GUICHET_DEVICE_SCANNER);
    guichet_examination_blame(sent->examination, GUICHET_CAUSE_DENIED, "/dev/bus/usb/001/004",
                              "0600 root:root");
    guichet_examination_tell(sent->examination, "Bus USB lu : %d appareils", 3);
    g_autofree char *bytes = written(sent, &size);
    g_autoptr(GPtrArray) events = read_in_steps(bytes, size, 7, NULL);
    g_assert_nonnull(events);
    g_assert_cmpuint(events->len, ==, 1);
    const GuichetEvent *event = g_ptr_array_index(events, 0);
    g_assert_cmpint(event->kind, ==, GUICHET_EVENT_EXAMINED);
    g_assert_cmpint(event->examination->family, ==, GUICHET_DEVICE_SCANNER);
    g_assert_cmpint(event->examination->cause, ==, GUICHET_CAUSE_DENIED);
    g_assert_cmpstr(event->examination->subject, ==, "/dev/bus/usb/001/004");
    g_assert_cmpstr(event->examination->detail, ==, "0600 root:root");
    g_assert_cmpstr(event->examination->serial, ==, "");
    g_assert_cmpuint(event->examination->tried->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(event->examination->tried, 0), ==,
                    "Bus USB lu : 3 appareils");
}

static void
test_every_error_code_survives(void)
{
    for (int code = 0; code <= GUICHET_ERROR_INTERNAL; code++)
        check_error_round_trip(GUICHET_ERROR, code);
    for (int code = 0; code <= GUICHET_RETRY_COVER_OPEN; code++)
        check_error_round_trip(GUICHET_RETRY, code);
}

static void
test_events_of_a_session(void)
{
    const char *text =
        "{\"event\":\"device\",\"family\":\"camera\",\"id\":\"v4l2:/dev/"
        "video0\",\"label\":\"HD\"}\n"
        "{\"event\":\"progress\",\"phase\":\"waiting\",\"fraction\":-1,\"sentence\":\"a\\nb\"}\n"
        "{\"event\":\"listed\"}\n";
    g_autoptr(GPtrArray) events = read_in_steps(text, strlen(text), 7, NULL);
    g_assert_nonnull(events);
    g_assert_cmpuint(events->len, ==, 3);
    const GuichetEvent *device = g_ptr_array_index(events, 0);
    g_assert_cmpint(device->info->family, ==, GUICHET_DEVICE_CAMERA);
    const GuichetEvent *progress = g_ptr_array_index(events, 1);
    g_assert_cmpstr(progress->sentence, ==, "a b"); /* one line on the screen */
}

static void
test_refuses(gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) events = read_in_steps(data, strlen(data), 5, &error);
    g_assert_null(events);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE);
    g_assert_null(strchr(error->message, '\n'));
}

static const struct {
    const char *name, *text;
} nonsense[] = {
    {"words", "hello\n"},
    {"an-empty-line", "\n"},
    {"an-array", "[]\n"},
    {"a-cut-object", "{\"event\":\"listed\"\n"},
    {"no-event", "{}\n"},
    {"an-event-that-is-a-number", "{\"event\":1}\n"},
    {"an-examination-of-nothing", "{\"event\":\"examined\"}\n"},
    {"an-unknown-cause",
     "{\"event\":\"examined\",\"family\":\"scanner\",\"cause\":\"bad luck\"}\n"},
    {"an-examination-without-texts",
     "{\"event\":\"examined\",\"family\":\"scanner\",\"cause\":\"none\",\"tried\":[]}\n"},
    {"an-unknown-event", "{\"event\":\"dance\"}\n"},
    {"bad-utf8", "{\"event\":\"\xff\"}\n"},
    {"progress-beyond-one",
     "{\"event\":\"progress\",\"phase\":\"a\",\"fraction\":7,\"sentence\":\"\"}\n"},
    {"progress-without-phase", "{\"event\":\"progress\",\"fraction\":0,\"sentence\":\"\"}\n"},
    {"an-unknown-family",
     "{\"event\":\"device\",\"family\":\"toaster\",\"id\":\"a\",\"label\":\"b\"}\n"},
    {"an-unknown-error", "{\"event\":\"error\",\"name\":\"oops\",\"message\":\"a\"}\n"},
    {"an-empty-capture", "{\"event\":\"captured\",\"media_type\":\"image/png\",\"device\":\"d\","
                         "\"attributes\":{},\"size\":0}\n"},
    {"a-negative-size", "{\"event\":\"captured\",\"media_type\":\"image/png\",\"device\":\"d\","
                        "\"attributes\":{},\"size\":-1}\n"},
    {"a-size-beyond-the-limit",
     "{\"event\":\"captured\",\"media_type\":\"image/png\",\"device\":\"d\","
     "\"attributes\":{},\"size\":16777217}\n"},
    {"a-size-that-is-a-string",
     "{\"event\":\"captured\",\"media_type\":\"image/png\",\"device\":\"d\","
     "\"attributes\":{},\"size\":\"5\"}\n"},
    {"attributes-that-are-a-string",
     "{\"event\":\"captured\",\"media_type\":\"image/png\",\"device\":\"d\","
     "\"attributes\":\"{}\",\"size\":5}\n"},
};

static void
test_refuses_a_long_line(void)
{
    g_autofree char *line = g_strnfill(GUICHET_PROTOCOL_MAX_LINE + 1, ' ');
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) events = read_in_steps(line, strlen(line), 4096, &error);
    g_assert_null(events);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE);
}

static void
test_refuses_deep_nesting(void)
{
    g_autofree char *line = g_strnfill(GUICHET_PROTOCOL_MAX_LINE, '[');
    line[GUICHET_PROTOCOL_MAX_LINE - 1] = '\n';
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) events = read_in_steps(line, strlen(line), 65536, &error);
    g_assert_null(events);
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE);
}

static void
test_refuses_a_long_sentence(void)
{
    g_autofree char *long_text = g_strnfill(GUICHET_PROTOCOL_MAX_TEXT + 1, 'a');
    g_autofree char *line = g_strdup_printf(
        "{\"event\":\"error\",\"name\":\"device\",\"message\":\"%s\"}\n", long_text);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) events = read_in_steps(line, strlen(line), 100, &error);
    g_assert_null(events);
}

static void
test_a_broken_pipe_is_an_error(void)
{
    int fds[2];
    g_assert_true(g_unix_open_pipe(fds, 0, NULL));
    close(fds[0]);
    signal(SIGPIPE, SIG_IGN);
    g_autoptr(GuichetEvent) event = guichet_event_new(GUICHET_EVENT_LISTED);
    g_autoptr(GError) error = NULL;
    g_assert_false(guichet_event_write(event, fds[1], &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_IO);
    close(fds[1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drivers/protocol/a-capture-survives-any-cut", test_capture_survives_any_cut);
    g_test_add_func("/drivers/protocol/an-examination-survives", test_an_examination_survives);
    g_test_add_func("/drivers/protocol/every-error-code-survives", test_every_error_code_survives);
    g_test_add_func("/drivers/protocol/events-of-a-session", test_events_of_a_session);
    for (gsize i = 0; i < G_N_ELEMENTS(nonsense); i++) {
        g_autofree char *path = g_strconcat("/drivers/protocol/refuses-", nonsense[i].name, NULL);
        g_test_add_data_func(path, nonsense[i].text, test_refuses);
    }
    g_test_add_func("/drivers/protocol/refuses-a-long-line", test_refuses_a_long_line);
    g_test_add_func("/drivers/protocol/refuses-deep-nesting", test_refuses_deep_nesting);
    g_test_add_func("/drivers/protocol/refuses-a-long-sentence", test_refuses_a_long_sentence);
    g_test_add_func("/drivers/protocol/a-broken-pipe-is-an-error", test_a_broken_pipe_is_an_error);
    return g_test_run();
}
