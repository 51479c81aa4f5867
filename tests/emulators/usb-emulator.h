/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <linux/usb/ch9.h>
#include <umockdev.h>

/**
 * Any USB device, played at usbfs: libusb, libfprint and udev are real, the kernel's answers come
 * from here. A model says what the device does; the emulator does the rest: descriptors, URBs in
 * flight, readiness of the node, unplugging with transfers under way, plugging again.
 *
 * The node is a FIFO that is full while no URB can be reaped, so that poll() behaves as on the
 * kernel's node. One client opens the device at a time; what a dead client left is dropped.
 */
typedef struct _UsbEmulator UsbEmulator;

/* A callback's answer: bytes moved, -errno as the status of the URB, or: not yet, ask again. */
#define USB_EMULATOR_NAK (-EAGAIN)

/* Called from umockdev's thread or the main loop, never at once: a lock is held. Don't block. */
typedef struct {
    guint16 vendor, product;
    const guint8 *descriptors; /* device and configuration descriptors, as the bus gives them */
    gsize descriptors_size;
    const char *serial;
    void (*power_on)(gpointer data);
    /* @data: wLength bytes to read or to fill. */
    int (*control)(UsbEmulator *emulator, gpointer data, const struct usb_ctrlrequest *request,
                   guint8 *bytes, int size);
    int (*in)(UsbEmulator *emulator, gpointer data, int endpoint, guint8 *bytes, int size);
} UsbModel;

UsbEmulator *usb_emulator_new(UMockdevTestbed *testbed, const UsbModel *model, gpointer data);
void usb_emulator_free(UsbEmulator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UsbEmulator, usb_emulator_free)

gboolean usb_emulator_plug(UsbEmulator *self, GError **error);
void usb_emulator_unplug(UsbEmulator *self);
/* For models, from a callback: unplugs when the main loop turns, plugs again after
 * @away_ms. */
void usb_emulator_unplug_soon(UsbEmulator *self, guint away_ms);
