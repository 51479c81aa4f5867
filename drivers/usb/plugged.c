/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/usb/usb.h"

#include <grp.h>
#include <libusb.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "drivers/protocol.h"

#include <glib/gi18n-lib.h>

#define MAX_PORTS 8 /* 7 hubs deep is USB's own limit */

void
guichet_usb_plugged_free(GuichetUsbPlugged *plugged)
{
    g_free(plugged->label);
    g_free(plugged->serial);
    g_free(plugged->port);
    g_free(plugged->node);
    g_free(plugged->permissions);
    g_free(plugged);
}

char *
guichet_describe_permissions(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return g_strdup_printf(_("%s : absent"), path);
    const struct passwd *user = getpwuid(info.st_uid);
    g_autofree char *owner =
        user != NULL ? g_strdup(user->pw_name) : g_strdup_printf("%u", info.st_uid);
    const struct group *group = getgrgid(info.st_gid);
    g_autofree char *members =
        group != NULL ? g_strdup(group->gr_name) : g_strdup_printf("%u", info.st_gid);
    return g_strdup_printf("%s %04o %s:%s", path, (guint)(info.st_mode & 07777), owner, members);
}

/* "1-4.2": bus, then the ports from the root hub. NULL for a root hub. */
static char *
port_of(libusb_device *device)
{
    guint8 ports[MAX_PORTS];
    int depth = libusb_get_port_numbers(device, ports, MAX_PORTS);
    if (depth <= 0)
        return NULL;
    GString *port = g_string_new(NULL);
    g_string_printf(port, "%u-%u", libusb_get_bus_number(device), ports[0]);
    for (int i = 1; i < depth; i++)
        g_string_append_printf(port, ".%u", ports[i]);
    return g_string_free(port, FALSE);
}

/* NULL when it is not there or is empty. */
static char *
read_attribute(const char *port, const char *name)
{
    g_autofree char *path = g_build_filename("/sys/bus/usb/devices", port, name, NULL);
    g_autofree char *text = NULL;
    gsize size = 0;
    if (!g_file_get_contents(path, &text, &size, NULL) || size > GUICHET_PROTOCOL_MAX_TEXT)
        return NULL;
    g_strstrip(text);
    return *text != '\0' ? g_utf8_make_valid(text, -1) : NULL;
}

gboolean
guichet_usb_is_video(struct libusb_device *device)
{
    struct libusb_config_descriptor *config = NULL;
    gboolean found = FALSE;
    if (libusb_get_active_config_descriptor(device, &config) != LIBUSB_SUCCESS)
        return FALSE;
    for (int i = 0; i < config->bNumInterfaces; i++)
        found |= config->interface[i].num_altsetting > 0 &&
                 config->interface[i].altsetting[0].bInterfaceClass == LIBUSB_CLASS_VIDEO;
    libusb_free_config_descriptor(config);
    return found;
}

static char *
label_of(const GuichetUsbPlugged *plugged)
{
    g_autofree char *maker = read_attribute(plugged->port, "manufacturer");
    g_autofree char *product = read_attribute(plugged->port, "product");
    if (plugged->model != NULL)
        return g_strdup(plugged->model->label);
    if (product != NULL)
        return g_strdup_printf("%s%s%s", maker != NULL ? maker : "", maker != NULL ? " " : "",
                               product);
    return g_strdup_printf("%04x:%04x", plugged->vendor, plugged->product);
}

static void
add_plugged(GPtrArray *found, libusb_device *device)
{
    struct libusb_device_descriptor descriptor;
    g_autofree char *port = port_of(device);
    if (port == NULL || libusb_get_device_descriptor(device, &descriptor) != LIBUSB_SUCCESS ||
        descriptor.bDeviceClass == LIBUSB_CLASS_HUB)
        return;
    GuichetUsbPlugged *plugged = g_new0(GuichetUsbPlugged, 1);
    plugged->vendor = descriptor.idVendor;
    plugged->product = descriptor.idProduct;
    plugged->model = guichet_usb_find_model(descriptor.idVendor, descriptor.idProduct);
    plugged->video = guichet_usb_is_video(device);
    plugged->port = g_steal_pointer(&port);
    plugged->label = label_of(plugged);
    plugged->serial = read_attribute(plugged->port, "serial");
    plugged->node = g_strdup_printf("/dev/bus/usb/%03u/%03u", libusb_get_bus_number(device),
                                    libusb_get_device_address(device));
    plugged->may_open = access(plugged->node, R_OK | W_OK) == 0;
    plugged->permissions = guichet_describe_permissions(plugged->node);
    g_ptr_array_add(found, plugged);
}

GPtrArray *
guichet_usb_list_plugged(GError **error)
{
    libusb_context *context = NULL;
    libusb_device **list = NULL;
    int status = libusb_init(&context);
    ssize_t n = status == LIBUSB_SUCCESS ? libusb_get_device_list(context, &list) : status;
    if (n < 0) {
        if (context != NULL)
            libusb_exit(context);
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                    _("Le bus USB n’est pas accessible (%s) : prévenez le technicien."),
                    libusb_error_name((int)n));
        return NULL;
    }
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_usb_plugged_free);
    for (ssize_t i = 0; i < n; i++)
        add_plugged(found, list[i]);
    libusb_free_device_list(list, TRUE);
    libusb_exit(context);
    return found;
}
