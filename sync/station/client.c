/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/station/client.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/contact.h"
#include "core/error.h"
#include "core/paths.h"
#include "core/trusted-time.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/message.h"
#include "sync/station/backoff.h"
#include "sync/station/bundle-file.h"
#include "sync/station/feed.h"
#include "sync/station/http.h"
#include "sync/station/tus.h"

void
guichet_sync_result_clear(GuichetSyncResult *result)
{
    g_free(result->reason);
    *result = (GuichetSyncResult){0};
}

static void
note_reason(GuichetSyncResult *result, const GError *failure)
{
    if (result->reason == NULL)
        result->reason = g_strdup(failure->message);
}

/* Is the line, and not this bundle, the trouble? Then the others need not try. */
static gboolean
is_line_trouble(const GError *failure)
{
    static const int codes[] = {GUICHET_ERROR_NETWORK, GUICHET_ERROR_TIMEOUT,
                                GUICHET_ERROR_UNTRUSTED, GUICHET_ERROR_CANCELLED};
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (g_error_matches(failure, GUICHET_ERROR, codes[i]))
            return TRUE;
    }
    return FALSE;
}

gboolean
guichet_client_take_receipt(const GuichetSyncContext *context, const char *sha256, GBytes *der,
                            GError **error)
{
    g_autoptr(GuichetReceipt) receipt =
        guichet_receipt_verify(der, context->trust, guichet_trusted_time_now(context->root), sha256,
                               context->station, error);
    if (receipt == NULL) {
        g_prefix_error(error, _("Accusé refusé : "));
        return FALSE;
    }
    return guichet_trusted_time_raise(context->root, receipt->received_us, error) &&
           guichet_outbox_record_receipt(context->outbox, sha256, der, error);
}

static gboolean
fetch_receipt(const GuichetSyncContext *context, GuichetHttp *http, const char *sha256,
              GError **error)
{
    g_autofree char *path = g_strconcat("/v1/recus/", sha256, NULL);
    GuichetHttpRequest request = {
        .method = "GET", .path = path, .answer_max = GUICHET_MESSAGE_MAX_BYTES};
    g_auto(GuichetHttpAnswer) answer = {0};
    if (!guichet_http_run(http, &request, &answer, error))
        return FALSE;
    if (answer.status == 404) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Liasse envoyée, accusé pas encore disponible : il sera redemandé"));
        return FALSE;
    }
    if (answer.status != 200) {
        g_propagate_error(error, guichet_http_refusal(&answer));
        return FALSE;
    }
    g_autoptr(GBytes) der = g_bytes_new(answer.body->data, answer.body->len);
    return guichet_client_take_receipt(context, sha256, der, error);
}

static gboolean
send_entry(const GuichetSyncContext *context, GuichetHttp *http, const GuichetOutboxEntry *entry,
           gint64 *retry_after_s, GError **error)
{
    *retry_after_s = -1;
    /* counted first, so that a file that cannot be read is tried less and less often too */
    if (!guichet_outbox_record_attempt(context->outbox, entry->sha256, NULL, 0, error))
        return FALSE;
    g_autoptr(GBytes) bundle = guichet_bundle_file_load(entry, error);
    return bundle != NULL &&
           guichet_tus_upload(http, entry->sha256, bundle, entry->attempts > 0, retry_after_s,
                              error) &&
           fetch_receipt(context, http, entry->sha256, error);
}

static gint64
next_attempt(const GuichetOutboxEntry *entry, gint64 retry_after_s)
{
    gint64 wait = guichet_backoff_us(entry->attempts + 1);
    if (retry_after_s >= 0)
        wait = retry_after_s * G_USEC_PER_SEC;
    return g_get_real_time() + wait;
}

/* A cancelled attempt is nobody's failure: the next round may take it up at once. */
static gboolean
record_failure(const GuichetSyncContext *context, const GuichetOutboxEntry *entry,
               const GError *failure, gint64 retry_after_s, GError **error)
{
    gboolean cancelled = g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_CANCELLED);
    gint64 when = cancelled ? 0 : next_attempt(entry, retry_after_s);
    return guichet_outbox_record_attempt(context->outbox, entry->sha256, failure->message, when,
                                         error);
}

/* TRUE: go on with the next one. FALSE with the error: the line or the store fails. */
static gboolean
try_entry(const GuichetSyncContext *context, GuichetHttp *http, const GuichetOutboxEntry *entry,
          GuichetSyncResult *result, GError **error)
{
    g_autoptr(GError) failure = NULL;
    gint64 retry_after_s = -1;
    if (send_entry(context, http, entry, &retry_after_s, &failure)) {
        result->uploaded++;
        return TRUE;
    }
    result->failed++;
    note_reason(result, failure);
    if (!record_failure(context, entry, failure, retry_after_s, error))
        return FALSE;
    if (!is_line_trouble(failure))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean
is_due(const GuichetOutboxEntry *entry, gint64 now_us, gboolean force)
{
    /* a next attempt farther away than any wait of ours comes from a clock that jumped */
    gint64 wait = entry->next_attempt_us - now_us;
    return force || wait <= 0 || wait > G_TIME_SPAN_DAY;
}

static gboolean
send_waiting(const GuichetSyncContext *context, GuichetHttp *http, GPtrArray *entries,
             gboolean force, GuichetSyncResult *result, GError **error)
{
    for (guint i = 0; i < entries->len; i++) {
        const GuichetOutboxEntry *entry = g_ptr_array_index(entries, i);
        if (is_due(entry, g_get_real_time(), force) &&
            !try_entry(context, http, entry, result, error))
            return FALSE;
    }
    return TRUE;
}

/* Is there a centre, and does it know us? One small request that also opens the connection, so
 * that an outage costs no bundle an attempt. */
static gboolean
greet(GuichetHttp *http, GError **error)
{
    GuichetHttpRequest request = {.method = "GET", .path = "/v1/sante"};
    g_auto(GuichetHttpAnswer) answer = {0};
    if (!guichet_http_run(http, &request, &answer, error))
        return FALSE;
    if (answer.status != 401 && answer.status != 403 && answer.status < 500)
        return TRUE;
    g_propagate_error(error, guichet_http_refusal(&answer));
    return FALSE;
}

/* The screen shows the trouble of the oldest waiting bundle; it stays due at once. */
static void
show_outage(const GuichetSyncContext *context, GPtrArray *entries, const GError *failure)
{
    if (entries->len == 0)
        return;
    const GuichetOutboxEntry *oldest = g_ptr_array_index(entries, 0);
    g_autoptr(GError) ignored = NULL; /* the outage itself is what the caller must hear */
    if (!guichet_outbox_record_attempt(context->outbox, oldest->sha256, failure->message, 0,
                                       &ignored))
        g_message("%s", ignored->message);
}

static void
fetch_feed(const GuichetSyncContext *context, GuichetHttp *http, GuichetSyncResult *result)
{
    g_autoptr(GError) failure = NULL;
    if (!guichet_feed_fetch(context, http, &result->messages, &failure) ||
        !guichet_contact_note(context->root, &failure))
        note_reason(result, failure);
}

gboolean
guichet_sync_round(const GuichetSyncContext *context, gboolean force, GCancellable *cancellable,
                   GuichetSyncResult *result, GError **error)
{
    GuichetHttpSettings settings = {
        .base_url = context->centre_url,
        .certificate_path = context->tls_certificate_path,
        .key_path = context->tls_key_path,
        .ca_path = context->tls_ca_path,
        .cancellable = cancellable,
        .root = context->root,
    };
    *result = (GuichetSyncResult){0};
    g_autoptr(GuichetHttp) http = guichet_http_new(&settings, error);
    if (http == NULL)
        return FALSE;
    g_autoptr(GPtrArray) entries = guichet_outbox_list(context->outbox, TRUE, error);
    if (entries == NULL)
        return FALSE;
    g_autoptr(GError) failure = NULL;
    if (!greet(http, &failure)) {
        show_outage(context, entries, failure);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    /* trouble in mid-round is told in the result: something was tried, perhaps done */
    if (send_waiting(context, http, entries, force, result, &failure))
        fetch_feed(context, http, result);
    else
        note_reason(result, failure);
    result->bytes = guichet_http_get_sent(http);
    return TRUE;
}
