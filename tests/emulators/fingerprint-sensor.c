/* SPDX-License-Identifier: EUPL-1.2 */
#include "fingerprint-sensor.h"

#include <errno.h>
#include <string.h>

#define WIDTH FINGERPRINT_SENSOR_WIDTH
#define LINES                                                                                      \
    (FINGERPRINT_SENSOR_HEIGHT - 1) /* what the sensor sends; the driver's first is blank */
#define HEADER 64
#define FINGER_US (120 * 1000)

enum { EP_INTERRUPT = 0x81, EP_PICTURE = 0x82 };
enum { REGISTER_POWER = 0x07, REGISTER_MODE = 0x4e, REGISTER_VERSION = 0xf0 };
enum { VENDOR_REQUEST = 4 };
enum { POWER_OFF = 0x80 };
enum { MODE_AWAIT_FINGER = 0x10, MODE_AWAIT_LIFT = 0x12, MODE_CAPTURE = 0x20, MODE_OFF = 0x70 };
enum { EVENT_NONE = 0, EVENT_POWER_ON = 0x56aa, EVENT_FINGER = 0x0101, EVENT_LIFT = 0x0200 };

struct _FingerprintSensor {
    FingerprintSensorOptions options;
    guint8 power;
    guint coming_event; /* EVENT_… due at @coming_at */
    gint64 coming_at;
    GQueue interrupts; /* EVENT_… as pointers */
    guint8 picture[HEADER + LINES * WIDTH];
    gboolean picture_ready;
    guint pictures; /* since the beginning, unplugged or not */
};

static const guint8 descriptors[] = {
    /* device: USB 2.0, 64-byte EP0, 05ba:000a, strings 1 to 3, 1 configuration */
    0x12, 1, 0x00, 0x02, 0, 0, 0, 0x40, 0xba, 0x05, 0x0a, 0x00, 0x03, 0x01, 1, 2, 3, 1,
    /* configuration 1: 1 interface, bus powered, 200 mA */
    9, 2, 0x20, 0, 1, 1, 0, 0x80, 0x64,
    /* interface 0: vendor class, 2 endpoints */
    9, 4, 0, 0, 2, 0xff, 0xff, 0xff, 0,
    /* EP 0x81 interrupt IN 64 bytes; EP 0x82 bulk IN 64 bytes */
    7, 5, 0x81, 3, 0x40, 0, 8, 7, 5, 0x82, 2, 0x40, 0, 0};

static const char *const strings[] = {NULL, "DigitalPersona, Inc.",
                                      "U.are.U 4500 Fingerprint Reader", "GUICHET-EMULATED-1"};

FingerprintSensor *
fingerprint_sensor_new(const FingerprintSensorOptions *options)
{
    FingerprintSensor *self = g_new0(FingerprintSensor, 1);
    self->options = *options;
    g_ptr_array_ref(self->options.prints);
    g_queue_init(&self->interrupts);
    return self;
}

void
fingerprint_sensor_free(FingerprintSensor *self)
{
    g_ptr_array_unref(self->options.prints);
    g_queue_clear(&self->interrupts);
    g_free(self);
}

static void
power_on(gpointer data)
{
    FingerprintSensor *self = data;
    self->power = POWER_OFF | 1;
    self->coming_event = EVENT_NONE;
    self->picture_ready = FALSE;
    g_queue_clear(&self->interrupts);
}

/* Header: lines at 4 (u16 LE), then from 16 a list of blocks {flags, lines}; the picture is
 * inverted and upside down. */
static void
take_picture(FingerprintSensor *self)
{
    GPtrArray *prints = self->options.prints;
    const guint8 *pixels =
        g_bytes_get_data(g_ptr_array_index(prints, self->pictures % prints->len), NULL);
    self->pictures++;
    memset(self->picture, 0, HEADER);
    self->picture[4] = LINES & 0xff;
    self->picture[5] = LINES >> 8;
    self->picture[17] = LINES / 2 + 1;
    self->picture[19] = LINES / 2;
    for (gsize y = 0; y < LINES; y++)
        for (gsize x = 0; x < WIDTH; x++)
            self->picture[HEADER + y * WIDTH + x] =
                (guint8)(255 - pixels[(LINES - y) * WIDTH + (WIDTH - 1 - x)]);
    self->picture_ready = TRUE;
}

static void
expect(FingerprintSensor *self, guint event)
{
    self->coming_event = event;
    self->coming_at = g_get_monotonic_time() + FINGER_US;
}

static void
set_mode(FingerprintSensor *self, guint8 mode)
{
    switch (mode) {
    case MODE_AWAIT_FINGER:
        expect(self, self->options.no_finger ? EVENT_NONE : EVENT_FINGER);
        break;
    case MODE_AWAIT_LIFT:
        expect(self, EVENT_LIFT);
        break;
    case MODE_CAPTURE:
        take_picture(self);
        break;
    case MODE_OFF:
        self->coming_event = EVENT_NONE;
        break;
    default:
        break;
    }
}

static void
set_power(FingerprintSensor *self, guint8 power)
{
    if ((self->power & POWER_OFF) != 0 && (power & POWER_OFF) == 0)
        g_queue_push_tail(&self->interrupts, GUINT_TO_POINTER(EVENT_POWER_ON));
    self->power = power;
}

static int
get_string(guint index, guint8 *bytes, int size)
{
    guint8 descriptor[2 + 2 * 64] = {4, USB_DT_STRING, 0x09, 0x04};
    if (index >= G_N_ELEMENTS(strings))
        return -EPIPE;
    if (index > 0) {
        gsize length = strlen(strings[index]);
        descriptor[0] = (guint8)(2 + 2 * length);
        for (gsize i = 0; i < length; i++) {
            descriptor[2 + 2 * i] = (guint8)strings[index][i];
            descriptor[3 + 2 * i] = 0;
        }
    }
    int n = MIN(size, descriptor[0]);
    memcpy(bytes, descriptor, (gsize)n);
    return n;
}

static int
read_register(const FingerprintSensor *self, guint16 number, guint8 *bytes, int size)
{
    memset(bytes, 0, (gsize)size);
    if (number == REGISTER_POWER && size >= 1)
        bytes[0] = self->power;
    if (number == REGISTER_VERSION && size >= 16) {
        bytes[4] = 0x03;
        bytes[5] = 0x31;
        bytes[10] = 5;
    }
    return size;
}

static int
control(UsbEmulator *emulator, gpointer data, const struct usb_ctrlrequest *request, guint8 *bytes,
        int size)
{
    FingerprintSensor *self = data;
    guint16 value = GUINT16_FROM_LE(request->wValue);
    if (request->bRequestType == USB_DIR_IN && request->bRequest == USB_REQ_GET_DESCRIPTOR &&
        value >> 8 == USB_DT_STRING)
        return get_string(value & 0xff, bytes, size);
    if (request->bRequest != VENDOR_REQUEST)
        return -EPIPE;
    if ((request->bRequestType & USB_DIR_IN) != 0)
        return read_register(self, value, bytes, size);
    if (size >= 1 && value == REGISTER_POWER)
        set_power(self, bytes[0]);
    if (size >= 1 && value == REGISTER_MODE)
        set_mode(self, bytes[0]);
    return size;
}

static int
read_interrupt(FingerprintSensor *self, guint8 *bytes, int size)
{
    if (self->coming_event != EVENT_NONE && g_get_monotonic_time() >= self->coming_at) {
        g_queue_push_tail(&self->interrupts, GUINT_TO_POINTER(self->coming_event));
        self->coming_event = EVENT_NONE;
    }
    if (g_queue_is_empty(&self->interrupts) || size < 2)
        return USB_EMULATOR_NAK;
    guint event = GPOINTER_TO_UINT(g_queue_pop_head(&self->interrupts));
    memset(bytes, 0, (gsize)size);
    bytes[0] = (guint8)(event >> 8);
    bytes[1] = (guint8)event;
    return MIN(size, 64);
}

static int
read_picture(UsbEmulator *emulator, FingerprintSensor *self, guint8 *bytes, int size)
{
    if (!self->picture_ready)
        return USB_EMULATOR_NAK;
    self->picture_ready = FALSE;
    if (self->options.unplug_at == self->pictures) {
        self->options.unplug_at = 0;
        usb_emulator_unplug_soon(emulator, self->options.away_ms);
        return USB_EMULATOR_NAK;
    }
    int n = MIN(size, (int)sizeof self->picture);
    memcpy(bytes, self->picture, (gsize)n);
    return n;
}

static int
in(UsbEmulator *emulator, gpointer data, int endpoint, guint8 *bytes, int size)
{
    return endpoint == EP_INTERRUPT ? read_interrupt(data, bytes, size)
                                    : read_picture(emulator, data, bytes, size);
}

const UsbModel fingerprint_sensor_model = {
    .vendor = 0x05ba,
    .product = 0x000a,
    .descriptors = descriptors,
    .descriptors_size = sizeof descriptors,
    .serial = "GUICHET-EMULATED-1",
    .power_on = power_on,
    .control = control,
    .in = in,
};
