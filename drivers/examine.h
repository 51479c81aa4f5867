/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/capture.h"

/**
 * A look at one device family without a capture: what is plugged in, which driver takes it, who may
 * open it, and why it is silent. Run in a guichet-device child, like a capture; nothing is printed,
 * scanned or photographed. For the technician's page and `guichetctl diagnostic`.
 */
typedef enum {
    GUICHET_CAUSE_NONE,        /* the device is there and was opened, or may be */
    GUICHET_CAUSE_ABSENT,      /* nothing of the family is plugged in or configured */
    GUICHET_CAUSE_DENIED,      /* it is there, and this account may not open it (@subject: node) */
    GUICHET_CAUSE_NO_DRIVER,   /* its driver is not installed (@subject: the driver) */
    GUICHET_CAUSE_DISABLED,    /* no driver is switched on (@subject: where they are) */
    GUICHET_CAUSE_UNREACHABLE, /* a network device's host does not answer (@subject: host:port) */
    GUICHET_CAUSE_UNCLAIMED,   /* plugged in, and no driver takes it (@subject: vendor:product) */
    GUICHET_CAUSE_ELSEWHERE,   /* the chosen one is not there, another is (@subject: its id) */
    GUICHET_CAUSE_BUSY,        /* another program holds it */
    GUICHET_CAUSE_FAILED,      /* there, allowed, and it does not open (@detail) */
    GUICHET_CAUSE_N
} GuichetDeviceCause;

const char *guichet_device_cause_name(GuichetDeviceCause cause); /* "absent" … */
gboolean guichet_device_cause_from_name(const char *name, GuichetDeviceCause *cause);

/* Texts are never NULL; "" = not known. */
typedef struct {
    GuichetDeviceFamily family;
    GuichetDeviceCause cause;
    char *subject;     /* what the cause is about */
    char *detail;      /* what the system or the library said */
    char *id, *label;  /* of the device that was found */
    char *driver;      /* "SANE genesys", "libfprint uru4000", "v4l2src" */
    char *version;     /* of the driver's library */
    char *port;        /* "USB 1-4.2", "192.0.2.7:6566" */
    char *serial;      /* of the device */
    char *permissions; /* "/dev/bus/usb/001/004 0660 root:guichet" */
    GPtrArray *tried;  /* char*: French sentences, in order */
} GuichetExamination;

#define GUICHET_EXAMINATION_MAX_TRIED 24

GuichetExamination *guichet_examination_new(GuichetDeviceFamily family);
void guichet_examination_free(GuichetExamination *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetExamination, guichet_examination_free)
/* Appends a sentence to what was tried. */
void guichet_examination_tell(GuichetExamination *self, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
/* Sets cause, subject and detail; NULL = "". */
void guichet_examination_blame(GuichetExamination *self, GuichetDeviceCause cause,
                               const char *subject, const char *detail);

/* @device: the one that the station has chosen, or "auto". Errors as guichet_capture_async(). */
void guichet_device_examine_async(GuichetDeviceFamily family, const char *device,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
GuichetExamination *guichet_device_examine_finish(GAsyncResult *result, GError **error);
