/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/joining.h"

/**
 * A title given to its holder: the request is found by what the person brings, the title in hand is
 * compared with the one that the centre sent, and only then a draft is open.
 */
#define GUICHET_HANDOVER_PROCEDURE "title-handover"
#define GUICHET_HANDOVER_TITLE_FIELD "title-number" /* where that procedure keeps the number */

/* The request that @text means: the code of a deposit slip as a reader types it, its deposit number
 * ("n° 000012", "12"), or the beginning of a request's or a bundle's number. Caller frees.
 * GUICHET_ERROR_NOT_FOUND when this station has none such. */
char *guichet_desk_find_by_paper(GuichetDesk *self, const char *text, GError **error);

/* The open hand-over of @parent, or a new one, with what the station knows filled in. @number: as
 * it stands on the title in hand; NULL: it is typed later, and compared by the seal.
 * GUICHET_ERROR_MISMATCH: not the title that the centre sent, and nothing was opened. *@compared
 * (may be NULL): FALSE when there was nothing to compare, as the centre named no number. */
GuichetRequest *guichet_desk_begin_hand_over(GuichetDesk *self, const char *parent,
                                             const char *number, gboolean *compared,
                                             GError **error);
