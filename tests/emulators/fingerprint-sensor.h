/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "usb-emulator.h"

/**
 * A DigitalPersona U.are.U 4500 (05ba:000a) as its driver sees it: vendor control request 4 on
 * numbered registers, interrupts on EP 0x81, pictures on EP 0x82, 384x290 pixels at 512 dpi. A
 * finger comes a moment after it is awaited and leaves when asked.
 */
#define FINGERPRINT_SENSOR_WIDTH 384
#define FINGERPRINT_SENSOR_HEIGHT 290
#define FINGERPRINT_SENSOR_PIXELS (FINGERPRINT_SENSOR_WIDTH * FINGERPRINT_SENSOR_HEIGHT)

typedef struct _FingerprintSensor FingerprintSensor;

typedef struct {
    GPtrArray *prints; /* GBytes of FINGERPRINT_SENSOR_PIXELS, served in turn */
    guint unplug_at;   /* the number of the picture, from 1, in whose transfer it goes; 0 = never */
    guint away_ms;     /* until it is back */
    gboolean no_finger; /* nobody comes */
} FingerprintSensorOptions;

extern const UsbModel fingerprint_sensor_model;

FingerprintSensor *fingerprint_sensor_new(const FingerprintSensorOptions *options);
void fingerprint_sensor_free(FingerprintSensor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FingerprintSensor, fingerprint_sensor_free)
