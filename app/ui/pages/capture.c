/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/capture.h"

#include <glib/gi18n-lib.h>

#include "announce.h"
#include "availability.h"
#include "comfort.h"
#include "pages/piece-state.h"
#include "widgets/alert.h"
#include "widgets/check-row.h"
#include "widgets/reason-list.h"

typedef struct {
    GuichetAlert *alert;
    GtkOrientable *columns;
    GtkWidget *list_scroller;
    GtkListBox *checklist;
    GtkWidget *piece;
    GtkLabel *piece_title;
    GtkLabel *piece_hint;
    GtkBox *stage;
    GtkBox *progress;
    GtkLabel *progress_sentence;
    GtkProgressBar *progress_bar;
    GtkButton *cancel;
    GtkWidget *actions;
    GtkButton *capture;
    GtkButton *retake;
    GtkToggleButton *impossible;
    GuichetReasonList *reason_list;
    GtkBox *declared;
    GtkLabel *declared_text;
    GtkBox *undo_bar;
    GPtrArray *specs;      /* GuichetPieceSpec*, of the procedure */
    guint current;         /* index in specs */
    GCancellable *running; /* a capture in hand, or NULL */
} GuichetCapturePagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(GuichetCapturePage, guichet_capture_page,
                                    GUICHET_TYPE_STEP_PAGE)

static GuichetCapturePagePrivate *
get_private(GuichetCapturePage *self)
{
    return guichet_capture_page_get_instance_private(self);
}

static GuichetDraft *
get_draft(GuichetCapturePage *self)
{
    return guichet_step_page_get_draft(GUICHET_STEP_PAGE(self));
}

static const GuichetPieceSpec *
get_spec(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);

    return page->current < page->specs->len ? g_ptr_array_index(page->specs, page->current) : NULL;
}

/* --- the list on the left --- */

/* What is asked now comes first, in the procedure's order; the rest follows under "if need be". */
static void
arrange(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);
    const GuichetPieceSpec *current = get_spec(self);

    guichet_piece_state_sort(get_draft(self), page->specs);
    for (guint i = 0; i < page->specs->len; i++)
        if (g_ptr_array_index(page->specs, i) == current)
            page->current = i;
    gtk_list_box_invalidate_headers(page->checklist);
}

static void
head_row(GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
    GuichetCapturePage *self = user_data;
    GPtrArray *specs = get_private(self)->specs;
    guint index = gtk_list_box_row_get_index(row);

    if (before == NULL ||
        guichet_piece_state_is_required(get_draft(self), g_ptr_array_index(specs, index)) ||
        !guichet_piece_state_is_required(get_draft(self), g_ptr_array_index(specs, index - 1))) {
        gtk_list_box_row_set_header(row, NULL);
        return;
    }
    gtk_list_box_row_set_header(row, guichet_check_row_make_header(_("Si besoin")));
}

static void
refresh_check_row(GuichetCapturePage *self, guint index)
{
    GuichetCapturePagePrivate *page = get_private(self);
    const GuichetPieceSpec *spec = g_ptr_array_index(page->specs, index);
    GtkListBoxRow *row = gtk_list_box_get_row_at_index(page->checklist, index);
    g_autofree char *state = guichet_piece_state_describe(get_draft(self), spec);

    guichet_check_row_set(GUICHET_CHECK_ROW(row), spec->label, state,
                          guichet_piece_state_is_done(get_draft(self), spec));
}

/* --- the piece in hand --- */

static int
find_target(GuichetCapturePage *self)
{
    return guichet_piece_state_find_target(get_draft(self), get_private(self)->specs,
                                           get_private(self)->current);
}

static void
refresh_actions(GuichetCapturePage *self, const GuichetPieceSpec *spec, GPtrArray *pieces)
{
    GuichetCapturePagePrivate *page = get_private(self);
    GuichetCapturePageClass *klass = GUICHET_CAPTURE_PAGE_GET_CLASS(self);
    const char *declared = guichet_piece_state_get_reason(pieces);
    gboolean idle = page->running == NULL;
    gboolean can_retake =
        idle && klass->retake_label != NULL && pieces->len > 0 && declared == NULL;
    int target = idle ? find_target(self) : -1;
    GuichetKeys keys = 0;

    if (target >= 0 && target != (int)page->current) {
        const GuichetPieceSpec *next = g_ptr_array_index(page->specs, target);
        g_autofree char *label = g_strdup_printf(_("Continuer : %s (F5)"), next->label);

        gtk_button_set_label(page->capture, label);
    } else {
        gtk_button_set_label(page->capture,
                             _(pieces->len > 0 ? klass->more_label : klass->capture_label));
    }
    if (target >= 0)
        keys |= GUICHET_KEY_CAPTURE;
    if (can_retake)
        keys |= GUICHET_KEY_RETAKE;
    if (idle && guichet_draft_can_take_back(get_draft(self)))
        keys |= GUICHET_KEY_UNDO;
    gtk_widget_set_visible(GTK_WIDGET(page->capture), target >= 0);
    gtk_widget_set_visible(GTK_WIDGET(page->retake), can_retake);
    gtk_widget_set_visible(GTK_WIDGET(page->impossible),
                           idle && spec->impossible->len > 0 && pieces->len == 0);
    gtk_widget_set_visible(GTK_WIDGET(page->progress), !idle);
    gtk_widget_set_visible(page->actions, idle);
    gtk_widget_set_visible(GTK_WIDGET(page->undo_bar), (keys & GUICHET_KEY_UNDO) != 0);
    guichet_page_set_keys(GUICHET_PAGE(self), keys);
}

static void
refresh_declared(GuichetCapturePage *self, const GuichetPieceSpec *spec, const char *reason)
{
    GuichetCapturePagePrivate *page = get_private(self);
    g_autofree char *text = NULL;

    gtk_widget_set_visible(GTK_WIDGET(page->declared), reason != NULL);
    if (reason != NULL)
        gtk_toggle_button_set_active(page->impossible, FALSE);
    gtk_widget_set_visible(GTK_WIDGET(page->stage),
                           reason == NULL && !gtk_toggle_button_get_active(page->impossible));
    if (reason == NULL)
        return;
    text = g_strdup_printf(_("Déclaré impossible : %s"),
                           guichet_piece_state_get_reason_label(spec, reason));
    gtk_label_set_text(page->declared_text, text);
}

static void
refresh_piece(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);
    const GuichetPieceSpec *spec = get_spec(self);
    g_autoptr(GPtrArray) pieces = NULL;
    const char *reason;

    if (spec == NULL)
        return;
    pieces = guichet_piece_state_get_pieces(get_draft(self), spec);
    reason = guichet_piece_state_get_reason(pieces);
    gtk_label_set_text(page->piece_title, spec->label);
    gtk_label_set_text(page->piece_hint, spec->hint != NULL ? spec->hint : "");
    gtk_widget_set_visible(GTK_WIDGET(page->piece_hint), spec->hint != NULL);
    refresh_declared(self, spec, reason);
    if (reason == NULL)
        GUICHET_CAPTURE_PAGE_GET_CLASS(self)->show_pieces(self, spec, pieces);
    refresh_actions(self, spec, pieces);
}

static void
select_spec(GuichetCapturePage *self, guint index)
{
    GuichetCapturePagePrivate *page = get_private(self);

    gtk_list_box_select_row(page->checklist, gtk_list_box_get_row_at_index(page->checklist, index));
}

static void
guichet_capture_page_refresh(GuichetStepPage *step_page)
{
    GuichetCapturePage *self = GUICHET_CAPTURE_PAGE(step_page);
    GuichetCapturePagePrivate *page = get_private(self);

    arrange(self);
    for (guint i = 0; i < page->specs->len; i++)
        refresh_check_row(self, i);
    select_spec(self, page->current);
    refresh_piece(self);
}

static void
on_row_selected(GuichetCapturePage *self, GtkListBoxRow *row)
{
    GuichetCapturePagePrivate *page = get_private(self);

    if (row == NULL || page->running != NULL ||
        page->current == (guint)gtk_list_box_row_get_index(row))
        return;
    page->current = gtk_list_box_row_get_index(row);
    guichet_alert_hide(page->alert);
    gtk_toggle_button_set_active(page->impossible, FALSE);
    guichet_reason_list_fill(page->reason_list, get_spec(self)->impossible);
    refresh_piece(self);
}

/* Nothing is missing in the step, or the piece in hand is there and only more of it could come:
 * Enter goes on, so that it never takes a good photo again. */
static gboolean
is_satisfied(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);
    const GuichetPieceSpec *spec = get_spec(self);

    return guichet_piece_state_find_missing(get_draft(self), get_private(self)->specs, 0) < 0 ||
           (guichet_piece_state_is_done(get_draft(self), spec) &&
            find_target(self) == (int)page->current);
}

static void
focus_work(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);

    guichet_piece_state_announce(GTK_WIDGET(self), get_draft(self), get_spec(self));
    if (page->running != NULL)
        gtk_widget_grab_focus(GTK_WIDGET(page->cancel));
    else if (is_satisfied(self))
        guichet_page_done(GUICHET_PAGE(self));
    else
        gtk_widget_grab_focus(GTK_WIDGET(page->capture));
}

/* --- changes --- */

static void
on_changed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetCapturePage) self = user_data;
    GuichetCapturePagePrivate *page = get_private(self);
    g_autoptr(GError) error = NULL;

    if (guichet_draft_change_finish(GUICHET_DRAFT(source), result, &error))
        focus_work(self);
    else
        guichet_alert_show_error(page->alert, error);
}

static void
change(GuichetCapturePage *self, GuichetChange *what)
{
    if (what != NULL)
        guichet_draft_change_async(get_draft(self), what, on_changed, g_object_ref(self));
}

void
guichet_capture_page_remove(GuichetCapturePage *self, const char *piece_id)
{
    change(self, guichet_change_remove_piece(piece_id));
}

static void
on_undo(GuichetCapturePage *self)
{
    change(self, guichet_draft_take_back(get_draft(self)));
}

/* The reasons take the place of the picture, and the focus. */
static void
on_impossible_toggled(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);
    gboolean active = gtk_toggle_button_get_active(page->impossible);

    gtk_widget_set_visible(GTK_WIDGET(page->stage), !active);
    if (active)
        gtk_widget_child_focus(GTK_WIDGET(page->reason_list), GTK_DIR_TAB_FORWARD);
}

static void
on_confirm_reason(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);
    const char *reason = guichet_reason_list_get_chosen(page->reason_list);

    if (reason == NULL) {
        guichet_alert_show(page->alert, GUICHET_ALERT_WARNING,
                           _("Choisissez d’abord la raison dans la liste."));
        return;
    }
    guichet_alert_hide(page->alert);
    change(self, guichet_change_declare_impossible(get_spec(self)->id, reason));
}

static void
on_withdraw(GuichetCapturePage *self)
{
    g_autoptr(GPtrArray) pieces = guichet_piece_state_get_pieces(get_draft(self), get_spec(self));

    if (pieces->len > 0)
        guichet_capture_page_remove(self, ((GuichetPiece *)g_ptr_array_index(pieces, 0))->id);
}

/* --- capture --- */

static void
end_capture(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);

    g_clear_object(&page->running);
    gtk_widget_set_sensitive(GTK_WIDGET(page->checklist), TRUE);
    refresh_piece(self);
}

/* The capture was stored: only now may the screen say so. */
static void
on_stored(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetCapturePage) self = user_data;
    g_autoptr(GError) error = NULL;
    gboolean stored = guichet_draft_change_finish(GUICHET_DRAFT(source), result, &error);

    end_capture(self);
    if (!stored)
        guichet_alert_show_error(get_private(self)->alert, error);
    focus_work(self);
}

static void
on_captured(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetCapturePage) self = user_data;
    GuichetCapturePagePrivate *page = get_private(self);
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetCapture) capture = guichet_capture_finish(result, &error);

    guichet_availability_note_capture(self, error);
    if (capture == NULL) {
        end_capture(self);
        focus_work(self);
        guichet_alert_show_error(page->alert, error);
        return;
    }
    gtk_label_set_text(page->progress_sentence, _("Enregistrement…"));
    guichet_draft_change_async(get_draft(self),
                               guichet_change_add_piece(get_spec(self)->id, capture->content,
                                                        capture->device, capture->attributes),
                               on_stored, g_object_ref(self));
}

static void
on_progress(const char *phase, double fraction, const char *sentence, gpointer user_data)
{
    GuichetCapturePagePrivate *page = get_private(user_data);

    guichet_announce_progress(user_data, sentence);
    gtk_label_set_text(page->progress_sentence, sentence);
    gtk_widget_set_visible(GTK_WIDGET(page->progress_bar), fraction >= 0);
    if (fraction >= 0)
        gtk_progress_bar_set_fraction(page->progress_bar, fraction);
}

static void
start_capture(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);
    GuichetCapturePageClass *klass = GUICHET_CAPTURE_PAGE_GET_CLASS(self);
    GuichetDesk *desk = guichet_draft_get_desk(get_draft(self));

    if (page->running != NULL || desk == NULL)
        return;
    const char *device = guichet_station_get_device(guichet_desk_get_station(desk),
                                                    guichet_device_family_name(klass->family));
    page->running = g_cancellable_new();
    guichet_alert_hide(page->alert);
    gtk_widget_set_sensitive(GTK_WIDGET(page->checklist), FALSE);
    gtk_label_set_text(page->progress_sentence, _("Préparation de l’appareil…"));
    gtk_widget_set_visible(GTK_WIDGET(page->progress_bar), FALSE);
    refresh_piece(self);
    focus_work(self);
    guichet_capture_async(klass->family, device, page->running, on_progress, self, on_captured,
                          g_object_ref(self));
}

static void
on_capture(GuichetCapturePage *self)
{
    int target = find_target(self);

    if (target < 0)
        return;
    select_spec(self, target);
    start_capture(self);
}

static void
on_cancel(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);

    if (page->running != NULL)
        g_cancellable_cancel(page->running);
}

static void
guichet_capture_page_press(GuichetPage *page, GuichetKeys key)
{
    GuichetCapturePage *self = GUICHET_CAPTURE_PAGE(page);

    if (key == GUICHET_KEY_CAPTURE)
        on_capture(self);
    else if (key == GUICHET_KEY_RETAKE)
        start_capture(self);
    else if (key == GUICHET_KEY_UNDO)
        on_undo(self);
}

/* --- page --- */

static void
guichet_capture_page_build(GuichetStepPage *step_page)
{
    GuichetCapturePage *self = GUICHET_CAPTURE_PAGE(step_page);
    GuichetCapturePagePrivate *page = get_private(self);
    GuichetCapturePageClass *klass = GUICHET_CAPTURE_PAGE_GET_CLASS(self);
    GuichetProcedure *procedure = guichet_draft_get_procedure(get_draft(self));
    const GuichetStep *step = guichet_step_page_get_step(step_page);

    for (guint i = 0; step->pieces != NULL && step->pieces[i] != NULL; i++) {
        GuichetPieceSpec *spec = guichet_consent_find_piece(procedure, step->pieces[i]);

        if (spec == NULL)
            continue;
        g_ptr_array_add(page->specs, spec);
        gtk_list_box_append(page->checklist, guichet_check_row_new());
    }
    gtk_widget_set_visible(page->list_scroller, page->specs->len > 1);
    if (klass->retake_label != NULL)
        gtk_button_set_label(page->retake, _(klass->retake_label));
    klass->build_stage(self, page->stage);
    gtk_list_box_set_header_func(page->checklist, head_row, self, NULL);
    guichet_check_row_leave_on_tab(page->checklist, page->piece);
    arrange(self);
    page->current =
        MAX(guichet_piece_state_find_missing(get_draft(self), get_private(self)->specs, 0), 0);
    if (page->specs->len > 0)
        guichet_reason_list_fill(page->reason_list, get_spec(self)->impossible);
}

static void
guichet_capture_page_enter(GuichetPage *page)
{
    GuichetCapturePage *self = GUICHET_CAPTURE_PAGE(page);

    if (!guichet_piece_state_is_any_required(get_draft(self), get_private(self)->specs))
        guichet_alert_show(get_private(self)->alert, GUICHET_ALERT_SUCCESS,
                           _(GUICHET_CAPTURE_PAGE_GET_CLASS(self)->nothing_asked));
    focus_work(self);
}

/* Forward goes to the next piece that is missing in this step, and then out of it. */
static gboolean
guichet_capture_page_leave(GuichetPage *page)
{
    GuichetCapturePage *self = GUICHET_CAPTURE_PAGE(page);
    GuichetCapturePagePrivate *private = get_private(self);
    int missing;

    if (private->running != NULL) {
        guichet_alert_show(private->alert, GUICHET_ALERT_WARNING,
                           _("Une capture est en cours : attendez sa fin, ou arrêtez-la."));
        return FALSE;
    }
    missing =
        guichet_piece_state_find_missing(get_draft(self), private->specs, private->current + 1);
    if (missing < 0)
        return TRUE;
    select_spec(self, missing);
    focus_work(self);
    return FALSE;
}

static void
guichet_capture_page_unmap(GtkWidget *widget)
{
    on_cancel(GUICHET_CAPTURE_PAGE(widget));
    GTK_WIDGET_CLASS(guichet_capture_page_parent_class)->unmap(widget);
}

static void
guichet_capture_page_finalize(GObject *object)
{
    GuichetCapturePagePrivate *page = get_private(GUICHET_CAPTURE_PAGE(object));

    g_clear_pointer(&page->specs, g_ptr_array_unref);
    g_clear_object(&page->running);
    G_OBJECT_CLASS(guichet_capture_page_parent_class)->finalize(object);
}

static void
bind_template(GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, alert);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, columns);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, list_scroller);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, checklist);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, piece);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, piece_title);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, piece_hint);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, stage);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, progress);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage,
                                                 progress_sentence);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, progress_bar);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, cancel);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, actions);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, capture);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, retake);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, impossible);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, reason_list);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, declared);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, declared_text);
    gtk_widget_class_bind_template_child_private(widget_class, GuichetCapturePage, undo_bar);
    gtk_widget_class_bind_template_callback(widget_class, on_row_selected);
    gtk_widget_class_bind_template_callback(widget_class, on_capture);
    gtk_widget_class_bind_template_callback(widget_class, start_capture);
    gtk_widget_class_bind_template_callback(widget_class, on_cancel);
    gtk_widget_class_bind_template_callback(widget_class, on_confirm_reason);
    gtk_widget_class_bind_template_callback(widget_class, on_impossible_toggled);
    gtk_widget_class_bind_template_callback(widget_class, on_withdraw);
    gtk_widget_class_bind_template_callback(widget_class, on_undo);
}

static void
guichet_capture_page_class_init(GuichetCapturePageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = guichet_capture_page_finalize;
    widget_class->unmap = guichet_capture_page_unmap;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_capture_page_enter;
    GUICHET_PAGE_CLASS(klass)->leave = guichet_capture_page_leave;
    GUICHET_PAGE_CLASS(klass)->press = guichet_capture_page_press;
    GUICHET_STEP_PAGE_CLASS(klass)->build = guichet_capture_page_build;
    GUICHET_STEP_PAGE_CLASS(klass)->refresh = guichet_capture_page_refresh;
    g_type_ensure(GUICHET_TYPE_ALERT);
    g_type_ensure(GUICHET_TYPE_REASON_LIST);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/capture.ui");
    bind_template(widget_class);
}

/* With large text the list stands above the piece, and the piece's parts above each other. */
static void
lay_out(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);
    GtkOrientation side = guichet_comfort_get_text_percent() > 100 ? GTK_ORIENTATION_VERTICAL
                                                                   : GTK_ORIENTATION_HORIZONTAL;

    gtk_orientable_set_orientation(page->columns, side);
    gtk_orientable_set_orientation(GTK_ORIENTABLE(page->stage), side);
    gtk_orientable_set_orientation(GTK_ORIENTABLE(page->actions), side);
}

static void
guichet_capture_page_init(GuichetCapturePage *self)
{
    GuichetCapturePagePrivate *page = get_private(self);

    page->specs = g_ptr_array_new();
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_button_set_label(page->capture, "");
    g_object_set(gtk_button_get_child(page->capture), "wrap", TRUE, "natural-wrap-mode",
                 GTK_NATURAL_WRAP_NONE, NULL);
    g_signal_connect_object(gtk_widget_get_settings(GTK_WIDGET(self)), "notify::gtk-xft-dpi",
                            G_CALLBACK(lay_out), self, G_CONNECT_SWAPPED);
    lay_out(self);
}
