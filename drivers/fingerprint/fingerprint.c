/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/device.h"

#include <string.h>

#include <gusb.h>
#include <json-glib/json-glib.h>
#include <libfprint-2/fprint.h>

#include "core/error.h"
#include "drivers/fingerprint/examine.h"
#include "drivers/fingerprint/png.h"
#include "drivers/protocol.h"
#include "drivers/usb/usb.h"

#include <glib/gi18n-lib.h>

#define HEARTBEAT_SECONDS 5
#define CLOSE_MS 1000
#define MAX_SIDE 4096

#define GONE                                                                                           \
    N_("Le capteur d’empreintes a été débranché. Rebranchez-le puis F5 ; rien de ce qui était " \
       "accepté n’est perdu.")

typedef struct {
    FpDevice *device; /* borrowed from the context */
    const GuichetUsbModel *model;
    char *serial;
    char *id;
} Sensor;

static void
sensor_free(Sensor *sensor)
{
    g_free(sensor->serial);
    g_free(sensor->id);
    g_free(sensor);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sensor, sensor_free)

/* libfprint doesn't tell which USB device it drives. Both sides list in bus order: the first
 * device on the bus that belongs to a driver is the first FpDevice of this driver. */
static GuichetUsbDevice *
take_usb_device(GPtrArray *usb, const char *driver)
{
    for (guint i = 0; i < usb->len; i++) {
        const GuichetUsbDevice *device = g_ptr_array_index(usb, i);
        if (strcmp(device->model->driver, driver) == 0)
            return g_ptr_array_steal_index(usb, i);
    }
    return NULL;
}

static Sensor *
sensor_new(FpDevice *device, GPtrArray *usb)
{
    Sensor *sensor = g_new0(Sensor, 1);
    sensor->device = device;
    GuichetUsbDevice *known = take_usb_device(usb, fp_device_get_driver(device));
    if (known == NULL) {
        sensor->id = g_strdup_printf("libfprint:%s", fp_device_get_driver(device));
        return sensor;
    }
    sensor->model = known->model;
    sensor->serial = g_steal_pointer(&known->serial);
    sensor->id = guichet_usb_device_id(known->model);
    guichet_usb_device_free(known);
    return sensor;
}

/* Sensors that give pictures (Sensor*). */
static GPtrArray *
find_sensors(FpContext *context, GError **error)
{
    g_autoptr(GPtrArray) usb = guichet_usb_list(error);
    if (usb == NULL)
        return NULL;
    fp_context_enumerate(context);
    GPtrArray *devices = fp_context_get_devices(context); /* transfer none */
    GPtrArray *sensors = g_ptr_array_new_with_free_func((GDestroyNotify)sensor_free);
    for (guint i = 0; i < devices->len; i++) {
        FpDevice *device = g_ptr_array_index(devices, i);
        if (fp_device_has_feature(device, FP_DEVICE_FEATURE_CAPTURE))
            g_ptr_array_add(sensors, sensor_new(device, usb));
    }
    return sensors;
}

static gboolean
list(GPtrArray *devices, GError **error)
{
    g_autoptr(FpContext) context = fp_context_new();
    g_autoptr(GPtrArray) sensors = find_sensors(context, error);
    if (sensors == NULL)
        return FALSE;
    for (guint i = 0; i < sensors->len; i++) {
        const Sensor *sensor = g_ptr_array_index(sensors, i);
        g_ptr_array_add(devices, guichet_device_info_new(GUICHET_DEVICE_FINGERPRINT, sensor->id,
                                                         sensor->model != NULL
                                                             ? sensor->model->label
                                                             : fp_device_get_name(sensor->device)));
    }
    return TRUE;
}

/* One capture: the main loop turns until @done. */
typedef struct {
    const Sensor *sensor;
    GCancellable *cancellable; /* libfprint's: triggered in the main thread */
    GuichetCaptureProgress progress;
    gpointer progress_data;
    FpImage *image;
    GError *error; /* libfprint's */
    gboolean done, removed, closed;
} Session;

static const struct {
    FpDeviceRetry code;
    GuichetRetryCode guichet;
    const char *sentence;
} retries[] = {
    {FP_DEVICE_RETRY_GENERAL, GUICHET_RETRY_AGAIN,
     N_("L’empreinte n’a pas été lue. Posez le doigt bien à plat, réessayez.")},
    {FP_DEVICE_RETRY_TOO_SHORT, GUICHET_RETRY_TOO_SHORT,
     N_("Le doigt a été retiré trop tôt. Laissez-le posé, réessayez.")},
    {FP_DEVICE_RETRY_CENTER_FINGER, GUICHET_RETRY_CENTRE,
     N_("Le doigt n’est pas centré sur le capteur. Recentrez-le, réessayez.")},
    {FP_DEVICE_RETRY_REMOVE_FINGER, GUICHET_RETRY_LIFT,
     N_("Levez le doigt, essuyez le capteur, reposez le doigt.")},
};

static const struct {
    FpDeviceError code;
    GuichetErrorCode guichet;
    const char *sentence;
} failures[] = {
    {FP_DEVICE_ERROR_REMOVED, GUICHET_ERROR_DEVICE_GONE, GONE},
    {FP_DEVICE_ERROR_BUSY, GUICHET_ERROR_BUSY,
     N_("Le capteur d’empreintes est utilisé par un autre programme. Fermez-le puis réessayez.")},
    {FP_DEVICE_ERROR_TOO_HOT, GUICHET_ERROR_BUSY,
     N_("Le capteur d’empreintes a chauffé. Attendez une minute puis réessayez.")},
    {FP_DEVICE_ERROR_NOT_SUPPORTED, GUICHET_ERROR_UNSUPPORTED,
     N_("Ce capteur ne donne pas d’image d’empreinte. Branchez un capteur d’enrôlement.")},
};

static gboolean
set_retry(const GError *cause, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(retries); i++) {
        if (g_error_matches(cause, FP_DEVICE_RETRY, (int)retries[i].code)) {
            g_set_error_literal(error, GUICHET_RETRY, (int)retries[i].guichet,
                                _(retries[i].sentence));
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
set_failure(const GError *cause, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(failures); i++) {
        if (g_error_matches(cause, FP_DEVICE_ERROR, (int)failures[i].code)) {
            g_set_error_literal(error, GUICHET_ERROR, (int)failures[i].guichet,
                                _(failures[i].sentence));
            return TRUE;
        }
    }
    return FALSE;
}

/* The bus is asked too: some drivers report an unplug as a mere transfer error. */
static gboolean
is_still_plugged(const Sensor *sensor)
{
    g_autoptr(GPtrArray) usb = guichet_usb_list(NULL);
    if (sensor->model == NULL || usb == NULL)
        return TRUE;
    for (guint i = 0; i < usb->len; i++)
        if (((GuichetUsbDevice *)g_ptr_array_index(usb, i))->model == sensor->model)
            return TRUE;
    return FALSE;
}

static void
convert_error(const Session *session, GError **error)
{
    const GError *cause = session->error;
    g_printerr("libfprint: %s (%s %d)\n", cause->message, g_quark_to_string(cause->domain),
               cause->code);
    if (session->removed ||
        g_error_matches(cause, G_USB_DEVICE_ERROR, G_USB_DEVICE_ERROR_NO_DEVICE) ||
        !is_still_plugged(session->sensor))
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE_GONE, _(GONE));
    else if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_CANCELLED,
                            _("La capture est annulée."));
    else if (g_error_matches(cause, G_USB_DEVICE_ERROR, G_USB_DEVICE_ERROR_PERMISSION_DENIED))
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DENIED,
                            _("L’accès au capteur d’empreintes est refusé. Prévenez le "
                              "technicien."));
    else if (!set_retry(cause, error) && !set_failure(cause, error))
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                    _("Le capteur d’empreintes a échoué (%s), réessayez."), cause->message);
}

static void
on_captured(GObject *source, GAsyncResult *result, gpointer data)
{
    Session *session = data;
    session->image = fp_device_capture_finish(FP_DEVICE(source), result, &session->error);
    session->done = TRUE;
}

static void
tell_waiting(Session *session)
{
    session->progress("waiting", -1, _("Posez le doigt sur le capteur."), session->progress_data);
}

static void
on_opened(GObject *source, GAsyncResult *result, gpointer data)
{
    Session *session = data;
    if (!fp_device_open_finish(FP_DEVICE(source), result, &session->error)) {
        session->done = TRUE;
        return;
    }
    tell_waiting(session);
    fp_device_capture(FP_DEVICE(source), TRUE, session->cancellable, on_captured, session);
}

static void
on_closed(GObject *source, GAsyncResult *result, gpointer data)
{
    Session *session = data;
    g_autoptr(GError) error = NULL;
    if (!fp_device_close_finish(FP_DEVICE(source), result, &error))
        g_printerr("libfprint: %s\n", error->message); /* a removed device can't be closed */
    session->closed = TRUE;
}

static void
on_removed(FpDevice *device, gpointer data)
{
    ((Session *)data)->removed = TRUE;
}

static void
on_finger_status(FpDevice *device, GParamSpec *property, gpointer data)
{
    Session *session = data;
    if ((fp_device_get_finger_status(device) & FP_FINGER_STATUS_PRESENT) != 0)
        session->progress("capturing", -1, _("Ne bougez plus le doigt…"), session->progress_data);
}

static gboolean
on_heartbeat(gpointer data)
{
    tell_waiting(data);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_cancelled(GCancellable *cancellable, gpointer data)
{
    g_cancellable_cancel(((Session *)data)->cancellable);
    return G_SOURCE_REMOVE;
}

static gboolean
on_close_timeout(gpointer data)
{
    ((Session *)data)->closed = TRUE;
    return G_SOURCE_REMOVE;
}

/* Also after an unplug: a removed device that isn't closed makes libusb abort later. */
static void
close_sensor(Session *session)
{
    if (!fp_device_is_open(session->sensor->device))
        return;
    guint timeout = g_timeout_add(CLOSE_MS, on_close_timeout, session);
    fp_device_close(session->sensor->device, NULL, on_closed, session);
    while (!session->closed)
        g_main_context_iteration(NULL, TRUE);
    GSource *source = g_main_context_find_source_by_id(NULL, timeout);
    if (source != NULL)
        g_source_destroy(source);
}

static void
run_session(Session *session, GCancellable *cancellable)
{
    FpDevice *device = session->sensor->device;
    g_autoptr(GSource) cancel = g_cancellable_source_new(cancellable);
    g_source_set_callback(cancel, G_SOURCE_FUNC(on_cancelled), session, NULL);
    g_source_attach(cancel, NULL);
    guint heartbeat = g_timeout_add_seconds(HEARTBEAT_SECONDS, on_heartbeat, session);
    gulong removed = g_signal_connect(device, "removed", G_CALLBACK(on_removed), session);
    gulong finger =
        g_signal_connect(device, "notify::finger-status", G_CALLBACK(on_finger_status), session);
    fp_device_open(device, session->cancellable, on_opened, session);
    while (!session->done)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(heartbeat);
    g_signal_handler_disconnect(device, finger);
    close_sensor(session);
    g_signal_handler_disconnect(device, removed);
    g_source_destroy(cancel);
}

static char *
attributes_of(const Sensor *sensor, guint width, guint height)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, "{\"width\":%u,\"height\":%u,\"driver\":\"%s\"", width, height,
                    fp_device_get_driver(sensor->device));
    if (sensor->model != NULL) {
        if (sensor->model->dpi > 0)
            g_string_append_printf(text, ",\"dpi\":%u", sensor->model->dpi);
        g_string_append_printf(text, ",\"vid\":\"%04x\",\"pid\":\"%04x\"", sensor->model->vendor,
                               sensor->model->product);
    }
    if (sensor->serial != NULL) {
        g_autoptr(JsonNode) serial = json_node_init_string(json_node_alloc(), sensor->serial);
        g_autofree char *quoted = json_to_string(serial, FALSE);
        g_string_append_printf(text, ",\"serial\":%s", quoted);
    }
    g_string_append_c(text, '}');
    return g_strdup(text->str);
}

static GuichetCapture *
capture_from_image(const Sensor *sensor, FpImage *image, GError **error)
{
    guint width = fp_image_get_width(image), height = fp_image_get_height(image);
    gsize size;
    const guint8 *pixels = fp_image_get_data(image, &size);
    if (width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE ||
        size < (gsize)width * height) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                    _("Le capteur a rendu une image impossible (%u × %u), réessayez."), width,
                    height);
        return NULL;
    }
    guint dpi = sensor->model != NULL ? sensor->model->dpi : 0;
    g_autoptr(GBytes) png = guichet_print_to_png(pixels, width, height, dpi, error);
    if (png == NULL)
        return NULL;
    g_autofree char *device =
        g_strdup_printf("%s %s", fp_device_get_driver(sensor->device),
                        sensor->id + strlen("usb:") * g_str_has_prefix(sensor->id, "usb:"));
    return guichet_capture_new(png, "image/png", device, attributes_of(sensor, width, height));
}

static GuichetCapture *
capture_with(const Sensor *sensor, GCancellable *cancellable, GuichetCaptureProgress progress,
             gpointer progress_data, GError **error)
{
    g_autoptr(GCancellable) inner = g_cancellable_new();
    Session session = {
        .sensor = sensor,
        .cancellable = inner,
        .progress = progress,
        .progress_data = progress_data,
    };
    run_session(&session, cancellable);
    g_autoptr(FpImage) image = session.image;
    g_autoptr(GError) cause = session.error;
    if (image == NULL) {
        convert_error(&session, error);
        return NULL;
    }
    progress("processing", 1, _("Empreinte lue."), progress_data);
    return capture_from_image(sensor, image, error);
}

static GuichetCapture *
capture(const char *device, GCancellable *cancellable, GuichetCaptureProgress progress,
        gpointer progress_data, GError **error)
{
    progress("opening", -1, _("Ouverture du capteur d’empreintes…"), progress_data);
    g_autoptr(FpContext) context = fp_context_new();
    g_autoptr(GPtrArray) sensors = find_sensors(context, error);
    if (sensors == NULL)
        return NULL;
    for (guint i = 0; i < sensors->len; i++) {
        const Sensor *sensor = g_ptr_array_index(sensors, i);
        if (strcmp(sensor->id, device) == 0)
            return capture_with(sensor, cancellable, progress, progress_data, error);
    }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("Le capteur d’empreintes « %s » n’est pas branché. Branchez-le puis F5."),
                device);
    return NULL;
}

const GuichetDeviceDriver guichet_fingerprint_driver = {
    .family = GUICHET_DEVICE_FINGERPRINT,
    .absent = N_("Aucun capteur d’empreintes n’est branché. Branchez-le puis F5."),
    .list = list,
    .capture = capture,
    .examine = guichet_fingerprint_examine,
};
