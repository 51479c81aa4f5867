/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/camera/examine.h"

#include <gst/gst.h>
#include <string.h>
#include <unistd.h>

#include "drivers/device.h"
#include "drivers/usb/usb.h"

#include <glib/gi18n-lib.h>

#define PREFIX "v4l2:"
#define MAX_NODES 32

static void
set_text(char **text, char *value)
{
    g_free(*text);
    *text = value;
}

/* Nodes /dev/videoN (char*). */
static GPtrArray *
find_nodes(void)
{
    GPtrArray *nodes = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < MAX_NODES; i++) {
        g_autofree char *path = g_strdup_printf("/dev/video%u", i);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            g_ptr_array_add(nodes, g_steal_pointer(&path));
    }
    return nodes;
}

/* The first camera on the bus, or NULL. */
static GuichetUsbPlugged *
find_on_bus(GPtrArray *plugged)
{
    for (guint i = 0; plugged != NULL && i < plugged->len; i++) {
        GuichetUsbPlugged *each = g_ptr_array_index(plugged, i);
        if (each->video)
            return each;
    }
    return NULL;
}

static void
describe_usb(GuichetExamination *self, const GuichetUsbPlugged *plugged)
{
    set_text(&self->port, g_strdup_printf("USB %s", plugged->port));
    set_text(&self->serial, g_strdup(plugged->serial != NULL ? plugged->serial : ""));
    set_text(&self->label, g_strdup(plugged->label));
}

/* A picture file or a test pattern, which only a configuration can name. */
static gboolean
is_source_without_device(GuichetExamination *self, const char *device)
{
    if (!g_str_has_prefix(device, "file:") && !g_str_has_prefix(device, "test:"))
        return FALSE;
    set_text(&self->id, g_strdup(device));
    set_text(&self->driver,
             g_strdup(g_str_has_prefix(device, "file:") ? "filesrc" : "videotestsrc"));
    guichet_examination_tell(self, _("Source « %s » de la configuration : pas une caméra"), device);
    if (g_str_has_prefix(device, "file:") && access(device + strlen("file:"), R_OK) != 0)
        guichet_examination_blame(self, GUICHET_CAUSE_ABSENT, device, NULL);
    return TRUE;
}

static const GuichetDeviceInfo *
choose(GPtrArray *listed, const char *device)
{
    for (guint i = 0; i < listed->len; i++) {
        const GuichetDeviceInfo *info = g_ptr_array_index(listed, i);
        if (g_str_equal(device, "auto") || g_str_equal(device, info->id))
            return info;
    }
    return NULL;
}

static void
take_found(GuichetExamination *self, const GuichetDeviceInfo *info)
{
    const char *node = info->id + strlen(PREFIX);
    set_text(&self->id, g_strdup(info->id));
    set_text(&self->label, g_strdup(info->label));
    set_text(&self->permissions, guichet_describe_permissions(node));
    if (access(node, R_OK | W_OK) != 0)
        guichet_examination_blame(self, GUICHET_CAUSE_DENIED, node, self->permissions);
}

/* GStreamer does not list the one that is wanted: the reason, from the hardware up. */
static void
blame_missing(GuichetExamination *self, const char *device, GPtrArray *nodes, GPtrArray *listed,
              const GuichetUsbPlugged *on_bus)
{
    const char *node = g_str_has_prefix(device, PREFIX) ? device + strlen(PREFIX)
                       : nodes->len > 0                 ? g_ptr_array_index(nodes, 0)
                                                        : NULL;
    gboolean there = node != NULL && g_file_test(node, G_FILE_TEST_EXISTS);
    if (there && access(node, R_OK | W_OK) != 0) {
        set_text(&self->permissions, guichet_describe_permissions(node));
        guichet_examination_blame(self, GUICHET_CAUSE_DENIED, node, self->permissions);
    } else if (listed->len > 0) {
        const GuichetDeviceInfo *first = g_ptr_array_index(listed, 0);
        guichet_examination_blame(self, GUICHET_CAUSE_ELSEWHERE, first->id, first->label);
    } else if (there || on_bus != NULL) {
        g_autofree char *usb = on_bus != NULL
                                   ? g_strdup_printf("%04x:%04x", on_bus->vendor, on_bus->product)
                                   : g_strdup(node);
        guichet_examination_blame(self, GUICHET_CAUSE_UNCLAIMED, usb, self->label);
    } else {
        guichet_examination_blame(self, GUICHET_CAUSE_ABSENT, device, NULL);
    }
}

GuichetExamination *
guichet_camera_examine(const char *device, GError **error)
{
    g_autoptr(GPtrArray) listed =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_device_info_free);
    if (!guichet_camera_driver.list(listed, error))
        return NULL;
    GuichetExamination *self = guichet_examination_new(GUICHET_DEVICE_CAMERA);
    set_text(&self->driver, g_strdup("v4l2src"));
    set_text(&self->version, gst_version_string());
    if (is_source_without_device(self, device))
        return self;
    g_autoptr(GstElementFactory) factory = gst_element_factory_find("v4l2src");
    g_autoptr(GPtrArray) plugged = guichet_usb_list_plugged(NULL); /* without it: less to tell */
    g_autoptr(GPtrArray) nodes = find_nodes();
    const GuichetUsbPlugged *on_bus = find_on_bus(plugged);
    const GuichetDeviceInfo *found = choose(listed, device);
    guichet_examination_tell(
        self, _("Caméras sur le bus USB : %u ; nœuds /dev/video : %u ; vues par GStreamer : %u"),
        on_bus != NULL ? 1u : 0u, nodes->len, listed->len);
    if (on_bus != NULL)
        describe_usb(self, on_bus);
    if (factory == NULL)
        guichet_examination_blame(self, GUICHET_CAUSE_NO_DRIVER, "v4l2src",
                                  "gstreamer1.0-plugins-good");
    else if (found != NULL)
        take_found(self, found);
    else
        blame_missing(self, device, nodes, listed, on_bus);
    return self;
}
