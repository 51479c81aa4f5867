/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/centre.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"

#define ROOT_DAYS 3650
#define CENTRE_DAYS 1825
#define CLOCK_SLACK_US (5 * G_TIME_SPAN_MINUTE)
#define CENTRE_JSON_MAX (16 * 1024)

static gboolean
make_folder(const char *root, const char *relative, GError **error)
{
    g_autofree char *path = g_build_filename(root, relative, NULL);
    if (g_mkdir_with_parents(path, 0700) != 0)
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), path);
    return TRUE;
}

static gboolean
make_folders(const char *root, GError **error)
{
    static const char *const folders[] = {"pki", "pki/keys", "inner", "spool", "depots"};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        if (!make_folder(root, folders[i], error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
save_certificate(const char *root, const char *relative, GuichetCertificate *certificate,
                 GError **error)
{
    g_autofree char *path = g_build_filename(root, relative, NULL);
    g_autofree char *pem = guichet_certificate_to_pem(certificate);
    return guichet_write_file_durably(path, pem, strlen(pem), 0644, error);
}

static gboolean
save_key(const char *root, const char *relative, GuichetKey *key, GError **error)
{
    g_autofree char *path = g_build_filename(root, relative, NULL);
    return guichet_key_save(key, path, error);
}

typedef struct {
    const char *root;
    const char *name;
    GuichetKey *ca_key;
    GuichetCertificate *ca;
} Issuer;

static gboolean
issue(const Issuer *issuer, GuichetRole role, const char *key_path, const char *certificate_path,
      const char *dns, const char *ip, GError **error)
{
    g_autoptr(GuichetKey) key = guichet_key_generate(error);
    if (key == NULL)
        return FALSE;
    g_autofree char *csr = guichet_key_make_csr(key, role, issuer->name, error);
    if (csr == NULL)
        return FALSE;
    gint64 now = g_get_real_time();
    g_autoptr(GuichetCertificate) certificate =
        guichet_ca_issue(issuer->ca_key, issuer->ca, csr, role, now - CLOCK_SLACK_US,
                         now + CENTRE_DAYS * G_TIME_SPAN_DAY, dns, ip, error);
    return certificate != NULL && save_key(issuer->root, key_path, key, error) &&
           save_certificate(issuer->root, certificate_path, certificate, error);
}

static gboolean
make_pki(const char *root, const GuichetCentreInit *init, char **fingerprint, GError **error)
{
    g_autoptr(GuichetKey) ca_key = guichet_key_generate(error);
    if (ca_key == NULL)
        return FALSE;
    g_autoptr(GuichetCertificate) ca = guichet_ca_make_root(ca_key, init->name, ROOT_DAYS, error);
    if (ca == NULL)
        return FALSE;
    Issuer issuer = {.root = root, .name = init->name, .ca_key = ca_key, .ca = ca};
    const char *dns = init->dns != NULL ? init->dns : "localhost";
    if (!save_key(root, "pki/keys/root.key", ca_key, error) ||
        !save_certificate(root, "pki/root.crt", ca, error) ||
        !issue(&issuer, GUICHET_ROLE_CENTRE_RECEIPT, "pki/keys/centre-receipt.key",
               "pki/centre-receipt.crt", NULL, NULL, error) ||
        !issue(&issuer, GUICHET_ROLE_CENTRE_TLS, "pki/keys/centre-tls.key", "pki/centre-tls.crt",
               dns, init->ip, error) ||
        !issue(&issuer, GUICHET_ROLE_CENTRE_SEAL, "inner/centre-seal.key", "pki/centre-seal.crt",
               NULL, NULL, error))
        return FALSE;
    *fingerprint = g_strdup(guichet_certificate_get_fingerprint(ca));
    return TRUE;
}

static gboolean
write_description(const char *path, const GuichetCentreInit *init, GError **error)
{
    g_autofree char *default_url =
        g_strdup_printf("https://%s:8443", init->dns != NULL ? init->dns : "localhost");
    g_autoptr(JsonObject) object = json_object_new();
    json_object_set_string_member(object, "profile", "centre/1");
    json_object_set_string_member(object, "name", init->name);
    json_object_set_string_member(object, "url", init->url != NULL ? init->url : default_url);
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);
    g_autofree char *text = guichet_json_canonical(node);
    return guichet_write_file_durably(path, text, strlen(text), 0644, error);
}

/* centre.json is written last and the depot made right after it: keys without either are those of
 * a making that was cut short, which nobody has ever been told of; it may begin again. */
static gboolean
is_made(const char *root)
{
    g_autofree char *description = g_build_filename(root, "centre.json", NULL);
    g_autofree char *depot = g_build_filename(root, "depot.db", NULL);
    return g_file_test(description, G_FILE_TEST_EXISTS) || g_file_test(depot, G_FILE_TEST_EXISTS);
}

gboolean
guichet_centre_init(const char *root, const GuichetCentreInit *init, char **fingerprint,
                    GError **error)
{
    g_autofree char *description = g_build_filename(root, "centre.json", NULL);
    if (is_made(root)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS,
                    _("Il y a déjà un centre dans %s : choisissez un autre dossier avec --root"),
                    root);
        return FALSE;
    }
    g_autofree char *made = NULL;
    if (!make_folders(root, error) || !make_pki(root, init, &made, error) ||
        !write_description(description, init, error))
        return FALSE;
    *fingerprint = g_steal_pointer(&made);
    return TRUE;
}

char *
guichet_centre_path(const GuichetCentre *self, const char *relative)
{
    return g_build_filename(self->root, relative, NULL);
}

static gboolean
load_description(GuichetCentre *self, GError **error)
{
    g_autofree char *path = guichet_centre_path(self, "centre.json");
    g_autoptr(GBytes) bytes = guichet_read_file(path, CENTRE_JSON_MAX, error);
    if (bytes == NULL)
        return FALSE;
    g_autoptr(JsonNode) node = guichet_json_parse(g_bytes_get_data(bytes, NULL),
                                                  g_bytes_get_size(bytes), "centre.json", error);
    if (node == NULL)
        return FALSE;
    JsonObject *object = json_node_get_object(node);
    const char *name = guichet_json_string(object, "name", "centre.json", error);
    if (name == NULL)
        return FALSE;
    const char *url = guichet_json_string(object, "url", "centre.json", error);
    if (url == NULL)
        return FALSE;
    self->name = g_strdup(name);
    self->url = g_strdup(url);
    return TRUE;
}

static gboolean
load_keys(GuichetCentre *self, GError **error)
{
    g_autofree char *root_path = guichet_centre_path(self, "pki/root.crt");
    g_autofree char *key_path = guichet_centre_path(self, "pki/keys/centre-receipt.key");
    g_autofree char *certificate_path = guichet_centre_path(self, "pki/centre-receipt.crt");
    g_autofree char *seal_path = guichet_centre_path(self, "pki/centre-seal.crt");
    self->trust = guichet_trust_load(root_path, NULL, error);
    if (self->trust == NULL)
        return FALSE;
    self->receipt_key = guichet_key_load(key_path, error);
    if (self->receipt_key == NULL)
        return FALSE;
    self->receipt_certificate = guichet_certificate_load(certificate_path, error);
    if (self->receipt_certificate == NULL)
        return FALSE;
    self->seal_certificate = guichet_certificate_load(seal_path, error);
    return self->seal_certificate != NULL &&
           guichet_certificate_check_key(self->receipt_certificate, self->receipt_key, error) &&
           guichet_trust_verify(self->trust, self->receipt_certificate, GUICHET_ROLE_CENTRE_RECEIPT,
                                g_get_real_time(), error);
}

GuichetCentre *
guichet_centre_open(const char *root, GuichetDepot *depot, GError **error)
{
    g_autoptr(GuichetCentre) self = g_new0(GuichetCentre, 1);
    self->root = g_strdup(root);
    self->depot = g_object_ref(depot);
    if (!load_description(self, error) || !load_keys(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
guichet_centre_free(GuichetCentre *self)
{
    if (self == NULL)
        return;
    g_free(self->root);
    g_free(self->name);
    g_free(self->url);
    g_clear_pointer(&self->trust, guichet_trust_free);
    g_clear_pointer(&self->receipt_key, guichet_key_free);
    g_clear_pointer(&self->receipt_certificate, guichet_certificate_unref);
    g_clear_pointer(&self->seal_certificate, guichet_certificate_unref);
    g_clear_object(&self->depot);
    g_free(self);
}
