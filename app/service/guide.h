/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/guide-plan.h"
#include "service/desk.h"

/**
 * The guided path at the desk: the questions, what they find, the page that a person takes home
 * (« Vos pièces »), and the draft that its code opens.
 */

/* ROOT/guide/guide.json, or the one that is compiled in; in the language of now. */
GuichetGuide *guichet_desk_load_guide(GuichetDesk *self, GError **error);
/* The end that @answers (see guichet_guide_walk) lead to; GUICHET_ERROR_ARGUMENT when they stop
 * before it. */
GuichetPlan *guichet_desk_make_plan(GuichetDesk *self, GuichetGuide *guide,
                                    const char *const *answers, GError **error);
/* The page: what to bring and why, price, delay, and the code. One A4 page, PDF. */
GBytes *guichet_desk_make_sheet(GuichetDesk *self, GuichetPlan *plan, GError **error);

/* A draft of @procedure_id with these answers. Those that the procedure does not have or refuses
 * are left out; *@left_out (char*, in words; may be NULL) tells. A procedure that this station does
 * not have opens "other-case". */
GuichetRequest *guichet_desk_begin(GuichetDesk *self, const char *procedure_id, GHashTable *fields,
                                   GPtrArray **left_out, GError **error);
/* The same from the text of a code (core/plan-code.h). */
GuichetRequest *guichet_desk_begin_from_code(GuichetDesk *self, const char *text, gsize size,
                                             GPtrArray **left_out, GError **error);
