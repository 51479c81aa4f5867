/* SPDX-License-Identifier: EUPL-1.2 */
#include "usb-emulator.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSFS_PATH "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-9"
#define NODE "/dev/bus/usb/001/009"
#define TICK_MS 2
#define FIFO_BYTES 4096

/* GUsb aborts on a device without its root hub. */
#define HUB_DESCRIPTORS                                                                            \
    "12010002090001406B1D020013050302010109021900010100E0000904000001090000000705810304000C"
static const char root_hub[] =
    "P: /devices/pci0000:00/0000:00:14.0/usb1\n"
    "N: bus/usb/001/001=" HUB_DESCRIPTORS "\n"
    "E: DEVNAME=/dev/bus/usb/001/001\nE: DEVTYPE=usb_device\nE: DRIVER=usb\n"
    "E: PRODUCT=1d6b/2/513\nE: TYPE=9/0/1\nE: BUSNUM=001\nE: DEVNUM=001\nE: MAJOR=189\n"
    "E: MINOR=0\nE: SUBSYSTEM=usb\n"
    "A: busnum=1\\n\nA: devnum=1\\n\nA: bConfigurationValue=1\\n\nA: speed=480\\n\n"
    "A: idVendor=1d6b\\n\nA: idProduct=0002\\n\n"
    "H: descriptors=" HUB_DESCRIPTORS "\n\n";

/* One transfer, from SUBMITURB until it is reaped. */
typedef struct {
    UMockdevIoctlData *urb;    /* the client's struct usbdevfs_urb */
    UMockdevIoctlData *buffer; /* NULL without data */
    UMockdevIoctlClient *client;
    gboolean discarded;
} Transfer;

struct _UsbEmulator {
    UMockdevTestbed *testbed;
    const UsbModel *model;
    gpointer data;
    GMutex lock;
    UMockdevIoctlBase *handler;
    GPtrArray *pending; /* Transfer*, in order of submission */
    GQueue done;        /* Transfer*, to be reaped */
    int fifo;
    gboolean fifo_full, hub_present, gone;
    guint tick, away_ms;
};

static void
transfer_free(Transfer *transfer)
{
    g_object_unref(transfer->urb);
    g_clear_object(&transfer->buffer);
    g_free(transfer);
}

static struct usbdevfs_urb *
urb_of(const Transfer *transfer)
{
    return (struct usbdevfs_urb *)transfer->urb->data;
}

/* Reapable = drained = POLLOUT, as with the kernel. */
static void
set_reapable(UsbEmulator *self, gboolean reapable)
{
    static char scratch[FIFO_BYTES];
    if (self->fifo < 0 || reapable != self->fifo_full)
        return;
    if (reapable)
        while (read(self->fifo, scratch, sizeof scratch) > 0)
            ;
    else
        while (write(self->fifo, scratch, sizeof scratch) > 0)
            ;
    self->fifo_full = !reapable;
}

static int
ask_model(UsbEmulator *self, const Transfer *transfer)
{
    const struct usbdevfs_urb *urb = urb_of(transfer);
    guint8 *bytes = transfer->buffer != NULL ? transfer->buffer->data : NULL;
    if (transfer->discarded)
        return -ENOENT;
    if (self->gone)
        return -ESHUTDOWN;
    if (urb->type == USBDEVFS_URB_TYPE_CONTROL) {
        const struct usb_ctrlrequest *request = (const struct usb_ctrlrequest *)bytes;
        return self->model->control(self, self->data, request, bytes + sizeof *request,
                                    GUINT16_FROM_LE(request->wLength));
    }
    if ((urb->endpoint & USB_DIR_IN) == 0)
        return -EPIPE;
    return self->model->in(self, self->data, urb->endpoint, bytes, urb->buffer_length);
}

static gboolean
advance(UsbEmulator *self, Transfer *transfer)
{
    int answer = ask_model(self, transfer);
    if (answer == USB_EMULATOR_NAK)
        return FALSE;
    urb_of(transfer)->status = MIN(answer, 0);
    urb_of(transfer)->actual_length = MAX(answer, 0);
    return TRUE;
}

/* Moves what can complete to @done; an endpoint that waits holds up its later transfers. */
static void
pump(UsbEmulator *self)
{
    gboolean waiting[256] = {FALSE};
    for (guint i = 0; i < self->pending->len;) {
        Transfer *transfer = g_ptr_array_index(self->pending, i);
        guint8 endpoint = urb_of(transfer)->endpoint;
        if ((transfer->discarded || !waiting[endpoint]) && advance(self, transfer)) {
            g_ptr_array_remove_index(self->pending, i);
            g_queue_push_tail(&self->done, transfer);
        } else {
            waiting[endpoint] = TRUE;
            i++;
        }
    }
    set_reapable(self, self->done.length > 0 || self->gone);
}

static gboolean
on_tick(gpointer data)
{
    UsbEmulator *self = data;
    g_mutex_lock(&self->lock);
    pump(self);
    gboolean more = self->pending->len > 0;
    if (!more)
        self->tick = 0;
    g_mutex_unlock(&self->lock);
    return more;
}

static void
submit(UsbEmulator *self, UMockdevIoctlClient *client, UMockdevIoctlData *argument)
{
    Transfer *transfer = g_new0(Transfer, 1);
    transfer->client = client;
    transfer->urb = umockdev_ioctl_data_resolve(argument, 0, sizeof(struct usbdevfs_urb), NULL);
    g_object_ref(transfer->urb);
    transfer->buffer =
        umockdev_ioctl_data_resolve(transfer->urb, G_STRUCT_OFFSET(struct usbdevfs_urb, buffer),
                                    (gsize)urb_of(transfer)->buffer_length, NULL);
    if (transfer->buffer != NULL)
        g_object_ref(transfer->buffer);
    g_ptr_array_add(self->pending, transfer);
    if (self->tick == 0)
        self->tick = g_timeout_add(TICK_MS, on_tick, self);
    umockdev_ioctl_client_complete(client, 0, 0);
}

static void
discard(UsbEmulator *self, UMockdevIoctlClient *client, UMockdevIoctlData *argument)
{
    gulong address = *(gulong *)argument->data;
    gboolean found = FALSE;
    for (guint i = 0; i < self->pending->len; i++) {
        Transfer *transfer = g_ptr_array_index(self->pending, i);
        if (transfer->urb->client_addr == address && transfer->client == client)
            found = transfer->discarded = TRUE;
    }
    pump(self);
    umockdev_ioctl_client_complete(client, found ? 0 : -1, found ? 0 : EINVAL);
}

static void
reap(UsbEmulator *self, UMockdevIoctlClient *client, UMockdevIoctlData *argument)
{
    pump(self);
    Transfer *transfer = g_queue_pop_head(&self->done);
    if (transfer == NULL) {
        umockdev_ioctl_client_complete(client, -1, self->gone ? ENODEV : EAGAIN);
        return;
    }
    UMockdevIoctlData *slot = umockdev_ioctl_data_resolve(argument, 0, sizeof(void *), NULL);
    umockdev_ioctl_data_set_ptr(slot, 0, transfer->urb);
    set_reapable(self, self->done.length > 0 || self->gone);
    umockdev_ioctl_client_complete(client, 0, 0);
    transfer_free(transfer);
}

static void
tell_capabilities(UMockdevIoctlClient *client, UMockdevIoctlData *argument)
{
    UMockdevIoctlData *slot = umockdev_ioctl_data_resolve(argument, 0, sizeof(guint32), NULL);
    *(guint32 *)slot->data = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                             USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
    umockdev_ioctl_client_complete(client, 0, 0);
}

/* After an unplug only the end of what is in flight can still be asked for. */
static gboolean
works_when_gone(gulong request)
{
    return request == USBDEVFS_REAPURBNDELAY || request == USBDEVFS_DISCARDURB;
}

static void
answer(UsbEmulator *self, UMockdevIoctlClient *client)
{
    gulong request = umockdev_ioctl_client_get_request(client);
    UMockdevIoctlData *argument = umockdev_ioctl_client_get_arg(client);
    if (self->gone && !works_when_gone(request)) {
        umockdev_ioctl_client_complete(client, -1, ENODEV);
        return;
    }
    switch (request) {
    case USBDEVFS_GET_CAPABILITIES:
        tell_capabilities(client, argument);
        break;
    case USBDEVFS_SUBMITURB:
        submit(self, client, argument);
        break;
    case USBDEVFS_REAPURBNDELAY:
        reap(self, client, argument);
        break;
    case USBDEVFS_DISCARDURB:
        discard(self, client, argument);
        break;
    case USBDEVFS_CLAIMINTERFACE:
    case USBDEVFS_RELEASEINTERFACE:
    case USBDEVFS_CLEAR_HALT:
    case USBDEVFS_RESET:
    case USBDEVFS_SETINTERFACE:
    case USBDEVFS_SETCONFIGURATION:
    case USBDEVFS_DISCONNECT_CLAIM:
        umockdev_ioctl_client_complete(client, 0, 0);
        break;
    case USBDEVFS_GETDRIVER:
    case USBDEVFS_IOCTL: /* no kernel driver holds it */
        umockdev_ioctl_client_complete(client, -1, ENODATA);
        break;
    default:
        g_printerr("usb-emulator: ioctl 0x%lx is not played\n", request);
        umockdev_ioctl_client_complete(client, -1, ENOTTY);
    }
}

static gboolean
on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer data)
{
    UsbEmulator *self = data;
    g_mutex_lock(&self->lock);
    answer(self, client);
    g_mutex_unlock(&self->lock);
    return TRUE;
}

static void
drop_transfers_of(UsbEmulator *self, UMockdevIoctlClient *client)
{
    for (guint i = self->pending->len; i-- > 0;)
        if (((Transfer *)g_ptr_array_index(self->pending, i))->client == client)
            transfer_free(g_ptr_array_remove_index(self->pending, i));
    for (GList *item = self->done.head; item != NULL;) {
        GList *next = item->next;
        if (((Transfer *)item->data)->client == client) {
            transfer_free(item->data);
            g_queue_delete_link(&self->done, item);
        }
        item = next;
    }
    set_reapable(self, self->done.length > 0 || self->gone);
}

static void
on_client_vanished(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer data)
{
    UsbEmulator *self = data;
    g_mutex_lock(&self->lock);
    drop_transfers_of(self, client);
    g_mutex_unlock(&self->lock);
}

UsbEmulator *
usb_emulator_new(UMockdevTestbed *testbed, const UsbModel *model, gpointer data)
{
    UsbEmulator *self = g_new0(UsbEmulator, 1);
    self->testbed = g_object_ref(testbed);
    self->model = model;
    self->data = data;
    self->pending = g_ptr_array_new();
    self->fifo = -1;
    self->gone = TRUE;
    g_mutex_init(&self->lock);
    return self;
}

void
usb_emulator_free(UsbEmulator *self)
{
    if (!self->gone)
        usb_emulator_unplug(self);
    g_ptr_array_set_free_func(self->pending, (GDestroyNotify)transfer_free);
    g_ptr_array_unref(self->pending);
    g_queue_clear_full(&self->done, (GDestroyNotify)transfer_free);
    g_object_unref(self->testbed);
    g_mutex_clear(&self->lock);
    g_free(self);
}

static char *
describe(const UsbModel *model)
{
    g_autoptr(GString) hex = g_string_new(NULL);
    for (gsize i = 0; i < model->descriptors_size; i++)
        g_string_append_printf(hex, "%02X", model->descriptors[i]);
    return g_strdup_printf("P: /devices/pci0000:00/0000:00:14.0/usb1/1-9\n"
                           "N: bus/usb/001/009=%s\n"
                           "E: DEVNAME=" NODE "\nE: DEVTYPE=usb_device\nE: DRIVER=usb\n"
                           "E: PRODUCT=%x/%x/100\nE: TYPE=0/0/0\nE: BUSNUM=001\nE: DEVNUM=009\n"
                           "E: MAJOR=189\nE: MINOR=8\nE: SUBSYSTEM=usb\n"
                           "A: busnum=1\\n\nA: devnum=9\\n\nA: bConfigurationValue=1\\n\n"
                           "A: speed=12\\n\nA: idVendor=%04x\\n\nA: idProduct=%04x\\n\n"
                           "A: serial=%s\\n\nH: descriptors=%s\n\n",
                           hex->str, model->vendor, model->product, model->vendor, model->product,
                           model->serial, hex->str);
}

/* A temporary name and a rename: between an unlink and a mkfifo a client could look. */
static void
replace_node_by_fifo(UsbEmulator *self)
{
    g_autofree char *root = umockdev_testbed_get_root_dir(self->testbed);
    g_autofree char *node = g_strconcat(root, NODE, NULL);
    g_autofree char *temporary = g_strconcat(node, ".fifo", NULL);
    if (mkfifo(temporary, 0666) != 0)
        g_error("mkfifo %s: %s", temporary, g_strerror(errno));
    self->fifo = open(temporary, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    fcntl(self->fifo, F_SETPIPE_SZ, FIFO_BYTES);
    self->fifo_full = FALSE;
    set_reapable(self, FALSE);
    if (rename(temporary, node) != 0)
        g_error("rename %s: %s", node, g_strerror(errno));
}

gboolean
usb_emulator_plug(UsbEmulator *self, GError **error)
{
    if (!self->hub_present && !umockdev_testbed_add_from_string(self->testbed, root_hub, error))
        return FALSE;
    self->hub_present = TRUE;
    self->model->power_on(self->data);
    self->gone = FALSE;
    self->handler = umockdev_ioctl_base_new();
    g_signal_connect(self->handler, "handle-ioctl", G_CALLBACK(on_ioctl), self);
    g_signal_connect(self->handler, "client-vanished", G_CALLBACK(on_client_vanished), self);
    /* before the device: adding it announces it, and a client may open it at once */
    if (!umockdev_testbed_attach_ioctl(self->testbed, NODE, self->handler, error))
        return FALSE;
    g_autofree char *description = describe(self->model);
    if (!umockdev_testbed_add_from_string(self->testbed, description, error))
        return FALSE;
    replace_node_by_fifo(self);
    return TRUE;
}

void
usb_emulator_unplug(UsbEmulator *self)
{
    g_mutex_lock(&self->lock);
    self->gone = TRUE;
    pump(self);
    g_mutex_unlock(&self->lock);
    umockdev_testbed_uevent(self->testbed, SYSFS_PATH, "remove");
    umockdev_testbed_detach_ioctl(self->testbed, NODE, NULL);
    umockdev_testbed_remove_device(self->testbed, SYSFS_PATH);
    g_mutex_lock(&self->lock);
    close(self->fifo);
    self->fifo = -1;
    g_mutex_unlock(&self->lock);
    g_clear_object(&self->handler);
}

static gboolean
on_back(gpointer data)
{
    g_autoptr(GError) error = NULL;
    if (!usb_emulator_plug(data, &error))
        g_error("%s", error->message);
    return G_SOURCE_REMOVE;
}

static gboolean
on_unplug_soon(gpointer data)
{
    UsbEmulator *self = data;
    usb_emulator_unplug(self);
    g_timeout_add(self->away_ms, on_back, self);
    return G_SOURCE_REMOVE;
}

void
usb_emulator_unplug_soon(UsbEmulator *self, guint away_ms)
{
    self->away_ms = away_ms;
    g_idle_add(on_unplug_soon, self);
}
