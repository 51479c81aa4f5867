/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/secret.h"
#include "core/station.h"

/**
 * Where the station's secret lies: sealed in the TPM (keys/station.tpm), or, on a station without
 * one, in a file of mode 0600 (keys/station.secret), which is shown and recorded wherever it
 * matters. Which of the two is decided once, at init, and station.json says so.
 */
typedef struct {
    const char *tcti;    /* where the TPM is; NULL = none */
    gboolean boot_bound; /* opens only while the Secure Boot policy (PCR 7) is what it is now */
} GuichetVaultChoice;

/* Makes and keeps a new secret. With a TPM, *@counter is the index of a new counter in it and
 * *@value its value. */
gboolean guichet_vault_create(const char *root, const GuichetVaultChoice *choice, guint32 *counter,
                              guint64 *value, GError **error);
/* A station that was made with a TPM refuses without it, or with another. */
GuichetSecret *guichet_vault_open(GuichetStation *station, GError **error);
