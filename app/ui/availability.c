/* SPDX-License-Identifier: EUPL-1.2 */
#include "availability.h"

#include "service/statistics.h"

typedef struct {
    GWeakRef desk;
    gboolean busy; /* the last note is not written yet: a stopped disk is not asked twice */
} Watch;

static void
watch_unref(gpointer watch)
{
    g_rc_box_release_full(watch, (GDestroyNotify)g_weak_ref_clear); /* its first member */
}

static gpointer
work_note(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_note_availability(desk, error) ? desk : NULL;
}

/* What could not be noted is a hole in the record: it counts as time that the station was off. */
static void
on_noted(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Watch *watch = user_data;
    g_autoptr(GError) error = NULL;

    watch->busy = FALSE;
    if (guichet_desk_call_finish(GUICHET_DESK(source), result, &error) == NULL)
        g_info("availability: %s", error->message);
    watch_unref(watch);
}

static gboolean
on_minute(gpointer user_data)
{
    Watch *watch = user_data;
    g_autoptr(GuichetDesk) desk = g_weak_ref_get(&watch->desk);

    if (desk == NULL)
        return G_SOURCE_REMOVE;
    if (!watch->busy) {
        watch->busy = TRUE;
        guichet_desk_call_async(desk, work_note, NULL, NULL, NULL, NULL, on_noted,
                                g_rc_box_acquire(watch));
    }
    return G_SOURCE_CONTINUE;
}

void
guichet_availability_watch(GuichetDesk *desk)
{
    Watch *watch = g_rc_box_new0(Watch);

    g_weak_ref_init(&watch->desk, desk);
    on_minute(watch);
    g_timeout_add_seconds_full(G_PRIORITY_LOW, GUICHET_AVAILABILITY_SECONDS, on_minute, watch,
                               watch_unref);
}

/* The draft may have been closed meanwhile. */
void
guichet_availability_note_capture(GuichetCapturePage *page, const GError *error)
{
    GuichetDraft *draft = guichet_step_page_get_draft(GUICHET_STEP_PAGE(page));
    GuichetDesk *desk = draft != NULL ? guichet_draft_get_desk(draft) : NULL;
    GuichetDeviceFamily family = GUICHET_CAPTURE_PAGE_GET_CLASS(page)->family;

    if (desk != NULL)
        guichet_desk_note_capture(desk, guichet_device_family_name(family), error);
}
