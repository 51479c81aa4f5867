/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/**
 * The witness of the journal that an older copy of the store does not bring along: a counter in
 * the station's TPM. Each log-in and each seal writes its next value beside the journal's head,
 * and then counts: so the store's value is that of the TPM, or one more where the machine stopped
 * in between. A store that says less was put back. It is not brought into step again until
 * somebody answers for it. On a station without a TPM nothing happens.
 */

/* GUICHET_ERROR_CORRUPT when the store is an older copy; nothing is written then. */
gboolean guichet_desk_witness(GuichetDesk *self, GError **error);
/* *@finding: a French sentence (caller frees), or NULL when store and TPM agree. */
gboolean guichet_desk_check_witness(GuichetDesk *self, char **finding, GError **error);
/* An agent in session answers for a restored copy, with a TPM or without: for its counter, and for
 * the bundles that came with the copy (audit.h). The journal says so for ever. */
gboolean guichet_desk_accept_restore(GuichetDesk *self, GError **error);
