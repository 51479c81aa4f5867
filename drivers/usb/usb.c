/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/usb/usb.h"

#include <libusb.h>

#include "core/error.h"
#include "drivers/protocol.h"

#include <glib/gi18n-lib.h>

#define POLL_US (200 * 1000)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(libusb_context, libusb_exit)

typedef struct {
    GuichetUsbFunc func;
    gpointer user_data;
} Watch;

static libusb_context *
open_usb(GError **error)
{
    libusb_context *context = NULL;
    int status = libusb_init(&context);
    if (status == LIBUSB_SUCCESS)
        return context;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("Le bus USB n’est pas accessible (%s) : prévenez le technicien."),
                libusb_error_name(status));
    return NULL;
}

void
guichet_usb_device_free(GuichetUsbDevice *device)
{
    g_free(device->serial);
    g_free(device);
}

char *
guichet_usb_device_id(const GuichetUsbModel *model)
{
    return g_strdup_printf("usb:%04x:%04x", model->vendor, model->product);
}

GPtrArray *
guichet_usb_list(GError **error)
{
    g_autoptr(GPtrArray) plugged = guichet_usb_list_plugged(error);
    if (plugged == NULL)
        return NULL;
    GPtrArray *devices = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_usb_device_free);
    for (guint i = 0; i < plugged->len; i++) {
        GuichetUsbPlugged *each = g_ptr_array_index(plugged, i);
        if (each->model == NULL)
            continue;
        GuichetUsbDevice *known = g_new0(GuichetUsbDevice, 1);
        known->model = each->model;
        known->serial = g_steal_pointer(&each->serial);
        g_ptr_array_add(devices, known);
    }
    return devices;
}

static int
on_hotplug(libusb_context *context, libusb_device *device, libusb_hotplug_event event, void *data)
{
    Watch *watch = data;
    struct libusb_device_descriptor descriptor;
    if (libusb_get_device_descriptor(device, &descriptor) != LIBUSB_SUCCESS)
        return 0;
    const GuichetUsbModel *model =
        guichet_usb_find_model(descriptor.idVendor, descriptor.idProduct);
    if (model == NULL && !guichet_usb_is_video(device))
        return 0;
    g_autofree char *id =
        g_strdup_printf("usb:%04x:%04x", descriptor.idVendor, descriptor.idProduct);
    GuichetDeviceInfo info = {
        .family = model != NULL ? model->family : GUICHET_DEVICE_CAMERA,
        .id = id,
        .label = (char *)(model != NULL ? model->label : "USB Video"),
    };
    watch->func(&info, event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED, watch->user_data);
    return 0;
}

static gboolean
subscribe(libusb_context *context, Watch *watch, GError **error)
{
    int status = libusb_hotplug_register_callback(
        context, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
        LIBUSB_HOTPLUG_ENUMERATE, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
        LIBUSB_HOTPLUG_MATCH_ANY, on_hotplug, watch, NULL);
    if (status == LIBUSB_SUCCESS)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("Les branchements USB ne peuvent pas être suivis (%s) : prévenez le technicien."),
                libusb_error_name(status));
    return FALSE;
}

gboolean
guichet_usb_watch(GCancellable *cancellable, GuichetUsbFunc func, gpointer user_data,
                  GError **error)
{
    g_autoptr(libusb_context) context = open_usb(error);
    if (context == NULL)
        return FALSE;
    Watch watch = {func, user_data};
    if (!subscribe(context, &watch, error))
        return FALSE;
    while (!g_cancellable_is_cancelled(cancellable)) {
        struct timeval slice = {.tv_usec = POLL_US};
        int status = libusb_handle_events_timeout_completed(context, &slice, NULL);
        if (status != LIBUSB_SUCCESS && status != LIBUSB_ERROR_INTERRUPTED) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                        _("Le suivi des branchements USB s’est arrêté (%s), réessayez."),
                        libusb_error_name(status));
            return FALSE;
        }
    }
    return TRUE;
}

char *
guichet_usb_udev_rules(void)
{
    GString *rules = g_string_new(
        "# Written by guichet-device udev-rules from drivers/usb/models.c: don't edit.\n"
        "ACTION==\"remove\", GOTO=\"guichet_end\"\n"
        "SUBSYSTEM!=\"usb\", GOTO=\"guichet_end\"\n"
        "ENV{DEVTYPE}!=\"usb_device\", GOTO=\"guichet_end\"\n");
    for (const GuichetUsbModel *model = guichet_usb_models; model->vendor != 0; model++)
        g_string_append_printf(rules,
                               "ATTR{idVendor}==\"%04x\", ATTR{idProduct}==\"%04x\", "
                               "GROUP=\"guichet\", MODE=\"0660\", TAG+=\"uaccess\", "
                               "ENV{ID_GUICHET}=\"%s\"\n",
                               model->vendor, model->product,
                               guichet_device_family_name(model->family));
    g_string_append(rules, "LABEL=\"guichet_end\"\n");
    return g_string_free(rules, FALSE);
}
