/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/examine.h"
#include "service/desk.h"
#include "sync/bundle/pki.h"
#include "sync/station/probe.h"

/**
 * What a technician needs to know of a station, and never a person: each part of it is looked at,
 * and what is found is a state, a conclusion and a remedy in plain French, and a short reference.
 * Format of the JSON, of the signed file and of the code, and all references: DIAGNOSTIC.md.
 *
 * Needs no session, changes nothing but run/devices.json (when a device last worked). A look that
 * fails is itself a finding: none of the functions that look can fail.
 */
typedef enum {
    GUICHET_FINDING_OK,
    GUICHET_FINDING_ATTENTION, /* works today */
    GUICHET_FINDING_FAULT,
    GUICHET_FINDING_N
} GuichetFindingState;
const char *guichet_finding_state_name(GuichetFindingState state);  /* "ok", "attention", "fault" */
const char *guichet_finding_state_label(GuichetFindingState state); /* French */

typedef enum {
    GUICHET_PART_SCANNER,
    GUICHET_PART_CAMERA,
    GUICHET_PART_FINGERPRINT,
    GUICHET_PART_NETWORK,
    GUICHET_PART_SYNC,
    GUICHET_PART_CERTIFICATES,
    GUICHET_PART_CLOCK,
    GUICHET_PART_DISK,
    GUICHET_PART_KEYS,
    GUICHET_PART_DATA, /* policies, procedures, packs */
    GUICHET_PART_SERVICES,
    GUICHET_PART_PROGRAMS,
    GUICHET_PART_N
} GuichetPartKind;
const char *guichet_part_name(GuichetPartKind kind);  /* "scanner", "network" … */
const char *guichet_part_title(GuichetPartKind kind); /* French */
/* FALSE for a part that is not a device. */
gboolean guichet_part_family(GuichetPartKind kind, GuichetDeviceFamily *family);
GuichetPartKind guichet_part_of_family(GuichetDeviceFamily family);

typedef struct {
    char *reference; /* "DIAG-SCAN-03" */
    GuichetFindingState state;
    char *conclusion;
    char *remedy; /* "" when there is nothing to do */
} GuichetFinding;

typedef struct {
    const char *id; /* static, stable */
    char *label;    /* French */
    char *value;
} GuichetFact;

typedef struct {
    GuichetPartKind kind;
    gint64 checked_us;
    GPtrArray *findings; /* GuichetFinding*, the worst first; never empty */
    GPtrArray *facts;    /* GuichetFact* */
    GPtrArray *tried;    /* char*: what was done to know, in order */
} GuichetPart;
void guichet_part_free(GuichetPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetPart, guichet_part_free)
GuichetFindingState guichet_part_get_state(const GuichetPart *part);
const GuichetFinding *guichet_part_get_worst(const GuichetPart *part);

/* --- looking --- */
/* Every part but devices and the network; on the desk's thread. */
GuichetPart *guichet_desk_diagnose(GuichetDesk *self, GuichetPartKind kind);

/* A device that was examined, and tried or not; one of each pair may be NULL. */
typedef struct {
    GuichetDeviceFamily family;
    const char *chosen; /* of station.json: "auto" or an id */
    const GuichetExamination *examination;
    const GError *examination_error;
    const GuichetCapture *capture;
    const GError *capture_error;
    gint64 milliseconds; /* of the capture */
    gint64 last_good_us; /* 0 = not known */
} GuichetDeviceTrial;
GuichetPart *guichet_diagnose_device(const GuichetDeviceTrial *trial);
/* When a device of the family last gave a picture here; 0 = not known. */
gint64 guichet_device_last_good(const char *root, GuichetDeviceFamily family);
/* It did now; at most one write a day and family. Failing is told to the log alone. */
void guichet_device_note_good(const char *root, GuichetDeviceFamily family);

/* Asks guichet-syncd for a probe of the line (run/probe-now) and waits for it; blocking, on any
 * thread. GUICHET_ERROR_TIMEOUT: nobody took the question, guichet-syncd is not there. */
GuichetProbe *guichet_diagnostic_ask_probe(const char *root, GCancellable *cancellable,
                                           GError **error);
/* @url: of the centre, "" before the enrolment. */
GuichetPart *guichet_diagnose_network(const char *url, const GuichetProbe *probe,
                                      const GError *error);

/* --- the whole --- */
typedef struct {
    char *station, *name, *version;
    gint64 made_us;
    GuichetPart *parts[GUICHET_PART_N]; /* NULL = not looked at */
    GPtrArray *journal;                 /* char*: entries that name nobody, newest first */
    GPtrArray *system;                  /* char*: lines of our units, filtered */
} GuichetDiagnostic;
#define GUICHET_DIAGNOSTIC_MAX_BYTES (512 * 1024) /* of its JSON */

GuichetDiagnostic *guichet_diagnostic_new(GuichetDesk *desk);
/* The count alone is atomic: one thread at a time writes to it. */
GuichetDiagnostic *guichet_diagnostic_ref(GuichetDiagnostic *self);
void guichet_diagnostic_unref(GuichetDiagnostic *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetDiagnostic, guichet_diagnostic_unref)
/* Takes @part, in the place of an older one. */
void guichet_diagnostic_put(GuichetDiagnostic *self, GuichetPart *part);
GuichetFindingState guichet_diagnostic_get_state(const GuichetDiagnostic *self);
/* Reads the journal and the system's log of our units anew; on the desk's thread. */
void guichet_diagnostic_read_logs(GuichetDiagnostic *self, GuichetDesk *desk);
/* Canonical JSON, "diagnostic/1"; caller frees. */
char *guichet_diagnostic_to_json(const GuichetDiagnostic *self);
JsonNode *guichet_diagnostic_to_node(const GuichetDiagnostic *self);

/* --- the signed report --- */
/* CMS SignedData with the JSON inside, by the station's key: *@file; and the code, whose text names
 * the file by its SHA-256: *@code. GUICHET_ERROR_STATE before the enrolment. */
gboolean guichet_desk_sign_diagnostic(GuichetDesk *self, const GuichetDiagnostic *diagnostic,
                                      GBytes **file, char **code, GError **error);
/* Writes a report on the first stick that takes it, else into ROOT/reports. *@path: where it is;
 * *@stick: what a person calls the stick, NULL for the station. Caller frees both. */
gboolean guichet_desk_keep_report(GuichetDesk *self, GBytes *file, char **path, char **stick,
                                  GError **error);
#define GUICHET_DIAGNOSTIC_CODE_MAX_BYTES 900 /* QR version 25, level M, holds 997 */

typedef struct {
    char *station, *version, *report; /* @report: SHA-256 of the file */
    gint64 made_us;
    GuichetFindingState state;
    GStrv findings; /* "DIAG-SCAN-02!" fault, "DIAG-CERT-03?" attention */
} GuichetDiagnosticCode;
void guichet_diagnostic_code_free(GuichetDiagnosticCode *code);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetDiagnosticCode, guichet_diagnostic_code_free)

/* The JSON of a report whose signature holds and whose signer is a station below @trust at
 * @at_us. The caller must not believe anything else in the file. */
JsonNode *guichet_diagnostic_verify(GBytes *file, GuichetTrust *trust, gint64 at_us,
                                    GError **error);
/* @certificate must be that of the station that the code names; trust it first. */
GuichetDiagnosticCode *guichet_diagnostic_verify_code(const char *text, gsize size,
                                                      GuichetCertificate *certificate,
                                                      GError **error);
