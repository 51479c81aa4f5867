/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/request.h"

/** One thing that a request lacks, with the reason and the remedy, in plain French. */
typedef struct {
    char *subject; /* "field:birth-date" or "piece:photo" */
    char *step;    /* id of the step where it is mended */
    char *label;   /* "Photo d'identité" */
    char *reason;  /* why it is needed, or what is wrong with it */
    char *remedy;  /* what to do */
} GuichetGap;

void guichet_gap_free(GuichetGap *gap);

/* All gaps in the order of the steps (GuichetGap*); empty = complete. NULL only on a broken rule.
 */
GPtrArray *guichet_completeness_check(GuichetProcedure *procedure, GuichetRequest *request,
                                      gint64 today_us, GError **error);
/* Is this field shown / this piece asked now? */
gboolean guichet_field_is_visible(const GuichetField *field, JsonNode *rule_data);
gboolean guichet_piece_is_required(const GuichetPieceSpec *piece, JsonNode *rule_data);
