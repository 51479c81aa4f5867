/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

#include "core/station.h"

/**
 * The line to the centre, step by step, for a technician: interfaces, name, TCP, TLS, HTTP, each
 * with its time and the reason why it failed; the steps behind a failed one are not tried.
 *
 * The window opens no socket to the network: it makes ROOT/run/probe-now, and guichet-syncd answers
 * with ROOT/run/probe.json ("probe/1"). guichetctl probes by itself.
 */
#define GUICHET_PROBE_ASK "run/probe-now"
#define GUICHET_PROBE_FILE "run/probe.json"

typedef enum {
    GUICHET_PROBE_INTERFACES, /* one that is up beside the loopback */
    GUICHET_PROBE_NAME,       /* the centre's name has an address */
    GUICHET_PROBE_TCP,        /* it takes a connection */
    GUICHET_PROBE_TLS,        /* both certificates hold */
    GUICHET_PROBE_HTTP,       /* it answers as a centre */
    GUICHET_PROBE_N
} GuichetProbeStepKind;
const char *guichet_probe_step_name(GuichetProbeStepKind kind); /* "interfaces", "name" … */

typedef enum {
    GUICHET_PROBE_NOT_TRIED,
    GUICHET_PROBE_PASSED,
    GUICHET_PROBE_FAILED,
} GuichetProbeOutcome;

typedef struct {
    GuichetProbeOutcome outcome;
    gint64 ms;
    char *said; /* what was found, or why it failed; French; never NULL */
} GuichetProbeStep;

typedef struct {
    gint64 made_us;
    GuichetProbeStep steps[GUICHET_PROBE_N];
} GuichetProbe;
void guichet_probe_free(GuichetProbe *probe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetProbe, guichet_probe_free)

/* Blocking, at most some 40 s. Never fails: a station that is not enrolled has the first step. */
GuichetProbe *guichet_probe_run(GuichetStation *station, GCancellable *cancellable);

/* The file that passes a probe from guichet-syncd to the window. */
gboolean guichet_probe_write(const GuichetProbe *probe, const char *root, GError **error);
GuichetProbe *guichet_probe_read(const char *root, GError **error);
