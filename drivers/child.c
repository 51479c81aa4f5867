/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/child.h"

#include <signal.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

#define READ_BYTES (256 * 1024)
#define LOG_BYTES 4096

const GuichetChildLimits guichet_child_default_limits = {
    .overall_ms = 120 * 1000,
    .silence_ms = 30 * 1000,
    .grace_ms = 3 * 1000,
};

/* The outcome (@final or @error) is decided once, by what comes first; the run then lasts until
 * the process has ended. */
typedef struct {
    gatomicrefcount references;
    GTask *task; /* NULL once returned */
    GSubprocess *process;
    GuichetProtocolReader *reader;
    GuichetChildLimits limits;
    GuichetChildEventFunc events;
    gpointer events_data;
    GSource *overall, *silence, *grace, *cancelled;
    GCancellable *pipes; /* cancelled when the run is over */
    GString *log;        /* last words on stderr */
    GuichetEvent *final;
    GError *error;
    gboolean exited, output_ended;
} Run;

static Run *
run_ref(Run *run)
{
    g_atomic_ref_count_inc(&run->references);
    return run;
}

static void
run_unref(Run *run)
{
    if (!g_atomic_ref_count_dec(&run->references))
        return;
    g_clear_object(&run->process);
    g_clear_object(&run->pipes);
    guichet_protocol_reader_free(run->reader);
    g_string_free(run->log, TRUE);
    guichet_event_free(run->final);
    g_clear_error(&run->error);
    g_free(run);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_unref)

static void
disarm(GSource **source)
{
    if (*source == NULL)
        return;
    g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

static void
arm(GSource **source, guint milliseconds, GSourceFunc func, Run *run)
{
    disarm(source);
    *source = g_timeout_source_new(milliseconds);
    g_source_set_callback(*source, func, run, NULL);
    g_source_attach(*source, g_task_get_context(run->task));
}

static gboolean
is_decided(const Run *run)
{
    return run->final != NULL || run->error != NULL;
}

static void
return_if_over(Run *run)
{
    if (run->task == NULL || !run->exited || !is_decided(run))
        return;
    disarm(&run->overall);
    disarm(&run->silence);
    disarm(&run->grace);
    disarm(&run->cancelled);
    g_cancellable_cancel(run->pipes);
    g_autoptr(GTask) task = g_steal_pointer(&run->task);
    if (run->error != NULL) {
        if (run->log->len > 0)
            g_info("guichet-device: %s", run->log->str);
        g_task_return_error(task, g_steal_pointer(&run->error));
    } else {
        g_task_return_pointer(task, g_steal_pointer(&run->final),
                              (GDestroyNotify)guichet_event_free);
    }
}

static gboolean
on_grace_over(gpointer data)
{
    Run *run = data;
    g_subprocess_force_exit(run->process);
    return G_SOURCE_REMOVE;
}

/* The outcome is known: the child may put its device away, but not for ever. */
static void
wind_down(Run *run)
{
    disarm(&run->overall);
    disarm(&run->silence);
    if (!run->exited)
        arm(&run->grace, run->limits.grace_ms, on_grace_over, run);
    return_if_over(run);
}

/* Takes @error. @force: the child is past reasoning with. */
static void
fail(Run *run, GError *error, gboolean force)
{
    if (is_decided(run)) {
        g_error_free(error);
        return;
    }
    run->error = error;
    if (force)
        g_subprocess_force_exit(run->process);
    else
        g_subprocess_send_signal(run->process, SIGTERM);
    wind_down(run);
}

static gboolean
on_overall_timeout(gpointer data)
{
    Run *run = data;
    fail(run,
         g_error_new(GUICHET_ERROR, GUICHET_ERROR_TIMEOUT,
                     _("La capture n’est pas venue en %u secondes, réessayez."),
                     run->limits.overall_ms / 1000),
         FALSE);
    return G_SOURCE_REMOVE;
}

static gboolean
on_silence_timeout(gpointer data)
{
    Run *run = data;
    fail(run,
         g_error_new(GUICHET_ERROR, GUICHET_ERROR_TIMEOUT,
                     _("L’appareil ne répond plus depuis %u secondes : débranchez-le, "
                       "rebranchez-le, réessayez."),
                     run->limits.silence_ms / 1000),
         TRUE);
    return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled(GCancellable *cancellable, gpointer data)
{
    fail(data,
         g_error_new_literal(GUICHET_ERROR, GUICHET_ERROR_CANCELLED, _("La capture est annulée.")),
         FALSE);
    return G_SOURCE_REMOVE;
}

static void
on_event(GuichetEvent *event, gpointer data)
{
    Run *run = data;
    g_autoptr(GuichetEvent) owned = event;
    if (is_decided(run))
        return;
    switch (event->kind) {
    case GUICHET_EVENT_CAPTURED:
    case GUICHET_EVENT_LISTED:
    case GUICHET_EVENT_EXAMINED:
        run->final = g_steal_pointer(&owned);
        wind_down(run);
        break;
    case GUICHET_EVENT_ERROR:
        run->error = g_steal_pointer(&event->error);
        wind_down(run);
        break;
    default:
        arm(&run->silence, run->limits.silence_ms, on_silence_timeout, run);
        if (run->events != NULL)
            run->events(event, run->events_data);
    }
}

/* Both the end of the output and the end of the process are needed: what the child said last may
 * still be in the pipe when it is gone. */
static void
decide_by_exit(Run *run)
{
    if (run->exited && run->output_ended && !is_decided(run)) {
        if (g_subprocess_get_if_signaled(run->process))
            run->error =
                g_error_new(GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                            _("Le pilote de l’appareil s’est arrêté brutalement (signal %d), "
                              "réessayez."),
                            g_subprocess_get_term_sig(run->process));
        else
            run->error = g_error_new(GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                                     _("Le pilote de l’appareil s’est arrêté sans rien rendre "
                                       "(code %d), réessayez."),
                                     g_subprocess_get_exit_status(run->process));
    }
    return_if_over(run);
}

static void
on_exited(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(Run) run = data;
    g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
    run->exited = TRUE;
    decide_by_exit(run);
}

static void
on_output(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(Run) run = data;
    g_autoptr(GBytes) bytes =
        g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, NULL);
    if (bytes == NULL || g_bytes_get_size(bytes) == 0) {
        run->output_ended = TRUE;
        decide_by_exit(run);
        return;
    }
    g_autoptr(GError) error = NULL;
    if (!is_decided(run) &&
        !guichet_protocol_reader_feed(run->reader, g_bytes_get_data(bytes, NULL),
                                      g_bytes_get_size(bytes), on_event, run, &error))
        fail(run, g_steal_pointer(&error), TRUE);
    if (run->task != NULL)
        g_input_stream_read_bytes_async(G_INPUT_STREAM(source), READ_BYTES, G_PRIORITY_DEFAULT,
                                        run->pipes, on_output, run_ref(run));
}

static void
on_log(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(Run) run = data;
    g_autoptr(GBytes) bytes =
        g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, NULL);
    if (bytes == NULL || g_bytes_get_size(bytes) == 0)
        return;
    g_autofree char *text =
        g_utf8_make_valid(g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes));
    g_string_append(run->log, text);
    if (run->log->len > LOG_BYTES)
        g_string_erase(run->log, 0, (gssize)(run->log->len - LOG_BYTES));
    g_input_stream_read_bytes_async(G_INPUT_STREAM(source), LOG_BYTES, G_PRIORITY_LOW, run->pipes,
                                    on_log, run_ref(run));
}

static void
watch(Run *run)
{
    GCancellable *cancellable = g_task_get_cancellable(run->task);
    arm(&run->overall, run->limits.overall_ms, on_overall_timeout, run);
    arm(&run->silence, run->limits.silence_ms, on_silence_timeout, run);
    if (cancellable != NULL) {
        run->cancelled = g_cancellable_source_new(cancellable);
        g_source_set_callback(run->cancelled, G_SOURCE_FUNC(on_cancelled), run, NULL);
        g_source_attach(run->cancelled, g_task_get_context(run->task));
    }
    g_subprocess_wait_async(run->process, NULL, on_exited, run_ref(run));
    g_input_stream_read_bytes_async(g_subprocess_get_stdout_pipe(run->process), READ_BYTES,
                                    G_PRIORITY_DEFAULT, run->pipes, on_output, run_ref(run));
    g_input_stream_read_bytes_async(g_subprocess_get_stderr_pipe(run->process), LOG_BYTES,
                                    G_PRIORITY_LOW, run->pipes, on_log, run_ref(run));
}

void
guichet_child_run_async(const char *const *argv, const GuichetChildLimits *limits,
                        GCancellable *cancellable, GuichetChildEventFunc events,
                        gpointer events_data, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
    g_task_set_source_tag(task, guichet_child_run_async);
    g_task_set_check_cancellable(task, FALSE); /* the outcome that came first stands */
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocess) process =
        g_subprocess_newv(argv,
                          G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                              G_SUBPROCESS_FLAGS_STDERR_PIPE,
                          &error);
    if (process == NULL) {
        g_task_return_new_error(task, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                                _("Le programme des appareils ne démarre pas (%s) : réinstallez "
                                  "Guichet ou prévenez le technicien."),
                                error->message);
        return;
    }
    g_autoptr(Run) run = g_new0(Run, 1);
    g_atomic_ref_count_init(&run->references);
    run->task = g_steal_pointer(&task);
    run->process = g_steal_pointer(&process);
    run->reader = guichet_protocol_reader_new();
    run->limits = *limits;
    run->events = events;
    run->events_data = events_data;
    run->pipes = g_cancellable_new();
    run->log = g_string_new(NULL);
    watch(run);
}

GuichetEvent *
guichet_child_run_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
