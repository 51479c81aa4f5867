/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/consent.h"

#include <glib/gi18n-lib.h>

#include "paper.h"
#include "text.h"
#include "widgets/alert.h"
#include "widgets/field-row.h"

enum { ROW_WAY, ROW_WHO, ROW_DATE, ROW_CAPACITY, ROW_SCOPE, N_ROWS }; /* as they are read */

struct _GuichetConsentPage {
    GuichetStepPage parent_instance;
    GuichetAlert *alert;
    GtkLabel *why;
    GtkLabel *question;
    GtkGrid *grid;
    GtkLabel *hint;
    GtkWidget *print;
    GuichetField fields[N_ROWS]; /* of the rows; texts are owned by gettext */
    GuichetFieldRow *rows[N_ROWS];
    gboolean shown;  /* the rows hold what the request does, or what is proposed */
    gboolean warned; /* what is missing was said once: going on is allowed */
};

G_DEFINE_FINAL_TYPE(GuichetConsentPage, guichet_consent_page, GUICHET_TYPE_STEP_PAGE)

static GuichetDraft *
get_draft(GuichetConsentPage *self)
{
    return guichet_step_page_get_draft(GUICHET_STEP_PAGE(self));
}

static char *
make_today(void)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();

    return g_date_time_format(now, "%Y-%m-%d");
}

/* --- what stands on the page --- */

/* FALSE while no way is chosen. */
static gboolean
get_way(GuichetConsentPage *self, GuichetConsentWay *way)
{
    g_autofree char *value = guichet_field_row_get_value(self->rows[ROW_WAY]);

    return *value != '\0' && guichet_consent_way_parse(value, way, NULL);
}

static void
refresh_way(GuichetConsentPage *self)
{
    GuichetConsentWay way;
    gboolean chosen = get_way(self, &way);

    gtk_widget_set_visible(GTK_WIDGET(self->rows[ROW_CAPACITY]),
                           chosen && way == GUICHET_CONSENT_REPRESENTATIVE);
    gtk_label_set_text(self->hint, chosen ? guichet_consent_way_hint(way) : "");
}

static void
collect(GuichetConsentPage *self, GuichetConsentWay way, GuichetConsent *consent)
{
    *consent = (GuichetConsent){.who = guichet_field_row_get_value(self->rows[ROW_WHO]),
                                .way = way,
                                .capacity = guichet_field_row_get_value(self->rows[ROW_CAPACITY]),
                                .scope = guichet_field_row_get_value(self->rows[ROW_SCOPE]),
                                .date = guichet_field_row_get_value(self->rows[ROW_DATE])};
}

static void
set_values(GuichetConsentPage *self, const GuichetConsent *consent, const char *way)
{
    const char *const values[N_ROWS] = {[ROW_WAY] = way,
                                        [ROW_WHO] = consent->who,
                                        [ROW_CAPACITY] = consent->capacity,
                                        [ROW_SCOPE] = consent->scope,
                                        [ROW_DATE] = consent->date};

    for (guint i = 0; i < N_ROWS; i++)
        guichet_field_row_set_value(self->rows[i], values[i] != NULL ? values[i] : "");
}

/* What the request holds, else what is most likely; the way is never chosen for anybody. */
static void
show_stored(GuichetConsentPage *self)
{
    GuichetRequest *request = guichet_draft_get_request(get_draft(self));
    const GuichetConsentPolicy *policy = guichet_draft_get_consent_policy(get_draft(self));
    g_auto(GuichetConsent) noted = {NULL};

    if (guichet_consent_read(request, &noted)) {
        set_values(self, &noted, guichet_consent_way_name(noted.way));
    } else {
        g_autofree char *last = g_strdup(guichet_request_get_field(request, "surname"));
        const char *first = guichet_request_get_field(request, "first-names");

        noted.who = g_strstrip(g_strdup_printf("%s %s", last, first));
        noted.scope = g_strdup(policy->scope);
        noted.date = make_today();
        set_values(self, &noted, "");
    }
    refresh_way(self);
}

/* --- saving --- */

static void
on_saved(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetConsentPage) self = user_data;
    g_autoptr(GError) error = NULL;

    if (!guichet_draft_change_finish(GUICHET_DRAFT(source), result, &error))
        guichet_alert_show_error(self->alert, error);
}

static gboolean
is_stored(GuichetConsentPage *self, const GuichetConsent *consent)
{
    g_auto(GuichetConsent) noted = {NULL};

    return guichet_consent_read(guichet_draft_get_request(get_draft(self)), &noted) &&
           noted.way == consent->way && g_str_equal(noted.who, consent->who) &&
           g_str_equal(noted.capacity, consent->capacity) &&
           g_str_equal(noted.scope, consent->scope) && g_str_equal(noted.date, consent->date);
}

/* Marks the first row that is not right; returns it, or NULL. */
static GuichetFieldRow *
mark(GuichetConsentPage *self, const GuichetConsent *consent)
{
    const struct {
        guint row;
        const char *value;
        gboolean needed;
    } texts[] = {{ROW_WHO, consent->who, TRUE},
                 {ROW_CAPACITY, consent->capacity, consent->way == GUICHET_CONSENT_REPRESENTATIVE},
                 {ROW_SCOPE, consent->scope, TRUE},
                 {ROW_DATE, consent->date, TRUE}};
    GuichetFieldRow *first = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        GuichetFieldRow *row = self->rows[texts[i].row];
        g_autoptr(GError) error = NULL;
        g_autofree char *value =
            guichet_field_normalise(&self->fields[texts[i].row], texts[i].value, &error);
        gboolean missing = value != NULL && *value == '\0' && texts[i].needed;

        guichet_field_row_set_error(row, error != NULL ? error->message
                                         : missing     ? _("réponse attendue ici.")
                                                       : NULL);
        if (first == NULL && (value == NULL || missing))
            first = row;
    }
    return first;
}

/* Stores what is well formed and new; says what is wrong when @speak. FALSE: something is. */
static gboolean
save(GuichetConsentPage *self, gboolean speak)
{
    g_autofree char *today = make_today();
    g_auto(GuichetConsent) consent = {NULL};
    g_autoptr(GError) error = NULL;
    GuichetConsentWay way;
    GuichetFieldRow *wrong;

    if (!get_way(self, &way))
        return FALSE;
    collect(self, way, &consent);
    wrong = speak ? mark(self, &consent) : NULL;
    if (!guichet_consent_settle(&consent, today, &error)) {
        if (speak)
            guichet_alert_show_error(self->alert, error);
        if (wrong != NULL)
            guichet_field_row_focus(wrong);
        return FALSE;
    }
    guichet_alert_hide(self->alert);
    if (!is_stored(self, &consent))
        guichet_draft_change_async(get_draft(self), guichet_change_set_consent(&consent), on_saved,
                                   g_object_ref(self));
    return TRUE;
}

static void
on_edited(GuichetConsentPage *self, GuichetFieldRow *row)
{
    self->warned = FALSE;
    guichet_field_row_set_error(row, NULL);
    if (row == self->rows[ROW_WAY])
        refresh_way(self);
}

static void
on_left(GuichetConsentPage *self)
{
    save(self, FALSE);
}

static void
on_entered(GuichetConsentPage *self, GuichetFieldRow *row)
{
    guint index = 0;

    while (index < N_ROWS && self->rows[index] != row)
        index++;
    for (guint i = index + 1; i < N_ROWS; i++)
        if (gtk_widget_get_visible(GTK_WIDGET(self->rows[i]))) {
            guichet_field_row_focus(self->rows[i]);
            return;
        }
    save(self, FALSE);
    guichet_page_done(GUICHET_PAGE(self));
}

/* --- the mandate --- */

typedef struct {
    char *request_id;
    char *who;
} PrintJob;

static void
print_job_free(gpointer data)
{
    PrintJob *job = data;

    g_free(job->request_id);
    g_free(job->who);
    g_free(job);
}

static gpointer
work_print(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    PrintJob *job = data;
    g_autofree char *name = g_strdup_printf("mandat-%s.pdf", job->request_id);
    g_autoptr(GBytes) page = guichet_desk_make_mandate(desk, job->request_id, job->who, error);

    return page != NULL ? guichet_paper_keep(desk, name, page, error) : NULL;
}

static void
on_printed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetConsentPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);
    g_autofree char *sentence = NULL;

    gtk_widget_set_sensitive(self->print, TRUE);
    if (path == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    sentence = g_strdup_printf(_("Mandat à signer enregistré : %s"), path);
    guichet_alert_show(self->alert, GUICHET_ALERT_SUCCESS, sentence);
}

static void
on_print(GuichetConsentPage *self)
{
    GuichetDraft *draft = get_draft(self);
    GuichetDesk *desk = draft != NULL ? guichet_draft_get_desk(draft) : NULL;
    PrintJob *job;

    if (desk == NULL || !gtk_widget_get_sensitive(self->print))
        return;
    gtk_widget_set_sensitive(self->print, FALSE);
    job = g_new0(PrintJob, 1);
    job->request_id = g_strdup(guichet_draft_get_request(draft)->id);
    job->who = guichet_field_row_get_value(self->rows[ROW_WHO]);
    guichet_desk_call_async(desk, work_print, job, print_job_free, g_free, NULL, on_printed,
                            g_object_ref(self));
}

/* --- the page --- */

static GPtrArray *
make_choices(void)
{
    GPtrArray *choices = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < GUICHET_CONSENT_N_WAYS; i++) {
        GuichetChoice *choice = g_new0(GuichetChoice, 1);

        choice->id = (char *)guichet_consent_way_name(i);
        choice->label = (char *)guichet_consent_way_label(i);
        g_ptr_array_add(choices, choice);
    }
    return choices;
}

static void
make_fields(GuichetConsentPage *self)
{
    self->fields[ROW_WAY] = (GuichetField){.id = (char *)"way",
                                           .label = (char *)_("Comment la personne donne-t-elle "
                                                              "son accord ?"),
                                           .type = GUICHET_FIELD_CHOICE,
                                           .choices = make_choices()};
    self->fields[ROW_WHO] = (GuichetField){.id = (char *)"who",
                                           .label = (char *)_("Qui donne son accord"),
                                           .type = GUICHET_FIELD_NAME,
                                           .max = 120};
    self->fields[ROW_CAPACITY] =
        (GuichetField){.id = (char *)"capacity",
                       .label = (char *)_("Sa qualité"),
                       .hint = (char *)_("Par exemple : mère, père, tuteur, curatrice."),
                       .type = GUICHET_FIELD_TEXT,
                       .max = 80};
    self->fields[ROW_SCOPE] = (GuichetField){.id = (char *)"scope",
                                             .label = (char *)_("Pour faire quoi"),
                                             .type = GUICHET_FIELD_TEXT,
                                             .max = 400};
    self->fields[ROW_DATE] = (GuichetField){
        .id = (char *)"date", .label = (char *)_("Date de l’accord"), .type = GUICHET_FIELD_DATE};
}

static void
guichet_consent_page_build(GuichetStepPage *page)
{
    static const struct {
        int column, line, width;
    } places[N_ROWS] = {[ROW_WAY] = {0, 0, 2},
                        [ROW_WHO] = {0, 1, 1},
                        [ROW_CAPACITY] = {0, 2, 2},
                        [ROW_SCOPE] = {0, 3, 2},
                        [ROW_DATE] = {1, 1, 1}};
    GuichetConsentPage *self = GUICHET_CONSENT_PAGE(page);
    const GuichetConsentPolicy *policy = guichet_draft_get_consent_policy(get_draft(self));

    gtk_label_set_text(self->why, policy->why);
    gtk_label_set_text(self->question, policy->question);
    for (guint i = 0; i < N_ROWS; i++) {
        self->rows[i] = guichet_field_row_new(&self->fields[i]);
        gtk_grid_attach(self->grid, GTK_WIDGET(self->rows[i]), places[i].column, places[i].line,
                        places[i].width, 1);
        guichet_field_row_set_required(self->rows[i], TRUE);
        g_signal_connect_swapped(self->rows[i], "edited", G_CALLBACK(on_edited), self);
        g_signal_connect_swapped(self->rows[i], "left", G_CALLBACK(on_left), self);
        g_signal_connect_swapped(self->rows[i], "entered", G_CALLBACK(on_entered), self);
    }
}

/* Rows are written once: what is on the screen is what the person types. */
static void
guichet_consent_page_refresh(GuichetStepPage *page)
{
    GuichetConsentPage *self = GUICHET_CONSENT_PAGE(page);

    if (!self->shown)
        show_stored(self);
    self->shown = TRUE;
}

static void
guichet_consent_page_enter(GuichetPage *page)
{
    GuichetConsentPage *self = GUICHET_CONSENT_PAGE(page);
    GuichetConsentWay way;

    self->warned = FALSE;
    if (get_way(self, &way)) {
        guichet_page_done(page);
        return;
    }
    show_stored(self); /* a name that was answered meanwhile */
    guichet_field_row_focus(self->rows[ROW_WAY]);
}

static gboolean
guichet_consent_page_leave(GuichetPage *page)
{
    GuichetConsentPage *self = GUICHET_CONSENT_PAGE(page);
    GuichetConsentWay way;

    if (get_way(self, &way))
        return save(self, TRUE);
    if (self->warned)
        return TRUE;
    self->warned = TRUE;
    guichet_alert_show(self->alert, GUICHET_ALERT_WARNING,
                       _("Dites comment la personne donne son accord, ou continuez : il sera "
                         "demandé avant de sceller."));
    guichet_field_row_focus(self->rows[ROW_WAY]);
    return FALSE;
}

static void
guichet_consent_page_press(GuichetPage *page, GuichetKeys key)
{
    if (key == GUICHET_KEY_PRINT)
        on_print(GUICHET_CONSENT_PAGE(page));
}

/* Whatever way the page is left, what was typed a moment ago is stored now. */
static void
guichet_consent_page_unmap(GtkWidget *widget)
{
    GuichetConsentPage *self = GUICHET_CONSENT_PAGE(widget);

    if (self->shown)
        save(self, FALSE);
    GTK_WIDGET_CLASS(guichet_consent_page_parent_class)->unmap(widget);
}

static void
guichet_consent_page_finalize(GObject *object)
{
    g_ptr_array_unref(GUICHET_CONSENT_PAGE(object)->fields[ROW_WAY].choices);
    G_OBJECT_CLASS(guichet_consent_page_parent_class)->finalize(object);
}

static void
guichet_consent_page_class_init(GuichetConsentPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = guichet_consent_page_finalize;
    widget_class->unmap = guichet_consent_page_unmap;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_consent_page_enter;
    GUICHET_PAGE_CLASS(klass)->leave = guichet_consent_page_leave;
    GUICHET_PAGE_CLASS(klass)->press = guichet_consent_page_press;
    GUICHET_STEP_PAGE_CLASS(klass)->build = guichet_consent_page_build;
    GUICHET_STEP_PAGE_CLASS(klass)->refresh = guichet_consent_page_refresh;
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/consent.ui");
    gtk_widget_class_bind_template_child(widget_class, GuichetConsentPage, alert);
    gtk_widget_class_bind_template_child(widget_class, GuichetConsentPage, why);
    gtk_widget_class_bind_template_child(widget_class, GuichetConsentPage, question);
    gtk_widget_class_bind_template_child(widget_class, GuichetConsentPage, grid);
    gtk_widget_class_bind_template_child(widget_class, GuichetConsentPage, hint);
    gtk_widget_class_bind_template_child(widget_class, GuichetConsentPage, print);
    gtk_widget_class_bind_template_callback(widget_class, on_print);
}

static void
guichet_consent_page_init(GuichetConsentPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    make_fields(self);
    guichet_page_set_keys(GUICHET_PAGE(self), GUICHET_KEY_PRINT);
}
