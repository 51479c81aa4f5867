/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/examine.h"

/**
 * What a device family is to guichet-device: two blocking functions, called in the main thread of
 * a process of their own. One folder a family, one line in registry.c.
 *
 * Cancelling: @cancellable is triggered from another thread; after it the function has a second
 * to come back with GUICHET_ERROR_CANCELLED, then the process is ended (guard.h).
 *
 * Putting a device away may hang too (SANE's test backend does, one time in fifteen, after an
 * error): what is deferred with guichet_device_defer() is freed after the outcome was sent, in
 * bounded time.
 */
typedef struct {
    GuichetDeviceFamily family;
    const char *absent; /* French, untranslated: what to say when "auto" finds none */
    /* Appends GuichetDeviceInfo* in a stable order. No device is no error. */
    gboolean (*list)(GPtrArray *devices, GError **error);
    /* @device is one of the list, or an id that only the configuration can name. */
    GuichetCapture *(*capture)(const char *device, GCancellable *cancellable,
                               GuichetCaptureProgress progress, gpointer progress_data,
                               GError **error);
    /* Why @device, or "auto", is silent, without a capture. Only a broken library is an error. */
    GuichetExamination *(*examine)(const char *device, GError **error);
} GuichetDeviceDriver;

extern const GuichetDeviceDriver guichet_fingerprint_driver;
extern const GuichetDeviceDriver guichet_camera_driver;
extern const GuichetDeviceDriver guichet_scanner_driver;

/* All families, NULL-terminated. */
extern const GuichetDeviceDriver *const guichet_device_registry[];

const GuichetDeviceDriver *guichet_device_registry_find(GuichetDeviceFamily family);

/* Takes nothing; copies all. @attributes: (transfer full) a JSON object as text. */
GuichetCapture *guichet_capture_new(GBytes *content, const char *media_type, const char *device,
                                    char *attributes);
/* At most one thing a capture. */
void guichet_device_defer(gpointer data, GDestroyNotify put_away);
void guichet_device_run_deferred(void);
/* TRUE when triggered, with *error set to GUICHET_ERROR_CANCELLED. */
gboolean guichet_device_is_cancelled(GCancellable *cancellable, GError **error);
