/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

#include "core/secret.h"

/**
 * A TPM 2.0: keeps the station's secret so that it opens on this machine only, and counts, so that
 * an older copy of the store is noticed (TCG TPM 2.0 Library, rev. 1.59).
 *
 * The secret is a sealed object below a P-256 storage key of the owner hierarchy, which the TPM
 * makes anew each time from its seed: another TPM makes another key and opens nothing. Secrets
 * travel to and from the chip encrypted by a session salted with that key. The owner hierarchy
 * must have no password.
 *
 * Nothing in the environment chooses the TPM or replaces it: @tcti is the only word on where it
 * is. Calls block (20 ms to 1 s on a chip); one thread at a time uses one GuichetTpm.
 */
#define GUICHET_TPM_SEALED_MAX 4096 /* bytes of a sealed secret */
#define GUICHET_TPM_SECRET_MAX 128  /* bytes of a secret (TPM2_MAX_SYM_DATA) */

typedef struct _GuichetTpm GuichetTpm;

/* @tcti: "device:/dev/tpmrm0", or "swtpm:…" for one in software; "<name>:<where>", where name is a
 * TCTI module of tpm2-tss. GUICHET_ERROR_DEVICE when it does not answer. */
GuichetTpm *guichet_tpm_open(const char *tcti, GError **error);
void guichet_tpm_free(GuichetTpm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetTpm, guichet_tpm_free)

/* @boot_bound: opens only while PCR 7 (SHA-256 bank: the Secure Boot policy) is what it is now.
 * Layout of the result: README.md. */
GBytes *guichet_tpm_seal(GuichetTpm *self, GuichetSecret *secret, gboolean boot_bound,
                         GError **error);
/* GUICHET_ERROR_MISMATCH when another TPM sealed it or it was changed, GUICHET_ERROR_DENIED when
 * PCR 7 is not what it was, GUICHET_ERROR_MALFORMED. */
GuichetSecret *guichet_tpm_unseal(GuichetTpm *self, GBytes *sealed, GError **error);

/* A new counter that only goes up, even when it is deleted and defined again; takes the first
 * free index of 0x01804700 … 0x018047ff (TCG registry: owner's range). */
gboolean guichet_tpm_define_counter(GuichetTpm *self, guint32 *index, guint64 *value,
                                    GError **error);
/* GUICHET_ERROR_NOT_FOUND when there is no such counter. */
gboolean guichet_tpm_read_counter(GuichetTpm *self, guint32 index, guint64 *value, GError **error);
gboolean guichet_tpm_increment_counter(GuichetTpm *self, guint32 index, GError **error);
