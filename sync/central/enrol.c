/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/enrol.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"

#define CSR_MAX (16 * 1024)
#define CLOCK_SLACK_US (5 * G_TIME_SPAN_MINUTE)
#define NAME_MAX_CHARS 200

/* The text of the request, which must be for @role; *name is its CN. */
static char *
read_csr(const char *folder, const char *file, GuichetRole role, char **name, GError **error)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autoptr(GBytes) bytes = guichet_read_file(path, CSR_MAX, error);
    if (bytes == NULL)
        return NULL;
    g_autofree char *pem = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    GuichetRole asked;
    g_autofree char *common_name = NULL;
    if (!guichet_csr_inspect(pem, &asked, &common_name, error)) {
        g_prefix_error(error, "%s : ", path);
        return NULL;
    }
    if (asked != role) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("%s demande le rôle %s au lieu de %s : refaites la demande au poste"), path,
                    guichet_role_name(asked), guichet_role_name(role));
        return NULL;
    }
    *name = g_steal_pointer(&common_name);
    return g_steal_pointer(&pem);
}

typedef struct {
    char *station;
    GuichetCertificate *sign, *tls, *ca;
} Issued;

static void
issued_clear(Issued *issued)
{
    g_free(issued->station);
    g_clear_pointer(&issued->sign, guichet_certificate_unref);
    g_clear_pointer(&issued->tls, guichet_certificate_unref);
    g_clear_pointer(&issued->ca, guichet_certificate_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Issued, issued_clear)

static gboolean
issue_both(GuichetCentre *centre, const char *sign_csr, const char *tls_csr, guint days,
           Issued *issued, GError **error)
{
    g_autofree char *key_path = guichet_centre_path(centre, "pki/keys/root.key");
    g_autofree char *ca_path = guichet_centre_path(centre, "pki/root.crt");
    g_autoptr(GuichetKey) key = guichet_key_load(key_path, error);
    if (key == NULL)
        return FALSE;
    issued->ca = guichet_certificate_load(ca_path, error);
    if (issued->ca == NULL)
        return FALSE;
    gint64 from = g_get_real_time() - CLOCK_SLACK_US;
    gint64 until = from + days * G_TIME_SPAN_DAY;
    issued->sign = guichet_ca_issue(key, issued->ca, sign_csr, GUICHET_ROLE_STATION_SIGN, from,
                                    until, NULL, NULL, error);
    if (issued->sign == NULL)
        return FALSE;
    issued->tls = guichet_ca_issue(key, issued->ca, tls_csr, GUICHET_ROLE_STATION_TLS, from, until,
                                   NULL, NULL, error);
    return issued->tls != NULL;
}

static gboolean
read_and_issue(GuichetCentre *centre, const GuichetEnrolment *enrolment, Issued *issued,
               GError **error)
{
    g_autofree char *tls_name = NULL;
    g_autofree char *sign_csr = read_csr(enrolment->csr_folder, "sign.csr",
                                         GUICHET_ROLE_STATION_SIGN, &issued->station, error);
    if (sign_csr == NULL)
        return FALSE;
    g_autofree char *tls_csr =
        read_csr(enrolment->csr_folder, "tls.csr", GUICHET_ROLE_STATION_TLS, &tls_name, error);
    if (tls_csr == NULL)
        return FALSE;
    if (strcmp(issued->station, tls_name) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("Les deux demandes ne sont pas du même poste (%s, %s) : refaites-les"),
                    issued->station, tls_name);
        return FALSE;
    }
    return issue_both(centre, sign_csr, tls_csr, enrolment->days, issued, error);
}

static gboolean
write_text(const char *folder, const char *file, const char *text, GError **error)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    return guichet_write_file_durably(path, text, strlen(text), 0644, error);
}

static gboolean
write_certificate(const char *folder, const char *file, GuichetCertificate *certificate,
                  GError **error)
{
    g_autofree char *pem = guichet_certificate_to_pem(certificate);
    return write_text(folder, file, pem, error);
}

static gboolean
write_answer(GuichetCentre *centre, const GuichetEnrolment *enrolment, const Issued *issued,
             GError **error)
{
    const char *folder = enrolment->answer_folder;
    if (g_mkdir_with_parents(folder, 0755) != 0)
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), folder);
    g_autoptr(JsonObject) object = json_object_new();
    json_object_set_string_member(object, "profile", "enrolement/1");
    json_object_set_string_member(object, "url",
                                  enrolment->url != NULL ? enrolment->url : centre->url);
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);
    g_autofree char *description = guichet_json_canonical(node);
    return write_certificate(folder, "station-sign.crt", issued->sign, error) &&
           write_certificate(folder, "station-tls.crt", issued->tls, error) &&
           write_certificate(folder, "root.crt", issued->ca, error) &&
           write_certificate(folder, "centre-seal.crt", centre->seal_certificate, error) &&
           write_text(folder, "centre.json", description, error);
}

gboolean
guichet_enrol(GuichetCentre *centre, const GuichetEnrolment *enrolment, char **station,
              GError **error)
{
    if (enrolment->days < 1 || enrolment->days > 3650) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("Durée de %u jours impossible : donnez de 1 à 3650 jours"), enrolment->days);
        return FALSE;
    }
    if (g_utf8_strlen(enrolment->name, -1) > NAME_MAX_CHARS) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Nom du poste trop long : %d caractères au plus"), NAME_MAX_CHARS);
        return FALSE;
    }
    g_auto(Issued) issued = {0};
    if (!read_and_issue(centre, enrolment, &issued, error))
        return FALSE;
    g_autofree char *sign_pem = guichet_certificate_to_pem(issued.sign);
    if (!guichet_depot_add_station(centre->depot, issued.station, enrolment->name,
                                   guichet_certificate_get_fingerprint(issued.tls), sign_pem,
                                   error) ||
        !write_answer(centre, enrolment, &issued, error))
        return FALSE;
    *station = g_steal_pointer(&issued.station);
    return TRUE;
}
