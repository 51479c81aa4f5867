/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/step-page.h"

typedef struct {
    GuichetDraft *draft;
    const GuichetStep *step;
} GuichetStepPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(GuichetStepPage, guichet_step_page, GUICHET_TYPE_PAGE)

static void
on_changed(GuichetStepPage *self)
{
    GuichetStepPageClass *klass = GUICHET_STEP_PAGE_GET_CLASS(self);

    if (klass->refresh != NULL)
        klass->refresh(self);
}

static void
guichet_step_page_dispose(GObject *object)
{
    GuichetStepPagePrivate *page =
        guichet_step_page_get_instance_private(GUICHET_STEP_PAGE(object));

    g_clear_object(&page->draft);
    page->step = NULL;
    G_OBJECT_CLASS(guichet_step_page_parent_class)->dispose(object);
}

static void
guichet_step_page_class_init(GuichetStepPageClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = guichet_step_page_dispose;
}

static void
guichet_step_page_init(GuichetStepPage *self)
{
}

void
guichet_step_page_set_step(GuichetStepPage *self, GuichetDraft *draft, const GuichetStep *step)
{
    GuichetStepPagePrivate *page = guichet_step_page_get_instance_private(self);
    GuichetStepPageClass *klass = GUICHET_STEP_PAGE_GET_CLASS(self);

    g_return_if_fail(page->draft == NULL);
    page->draft = g_object_ref(draft);
    page->step = step;
    g_object_set(self, "title", step->title, NULL);
    if (klass->build != NULL)
        klass->build(self);
    on_changed(self);
    g_signal_connect_object(draft, "changed", G_CALLBACK(on_changed), self, G_CONNECT_SWAPPED);
}

GuichetDraft *
guichet_step_page_get_draft(GuichetStepPage *self)
{
    GuichetStepPagePrivate *page = guichet_step_page_get_instance_private(self);

    return page->draft;
}

const GuichetStep *
guichet_step_page_get_step(GuichetStepPage *self)
{
    GuichetStepPagePrivate *page = guichet_step_page_get_instance_private(self);

    return page->step;
}
