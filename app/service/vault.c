/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/vault.h"

#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "drivers/tpm/tpm.h"

#include <glib/gi18n-lib.h>

#define SECRET_BYTES 32
#define PLAIN_FILE "keys/station.secret"
#define SEALED_FILE "keys/station.tpm"

/* --- making --- */

static gboolean
write_file(const char *root, const char *name, const void *bytes, gsize size, GError **error)
{
    g_autofree char *path = guichet_station_path(root, name);
    return guichet_write_file_durably(path, bytes, size, 0600, error);
}

gboolean
guichet_vault_create(const char *root, const GuichetVaultChoice *choice, guint32 *counter,
                     guint64 *value, GError **error)
{
    g_autoptr(GuichetSecret) secret = guichet_secret_new_random(SECRET_BYTES, error);
    if (secret == NULL)
        return FALSE;
    if (choice->tcti == NULL)
        return write_file(root, PLAIN_FILE, guichet_secret_bytes(secret), SECRET_BYTES, error);
    g_autoptr(GuichetTpm) tpm = guichet_tpm_open(choice->tcti, error);
    g_autoptr(GBytes) sealed =
        tpm != NULL ? guichet_tpm_seal(tpm, secret, choice->boot_bound, error) : NULL;
    return sealed != NULL &&
           write_file(root, SEALED_FILE, g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed),
                      error) &&
           guichet_tpm_define_counter(tpm, counter, value, error);
}

/* --- opening --- */

static gboolean
check_size(const char *path, gsize size, GError **error)
{
    if (size != SECRET_BYTES)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("%s est abîmé (%zu octets au lieu de %d) : "
                      "remettez-le depuis la sauvegarde du poste"),
                    path, size, SECRET_BYTES);
    return size == SECRET_BYTES;
}

static GuichetSecret *
open_sealed(GuichetStation *station, GError **error)
{
    g_autofree char *path = guichet_station_path(guichet_station_get_root(station), SEALED_FILE);
    g_autoptr(GBytes) sealed = guichet_read_file(path, GUICHET_TPM_SEALED_MAX, error);
    g_autoptr(GuichetTpm) tpm =
        sealed != NULL ? guichet_tpm_open(guichet_station_get_tpm(station), error) : NULL;
    g_autoptr(GuichetSecret) secret = tpm != NULL ? guichet_tpm_unseal(tpm, sealed, error) : NULL;
    if (secret == NULL) {
        g_prefix_error(error, "%s", _("Ce poste ne s’ouvre qu’avec son TPM : "));
        return NULL;
    }
    return check_size(path, guichet_secret_size(secret), error) ? g_steal_pointer(&secret) : NULL;
}

/* The file is not there because the secret is in a TPM of which station.json no longer speaks. */
static gboolean
check_not_sealed(const char *root, GError **error)
{
    g_autofree char *sealed = guichet_station_path(root, SEALED_FILE);
    if (!g_file_test(sealed, G_FILE_TEST_EXISTS))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("Ce poste a été créé avec un TPM, mais station.json dit qu’il n’en a pas : "
                  "remettez station.json depuis la sauvegarde du poste"));
    return FALSE;
}

GuichetSecret *
guichet_vault_open(GuichetStation *station, GError **error)
{
    const char *root = guichet_station_get_root(station);
    if (guichet_station_has_tpm(station))
        return open_sealed(station, error);
    if (!check_not_sealed(root, error))
        return NULL;
    g_autofree char *path = guichet_station_path(root, PLAIN_FILE);
    g_autoptr(GBytes) bytes = guichet_read_file(path, SECRET_BYTES, error);
    if (bytes == NULL || !check_size(path, g_bytes_get_size(bytes), error))
        return NULL;
    GuichetSecret *secret = guichet_secret_new(g_bytes_get_data(bytes, NULL), SECRET_BYTES);
    /* the only reference is ours: the heap copy goes with it */
    explicit_bzero((void *)g_bytes_get_data(bytes, NULL), SECRET_BYTES);
    return secret;
}
