/* SPDX-License-Identifier: EUPL-1.2 */
#include "overview.h"

#include <inttypes.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/language.h"
#include "service/self-check.h"
#include "service/warnings.h"
#include "text.h"

typedef struct {
    GPtrArray *requests;
    GPtrArray *procedures;
    GuichetToday *today;
    GPtrArray *notices; /* NULL: not read this time */
    gboolean no_tpm;
    GuichetStoreCounts counts;
} Content;

/* What to read, on the worker. */
typedef struct {
    char *search;
    gboolean notices;
    gboolean first; /* of this session */
} Order;

#define NOTICES_US ((gint64)15 * 60 * G_USEC_PER_SEC) /* certificates and the TPM are asked */
#define SEARCH_MIN 6                                  /* characters: a number, not a name */

#define REFRESH_SECONDS 3 /* so that "received" is seen soon after the sync has it */

struct _GuichetOverview {
    GObject parent_instance;
    GuichetDesk *desk;
    Content *content;
    char *digest;
    char *search;
    gint64 notices_us; /* monotonic, 0 = not in this session */
    gboolean busy;
    guint refresh_source;
};

G_DEFINE_FINAL_TYPE(GuichetOverview, guichet_overview, G_TYPE_OBJECT)

static guint changed_signal;

static void
content_free(gpointer data)
{
    Content *content = data;

    g_clear_pointer(&content->requests, g_ptr_array_unref);
    g_clear_pointer(&content->procedures, g_ptr_array_unref);
    g_clear_pointer(&content->today, guichet_today_free);
    g_clear_pointer(&content->notices, g_ptr_array_unref);
    g_free(content->counts.last_error);
    g_free(content);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Content, content_free)

static Content *
content_new(void)
{
    Content *content = g_new0(Content, 1);

    content->requests = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_request_free);
    content->procedures = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_procedure_unref);
    content->today = guichet_today_new();
    content->notices = g_ptr_array_new_with_free_func(g_free);
    return content;
}

static void
order_free(gpointer data)
{
    Order *order = data;

    g_free(order->search);
    g_free(order);
}

/* Adds a page to @requests; FALSE without one. */
static gboolean
add_page(GuichetDesk *desk, const GuichetRequestFilter *filter, GPtrArray *requests, GError **error)
{
    g_autoptr(GPtrArray) page = guichet_desk_find_requests(desk, filter, error);

    if (page == NULL)
        return FALSE;
    g_ptr_array_extend_and_steal(requests, g_steal_pointer(&page));
    return TRUE;
}

/* The newest page whatever their state; older than that, what still asks for something. */
static GPtrArray *
read_requests(GuichetDesk *desk, const char *search, GError **error)
{
    static const GuichetRequestState open[] = {
        GUICHET_REQUEST_DRAFT, GUICHET_REQUEST_SEALED, GUICHET_REQUEST_SENDING,
        GUICHET_REQUEST_SUPPLEMENT_ASKED, GUICHET_REQUEST_TITLE_READY};
    g_autoptr(GPtrArray) requests =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_request_free);
    const GuichetRequestFilter newest = {0};

    if (!add_page(desk, &newest, requests, error))
        return NULL;
    if (requests->len < GUICHET_REQUEST_PAGE) /* that is all there is */
        return g_steal_pointer(&requests);
    const char *oldest = ((GuichetRequest *)requests->pdata[requests->len - 1])->id;
    for (guint i = 0; i < G_N_ELEMENTS(open); i++) {
        const GuichetRequestFilter older = {.before = oldest, .state = &open[i]};

        if (!add_page(desk, &older, requests, error))
            return NULL;
    }
    const GuichetRequestFilter sought = {.before = oldest, .search = search};
    if (strlen(search) >= SEARCH_MIN && !add_page(desk, &sought, requests, error))
        return NULL;
    return g_steal_pointer(&requests);
}

/* What the log-in had to say, then what will come. */
static GPtrArray *
read_notices(GuichetDesk *desk)
{
    g_autoptr(GPtrArray) notices = guichet_desk_list_warnings(desk);
    GPtrArray *said = guichet_desk_get_notices(desk);

    for (guint i = 0; i < said->len; i++)
        g_ptr_array_add(notices, g_strdup(g_ptr_array_index(said, i)));
    return g_steal_pointer(&notices);
}

static gpointer
work_read(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    const Order *order = data;
    GuichetStation *station = guichet_desk_get_station(desk);
    g_autoptr(Content) content = g_new0(Content, 1);

    /* the window is in use by now: what the start did not read is read beside it */
    if (order->first && guichet_desk_self_check_due(desk))
        guichet_self_check_begin(guichet_station_get_root(station));
    content->no_tpm = !guichet_station_has_tpm(station);
    content->notices = order->notices ? read_notices(desk) : NULL;
    content->requests = read_requests(desk, order->search, error);
    if (content->requests == NULL)
        return NULL;
    content->procedures = guichet_desk_list_procedures(desk, error);
    if (content->procedures == NULL)
        return NULL;
    content->today = guichet_today_read(desk, content->procedures, error);
    if (content->today == NULL)
        return NULL;
    if (!guichet_desk_count(desk, &content->counts, error))
        return NULL;
    return g_steal_pointer(&content);
}

/* Everything that is shown, in one text: the same text means that nothing changed. */
static char *
digest_content(const Content *content)
{
    GString *text = g_string_new(NULL);

    g_string_printf(text, "%s %u %u %u %s", guichet_language_get(), content->counts.drafts,
                    content->counts.waiting, content->counts.received,
                    content->counts.last_error != NULL ? content->counts.last_error : "");
    for (guint i = 0; i < content->notices->len; i++)
        g_string_append_printf(text, "\n%s", (char *)g_ptr_array_index(content->notices, i));
    g_string_append_printf(text, "\n%d", content->no_tpm);
    for (guint i = 0; i < content->requests->len; i++) {
        GuichetRequest *request = g_ptr_array_index(content->requests, i);
        g_autofree char *name = guichet_text_person(request);

        g_string_append_printf(text, "\n%s %d %" PRId64 " %s %s", request->id, request->state,
                               request->updated_us, name,
                               request->status_text != NULL ? request->status_text : "");
    }
    guichet_today_digest(content->today, text);
    return g_string_free(text, FALSE);
}

static void
take_content(GuichetOverview *self, Content *content)
{
    if (content->notices == NULL)
        content->notices = g_ptr_array_ref(self->content->notices);
    g_autofree char *digest = digest_content(content);

    g_clear_pointer(&self->content, content_free);
    self->content = content;
    if (g_strcmp0(digest, self->digest) == 0)
        return;
    g_free(self->digest);
    self->digest = g_steal_pointer(&digest);
    g_signal_emit(self, changed_signal, 0);
}

static void
on_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetOverview) self = user_data;
    g_autoptr(GError) error = NULL;
    Content *content = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    self->busy = FALSE;
    if (self->desk == NULL) {
        g_clear_pointer(&content,
                        content_free); /* locked meanwhile: names stay out of the window */
        return;
    }
    /* a failed read keeps the last state on the screen; the next tick tries again */
    if (content != NULL)
        take_content(self, content);
}

static void
guichet_overview_finalize(GObject *object)
{
    GuichetOverview *self = GUICHET_OVERVIEW(object);

    g_clear_handle_id(&self->refresh_source, g_source_remove);
    g_clear_object(&self->desk);
    g_clear_pointer(&self->content, content_free);
    g_free(self->digest);
    g_free(self->search);
    G_OBJECT_CLASS(guichet_overview_parent_class)->finalize(object);
}

static void
guichet_overview_class_init(GuichetOverviewClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = guichet_overview_finalize;
    changed_signal = g_signal_new("changed", GUICHET_TYPE_OVERVIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
guichet_overview_init(GuichetOverview *self)
{
    self->content = content_new();
    self->search = g_strdup("");
}

GuichetOverview *
guichet_overview_new(void)
{
    return g_object_new(GUICHET_TYPE_OVERVIEW, NULL);
}

static gboolean
on_refresh(gpointer user_data)
{
    guichet_overview_refresh(user_data);
    return G_SOURCE_CONTINUE;
}

void
guichet_overview_set_desk(GuichetOverview *self, GuichetDesk *desk)
{
    g_set_object(&self->desk, desk);
    self->notices_us = 0;
    g_clear_handle_id(&self->refresh_source, g_source_remove);
    if (desk != NULL)
        self->refresh_source = g_timeout_add_seconds(REFRESH_SECONDS, on_refresh, self);
    if (desk == NULL)
        take_content(self, content_new());
}

void
guichet_overview_refresh(GuichetOverview *self)
{
    if (self->desk == NULL || self->busy)
        return;
    gint64 now_us = g_get_monotonic_time();
    Order *order = g_new0(Order, 1);
    order->search = g_strdup(self->search);
    order->first = self->notices_us == 0;
    order->notices = order->first || now_us - self->notices_us > NOTICES_US;
    if (order->notices)
        self->notices_us = now_us;
    self->busy = TRUE;
    guichet_desk_call_async(self->desk, work_read, order, order_free, content_free, NULL, on_read,
                            g_object_ref(self));
}

void
guichet_overview_search(GuichetOverview *self, const char *text)
{
    if (g_str_equal(self->search, text))
        return;
    g_free(self->search);
    self->search = g_strdup(text);
    if (strlen(text) >= SEARCH_MIN)
        guichet_overview_refresh(self);
}

GPtrArray *
guichet_overview_get_notices(GuichetOverview *self)
{
    return self->content->notices;
}

gboolean
guichet_overview_lacks_tpm(GuichetOverview *self)
{
    return self->content->no_tpm;
}

GuichetDesk *
guichet_overview_get_desk(GuichetOverview *self)
{
    return self->desk;
}

GPtrArray *
guichet_overview_get_appointments(GuichetOverview *self)
{
    return self->content->today->appointments;
}

const char *
guichet_overview_get_due(GuichetOverview *self, const char *request_id)
{
    return g_hash_table_lookup(self->content->today->due, request_id);
}

GPtrArray *
guichet_overview_get_requests(GuichetOverview *self)
{
    return self->content->requests;
}

GPtrArray *
guichet_overview_get_procedures(GuichetOverview *self)
{
    return self->content->procedures;
}

const GuichetStoreCounts *
guichet_overview_get_counts(GuichetOverview *self)
{
    return &self->content->counts;
}

GuichetRequest *
guichet_overview_find(GuichetOverview *self, const char *id)
{
    for (guint i = 0; i < self->content->requests->len; i++) {
        GuichetRequest *request = g_ptr_array_index(self->content->requests, i);

        if (g_str_equal(request->id, id))
            return request;
    }
    return NULL;
}

void
guichet_overview_add(GuichetOverview *self, GuichetRequest *request)
{
    if (guichet_overview_find(self, request->id) == NULL)
        g_ptr_array_add(self->content->requests, request);
    else
        guichet_request_free(request);
}

const char *
guichet_overview_get_title(GuichetOverview *self, const char *procedure_id)
{
    for (guint i = 0; i < self->content->procedures->len; i++) {
        GuichetProcedure *procedure = g_ptr_array_index(self->content->procedures, i);

        if (g_str_equal(guichet_procedure_get_id(procedure), procedure_id))
            return guichet_procedure_get_title(procedure);
    }
    return procedure_id;
}

static gint64
find_last_sent(GuichetOverview *self)
{
    gint64 last = 0;

    for (guint i = 0; i < self->content->requests->len; i++) {
        GuichetRequest *request = g_ptr_array_index(self->content->requests, i);

        if (request->state >= GUICHET_REQUEST_RECEIVED &&
            request->state < GUICHET_REQUEST_ABANDONED)
            last = MAX(last, request->updated_us);
    }
    return last;
}

char *
guichet_overview_describe_sync(GuichetOverview *self)
{
    const GuichetStoreCounts *counts = &self->content->counts;
    gint64 last = find_last_sent(self);
    GString *text = g_string_new(NULL);

    if (counts->waiting == 0)
        g_string_append(text, _("Rien à envoyer"));
    else
        g_string_append_printf(text, _("%u à envoyer"), counts->waiting);
    if (last != 0) {
        g_autofree char *when = guichet_text_moment(last);

        g_string_append_printf(text, _(" · dernier envoi %s"), when);
    }
    if (counts->waiting > 0 && counts->last_error != NULL)
        g_string_append(text, _(" · gardé ici, pourquoi : F4"));
    return g_string_free(text, FALSE);
}

void
guichet_overview_set_content(GuichetOverview *self, GPtrArray *requests, GPtrArray *procedures,
                             const GuichetStoreCounts *counts)
{
    Content *content = g_new0(Content, 1);

    content->today = guichet_today_new();
    content->requests = requests;
    content->procedures = procedures;
    content->counts = *counts;
    content->counts.last_error = g_strdup(counts->last_error);
    content->no_tpm = self->content->no_tpm;
    take_content(self, content);
}

void
guichet_overview_set_notices(GuichetOverview *self, GPtrArray *notices, gboolean no_tpm)
{
    Content *content = content_new();

    g_ptr_array_unref(content->notices);
    content->notices = notices;
    content->no_tpm = no_tpm;
    take_content(self, content);
}

void
guichet_overview_set_today(GuichetOverview *self, GuichetToday *today)
{
    guichet_today_free(self->content->today);
    self->content->today = today;
    g_signal_emit(self, changed_signal, 0);
}
