/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/professional.h"

#include <glib/gi18n-lib.h>

#include "core/assessment.h"
#include "core/clock.h"
#include "forget.h"
#include "paper.h"
#include "service/help.h"
#include "service/professional.h"
#include "widgets/advice-list.h"
#include "widgets/alert.h"

#define TOPIC "paid-site" /* what is said beside the check */

struct _GuichetProfessionalPage {
    GuichetPage parent_instance;
    GuichetOverview *overview;
    GtkEntry *who;
    GtkEntry *place;
    GtkWidget *check;
    GuichetAlert *alert;
    GtkWidget *result;
    GtkWidget *verdict;
    GtkImage *icon;
    GtkLabel *sentence;
    GtkBox *found;
    GtkLabel *advice;
    GtkLabel *age;
    GtkLabel *topic_title;
    GtkBox *topic;
    GtkWidget *print;
};

G_DEFINE_FINAL_TYPE(GuichetProfessionalPage, guichet_professional_page, GUICHET_TYPE_PAGE)

static GuichetDesk *
get_desk(GuichetProfessionalPage *self)
{
    return self->overview != NULL ? guichet_overview_get_desk(self->overview) : NULL;
}

/* --- the check --- */

typedef struct {
    char *who;
    char *place;
} Question;

static void
question_free(gpointer data)
{
    Question *question = data;

    g_free(question->who);
    g_free(question->place);
    g_free(question);
}

static void
check_free(gpointer data)
{
    guichet_professional_check_clear(data);
    g_free(data);
}

static gpointer
work_check(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    Question *question = data;
    GuichetProfessionalCheck *check = g_new0(GuichetProfessionalCheck, 1);

    if (guichet_desk_check_professional(desk, question->who, question->place, check, error))
        return check;
    check_free(check);
    return NULL;
}

/* Icon, word and colour together: sure, not sure, nothing to go by. */
static const struct {
    const char *icon, *css;
} looks[GUICHET_PROFESSIONAL_N_VERDICTS] = {
    [GUICHET_PROFESSIONAL_LISTED] = {"guichet-check-symbolic", "received"},
    [GUICHET_PROFESSIONAL_UNLISTED] = {"guichet-warning-symbolic", "waiting"},
    [GUICHET_PROFESSIONAL_TOO_OLD] = {"guichet-warning-symbolic", "waiting"},
    [GUICHET_PROFESSIONAL_UNSIGNED] = {"guichet-warning-symbolic", "waiting"},
    [GUICHET_PROFESSIONAL_NO_PACK] = {"guichet-warning-symbolic", "waiting"},
};

static GtkWidget *
make_found(const GuichetProfessional *one)
{
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
    g_autofree char *name =
        *one->sign != '\0' ? g_strdup_printf("%s (%s)", one->name, one->sign) : g_strdup(one->name);
    g_autofree char *where =
        g_strdup_printf(_("SIREN %.3s %.3s %.3s · %s %s"), one->siren, one->siren + 3,
                        one->siren + 6, one->postcode, one->city);

    gtk_widget_add_css_class(line, "gap");
    gtk_box_append(GTK_BOX(line), guichet_advice_make_label(name, "row-title"));
    gtk_box_append(GTK_BOX(line), guichet_advice_make_label(where, "row-note"));
    return line;
}

static char *
describe_age(const GuichetProfessionalCheck *check)
{
    g_autofree char *day = *check->day != '\0' ? guichet_day_text(check->day) : NULL;

    return day == NULL
               ? g_strdup("")
               : g_strdup_printf(
                     g_dngettext(GETTEXT_PACKAGE, "Liste « %s » du %s, vieille de %d jour.",
                                 "Liste « %s » du %s, vieille de %d jours.", (gulong)check->days),
                     check->title, day, check->days);
}

static void
show_result(GuichetProfessionalPage *self, const GuichetProfessionalCheck *check)
{
    g_autofree char *age = describe_age(check);

    gtk_widget_set_css_classes(self->verdict,
                               (const char *[]){"place", looks[check->verdict].css, NULL});
    gtk_image_set_from_icon_name(self->icon, looks[check->verdict].icon);
    gtk_label_set_text(self->sentence, check->sentence);
    gtk_label_set_text(self->advice, check->advice);
    gtk_label_set_text(self->age, age);
    guichet_advice_clear(self->found);
    for (guint i = 0; i < check->found->len; i++)
        gtk_box_append(self->found, make_found(g_ptr_array_index(check->found, i)));
    gtk_widget_set_visible(GTK_WIDGET(self->found), check->found->len > 0);
    gtk_widget_set_visible(self->result, TRUE);
}

static void
on_checked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetProfessionalPage) self = user_data;
    g_autoptr(GError) error = NULL;
    GuichetProfessionalCheck *check =
        guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (check == NULL) {
        gtk_widget_set_visible(self->result, FALSE);
        guichet_alert_show_error(self->alert, error);
        gtk_widget_grab_focus(GTK_WIDGET(self->who));
        return;
    }
    guichet_alert_hide(self->alert);
    show_result(self, check);
    check_free(check);
}

static void
on_check(GuichetProfessionalPage *self)
{
    GuichetDesk *desk = get_desk(self);
    Question *question;

    if (desk == NULL)
        return;
    question = g_new0(Question, 1);
    question->who = g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->who)));
    question->place = g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->place)));
    guichet_desk_call_async(desk, work_check, question, question_free, check_free, NULL, on_checked,
                            g_object_ref(self));
}

/* Enter goes to the place, and from there to the answer. */
static void
on_who_entered(GuichetProfessionalPage *self)
{
    if (*gtk_editable_get_text(GTK_EDITABLE(self->who)) == '\0')
        on_check(self);
    else
        gtk_widget_grab_focus(GTK_WIDGET(self->place));
}

/* --- what to know --- */

static gpointer
work_help(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_load_help(desk, error);
}

static void
on_help(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetProfessionalPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetHelp) help = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);
    const GuichetHelpTopic *topic = help != NULL ? guichet_help_find(help, TOPIC, &error) : NULL;

    if (topic == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    guichet_advice_clear(self->topic);
    gtk_label_set_text(self->topic_title, topic->title);
    guichet_advice_add_texts(self->topic, NULL, topic->steps, "•");
    guichet_advice_add_texts(self->topic, _("À ne pas faire"), topic->never, "✕");
}

static gpointer
work_print(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(GBytes) page = guichet_desk_make_help_sheet(desk, TOPIC, error);

    return page != NULL ? guichet_paper_keep(desk, "fiche-" TOPIC ".pdf", page, error) : NULL;
}

static void
on_printed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetProfessionalPage) self = user_data;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);
    g_autofree char *sentence = NULL;

    gtk_widget_set_sensitive(self->print, TRUE);
    if (path == NULL) {
        guichet_alert_show_error(self->alert, error);
        return;
    }
    sentence = g_strdup_printf(_("Fiche enregistrée : %s"), path);
    guichet_alert_show(self->alert, GUICHET_ALERT_SUCCESS, sentence);
}

static void
on_print(GuichetProfessionalPage *self)
{
    GuichetDesk *desk = get_desk(self);

    if (desk == NULL || !gtk_widget_get_sensitive(self->print))
        return;
    gtk_widget_set_sensitive(self->print, FALSE);
    guichet_desk_call_async(desk, work_print, NULL, NULL, g_free, NULL, on_printed,
                            g_object_ref(self));
}

/* --- the page --- */

static void
guichet_professional_page_enter(GuichetPage *page)
{
    GuichetProfessionalPage *self = GUICHET_PROFESSIONAL_PAGE(page);
    GuichetDesk *desk = get_desk(self);

    guichet_alert_hide(self->alert);
    gtk_widget_set_visible(self->result, FALSE);
    guichet_forget_entry(self->who);
    guichet_forget_entry(self->place);
    gtk_widget_grab_focus(GTK_WIDGET(self->who));
    if (desk != NULL)
        guichet_desk_call_async(desk, work_help, NULL, NULL, (GDestroyNotify)guichet_help_free,
                                NULL, on_help, g_object_ref(self));
}

static void
guichet_professional_page_press(GuichetPage *page, GuichetKeys key)
{
    if (key == GUICHET_KEY_PRINT)
        on_print(GUICHET_PROFESSIONAL_PAGE(page));
}

static void
guichet_professional_page_dispose(GObject *object)
{
    g_clear_object(&GUICHET_PROFESSIONAL_PAGE(object)->overview);
    G_OBJECT_CLASS(guichet_professional_page_parent_class)->dispose(object);
}

#define BIND(child)                                                                                \
    gtk_widget_class_bind_template_child(widget_class, GuichetProfessionalPage, child)

static void
guichet_professional_page_class_init(GuichetProfessionalPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = guichet_professional_page_dispose;
    GUICHET_PAGE_CLASS(klass)->enter = guichet_professional_page_enter;
    GUICHET_PAGE_CLASS(klass)->press = guichet_professional_page_press;
    g_type_ensure(GUICHET_TYPE_ALERT);
    gtk_widget_class_set_template_from_resource(widget_class, "/fr/guichet/pages/professional.ui");
    BIND(who);
    BIND(place);
    BIND(check);
    BIND(alert);
    BIND(result);
    BIND(verdict);
    BIND(icon);
    BIND(sentence);
    BIND(found);
    BIND(advice);
    BIND(age);
    BIND(topic_title);
    BIND(topic);
    BIND(print);
    gtk_widget_class_bind_template_callback(widget_class, on_check);
    gtk_widget_class_bind_template_callback(widget_class, on_who_entered);
    gtk_widget_class_bind_template_callback(widget_class, on_print);
}

static void
guichet_professional_page_init(GuichetProfessionalPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    guichet_page_set_keys(GUICHET_PAGE(self), GUICHET_KEY_NEW | GUICHET_KEY_PRINT);
}

void
guichet_professional_page_set_overview(GuichetProfessionalPage *self, GuichetOverview *overview)
{
    g_set_object(&self->overview, overview);
}
