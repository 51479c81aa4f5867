/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "core/error.h"

/* Real children: shell scripts that speak the protocol, or don't. Each writes its pid first, so
 * that its end can be checked. */
static const GuichetChildLimits quick = {.overall_ms = 1500, .silence_ms = 500, .grace_ms = 300};

#define CAPTURED                                                                                   \
    "echo '{\"event\":\"captured\",\"media_type\":\"image/png\",\"device\":\"d\","                 \
    "\"attributes\":{},\"size\":4}'; printf abcd"
#define PROGRESS                                                                                   \
    "echo '{\"event\":\"progress\",\"phase\":\"waiting\",\"fraction\":-1,\"sentence\":\"s\"}'; "

typedef struct {
    GMainLoop *loop;
    GuichetEvent *final;
    GError *error;
    guint events;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_clear_pointer(&outcome->loop, g_main_loop_unref);
    guichet_event_free(outcome->final);
    g_clear_error(&outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static void
on_event(const GuichetEvent *event, gpointer data)
{
    ((Outcome *)data)->events++;
}

static void
on_run(GObject *source, GAsyncResult *result, gpointer data)
{
    Outcome *outcome = data;
    outcome->final = guichet_child_run_finish(result, &outcome->error);
    g_main_loop_quit(outcome->loop);
}

static gboolean
on_cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
assert_ended(const char *pid_file)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(pid_file, &text, NULL, NULL));
    g_assert_cmpint(kill((pid_t)atoi(text), 0), ==, -1);
    g_assert_cmpint(errno, ==, ESRCH);
}

static void
run_script(const char *script, guint cancel_after_ms, Outcome *outcome)
{
    g_autofree char *folder = g_dir_make_tmp("guichet-child-XXXXXX", NULL);
    g_autofree char *pid_file = g_build_filename(folder, "pid", NULL);
    g_autofree char *whole = g_strdup_printf("echo $$ > %s; %s", pid_file, script);
    const char *argv[] = {"/bin/sh", "-c", whole, NULL};
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    if (cancel_after_ms > 0)
        g_timeout_add(cancel_after_ms, on_cancel, cancellable);
    outcome->loop = g_main_loop_new(NULL, FALSE);
    guichet_child_run_async(argv, &quick, cancellable, on_event, outcome, on_run, outcome);
    g_main_loop_run(outcome->loop);
    assert_ended(pid_file);
    remove(pid_file);
    remove(folder);
}

static void
test_capture_is_whole(void)
{
    g_auto(Outcome) outcome = {0};
    run_script(PROGRESS PROGRESS CAPTURED, 0, &outcome);
    g_assert_no_error(outcome.error);
    g_assert_cmpuint(outcome.events, ==, 2);
    g_assert_cmpmem("abcd", 4, g_bytes_get_data(outcome.final->capture->content, NULL),
                    g_bytes_get_size(outcome.final->capture->content));
}

static void
test_what_follows_the_outcome_is_ignored(void)
{
    g_auto(Outcome) outcome = {0};
    run_script(CAPTURED "; echo nonsense; exit 9", 0, &outcome);
    g_assert_no_error(outcome.error);
    g_assert_nonnull(outcome.final);
}

static void
test_a_child_that_hangs_after_its_outcome_is_ended(void)
{
    g_auto(Outcome) outcome = {0};
    run_script(CAPTURED "; trap '' TERM; while :; do sleep 0.05; done", 0, &outcome);
    g_assert_no_error(outcome.error);
    g_assert_nonnull(outcome.final);
}

static const struct {
    const char *name, *script;
    GuichetErrorCode code;
} failures[] = {
    {"silence", "exec sleep 60", GUICHET_ERROR_TIMEOUT},
    {"progress-without-end", "while :; do " PROGRESS " sleep 0.1; done", GUICHET_ERROR_TIMEOUT},
    {"a-deaf-child", "trap '' TERM; while :; do " PROGRESS " sleep 0.1; done",
     GUICHET_ERROR_TIMEOUT},
    {"nonsense", "echo hello; exec sleep 60", GUICHET_ERROR_DEVICE},
    {"endless-line", "exec tr '\\0' x < /dev/zero", GUICHET_ERROR_DEVICE},
    {"nothing-and-success", "exit 0", GUICHET_ERROR_DEVICE},
    {"nothing-and-failure", "echo why >&2; exit 3", GUICHET_ERROR_DEVICE},
    {"a-signal", "kill -SEGV $$", GUICHET_ERROR_DEVICE},
    {"content-cut-short",
     "echo '{\"event\":\"captured\",\"media_type\":\"image/png\",\"device\":\"d\","
     "\"attributes\":{},\"size\":4}'; printf abc",
     GUICHET_ERROR_DEVICE},
    {"its-own-error", "echo '{\"event\":\"error\",\"name\":\"device-gone\",\"message\":\"m\"}'",
     GUICHET_ERROR_DEVICE_GONE},
};

static void
test_failure(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_auto(Outcome) outcome = {0};
    run_script(failures[i].script, 0, &outcome);
    g_assert_null(outcome.final);
    g_assert_error(outcome.error, GUICHET_ERROR, (int)failures[i].code);
    g_assert_null(strchr(outcome.error->message, '\n'));
}

static void
test_cancelling_ends_it_soon(void)
{
    g_auto(Outcome) outcome = {0};
    gint64 start = g_get_monotonic_time();
    run_script("trap '' TERM; while :; do " PROGRESS " sleep 0.1; done", 100, &outcome);
    g_assert_error(outcome.error, GUICHET_ERROR, GUICHET_ERROR_CANCELLED);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 1200 * 1000);
}

static void
test_a_missing_program_is_an_error(void)
{
    const char *argv[] = {"/nonexistent/guichet-device", NULL};
    g_auto(Outcome) outcome = {.loop = g_main_loop_new(NULL, FALSE)};
    guichet_child_run_async(argv, &quick, NULL, NULL, NULL, on_run, &outcome);
    g_main_loop_run(outcome.loop);
    g_assert_error(outcome.error, GUICHET_ERROR, GUICHET_ERROR_DEVICE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drivers/child/a-capture-is-whole", test_capture_is_whole);
    g_test_add_func("/drivers/child/what-follows-the-outcome-is-ignored",
                    test_what_follows_the_outcome_is_ignored);
    g_test_add_func("/drivers/child/one-that-hangs-after-its-outcome-is-ended",
                    test_a_child_that_hangs_after_its_outcome_is_ended);
    for (gsize i = 0; i < G_N_ELEMENTS(failures); i++) {
        g_autofree char *path = g_strconcat("/drivers/child/fails-by-", failures[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_failure);
    }
    g_test_add_func("/drivers/child/cancelling-ends-it-soon", test_cancelling_ends_it_soon);
    g_test_add_func("/drivers/child/a-missing-program-is-an-error",
                    test_a_missing_program_is_an_error);
    return g_test_run();
}
