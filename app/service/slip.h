/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/procedure.h"
#include "service/contact-point.h"

/**
 * The deposit slip (attestation de dépôt): what the citizen leaves with. One A4 page, PDF, in
 * large French text, with a QR code (ISO/IEC 18004, level M, quiet zone of 4 modules) that carries
 * exactly the signed statement (sync/bundle/statement.h). No identity data: neither the statement
 * nor the page knows who came.
 */

/* @statement_text: as signed, at most GUICHET_STATEMENT_MAX_BYTES; its shape is checked, its
 * signature is not. @place says where, when and with what to come back. @procedure gives the French
 * labels and must be the one that the statement names (GUICHET_ERROR_MISMATCH otherwise). The time
 * is shown in the station's time zone; the same arguments give the same page. GUICHET_ERROR_LIMIT
 * when it can't be one page. */
GBytes *guichet_slip_make(const char *statement_text, GuichetProcedure *procedure,
                          const GuichetStationPlace *place, GError **error);
