/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/device.h"

#include "core/error.h"

#include <glib/gi18n-lib.h>

const GuichetDeviceDriver *const guichet_device_registry[] = {
    &guichet_fingerprint_driver,
    &guichet_camera_driver,
    &guichet_scanner_driver,
    NULL,
};

const GuichetDeviceDriver *
guichet_device_registry_find(GuichetDeviceFamily family)
{
    for (gsize i = 0; guichet_device_registry[i] != NULL; i++)
        if (guichet_device_registry[i]->family == family)
            return guichet_device_registry[i];
    return NULL;
}

GuichetCapture *
guichet_capture_new(GBytes *content, const char *media_type, const char *device, char *attributes)
{
    GuichetCapture *capture = g_new0(GuichetCapture, 1);
    capture->content = g_bytes_ref(content);
    capture->media_type = g_strdup(media_type);
    capture->device = g_strdup(device);
    capture->attributes = attributes;
    return capture;
}

static gpointer deferred_data;
static GDestroyNotify deferred_put_away;

void
guichet_device_defer(gpointer data, GDestroyNotify put_away)
{
    g_return_if_fail(deferred_data == NULL);
    deferred_data = data;
    deferred_put_away = put_away;
}

void
guichet_device_run_deferred(void)
{
    if (deferred_data != NULL)
        deferred_put_away(g_steal_pointer(&deferred_data));
}

gboolean
guichet_device_is_cancelled(GCancellable *cancellable, GError **error)
{
    if (!g_cancellable_is_cancelled(cancellable))
        return FALSE;
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_CANCELLED,
                        _("La capture est annulée."));
    return TRUE;
}
