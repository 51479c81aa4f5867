/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/enrolment.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/contact-point.h"
#include "core/error.h"
#include "core/json.h"
#include "core/opening-hours.h"
#include "core/paths.h"
#include "core/policy.h"
#include "core/procedure.h"
#include "core/reserve.h"
#include "core/session-policy.h"
#include "core/station.h"
#include "core/trusted-time.h"
#include "db/store.h"
#include "service-resources.h"
#include "service/packs.h"
#include "service/professional.h"
#include "service/vault.h"
#include "sync/bundle/pki.h"

#include <glib/gi18n-lib.h>

#define CONFIGURATION_MAX_BYTES (64 * 1024)

static const char *const folders[] = {"keys", "trust", "procedures", "outbox",
                                      "run",  "enrol", "print",      "policy"};

static gboolean
make_folders(const char *root, GError **error)
{
    if (g_mkdir_with_parents(root, 0750) != 0)
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), root);
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = guichet_station_path(root, folders[i]);
        guint mode = strcmp(folders[i], "keys") == 0 ? 0700 : 0750;
        if (g_mkdir_with_parents(path, (int)mode) != 0)
            return guichet_set_error_from_errno(error, errno, _("Création du dossier"), path);
    }
    return TRUE;
}

static gboolean
write_configuration(const char *root, JsonNode *configuration, GError **error)
{
    g_autofree char *text = json_to_string(configuration, TRUE);
    g_autofree char *path = guichet_station_path(root, "station.json");
    return guichet_write_file_durably(path, text, strlen(text), 0640, error);
}

/* station.json of a new station; @counter is the TPM's, if it has one. */
static JsonNode *
make_configuration(const char *id, const char *name, const GuichetVaultChoice *vault,
                   guint32 counter)
{
    JsonObject *object = json_object_new();
    JsonNode *node = json_node_init_object(json_node_alloc(), object);
    json_object_set_string_member(object, "profile", "station/1");
    json_object_set_string_member(object, "id", id);
    json_object_set_string_member(object, "name", name);
    json_object_set_string_member(object, "centre_url", "");
    if (vault->tcti != NULL) {
        JsonObject *tpm = json_object_new();
        json_object_set_string_member(tpm, "tcti", vault->tcti);
        json_object_set_int_member(tpm, "counter", counter);
        json_object_set_boolean_member(tpm, "boot", vault->boot_bound);
        json_object_set_object_member(object, "tpm", tpm);
    } else {
        json_object_set_boolean_member(object, "tpm", FALSE);
    }
    json_object_set_object_member(object, "devices", json_object_new());
    json_object_unref(object);
    return node;
}

/* station.json as an object, already checked by guichet_station_load(). */
static JsonNode *
read_configuration(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "station.json");
    g_autoptr(GBytes) bytes = guichet_read_file(path, CONFIGURATION_MAX_BYTES, error);
    if (bytes == NULL)
        return NULL;
    return guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                              "station.json", error);
}

static gboolean
make_key_and_csr(const char *root, const char *use, GuichetRole role, const char *id,
                 GError **error)
{
    g_autoptr(GuichetKey) key = guichet_key_generate(error);
    if (key == NULL)
        return FALSE;
    g_autofree char *key_name = g_strdup_printf("keys/%s.key", use);
    g_autofree char *key_path = guichet_station_path(root, key_name);
    g_autofree char *csr_name = g_strdup_printf("enrol/%s.csr", use);
    g_autofree char *csr_path = guichet_station_path(root, csr_name);
    g_autofree char *csr = guichet_key_make_csr(key, role, id, error);
    return csr != NULL && guichet_key_save(key, key_path, error) &&
           guichet_write_file_durably(csr_path, csr, strlen(csr), 0640, error);
}

/* The service that sends reads this one key, through the group of the folder keys/. */
static gboolean
share_tls_key(const char *root, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "keys/tls.key");
    return g_chmod(path, 0640) == 0 ||
           guichet_set_error_from_errno(error, errno, _("Droits de"), path);
}

GuichetSecret *
guichet_station_load_secret(const char *root, GError **error)
{
    g_autoptr(GuichetStation) station = guichet_station_load(root, error);
    return station != NULL ? guichet_vault_open(station, error) : NULL;
}

static gboolean
install_procedures(const char *root, const char *folder, GError **error)
{
    g_autoptr(GPtrArray) procedures = guichet_procedure_load_folder(folder, error);
    if (procedures == NULL)
        return FALSE;
    for (guint i = 0; i < procedures->len; i++) {
        GuichetProcedure *procedure = g_ptr_array_index(procedures, i);
        GBytes *bytes = guichet_procedure_get_bytes(procedure);
        g_autofree char *name =
            g_strdup_printf("procedures/%s.json", guichet_procedure_get_id(procedure));
        g_autofree char *path = guichet_station_path(root, name);
        if (!guichet_write_file_durably(path, g_bytes_get_data(bytes, NULL),
                                        g_bytes_get_size(bytes), 0640, error))
            return FALSE;
    }
    return TRUE;
}

/* The packs stand beside the procedures, as in assets/ and where they are installed. */
static gboolean
install_packs(const char *root, const char *procedures_folder, GError **error)
{
    g_autofree char *communes =
        g_build_filename(procedures_folder, "..", GUICHET_PACK_COMMUNES, NULL);
    g_autofree char *professionals =
        g_build_filename(procedures_folder, "..", GUICHET_PACK_PROFESSIONALS, NULL);
    return guichet_pack_install(root, communes, error) &&
           guichet_professionals_put(root, professionals, error);
}

/* A file that stands there already is an office's own decision. */
static gboolean
install_policy(const char *root, const char *file, const char *resource, GError **error)
{
    g_autofree char *path = guichet_station_path(root, file);
    g_autoptr(GBytes) policy = g_resource_lookup_data(guichet_service_get_resource(), resource,
                                                      G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_assert(policy != NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS) ||
           guichet_write_file_durably(path, g_bytes_get_data(policy, NULL),
                                      g_bytes_get_size(policy), 0640, error);
}

static gboolean
make_reserve(const char *root, GError **error)
{
    return install_policy(root, GUICHET_RESERVE_POLICY, "/fr/guichet/service/storage.json",
                          error) &&
           guichet_reserve_make(root, error);
}

/* @witness: the value of the TPM's counter, NULL without one. */
static gboolean
make_store(const char *root, const guint64 *witness, GError **error)
{
    g_autofree char *path = guichet_station_path(root, "station.db");
    g_autoptr(GuichetStore) store = guichet_store_open(path, error);
    return store != NULL && guichet_store_journal(store, "station-init", "", error) &&
           (witness == NULL || guichet_store_set_witness(store, "witness", *witness, error));
}

/* The common name of the certificates and a part of file names at the centre. */
static gboolean
check_id(const char *id, GError **error)
{
    if (g_regex_match_simple("^[a-z0-9][a-z0-9-]{1,62}$", id, G_REGEX_DOLLAR_ENDONLY, 0))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("« %.80s » ne peut pas nommer un poste : 2 à 63 lettres minuscules, chiffres ou "
                  "tirets, par exemple « mairie-de-lille-1 »"),
                id);
    return FALSE;
}

gboolean
guichet_station_init_vault(const char *root, const char *id, const char *name,
                           const char *procedures_folder, const GuichetVaultChoice *vault,
                           GError **error)
{
    guint32 counter = 0;
    guint64 value = 0;
    g_autofree char *configuration = guichet_station_path(root, "station.json");
    if (g_file_test(configuration, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS,
                    _("Il y a déjà un poste dans %s : choisissez un autre dossier"), root);
        return FALSE;
    }
    if (!check_id(id, error))
        return FALSE;
    /* the configuration comes last: a station is there when all of it is */
    if (!make_folders(root, error) || !install_procedures(root, procedures_folder, error) ||
        !install_packs(root, procedures_folder, error) ||
        !install_policy(root, GUICHET_RETENTION_FILE, "/fr/guichet/service/retention.json",
                        error) ||
        !install_policy(root, GUICHET_CONTACT_POINT_FILE, "/fr/guichet/service/contact-point.json",
                        error) ||
        !install_policy(root, GUICHET_OPENING_HOURS_FILE, "/fr/guichet/service/opening-hours.json",
                        error) ||
        !install_policy(root, GUICHET_SESSION_POLICY_FILE, "/fr/guichet/service/session.json",
                        error) ||
        !make_key_and_csr(root, "sign", GUICHET_ROLE_STATION_SIGN, id, error) ||
        !make_key_and_csr(root, "tls", GUICHET_ROLE_STATION_TLS, id, error) ||
        !share_tls_key(root, error) ||
        !guichet_vault_create(root, vault, &counter, &value, error) || !make_reserve(root, error) ||
        !make_store(root, vault->tcti != NULL ? &value : NULL, error))
        return FALSE;
    g_autoptr(JsonNode) made = make_configuration(id, name, vault, counter);
    return write_configuration(root, made, error);
}

gboolean
guichet_station_init(const char *root, const char *id, const char *name,
                     const char *procedures_folder, GError **error)
{
    const GuichetVaultChoice on_disk = {NULL, FALSE};
    return guichet_station_init_vault(root, id, name, procedures_folder, &on_disk, error);
}

gboolean
guichet_station_add_agent(const char *root, const char *agent, GuichetSecret *passphrase,
                          guint scrypt_log2n, const char *by_agent, GuichetSecret *by_passphrase,
                          GError **error)
{
    g_autofree char *path = guichet_station_path(root, "station.db");
    g_autoptr(GuichetSecret) station_secret = guichet_station_load_secret(root, error);
    g_autoptr(GuichetStore) store =
        station_secret != NULL ? guichet_store_open_existing(path, error) : NULL;
    if (store == NULL)
        return FALSE;
    if (by_agent != NULL &&
        !guichet_store_unlock(store, by_agent, station_secret, by_passphrase, error))
        return FALSE;
    return guichet_store_add_agent(store, agent, station_secret, passphrase, scrypt_log2n, error);
}

/* One certificate of the centre's answer: its chain, its role and, for ours, our key and name. */
static gboolean
check_answer(const char *root, const char *answer, const char *file, GuichetTrust *trust,
             GuichetRole role, const char *key_path, const char *station, GError **error)
{
    g_autofree char *path = g_build_filename(answer, file, NULL);
    g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(path, error);
    if (certificate == NULL ||
        !guichet_trust_verify(trust, certificate, role, guichet_trusted_time_now(root), error)) {
        g_prefix_error(error, "%s : ", file);
        return FALSE;
    }
    if (key_path == NULL)
        return TRUE;
    if (strcmp(guichet_certificate_get_name(certificate), station) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("%s est au nom de « %s », ce poste est « %s » : demandez au centre la "
                      "réponse de ce poste"),
                    file, guichet_certificate_get_name(certificate), station);
        return FALSE;
    }
    g_autoptr(GuichetKey) key = guichet_key_load(key_path, error);
    return key != NULL && guichet_certificate_check_key(certificate, key, error);
}

static gboolean
check_root(const char *root_path, const char *fingerprint, GError **error)
{
    g_autoptr(GuichetCertificate) root = guichet_certificate_load(root_path, error);
    if (root == NULL)
        return FALSE;
    if (g_ascii_strcasecmp(guichet_certificate_get_fingerprint(root), fingerprint) == 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNTRUSTED,
                _("L’empreinte de root.crt est %s, pas celle que vous avez donnée : vérifiez-la "
                  "auprès du centre, rien n’a été changé"),
                guichet_certificate_get_fingerprint(root));
    return FALSE;
}

/* {"profile": "enrolement/1", "url": "https://…"} */
static char *
read_centre_url(const char *answer, GError **error)
{
    g_autofree char *path = g_build_filename(answer, "centre.json", NULL);
    g_autoptr(GBytes) bytes = guichet_read_file(path, CONFIGURATION_MAX_BYTES, error);
    g_autoptr(JsonNode) node =
        bytes != NULL ? guichet_json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                                           "centre.json", error)
                      : NULL;
    if (node == NULL)
        return NULL;
    const char *url = guichet_json_string(json_node_get_object(node), "url", "centre.json", error);
    if (url == NULL)
        return NULL;
    if (!g_str_has_prefix(url, "https://")) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("centre.json: /url : « %.80s » n’est pas une adresse https://"), url);
        return NULL;
    }
    return g_strdup(url);
}

static gboolean
copy_durably(const char *from_folder, const char *from, const char *root, const char *to,
             GError **error)
{
    g_autofree char *source = g_build_filename(from_folder, from, NULL);
    g_autofree char *target = guichet_station_path(root, to);
    g_autoptr(GBytes) bytes = guichet_read_file(source, CONFIGURATION_MAX_BYTES, error);
    return bytes != NULL && guichet_write_file_durably(target, g_bytes_get_data(bytes, NULL),
                                                       g_bytes_get_size(bytes), 0640, error);
}

static gboolean
check_answer_folder(const char *root, const char *answer, const char *fingerprint,
                    const char *station, GError **error)
{
    g_autofree char *root_path = g_build_filename(answer, "root.crt", NULL);
    g_autofree char *sign_key = guichet_station_path(root, "keys/sign.key");
    g_autofree char *tls_key = guichet_station_path(root, "keys/tls.key");
    if (!check_root(root_path, fingerprint, error))
        return FALSE;
    g_autoptr(GuichetTrust) trust = guichet_trust_load(root_path, NULL, error);
    return trust != NULL &&
           check_answer(root, answer, "station-sign.crt", trust, GUICHET_ROLE_STATION_SIGN,
                        sign_key, station, error) &&
           check_answer(root, answer, "station-tls.crt", trust, GUICHET_ROLE_STATION_TLS, tls_key,
                        station, error) &&
           check_answer(root, answer, "centre-seal.crt", trust, GUICHET_ROLE_CENTRE_SEAL, NULL,
                        NULL, error);
}

/* What we were enrolled with has begun by now: no true clock is before it. */
static gboolean
note_time(const char *root, GError **error)
{
    static const char *const files[] = {"trust/root.crt", "trust/centre-seal.crt", "keys/sign.crt"};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = guichet_station_path(root, files[i]);
        g_autoptr(GuichetCertificate) certificate = guichet_certificate_load(path, error);
        if (certificate == NULL ||
            !guichet_trusted_time_raise(root, guichet_certificate_get_not_before(certificate),
                                        error))
            return FALSE;
    }
    return TRUE;
}

gboolean
guichet_station_enrol(const char *root, const char *answer_folder, const char *root_fingerprint,
                      GError **error)
{
    g_autoptr(GuichetStation) station = guichet_station_load(root, error);
    if (station == NULL || !check_answer_folder(root, answer_folder, root_fingerprint,
                                                guichet_station_get_id(station), error))
        return FALSE;
    g_autofree char *url = read_centre_url(answer_folder, error);
    g_autoptr(JsonNode) configuration = url != NULL ? read_configuration(root, error) : NULL;
    if (configuration == NULL)
        return FALSE;
    json_object_set_string_member(json_node_get_object(configuration), "centre_url", url);
    return copy_durably(answer_folder, "station-sign.crt", root, "keys/sign.crt", error) &&
           copy_durably(answer_folder, "station-tls.crt", root, "keys/tls.crt", error) &&
           copy_durably(answer_folder, "root.crt", root, "trust/root.crt", error) &&
           copy_durably(answer_folder, "root.crt", root, "trust/centre-tls-ca.crt", error) &&
           copy_durably(answer_folder, "centre-seal.crt", root, "trust/centre-seal.crt", error) &&
           note_time(root, error) && write_configuration(root, configuration, error);
}

gboolean
guichet_station_set_device(const char *root, const char *family, const char *device, GError **error)
{
    g_autoptr(GuichetStation) station = guichet_station_load(root, error);
    g_autoptr(JsonNode) configuration = station != NULL ? read_configuration(root, error) : NULL;
    if (configuration == NULL)
        return FALSE;
    JsonObject *devices =
        json_object_get_object_member(json_node_get_object(configuration), "devices");
    json_object_set_string_member(devices, family, device);
    return write_configuration(root, configuration, error);
}
