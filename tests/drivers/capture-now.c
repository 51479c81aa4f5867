/* SPDX-License-Identifier: EUPL-1.2 */
#include "capture-now.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

static GString *phases;

static void
on_progress(const char *phase, double fraction, const char *sentence, gpointer user_data)
{
    g_assert_true(fraction >= -1 && fraction <= 1);
    g_assert_cmpuint(strlen(sentence), >, 0);
    if (strstr(phases->str, phase) == NULL)
        g_string_append_printf(phases, "%s%s", phases->len > 0 ? " " : "", phase);
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
    *(GAsyncResult **)data = g_object_ref(result);
}

static gboolean
on_cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

GuichetCapture *
capture_now(GuichetDeviceFamily family, const char *device, guint cancel_after_ms, GError **error)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) result = NULL;
    if (phases == NULL)
        phases = g_string_new(NULL);
    g_string_truncate(phases, 0);
    if (cancel_after_ms > 0)
        g_timeout_add(cancel_after_ms, on_cancel, cancellable);
    guichet_capture_async(family, device, cancellable, on_progress, NULL, on_done, &result);
    while (result == NULL)
        g_main_context_iteration(NULL, TRUE);
    return guichet_capture_finish(result, error);
}

const char *
capture_phases(void)
{
    return phases->str;
}

GPtrArray *
list_now(GError **error)
{
    g_autoptr(GAsyncResult) result = NULL;
    guichet_devices_list_async(NULL, on_done, &result);
    while (result == NULL)
        g_main_context_iteration(NULL, TRUE);
    return guichet_devices_list_finish(result, error);
}

gboolean
is_childless(void)
{
    return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD;
}
