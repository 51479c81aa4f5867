/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"
#include "service/vault.h"
#include "sync/bundle/pki.h"

/** A real station in a temporary folder, enrolled under a PKI made on the spot. */
#define FIXTURE_AGENT "amelie"
#define FIXTURE_PASSPHRASE "cheval agrafe batterie correcte"
#define FIXTURE_COST 14 /* the cheapest scrypt that the store takes */

typedef struct {
    char *folder; /* removed at the end */
    char *root;   /* the station's */
    char *answer; /* the centre's answer, as station enrol takes it */
    GuichetKey *ca_key, *seal_key;
    GuichetCertificate *ca, *seal;
    int days; /* until the certificates of an enrolment end; 0 = 20 */
} StationFixture;

/* Station initialised, one agent, not enrolled. */
void station_fixture_init(StationFixture *self);
void station_fixture_init_vault(StationFixture *self, const GuichetVaultChoice *vault);
/* Writes the answer folder and enrols. */
void station_fixture_enrol(StationFixture *self);
/* Replaces a file of the answer folder by a certificate of that role and period. */
void station_fixture_issue(StationFixture *self, const char *file, const char *csr_pem,
                           GuichetRole role, gint64 not_before_us, gint64 not_after_us);
void station_fixture_clear(StationFixture *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StationFixture, station_fixture_clear)

/* The page of station_fixture_draft(), with its final NUL. */
#define FIXTURE_PICTURE "\x89PNG\r\n\x1a\n some bytes of a picture"
/* An "other case" that lacks nothing, with one page; its number. */
char *station_fixture_draft(GuichetDesk *desk);
/* The file of a sealed request. */
char *station_fixture_bundle_path(StationFixture *self, GuichetRequest *request);
GBytes *station_fixture_read_bundle(StationFixture *self, GuichetRequest *request);
/* The centre's receipt, signed, for the bundle file of @request, into the outbox. */
void station_fixture_receive(StationFixture *self, GuichetRequest *request);
/* The desk with a session open. */
GuichetDesk *station_fixture_login(StationFixture *self);
