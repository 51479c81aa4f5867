/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/device.h"

#include <string.h>

#include <sane/sane.h>
#include <sane/saneopts.h>

#include "core/error.h"
#include "core/piece.h"
#include "drivers/protocol.h"
#include "drivers/scanner/examine.h"
#include "drivers/scanner/options.h"
#include "drivers/scanner/page.h"

#include <glib/gi18n-lib.h>

#define PREFIX "sane:"
#define READ_BYTES (64 * 1024)
#define PROGRESS_US (100 * 1000)
#define IDLE_US (5 * 1000)

typedef struct {
    GQuark domain;
    int code;
    const char *sentence;
} StatusMeaning;

static StatusMeaning
meaning_of(SANE_Status status)
{
    switch (status) {
    case SANE_STATUS_JAMMED:
        return (StatusMeaning){GUICHET_RETRY, GUICHET_RETRY_JAM,
                               N_("Bourrage papier dans le scanner. Retirez la feuille, refermez, "
                                  "réessayez.")};
    case SANE_STATUS_COVER_OPEN:
        return (StatusMeaning){GUICHET_RETRY, GUICHET_RETRY_COVER_OPEN,
                               N_("Le capot du scanner est ouvert. Fermez-le, réessayez.")};
    case SANE_STATUS_NO_DOCS:
        return (StatusMeaning){GUICHET_RETRY, GUICHET_RETRY_NO_PAPER,
                               N_("Le chargeur du scanner est vide. Placez la page, réessayez.")};
    case SANE_STATUS_DEVICE_BUSY:
        return (StatusMeaning){GUICHET_ERROR, GUICHET_ERROR_BUSY,
                               N_("Le scanner est occupé. Attendez un instant, réessayez.")};
    case SANE_STATUS_CANCELLED:
        return (StatusMeaning){GUICHET_ERROR, GUICHET_ERROR_CANCELLED,
                               N_("La numérisation est annulée.")};
    case SANE_STATUS_INVAL:
        return (StatusMeaning){GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                               N_("Ce scanner n’est pas branché ou pas allumé. Branchez-le puis "
                                  "F5.")};
    case SANE_STATUS_IO_ERROR:
        return (StatusMeaning){GUICHET_ERROR, GUICHET_ERROR_DEVICE_GONE,
                               N_("Le scanner ne répond plus. Vérifiez son câble puis F5 ; rien de "
                                  "ce qui était accepté n’est perdu.")};
    case SANE_STATUS_ACCESS_DENIED:
        return (StatusMeaning){GUICHET_ERROR, GUICHET_ERROR_DENIED,
                               N_("L’accès au scanner est refusé. Prévenez le technicien.")};
    case SANE_STATUS_UNSUPPORTED:
        return (StatusMeaning){GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                               N_("Ce scanner ne sait pas faire cela. Prévenez le technicien.")};
    default:
        return (StatusMeaning){GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                               N_("Le scanner a échoué, réessayez.")};
    }
}

static gboolean
set_status_error(GError **error, SANE_Status status)
{
    StatusMeaning meaning = meaning_of(status);
    g_printerr("SANE: %s\n", sane_strstatus(status));
    g_set_error_literal(error, meaning.domain, meaning.code, _(meaning.sentence));
    return FALSE;
}

/* sane_init() to sane_exit(), with at most one open device. */
typedef struct {
    SANE_Handle handle;
} Session;

static void
session_free(Session *session)
{
    if (session->handle != NULL) {
        sane_cancel(session->handle);
        sane_close(session->handle);
    }
    sane_exit();
    g_free(session);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

static Session *
session_new(GError **error)
{
    SANE_Int version;
    SANE_Status status = sane_init(&version, NULL);
    if (status == SANE_STATUS_GOOD)
        return g_new0(Session, 1);
    set_status_error(error, status);
    return NULL;
}

static gboolean
list(GPtrArray *devices, GError **error)
{
    g_autoptr(Session) session = session_new(error);
    if (session == NULL)
        return FALSE;
    const SANE_Device **found = NULL;
    SANE_Status status = sane_get_devices(&found, SANE_FALSE);
    if (status != SANE_STATUS_GOOD)
        return set_status_error(error, status);
    for (gsize i = 0; found[i] != NULL; i++) {
        g_autofree char *id = g_strconcat(PREFIX, found[i]->name, NULL);
        g_autofree char *label = g_strdup_printf("%s %s", found[i]->vendor, found[i]->model);
        g_ptr_array_add(devices, guichet_device_info_new(GUICHET_DEVICE_SCANNER, id, label));
    }
    return TRUE;
}

/* "sane:NAME#option=value#option=value": what the station's configuration wants beyond the
 * defaults, a source for instance. */
static gboolean
apply_options(SANE_Handle handle, char **options, GError **error)
{
    for (gsize i = 0; options[i] != NULL; i++) {
        char *equals = strchr(options[i], '=');
        if (equals != NULL)
            *equals = '\0';
        if (equals == NULL || !guichet_sane_set(handle, options[i], equals + 1)) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                        _("Le scanner refuse le réglage « %s » : corrigez l’appareil dans la "
                          "configuration du poste."),
                        options[i]);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
open_device(Session *session, const char *device, GError **error)
{
    if (!g_str_has_prefix(device, PREFIX)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Scanner « %s » inconnu : « sane:NOM » est attendu."), device);
        return FALSE;
    }
    g_auto(GStrv) parts = g_strsplit(device + strlen(PREFIX), "#", 16);
    SANE_Status status = sane_open(parts[0], &session->handle);
    if (status != SANE_STATUS_GOOD) {
        session->handle = NULL;
        return set_status_error(error, status);
    }
    guichet_sane_prepare_page(session->handle);
    return apply_options(session->handle, parts + 1, error);
}

static gboolean
check_parameters(const SANE_Parameters *parameters, GError **error)
{
    gboolean known = parameters->format == SANE_FRAME_GRAY || parameters->format == SANE_FRAME_RGB;
    if (!known || parameters->depth != 8) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                    _("Ce scanner donne un format d’image non pris en charge (trame %d, %d bits). "
                      "Prévenez le technicien."),
                    (int)parameters->format, parameters->depth);
        return FALSE;
    }
    gint64 channels = parameters->format == SANE_FRAME_RGB ? 3 : 1;
    gint64 lines = MAX(parameters->lines, 1);
    if (parameters->pixels_per_line < 1 || parameters->pixels_per_line > GUICHET_SCAN_MAX_SIDE ||
        parameters->lines > GUICHET_SCAN_MAX_SIDE ||
        parameters->bytes_per_line < parameters->pixels_per_line * channels ||
        parameters->bytes_per_line * lines > GUICHET_SCAN_MAX_BYTES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("La page annoncée par le scanner est démesurée (%d × %d points). Réglez-le "
                      "sur A4 à 300 points par pouce."),
                    parameters->pixels_per_line, parameters->lines);
        return FALSE;
    }
    return TRUE;
}

/* lines is -1 where the device can't know (hand scanners, some feeders). */
static double
fraction_of(const SANE_Parameters *parameters, gsize done)
{
    if (parameters->lines <= 0)
        return -1;
    double whole = (double)parameters->bytes_per_line * parameters->lines;
    return MIN(1.0, (double)done / whole);
}

/* Whole page into @rows. sane_read() may give nothing without an end: then it is asked again. */
static gboolean
read_page(SANE_Handle handle, const SANE_Parameters *parameters, GByteArray *rows,
          GCancellable *cancellable, GuichetCaptureProgress progress, gpointer progress_data,
          GError **error)
{
    g_autofree guint8 *buffer = g_malloc(READ_BYTES);
    gint64 told = 0;
    for (;;) {
        SANE_Int n = 0;
        SANE_Status status = sane_read(handle, buffer, READ_BYTES, &n);
        if (status == SANE_STATUS_EOF)
            return TRUE;
        if (status != SANE_STATUS_GOOD)
            return set_status_error(error, status);
        if (guichet_device_is_cancelled(cancellable, error))
            return FALSE;
        if (rows->len + (gsize)n > GUICHET_SCAN_MAX_BYTES) {
            g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                                _("Le scanner envoie une page sans fin. Éteignez-le, rallumez-le, "
                                  "réessayez."));
            return FALSE;
        }
        g_byte_array_append(rows, buffer, (guint)n);
        if (n == 0)
            g_usleep(IDLE_US);
        gint64 now = g_get_monotonic_time();
        if (n > 0 && now - told >= PROGRESS_US) {
            told = now;
            progress("capturing", fraction_of(parameters, rows->len), _("Numérisation de la page…"),
                     progress_data);
        }
    }
}

static GuichetCapture *
capture_from_rows(SANE_Handle handle, const SANE_Parameters *parameters, const GByteArray *rows,
                  const char *device, GError **error)
{
    GuichetScanPage page = {
        .width = (guint)parameters->pixels_per_line,
        .height = rows->len / (guint)parameters->bytes_per_line,
        .channels = parameters->format == SANE_FRAME_RGB ? 3 : 1,
        .stride = (gsize)parameters->bytes_per_line,
        .rows = rows->data,
        .dpi = MIN(guichet_sane_get_number(handle, SANE_NAME_SCAN_RESOLUTION), G_MAXUINT16),
    };
    if (parameters->lines > 0) /* some backends send more than they announce */
        page.height = MIN(page.height, (guint)parameters->lines);
    if (page.height == 0) {
        g_set_error_literal(error, GUICHET_RETRY, GUICHET_RETRY_AGAIN,
                            _("Le scanner a rendu une page vide. Replacez la page, réessayez."));
        return NULL;
    }
    g_autoptr(GBytes) content = guichet_scan_page_to_jpeg(&page, error);
    if (content == NULL)
        return NULL;
    if (g_bytes_get_size(content) > GUICHET_PIECE_MAX_BYTES) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                            _("La page numérisée dépasse 16 Mo : nettoyez la vitre, réessayez."));
        return NULL;
    }
    GString *attributes = g_string_new(NULL);
    g_string_printf(attributes, "{\"width\":%u,\"height\":%u", page.width, page.height);
    if (page.dpi > 0)
        g_string_append_printf(attributes, ",\"dpi\":%u", page.dpi);
    g_string_append_printf(attributes, ",\"color\":%s}", page.channels == 3 ? "true" : "false");
    return guichet_capture_new(content, "image/jpeg", device, g_string_free(attributes, FALSE));
}

static GuichetCapture *
scan(SANE_Handle handle, const char *device, GCancellable *cancellable,
     GuichetCaptureProgress progress, gpointer progress_data, GError **error)
{
    SANE_Parameters parameters = {0};
    SANE_Status status = sane_start(handle);
    if (status == SANE_STATUS_GOOD)
        status = sane_get_parameters(handle, &parameters);
    if (status != SANE_STATUS_GOOD) {
        set_status_error(error, status);
        return NULL;
    }
    if (!check_parameters(&parameters, error))
        return NULL;
    g_autoptr(GByteArray) rows = g_byte_array_new();
    if (!read_page(handle, &parameters, rows, cancellable, progress, progress_data, error))
        return NULL;
    progress("processing", 1, _("Page numérisée."), progress_data);
    return capture_from_rows(handle, &parameters, rows, device, error);
}

static GuichetCapture *
capture(const char *device, GCancellable *cancellable, GuichetCaptureProgress progress,
        gpointer progress_data, GError **error)
{
    progress("opening", -1, _("Ouverture du scanner…"), progress_data);
    Session *session = session_new(error);
    if (session == NULL)
        return NULL;
    guichet_device_defer(session, (GDestroyNotify)session_free);
    if (!open_device(session, device, error))
        return NULL;
    if (guichet_device_is_cancelled(cancellable, error))
        return NULL;
    progress("capturing", -1, _("Numérisation de la page…"), progress_data);
    return scan(session->handle, device, cancellable, progress, progress_data, error);
}

const GuichetDeviceDriver guichet_scanner_driver = {
    .family = GUICHET_DEVICE_SCANNER,
    .absent = N_("Aucun scanner n’est branché ou allumé. Branchez-le puis F5."),
    .list = list,
    .capture = capture,
    .examine = guichet_scanner_examine,
};
