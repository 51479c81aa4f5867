/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/wait.h"

#include <glib-unix.h>
#include <signal.h>

typedef struct {
    GMainContext *context;
    GAsyncResult *result;
    gboolean quiet;
} Wait;

static void
wait_begin(Wait *wait)
{
    wait->context = g_main_context_new();
    g_main_context_push_thread_default(wait->context);
}

static void
wait_end(Wait *wait)
{
    g_main_context_pop_thread_default(wait->context);
    g_clear_object(&wait->result);
    g_clear_pointer(&wait->context, g_main_context_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wait, wait_end)

static void
wait_for_result(Wait *wait)
{
    while (wait->result == NULL)
        g_main_context_iteration(wait->context, TRUE);
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
    ((Wait *)user_data)->result = g_object_ref(result);
}

static void
on_progress(const char *phase, double fraction, const char *sentence, gpointer user_data)
{
    if (((Wait *)user_data)->quiet)
        return;
    if (fraction >= 0)
        g_printerr("%s %.0f %%\n", sentence, fraction * 100);
    else
        g_printerr("%s\n", sentence);
}

static gboolean
on_interrupt(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_CONTINUE;
}

GuichetCapture *
cli_wait_capture(Cli *cli, GuichetDeviceFamily family, const char *device, GError **error)
{
    g_auto(Wait) wait = {.quiet = cli->json};
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    wait_begin(&wait);
    g_autoptr(GSource) interrupt = g_unix_signal_source_new(SIGINT);
    g_source_set_callback(interrupt, on_interrupt, cancellable, NULL);
    g_source_attach(interrupt, wait.context);
    guichet_capture_async(family, device, cancellable, on_progress, &wait, on_done, &wait);
    wait_for_result(&wait);
    g_source_destroy(interrupt);
    return guichet_capture_finish(wait.result, error);
}

GPtrArray *
cli_wait_devices(GError **error)
{
    g_auto(Wait) wait = {.quiet = TRUE};
    wait_begin(&wait);
    guichet_devices_list_async(NULL, on_done, &wait);
    wait_for_result(&wait);
    return guichet_devices_list_finish(wait.result, error);
}

GuichetExamination *
cli_wait_examination(GuichetDeviceFamily family, const char *device, GError **error)
{
    g_auto(Wait) wait = {.quiet = TRUE};
    wait_begin(&wait);
    guichet_device_examine_async(family, device, NULL, on_done, &wait);
    wait_for_result(&wait);
    return guichet_device_examine_finish(wait.result, error);
}
