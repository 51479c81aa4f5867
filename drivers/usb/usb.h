/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/capture.h"

/**
 * The one place that speaks libusb: which of the devices that we know are plugged in, and when
 * they come and go. Nothing is opened and nothing is sent: serial numbers come from sysfs, so
 * that a look never disturbs a capture.
 */
typedef struct {
    guint16 vendor, product;
    GuichetDeviceFamily family;
    const char *driver; /* libfprint's name of its driver */
    guint dpi;          /* of the pictures; 0 = not known */
    const char *label;
} GuichetUsbModel;

/* The id table, ended by an entry with vendor 0. Sensors that give pictures only: those that match
 * on the chip are of no use for an enrolment. Ids from libfprint 1.94.5 (its hwdb); resolutions
 * from the makers' data sheets. */
extern const GuichetUsbModel guichet_usb_models[];

typedef struct {
    const GuichetUsbModel *model;
    char *serial; /* NULL if it has none */
} GuichetUsbDevice;

void guichet_usb_device_free(GuichetUsbDevice *device);
char *guichet_usb_device_id(const GuichetUsbModel *model); /* "usb:05ba:000a" */

/* Known devices plugged in now (GuichetUsbDevice*), in bus order. */
GPtrArray *guichet_usb_list(GError **error);

/* @info: known ones carry their family; a camera is recognised by its class, whatever its maker. */
typedef void (*GuichetUsbFunc)(const GuichetDeviceInfo *info, gboolean arrived, gpointer user_data);
/* Blocks until cancelled, which is success. Devices present at the start count as arrivals. */
gboolean guichet_usb_watch(GCancellable *cancellable, GuichetUsbFunc func, gpointer user_data,
                           GError **error);

/* packaging: one udev rule an entry of the table. */
char *guichet_usb_udev_rules(void);
