/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "draft.h"
#include "pages/page.h"

/** A page of the assistant: one step of the open draft. */
#define GUICHET_TYPE_STEP_PAGE (guichet_step_page_get_type())
G_DECLARE_DERIVABLE_TYPE(GuichetStepPage, guichet_step_page, GUICHET, STEP_PAGE, GuichetPage)

struct _GuichetStepPageClass {
    GuichetPageClass parent_class;
    /* Builds the widgets of the step, once; draft and step are set. */
    void (*build)(GuichetStepPage *self);
    /* The draft changed (or was just built): show what is stored. */
    void (*refresh)(GuichetStepPage *self);
};

/* @step belongs to the draft's procedure. Called once, before the page is shown. */
void guichet_step_page_set_step(GuichetStepPage *self, GuichetDraft *draft,
                                const GuichetStep *step);
GuichetDraft *guichet_step_page_get_draft(GuichetStepPage *self);
const GuichetStep *guichet_step_page_get_step(GuichetStepPage *self);
