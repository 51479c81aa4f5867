/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/device.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#include "core/error.h"
#include "core/piece.h"
#include "drivers/camera/examine.h"
#include "drivers/protocol.h"

#include <glib/gi18n-lib.h>

#define PULL_SLICE (100 * GST_MSECOND)
#define HEARTBEAT_SLICES 50
/* A camera's first frames are dark: exposure and white balance need some. */
#define LIVE_SETTLING_FRAMES 10
/* Larger pictures are scaled down to this side: a portrait needs no more, and a piece is bounded.
 */
#define SIDE_RANGE "[16,4096]"

/* 1:4:0:0 is what JFIF means: full range, BT.601. jpegenc takes any range for that, so that without
 * it colours and contrast fade. */
#define AFTER_SOURCE                                                                               \
    " ! videoconvert ! videoscale ! "                                                              \
    "video/x-raw,format=I420,width=" SIDE_RANGE ",height=" SIDE_RANGE                              \
    ",pixel-aspect-ratio=1/1,colorimetry=1:4:0:0 ! "                                               \
    "jpegenc quality=92 ! appsink name=sink sync=false max-buffers=1"

/* The only difference between cameras: the bin in front of the one path. @prefix selects it,
 * @property of the element "source" takes the rest of the id. */
static const struct {
    const char *prefix, *bin, *property;
    guint settling_frames;
} sources[] = {
    {"v4l2:", "v4l2src name=source ! decodebin", "device", LIVE_SETTLING_FRAMES},
    {"file:", "filesrc name=source ! decodebin ! imagefreeze num-buffers=1", "location", 0},
    {"test:", "videotestsrc name=source num-buffers=1 ! video/x-raw,width=1280,height=720", NULL,
     0},
};

typedef struct {
    GstElement *pipeline, *sink;
    guint settling_frames;
} Camera;

static void
camera_free(Camera *camera)
{
    gst_element_set_state(camera->pipeline, GST_STATE_NULL);
    gst_clear_object(&camera->sink);
    gst_clear_object(&camera->pipeline);
    g_free(camera);
}

static gboolean
init_gstreamer(GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (gst_init_check(NULL, NULL, &cause))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("GStreamer ne démarre pas (%s) : réinstallez Guichet ou prévenez le technicien."),
                cause->message);
    return FALSE;
}

static void
add_device(GPtrArray *devices, GstDevice *device)
{
    g_autoptr(GstStructure) properties = gst_device_get_properties(device);
    const char *path =
        properties != NULL ? gst_structure_get_string(properties, "device.path") : NULL;
    if (path == NULL)
        return;
    g_autofree char *id = g_strconcat("v4l2:", path, NULL);
    for (guint i = 0; i < devices->len; i++)
        if (g_str_equal(((GuichetDeviceInfo *)g_ptr_array_index(devices, i))->id, id))
            return;
    g_autofree char *label = gst_device_get_display_name(device);
    g_ptr_array_add(devices, guichet_device_info_new(GUICHET_DEVICE_CAMERA, id, label));
}

static gboolean
list(GPtrArray *devices, GError **error)
{
    if (!init_gstreamer(error))
        return FALSE;
    g_autoptr(GstDeviceMonitor) monitor = gst_device_monitor_new();
    gst_device_monitor_add_filter(monitor, "Video/Source", NULL);
    if (!gst_device_monitor_start(monitor))
        return TRUE; /* no provider at all: no camera */
    GList *found = gst_device_monitor_get_devices(monitor);
    for (GList *item = found; item != NULL; item = item->next)
        add_device(devices, item->data);
    g_list_free_full(found, gst_object_unref);
    gst_device_monitor_stop(monitor);
    return TRUE;
}

static Camera *
camera_new(gsize kind, const char *rest, GError **error)
{
    g_autofree char *description = g_strconcat(sources[kind].bin, AFTER_SOURCE, NULL);
    g_autoptr(GError) cause = NULL;
    GstElement *pipeline = gst_parse_launch(description, &cause);
    if (pipeline == NULL || cause != NULL) {
        gst_clear_object(&pipeline);
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                    _("Il manque une partie de GStreamer (%s) : installez "
                      "gstreamer1.0-plugins-good."),
                    cause != NULL ? cause->message : "");
        return NULL;
    }
    if (sources[kind].property != NULL) {
        g_autoptr(GstElement) source = gst_bin_get_by_name(GST_BIN(pipeline), "source");
        g_object_set(source, sources[kind].property, rest, NULL);
    }
    Camera *camera = g_new0(Camera, 1);
    camera->pipeline = pipeline;
    camera->sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
    camera->settling_frames = sources[kind].settling_frames;
    return camera;
}

static Camera *
open_camera(const char *device, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
        if (g_str_has_prefix(device, sources[i].prefix))
            return camera_new(i, device + strlen(sources[i].prefix), error);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("Caméra « %s » inconnue : « v4l2:/dev/videoN » ou « file:/image.jpg » est "
                  "attendu."),
                device);
    return NULL;
}

/* What a GStreamer error means at the desk. */
static const struct {
    int code;
    GuichetErrorCode guichet;
    const char *sentence;
} resource_errors[] = {
    {GST_RESOURCE_ERROR_NOT_FOUND, GUICHET_ERROR_NOT_FOUND,
     N_("La caméra « %s » n’existe pas. Branchez-la puis F5.")},
    {GST_RESOURCE_ERROR_BUSY, GUICHET_ERROR_BUSY,
     N_("La caméra « %s » est utilisée par un autre programme. Fermez-le puis réessayez.")},
    {GST_RESOURCE_ERROR_READ, GUICHET_ERROR_DEVICE_GONE,
     N_("La caméra « %s » a été débranchée. Rebranchez-la puis F5 ; rien de ce qui était accepté "
        "n’est perdu.")},
    {GST_RESOURCE_ERROR_OPEN_READ, GUICHET_ERROR_DENIED,
     N_("La caméra « %s » ne s’ouvre pas. Vérifiez ses droits d’accès ou prévenez le "
        "technicien.")},
};

static void
convert_error(const GError *cause, const char *device, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(resource_errors); i++) {
        if (g_error_matches(cause, GST_RESOURCE_ERROR, resource_errors[i].code)) {
            g_set_error(error, GUICHET_ERROR, (int)resource_errors[i].guichet,
                        _(resource_errors[i].sentence), device);
            return;
        }
    }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("La caméra « %s » a échoué (%s), réessayez."), device, cause->message);
}

static gboolean
check_bus(Camera *camera, const char *device, GError **error)
{
    g_autoptr(GstBus) bus = gst_element_get_bus(camera->pipeline);
    g_autoptr(GstMessage) message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
    if (message == NULL)
        return TRUE;
    g_autoptr(GError) cause = NULL;
    g_autofree char *detail = NULL;
    gst_message_parse_error(message, &cause, &detail);
    g_printerr("%s: %s\n", cause->message, detail != NULL ? detail : "");
    convert_error(cause, device, error);
    return FALSE;
}

/* The next frame, in slices so that cancelling and errors are noticed. */
static GstSample *
pull_frame(Camera *camera, const char *device, GCancellable *cancellable,
           GuichetCaptureProgress progress, gpointer progress_data, GError **error)
{
    for (guint slice = 1;; slice++) {
        GstSample *sample = gst_app_sink_try_pull_sample(GST_APP_SINK(camera->sink), PULL_SLICE);
        if (sample != NULL)
            return sample;
        if (!check_bus(camera, device, error) || guichet_device_is_cancelled(cancellable, error))
            return NULL;
        if (gst_app_sink_is_eos(GST_APP_SINK(camera->sink))) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                        _("La caméra « %s » n’a donné aucune image, réessayez."), device);
            return NULL;
        }
        if (slice % HEARTBEAT_SLICES == 0)
            progress("waiting", -1, _("La caméra se prépare…"), progress_data);
    }
}

static GuichetCapture *
capture_from_sample(GstSample *sample, const char *device, GError **error)
{
    GstBuffer *buffer = gst_sample_get_buffer(sample);
    gsize size = gst_buffer_get_size(buffer);
    int width = 0, height = 0;
    const GstStructure *caps = gst_caps_get_structure(gst_sample_get_caps(sample), 0);
    gst_structure_get_int(caps, "width", &width);
    gst_structure_get_int(caps, "height", &height);
    if (size == 0 || size > GUICHET_PIECE_MAX_BYTES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("L’image de la caméra « %s » est trop grande (%zu octets) : réglez la "
                      "caméra plus bas."),
                    device, size);
        return NULL;
    }
    guint8 *copy = g_malloc(size);
    gst_buffer_extract(buffer, 0, copy, size);
    g_autoptr(GBytes) content = g_bytes_new_take(copy, size);
    return guichet_capture_new(content, "image/jpeg", device,
                               g_strdup_printf("{\"width\":%d,\"height\":%d}", width, height));
}

static GuichetCapture *
capture(const char *device, GCancellable *cancellable, GuichetCaptureProgress progress,
        gpointer progress_data, GError **error)
{
    if (!init_gstreamer(error))
        return NULL;
    progress("opening", -1, _("Ouverture de la caméra…"), progress_data);
    Camera *camera = open_camera(device, error);
    if (camera == NULL)
        return NULL;
    guichet_device_defer(camera, (GDestroyNotify)camera_free);
    gst_element_set_state(camera->pipeline, GST_STATE_PLAYING);
    progress("capturing", -1, _("Ne bougez plus…"), progress_data);
    for (guint frame = 0; frame < camera->settling_frames; frame++) {
        g_autoptr(GstSample) unused =
            pull_frame(camera, device, cancellable, progress, progress_data, error);
        if (unused == NULL)
            return NULL;
    }
    g_autoptr(GstSample) sample =
        pull_frame(camera, device, cancellable, progress, progress_data, error);
    if (sample == NULL)
        return NULL;
    progress("processing", 1, _("Photo prise."), progress_data);
    return capture_from_sample(sample, device, error);
}

const GuichetDeviceDriver guichet_camera_driver = {
    .family = GUICHET_DEVICE_CAMERA,
    .absent = N_("Aucune caméra n’est branchée. Branchez-la puis F5."),
    .list = list,
    .capture = capture,
    .examine = guichet_camera_examine,
};
