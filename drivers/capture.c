/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/capture.h"

#include "core/error.h"
#include "core/paths.h"
#include "core/piece.h"
#include "drivers/child.h"

#include <glib/gi18n-lib.h>

static const char *const media_types[] = {
    [GUICHET_DEVICE_FINGERPRINT] = "image/png",
    [GUICHET_DEVICE_CAMERA] = "image/jpeg",
    [GUICHET_DEVICE_SCANNER] = "image/jpeg",
};

typedef struct {
    GuichetDeviceFamily family;
    GuichetCaptureProgress progress;
    gpointer progress_data;
} CaptureJob;

static void
on_capture_event(const GuichetEvent *event, gpointer data)
{
    CaptureJob *job = g_task_get_task_data(data);
    if (event->kind == GUICHET_EVENT_PROGRESS && job->progress != NULL)
        job->progress(event->phase, event->fraction, event->sentence, job->progress_data);
}

/* What the child calls its content must be what the family gives and what the bytes are. */
static gboolean
check_capture(const GuichetEvent *final, GuichetDeviceFamily family, GError **error)
{
    if (final->kind == GUICHET_EVENT_CAPTURED &&
        g_str_equal(final->capture->media_type, media_types[family]) &&
        g_strcmp0(guichet_media_type_sniff(final->capture->content), media_types[family]) == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("Le pilote de l’appareil a rendu autre chose qu’une image %s, réessayez."),
                media_types[family]);
    return FALSE;
}

static void
on_capture_run(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    CaptureJob *job = g_task_get_task_data(task);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetEvent) final = guichet_child_run_finish(result, &error);
    if (final == NULL || !check_capture(final, job->family, &error))
        g_task_return_error(task, g_steal_pointer(&error));
    else
        g_task_return_pointer(task, g_steal_pointer(&final->capture),
                              (GDestroyNotify)guichet_capture_free);
}

void
guichet_capture_async(GuichetDeviceFamily family, const char *device, GCancellable *cancellable,
                      GuichetCaptureProgress progress, gpointer progress_data,
                      GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);
    g_task_set_source_tag(task, guichet_capture_async);
    g_task_set_check_cancellable(task, FALSE); /* a capture that was made isn't thrown away */
    CaptureJob *job = g_new0(CaptureJob, 1);
    *job = (CaptureJob){family, progress, progress_data};
    g_task_set_task_data(task, job, g_free);
    g_autofree char *helper = guichet_helper_path("guichet-device");
    const char *argv[] = {helper, "capture", guichet_device_family_name(family), device, NULL};
    guichet_child_run_async(argv, &guichet_child_default_limits, cancellable, on_capture_event,
                            task, on_capture_run, task);
}

GuichetCapture *
guichet_capture_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

static void
on_list_event(const GuichetEvent *event, gpointer data)
{
    GPtrArray *devices = g_task_get_task_data(data);
    if (event->kind == GUICHET_EVENT_DEVICE)
        g_ptr_array_add(devices, guichet_device_info_new(event->info->family, event->info->id,
                                                         event->info->label));
}

static void
on_list_run(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetEvent) final = guichet_child_run_finish(result, &error);
    if (final == NULL)
        g_task_return_error(task, g_steal_pointer(&error));
    else
        g_task_return_pointer(task, g_ptr_array_ref(g_task_get_task_data(task)),
                              (GDestroyNotify)g_ptr_array_unref);
}

void
guichet_devices_list_async(GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);
    g_task_set_source_tag(task, guichet_devices_list_async);
    g_task_set_check_cancellable(task, FALSE);
    g_task_set_task_data(task,
                         g_ptr_array_new_with_free_func((GDestroyNotify)guichet_device_info_free),
                         (GDestroyNotify)g_ptr_array_unref);
    g_autofree char *helper = guichet_helper_path("guichet-device");
    const char *argv[] = {helper, "list", NULL};
    guichet_child_run_async(argv, &guichet_child_default_limits, cancellable, on_list_event, task,
                            on_list_run, task);
}

GPtrArray *
guichet_devices_list_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
