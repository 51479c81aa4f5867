/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/**
 * One capture from one device, run in a guichet-device child so that a library that hangs or
 * aborts can't take the desk with it. This is the only door to devices for the rest of the
 * program. Protocol of the child: drivers/PROTOCOL.md.
 */
typedef enum {
    GUICHET_DEVICE_FINGERPRINT, /* image/png, 8-bit grey */
    GUICHET_DEVICE_CAMERA,      /* image/jpeg */
    GUICHET_DEVICE_SCANNER,     /* image/jpeg, one capture = one page */
} GuichetDeviceFamily;

const char *guichet_device_family_name(GuichetDeviceFamily family); /* "fingerprint" … */
gboolean guichet_device_family_from_name(const char *name, GuichetDeviceFamily *family);

typedef struct {
    GuichetDeviceFamily family;
    char *id;    /* stable: "usb:05ba:000a", "v4l2:/dev/video0", "sane:test:0", "file:/x.jpg" */
    char *label; /* "DigitalPersona U.are.U 4500" */
} GuichetDeviceInfo;
void guichet_device_info_free(GuichetDeviceInfo *info);

typedef struct {
    GBytes *content;
    char *media_type;
    char *device;     /* id and model, for the piece's record */
    char *attributes; /* JSON object: width, height, dpi … */
} GuichetCapture;
void guichet_capture_free(GuichetCapture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetCapture, guichet_capture_free)

/* @phase: "opening", "waiting" (for finger, paper), "capturing", "processing"; @fraction 0…1 or
 * -1 when unknown; @sentence: French, for the screen. Called in the caller's main context. */
typedef void (*GuichetCaptureProgress)(const char *phase, double fraction, const char *sentence,
                                       gpointer user_data);

/* @device: an id of guichet_devices_list, or "auto" for the first of the family.
 * Errors: GUICHET_ERROR_NOT_FOUND (no such device), DEVICE_GONE (unplugged), DEVICE (failed or
 * child died), TIMEOUT, CANCELLED; GUICHET_RETRY_* where the person at the desk can mend it. */
void guichet_capture_async(GuichetDeviceFamily family, const char *device,
                           GCancellable *cancellable, GuichetCaptureProgress progress,
                           gpointer progress_data, GAsyncReadyCallback callback,
                           gpointer user_data);
GuichetCapture *guichet_capture_finish(GAsyncResult *result, GError **error);

/* Devices of all families now (GuichetDeviceInfo*). */
void guichet_devices_list_async(GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
GPtrArray *guichet_devices_list_finish(GAsyncResult *result, GError **error);
