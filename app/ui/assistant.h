/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "draft.h"
#include "pages/page.h"

/**
 * The steps of one draft: stepper above, page in the middle, previous and next below. Which class
 * shows a step is a table over its kind; which steps there are is the procedure's data.
 *
 * Signal "sealed": the draft is now a deposit. Its keys are those of the page that it shows.
 */
#define GUICHET_TYPE_ASSISTANT (guichet_assistant_get_type())
G_DECLARE_FINAL_TYPE(GuichetAssistant, guichet_assistant, GUICHET, ASSISTANT, GuichetPage)

/* Shows @draft at the step where it was left. NULL closes the open one. */
/* The same request, loaded again in another language: the assistant that adopts this one shows it.
 */
void guichet_assistant_set_next_draft(GuichetAssistant *self, GuichetDraft *draft);
void guichet_assistant_open(GuichetAssistant *self, GuichetDraft *draft);
GuichetDraft *guichet_assistant_get_draft(GuichetAssistant *self);
void guichet_assistant_next(GuichetAssistant *self);
void guichet_assistant_previous(GuichetAssistant *self);
void guichet_assistant_go(GuichetAssistant *self, const char *step_id);
/* Of the step that is shown, for the help panel. */
const char *guichet_assistant_get_step_help(GuichetAssistant *self);
