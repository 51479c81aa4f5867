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

/* NULL when it is none of the table. */
const GuichetUsbModel *guichet_usb_find_model(guint16 vendor, guint16 product);

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

/* Any device on the bus, known to us or not, as sysfs and its node tell; nothing is opened. */
typedef struct {
    guint16 vendor, product;
    const GuichetUsbModel *model; /* or NULL */
    gboolean video;               /* has an interface of that class */
    gboolean may_open;            /* this account may read and write the node */
    char *label;                  /* maker and product, or "05ba:000a"; never NULL */
    char *serial;                 /* or NULL */
    char *port;                   /* "1-4.2" */
    char *node;                   /* "/dev/bus/usb/001/004" */
    char *permissions;            /* guichet_describe_permissions() of the node */
} GuichetUsbPlugged;
void guichet_usb_plugged_free(GuichetUsbPlugged *plugged);
/* In bus order, without hubs (GuichetUsbPlugged*). */
GPtrArray *guichet_usb_list_plugged(GError **error);
/* libusb's: has it an interface of the class video? */
struct libusb_device;
gboolean guichet_usb_is_video(struct libusb_device *device);
/* "/dev/video0 0660 root:video"; caller frees. */
char *guichet_describe_permissions(const char *path);

/* packaging: one udev rule an entry of the table. */
char *guichet_usb_udev_rules(void);
