/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/message.h"
#include "sync/bundle/pki.h"

/**
 * Signed words of the centre: receipts and feed messages. A CMS SignedData (CAdES-BASELINE-B,
 * DER, encapsulated) over canonical JSON; profiles "accuse/1", "message/1" (a status) and
 * "message/2" (the other kinds) in FORMAT.md.
 */
#define GUICHET_MESSAGE_MAX_BYTES (64 * 1024)

typedef struct {
    char *bundle_sha256;
    char *station;
    gint64 sequence;
    gint64 received_us;
    char *verdict; /* "received" */
    /* the bundle's own word on the station's audit journal, countersigned by the centre */
    gint64 journal_entries;
    char *journal_head; /* SHA-256 hex */
} GuichetReceipt;
void guichet_receipt_free(GuichetReceipt *receipt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetReceipt, guichet_receipt_free)

GBytes *guichet_receipt_sign(const GuichetReceipt *receipt, GuichetKey *key,
                             GuichetCertificate *certificate, GError **error);
/* Signature, chain, role centre-receipt, shape. That it is about the right bundle is asked with
 * @expected_sha256 and @expected_station (GUICHET_ERROR_MISMATCH). */
GuichetReceipt *guichet_receipt_verify(GBytes *der, GuichetTrust *trust, gint64 at_us,
                                       const char *expected_sha256, const char *expected_station,
                                       GError **error);

GBytes *guichet_message_sign(const GuichetMessage *message, GuichetKey *key,
                             GuichetCertificate *certificate, GError **error);
/* As above; also refuses another station (MISMATCH), messages whose period is over (EXPIRED) and
 * those that have not begun (STATE: they will be good). */
GuichetMessage *guichet_message_verify(GBytes *der, GuichetTrust *trust, gint64 at_us,
                                       const char *expected_station, GError **error);
