/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/** A TPM in software: swtpm with its state in a folder of its own, spoken to over unix sockets. */
typedef struct {
    char *folder;
    char *tcti; /* what to give guichet_tpm_open(), also TPM2TOOLS_TCTI */
    GSubprocess *process;
} Swtpm;

/* FALSE: swtpm is not installed, and the test was marked as skipped. */
gboolean swtpm_available(void);
void swtpm_start(Swtpm *self);
/* Stops it; the state stays, as that of a machine that is switched off. */
void swtpm_stop(Swtpm *self);
void swtpm_clear(Swtpm *self);
/* Runs a tpm2-tools command line on it; must succeed. */
void swtpm_run(Swtpm *self, const char *command);
