/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/syncd.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "core/error.h"
#include "core/paths.h"
#include "sync/station/backoff.h"
#include "sync/station/probe.h"

typedef struct {
    const GuichetSyncdSettings *settings;
    GuichetSyncSession *session;
    GMainLoop *loop;
    GCancellable *cancellable;
    GFileMonitor *outbox, *run;
    guint timer;
    gboolean running; /* a round is under way in its thread */
    gboolean again;   /* somebody asked for one meanwhile */
    gboolean probing; /* a probe of the line is under way in its thread */
    gboolean ending;
    gboolean forced;
    guint failures; /* rounds in a row */
    char *failure;  /* why the only round failed, with --once */
} Daemon;

typedef struct {
    gboolean ok;
    GuichetSyncResult result;
    char *failure;
} Outcome;

static void
outcome_free(gpointer data)
{
    Outcome *outcome = data;
    guichet_sync_result_clear(&outcome->result);
    g_free(outcome->failure);
    g_free(outcome);
}

static void start_round(Daemon *self);

static gboolean
on_timer(gpointer data)
{
    Daemon *self = data;
    self->timer = 0;
    start_round(self);
    return G_SOURCE_REMOVE;
}

static void
schedule(Daemon *self, gint64 wait_us)
{
    g_clear_handle_id(&self->timer, g_source_remove);
    self->timer = g_timeout_add((guint)(wait_us / 1000), on_timer, self);
}

static gint64
regular_wait(const Daemon *self)
{
    return (gint64)(self->settings->interval_s * g_random_double_range(0.75, 1.25) *
                    (double)G_USEC_PER_SEC);
}

static void
run_round(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Daemon *self = data;
    Outcome *outcome = g_new0(Outcome, 1);
    g_autoptr(GError) failure = NULL;
    outcome->ok = guichet_sync_session_run(self->session, self->forced, cancellable,
                                           &outcome->result, &failure);
    if (failure != NULL)
        outcome->failure = g_strdup(failure->message);
    g_task_return_pointer(task, outcome, outcome_free);
}

static void
report(const Outcome *outcome)
{
    const GuichetSyncResult *result = &outcome->result;
    if (!outcome->ok)
        g_printerr("guichet-syncd: %s\n", outcome->failure);
    else if (result->uploaded + result->failed + result->messages > 0 || result->reason != NULL)
        g_print(_("%u liasses reçues par le centre, %u en attente, %u messages%s%s\n"),
                result->uploaded, result->failed, result->messages,
                result->reason != NULL ? " ; " : "", result->reason != NULL ? result->reason : "");
}

static gboolean
went_well(const Outcome *outcome)
{
    return outcome->ok && outcome->result.failed == 0 && outcome->result.reason == NULL;
}

static void
on_round_done(GObject *source, GAsyncResult *result, gpointer data)
{
    Daemon *self = data;
    /* propagated even when cancelled: the thread has always something to tell */
    Outcome *outcome = g_task_propagate_pointer(G_TASK(result), NULL);
    self->running = FALSE;
    if (self->settings->once && !outcome->ok)
        self->failure = g_steal_pointer(&outcome->failure); /* one line, said at the end */
    else
        report(outcome);
    self->failures = went_well(outcome) ? 0 : self->failures + 1;
    gboolean reached = outcome->ok;
    outcome_free(outcome);
    if (self->ending || self->settings->once) {
        g_main_loop_quit(self->loop);
        return;
    }
    if (self->again && reached)
        schedule(self, 0);
    else if (self->failures > 0)
        schedule(self, MIN(guichet_backoff_us(self->failures), MAX(regular_wait(self), 0)));
    else
        schedule(self, regular_wait(self));
    self->again = FALSE;
}

static void
start_round(Daemon *self)
{
    if (self->running) {
        self->again = TRUE;
        return;
    }
    g_clear_handle_id(&self->timer, g_source_remove);
    self->running = TRUE;
    g_autoptr(GTask) task = g_task_new(NULL, self->cancellable, on_round_done, self);
    g_task_set_check_cancellable(task, FALSE);
    g_task_set_task_data(task, self, NULL);
    g_task_run_in_thread(task, run_round);
}

static gboolean
on_terminate(gpointer data)
{
    Daemon *self = data;
    self->ending = TRUE;
    g_cancellable_cancel(self->cancellable);
    if (!self->running)
        g_main_loop_quit(self->loop);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_sync_now(gpointer data)
{
    start_round(data);
    return G_SOURCE_CONTINUE;
}

static void
on_outbox_changed(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                  gpointer data)
{
    /* a bundle appears by rename from its temporary name; its row follows at once */
    g_autofree char *name = g_file_get_basename(other != NULL ? other : file);
    if ((event == G_FILE_MONITOR_EVENT_RENAMED || event == G_FILE_MONITOR_EVENT_MOVED_IN ||
         event == G_FILE_MONITOR_EVENT_CREATED) &&
        g_str_has_suffix(name, ".asice"))
        schedule(data, 300 * 1000);
}

/* --- a technician asks about the line (probe.h) --- */

static void
run_probe(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const char *root = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetStation) station = guichet_station_load(root, &error);
    g_autoptr(GuichetProbe) probe =
        station != NULL ? guichet_probe_run(station, cancellable) : NULL;
    if (probe == NULL || !guichet_probe_write(probe, root, &error))
        g_message("%s", error->message);
    g_task_return_boolean(task, TRUE);
}

static void
on_probed(GObject *source, GAsyncResult *result, gpointer data)
{
    ((Daemon *)data)->probing = FALSE;
}

static void
start_probe(Daemon *self)
{
    if (self->probing)
        return;
    self->probing = TRUE;
    g_autoptr(GTask) task = g_task_new(NULL, self->cancellable, on_probed, self);
    g_task_set_check_cancellable(task, FALSE);
    g_task_set_task_data(task, g_strdup(guichet_sync_session_get_root(self->session)), g_free);
    g_task_run_in_thread(task, run_probe);
}

static void
on_run_changed(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
               gpointer data)
{
    Daemon *self = data;
    g_autofree char *path =
        guichet_station_path(guichet_sync_session_get_root(self->session), "run/sync-now");
    g_autofree char *ask =
        guichet_station_path(guichet_sync_session_get_root(self->session), GUICHET_PROBE_ASK);
    if (unlink(path) == 0)
        start_round(self);
    if (unlink(ask) == 0)
        start_probe(self);
}

static GFileMonitor *
watch(const char *root, const char *relative, GCallback callback, Daemon *self)
{
    g_autofree char *path = guichet_station_path(root, relative);
    g_autoptr(GFile) folder = g_file_new_for_path(path);
    g_autoptr(GError) failure = NULL;
    GFileMonitor *monitor =
        g_file_monitor_directory(folder, G_FILE_MONITOR_WATCH_MOVES, NULL, &failure);
    if (monitor == NULL)
        g_message("%s : %s", path, failure->message); /* the interval still works */
    else
        g_signal_connect(monitor, "changed", callback, self);
    return monitor;
}

static void
listen_to_signals(Daemon *self)
{
    g_unix_signal_add(SIGTERM, on_terminate, self);
    g_unix_signal_add(SIGINT, on_terminate, self);
    g_unix_signal_add(SIGUSR1, on_sync_now, self);
}

static void
begin(Daemon *self)
{
    const GuichetSyncdSettings *settings = self->settings;
    if (settings->once) {
        start_round(self);
        return;
    }
    const char *root = guichet_sync_session_get_root(self->session);
    self->outbox = watch(root, "outbox", G_CALLBACK(on_outbox_changed), self);
    self->run = watch(root, "run", G_CALLBACK(on_run_changed), self);
    schedule(self, (gint64)(settings->spread_s * g_random_double() * (double)G_USEC_PER_SEC));
}

gboolean
guichet_syncd_run(const GuichetSyncdSettings *settings, GuichetSyncSession *session, GError **error)
{
    Daemon self = {.settings = settings, .session = session, .forced = settings->once};
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    self.loop = loop;
    self.cancellable = cancellable;
    listen_to_signals(&self);
    begin(&self);
    g_main_loop_run(loop);
    g_clear_handle_id(&self.timer, g_source_remove);
    g_clear_object(&self.outbox);
    g_clear_object(&self.run);
    g_autofree char *failure = self.failure;
    if (!settings->once || self.failures == 0)
        return TRUE;
    if (failure != NULL)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NETWORK,
                    _("Synchronisation inachevée (%s) : rien n’est perdu, elle peut être relancée"),
                    failure);
    else
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_NETWORK,
                            _("Synchronisation inachevée : rien n’est perdu, elle peut être "
                              "relancée"));
    return FALSE;
}
