/* SPDX-License-Identifier: EUPL-1.2 */
#include "draft.h"

#include <glib/gi18n-lib.h>

#include "core/error.h"
#include "picture.h"
#include "service/joining.h"
#include "text.h"

struct _GuichetDraft {
    GObject parent_instance;
    GuichetDesk *desk;
    GuichetRequest *request;
    GuichetProcedure *procedure;
    GHashTable *pictures;          /* piece id → GdkTexture */
    GuichetPiece *removed;         /* the last one, with its content, so that it can come back */
    char *asked;                   /* of a supplement: the centre's reason and deadline */
    GuichetConsentPolicy *consent; /* of the person, where it is asked or was noted; or NULL */
    gint64 saved_us;
};

G_DEFINE_FINAL_TYPE(GuichetDraft, guichet_draft, G_TYPE_OBJECT)

struct _GuichetChange {
    gboolean (*run)(GuichetDesk *desk, GuichetChange *change, GError **error);
    char *request_id;
    char *key;
    char *value;
    GBytes *content;
    char *device;
    char *attributes;
    GuichetConsent consent;
    GuichetPiece *removed;
    GuichetPiece *returning; /* what a taking back brings back: lost again if it fails */
};

/** What a change gives back. */
typedef struct {
    GuichetRequest *request;
    GuichetPiece *removed;
} Outcome;

static void
outcome_free(gpointer data)
{
    Outcome *outcome = data;

    g_clear_pointer(&outcome->request, guichet_request_free);
    g_clear_pointer(&outcome->removed, guichet_piece_free);
    g_free(outcome);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outcome, outcome_free)

static guint changed_signal;

static void
guichet_draft_finalize(GObject *object)
{
    GuichetDraft *self = GUICHET_DRAFT(object);

    g_clear_object(&self->desk);
    g_clear_pointer(&self->request, guichet_request_free);
    g_clear_pointer(&self->procedure, guichet_procedure_unref);
    g_clear_pointer(&self->removed, guichet_piece_free);
    g_clear_pointer(&self->pictures, g_hash_table_unref);
    g_free(self->asked);
    g_clear_pointer(&self->consent, guichet_consent_policy_free);
    G_OBJECT_CLASS(guichet_draft_parent_class)->finalize(object);
}

static void
guichet_draft_class_init(GuichetDraftClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = guichet_draft_finalize;
    changed_signal = g_signal_new("changed", GUICHET_TYPE_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
guichet_draft_init(GuichetDraft *self)
{
    self->pictures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
}

/* --- changes --- */

static GuichetChange *
change_new(gboolean (*run)(GuichetDesk *, GuichetChange *, GError **), const char *key,
           const char *value)
{
    GuichetChange *change = g_new0(GuichetChange, 1);

    change->run = run;
    change->key = g_strdup(key);
    change->value = g_strdup(value);
    return change;
}

static void
change_free(gpointer data)
{
    GuichetChange *change = data;

    g_free(change->request_id);
    g_free(change->key);
    g_free(change->value);
    g_free(change->device);
    g_free(change->attributes);
    guichet_consent_clear(&change->consent);
    g_clear_pointer(&change->content, g_bytes_unref);
    g_clear_pointer(&change->removed, guichet_piece_free);
    g_clear_pointer(&change->returning, guichet_piece_free);
    g_free(change);
}

static gboolean
run_set_field(GuichetDesk *desk, GuichetChange *change, GError **error)
{
    return guichet_desk_set_field(desk, change->request_id, change->key, change->value, error);
}

static gboolean
run_set_step(GuichetDesk *desk, GuichetChange *change, GError **error)
{
    return guichet_desk_set_step(desk, change->request_id, change->key, error);
}

static gboolean
run_add_piece(GuichetDesk *desk, GuichetChange *change, GError **error)
{
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(desk, change->request_id, change->key, change->content,
                               change->device, change->attributes, error);

    return piece != NULL;
}

static gboolean
run_declare_impossible(GuichetDesk *desk, GuichetChange *change, GError **error)
{
    g_autoptr(GuichetPiece) piece = guichet_desk_declare_impossible(
        desk, change->request_id, change->key, change->value, error);

    return piece != NULL;
}

static gboolean
run_remove_piece(GuichetDesk *desk, GuichetChange *change, GError **error)
{
    change->removed = guichet_desk_load_piece(desk, change->request_id, change->key, error);
    return change->removed != NULL &&
           guichet_desk_remove_piece(desk, change->request_id, change->key, error);
}

static gboolean
run_set_consent(GuichetDesk *desk, GuichetChange *change, GError **error)
{
    return guichet_desk_set_consent(desk, change->request_id, &change->consent, error);
}

GuichetChange *
guichet_change_set_consent(GuichetConsent *consent)
{
    GuichetChange *change = change_new(run_set_consent, NULL, NULL);

    change->consent = *consent;
    *consent = (GuichetConsent){NULL};
    return change;
}

GuichetChange *
guichet_change_set_field(const char *field, const char *value)
{
    return change_new(run_set_field, field, value);
}

GuichetChange *
guichet_change_set_step(const char *step)
{
    return change_new(run_set_step, step, NULL);
}

GuichetChange *
guichet_change_add_piece(const char *kind, GBytes *content, const char *device,
                         const char *attributes)
{
    GuichetChange *change = change_new(run_add_piece, kind, NULL);

    change->content = g_bytes_ref(content);
    change->device = g_strdup(device);
    change->attributes = g_strdup(attributes);
    return change;
}

GuichetChange *
guichet_change_declare_impossible(const char *kind, const char *reason)
{
    return change_new(run_declare_impossible, kind, reason);
}

GuichetChange *
guichet_change_remove_piece(const char *piece_id)
{
    return change_new(run_remove_piece, piece_id, NULL);
}

/* --- work, on the desk's thread --- */

static gpointer
work_change(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    GuichetChange *change = data;
    g_autoptr(Outcome) outcome = g_new0(Outcome, 1);

    if (!change->run(desk, change, error))
        return NULL;
    outcome->request = guichet_desk_load_request(desk, change->request_id, error);
    if (outcome->request == NULL)
        return NULL;
    outcome->removed = g_steal_pointer(&change->removed);
    return g_steal_pointer(&outcome);
}

/* "Le centre demande : la page est floue. À déposer avant le mardi 1 décembre 2026.", or NULL. */
static char *
describe_asked(GuichetDesk *desk, const GuichetRequest *request)
{
    g_autoptr(GuichetRequest) parent =
        request->parent != NULL ? guichet_desk_load_request(desk, request->parent, NULL) : NULL;
    g_autoptr(GuichetSupplement) asked = NULL;
    g_autofree char *day = NULL;

    if (parent == NULL || parent->state != GUICHET_REQUEST_SUPPLEMENT_ASKED)
        return NULL;
    asked = guichet_desk_find_supplement(desk, parent->id, NULL);
    day = asked != NULL ? guichet_text_day(asked->deadline_us) : NULL;
    return g_strdup_printf(day != NULL ? _("Le centre demande : %s À déposer avant le %s.")
                                       : _("Le centre demande : %s"),
                           parent->status_text != NULL ? parent->status_text : "…", day);
}

/* The words of a consent, where the role must note one or somebody has; a broken policy is said by
 * the check. */
static GuichetConsentPolicy *
load_consent(GuichetDesk *desk, GuichetRequest *request)
{
    g_autoptr(GuichetConsentPolicy) policy = guichet_desk_load_consent_policy(desk, NULL);
    g_auto(GuichetConsent) noted = {NULL};

    return policy != NULL && (guichet_consent_policy_asks(policy, guichet_desk_get_role(desk)) ||
                              guichet_consent_read(request, &noted))
               ? g_steal_pointer(&policy)
               : NULL;
}

static gpointer
work_open(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(GuichetRequest) request = guichet_desk_load_request(desk, data, error);
    g_autoptr(GuichetProcedure) procedure = NULL;

    if (request == NULL)
        return NULL;
    procedure = guichet_desk_load_procedure(desk, data, error);
    if (procedure == NULL)
        return NULL;
    g_autofree char *asked = describe_asked(desk, request);
    GuichetDraft *draft =
        guichet_draft_new(desk, g_steal_pointer(&request), g_steal_pointer(&procedure));
    guichet_draft_set_asked(draft, asked);
    draft->consent = load_consent(desk, draft->request);
    return draft;
}

static gpointer
work_create(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(GuichetRequest) request = guichet_desk_new_request(desk, data, error);

    return request != NULL ? work_open(desk, request->id, cancellable, error) : NULL;
}

static gpointer
work_check(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_check(desk, data, error);
}

static gpointer
work_seal(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    g_autoptr(Outcome) outcome = g_new0(Outcome, 1);

    outcome->request = guichet_desk_seal(desk, data, error);
    return outcome->request != NULL ? g_steal_pointer(&outcome) : NULL;
}

typedef struct {
    char *request_id;
    char *piece_id;
} PictureJob;

static void
picture_job_free(gpointer data)
{
    PictureJob *job = data;

    g_free(job->request_id);
    g_free(job->piece_id);
    g_free(job);
}

static gpointer
work_picture(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    PictureJob *job = data;
    g_autoptr(GuichetPiece) piece =
        guichet_desk_load_piece(desk, job->request_id, job->piece_id, error);

    if (piece == NULL)
        return NULL;
    if (piece->content == NULL || !g_str_has_prefix(piece->media_type, "image/")) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                            _("Cette pièce n’a pas d’image à montrer."));
        return NULL;
    }
    return guichet_picture_decode(piece->content, error);
}

/* --- public --- */

GuichetDraft *
guichet_draft_new(GuichetDesk *desk, GuichetRequest *request, GuichetProcedure *procedure)
{
    GuichetDraft *self = g_object_new(GUICHET_TYPE_DRAFT, NULL);

    self->desk = desk != NULL ? g_object_ref(desk) : NULL;
    self->request = request;
    self->procedure = procedure;
    return self;
}

void
guichet_draft_open_async(GuichetDesk *desk, const char *request_id, GAsyncReadyCallback callback,
                         gpointer user_data)
{
    guichet_desk_call_async(desk, work_open, g_strdup(request_id), g_free, g_object_unref, NULL,
                            callback, user_data);
}

void
guichet_draft_create_async(GuichetDesk *desk, const char *procedure_id,
                           GAsyncReadyCallback callback, gpointer user_data)
{
    guichet_desk_call_async(desk, work_create, g_strdup(procedure_id), g_free, g_object_unref, NULL,
                            callback, user_data);
}

GuichetDraft *
guichet_draft_open_finish(GuichetDesk *desk, GAsyncResult *result, GError **error)
{
    return guichet_desk_call_finish(desk, result, error);
}

GuichetRequest *
guichet_draft_get_request(GuichetDraft *self)
{
    return self->request;
}

GuichetProcedure *
guichet_draft_get_procedure(GuichetDraft *self)
{
    return self->procedure;
}

void
guichet_draft_set_asked(GuichetDraft *self, const char *sentence)
{
    g_free(self->asked);
    self->asked = g_strdup(sentence);
}

const char *
guichet_draft_get_asked(GuichetDraft *self)
{
    return self->asked;
}

const GuichetConsentPolicy *
guichet_draft_get_consent_policy(GuichetDraft *self)
{
    return self->consent;
}

GuichetDesk *
guichet_draft_get_desk(GuichetDraft *self)
{
    return self->desk;
}

JsonNode *
guichet_draft_get_rule_data(GuichetDraft *self)
{
    return guichet_request_rule_data(self->request, self->procedure, g_get_real_time());
}

gint64
guichet_draft_get_saved_us(GuichetDraft *self)
{
    return self->saved_us;
}

/* Starts @work and answers through a task of the draft; FALSE when there is no desk. */
static void
start_work(GuichetDraft *self, GuichetDeskFunc work, gpointer data, GDestroyNotify data_free,
           GDestroyNotify result_free, GAsyncReadyCallback on_done, GTask *task)
{
    if (self->desk == NULL) {
        data_free(data);
        g_task_return_new_error(task, GUICHET_ERROR, GUICHET_ERROR_STATE,
                                _("Ce dossier ne peut pas être modifié ici."));
        g_object_unref(task);
        return;
    }
    guichet_desk_call_async(self->desk, work, data, data_free, result_free, NULL, on_done, task);
}

static void
on_request_reloaded(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GuichetDraft *self = g_task_get_source_object(task);
    g_autoptr(GError) error = NULL;
    g_autoptr(Outcome) outcome = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (outcome == NULL) {
        GuichetPiece *returning = g_task_get_task_data(task);
        if (returning != NULL && self->removed == NULL)
            self->removed = guichet_piece_copy(returning); /* it can be tried again */
        g_task_return_error(task, g_steal_pointer(&error));
        return;
    }
    guichet_request_free(self->request);
    self->request = g_steal_pointer(&outcome->request);
    if (outcome->removed != NULL) {
        g_clear_pointer(&self->removed, guichet_piece_free);
        self->removed = g_steal_pointer(&outcome->removed);
    }
    self->saved_us = g_get_real_time();
    g_signal_emit(self, changed_signal, 0);
    g_task_return_boolean(task, TRUE);
}

GuichetChange *
guichet_draft_take_back(GuichetDraft *self)
{
    GuichetPiece *piece = g_steal_pointer(&self->removed);
    GuichetChange *change;

    if (piece == NULL)
        return NULL;
    if (piece->impossible_reason != NULL)
        change = guichet_change_declare_impossible(piece->kind, piece->impossible_reason);
    else
        change =
            guichet_change_add_piece(piece->kind, piece->content, piece->device, piece->attributes);
    change->returning = piece;
    return change;
}

gboolean
guichet_draft_can_take_back(GuichetDraft *self)
{
    return self->removed != NULL;
}

void
guichet_draft_change_async(GuichetDraft *self, GuichetChange *change, GAsyncReadyCallback callback,
                           gpointer user_data)
{
    GTask *task = g_task_new(self, NULL, callback, user_data);

    change->request_id = g_strdup(self->request->id);
    g_task_set_task_data(task, g_steal_pointer(&change->returning),
                         (GDestroyNotify)guichet_piece_free);
    start_work(self, work_change, change, change_free, outcome_free, on_request_reloaded, task);
}

gboolean
guichet_draft_change_finish(GuichetDraft *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

static void
on_gaps(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    g_autoptr(GError) error = NULL;
    GPtrArray *gaps = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (gaps == NULL)
        g_task_return_error(task, g_steal_pointer(&error));
    else
        g_task_return_pointer(task, gaps, (GDestroyNotify)g_ptr_array_unref);
}

void
guichet_draft_check_async(GuichetDraft *self, GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new(self, NULL, callback, user_data);

    start_work(self, work_check, g_strdup(self->request->id), g_free,
               (GDestroyNotify)g_ptr_array_unref, on_gaps, task);
}

GPtrArray *
guichet_draft_check_finish(GuichetDraft *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

void
guichet_draft_seal_async(GuichetDraft *self, GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new(self, NULL, callback, user_data);

    start_work(self, work_seal, g_strdup(self->request->id), g_free, outcome_free,
               on_request_reloaded, task);
}

gboolean
guichet_draft_seal_finish(GuichetDraft *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

static void
on_picture(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GuichetDraft *self = g_task_get_source_object(task);
    g_autoptr(GError) error = NULL;
    GdkTexture *texture = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (texture == NULL) {
        g_task_return_error(task, g_steal_pointer(&error));
        return;
    }
    g_hash_table_replace(self->pictures, g_strdup(g_task_get_task_data(task)),
                         g_object_ref(texture));
    g_task_return_pointer(task, texture, g_object_unref);
}

void
guichet_draft_load_picture_async(GuichetDraft *self, const char *piece_id,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new(self, NULL, callback, user_data);
    PictureJob *job = g_new0(PictureJob, 1);

    g_task_set_task_data(task, g_strdup(piece_id), g_free);
    job->request_id = g_strdup(self->request->id);
    job->piece_id = g_strdup(piece_id);
    start_work(self, work_picture, job, picture_job_free, g_object_unref, on_picture, task);
}

GdkTexture *
guichet_draft_load_picture_finish(GuichetDraft *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

GdkTexture *
guichet_draft_peek_picture(GuichetDraft *self, const char *piece_id)
{
    return g_hash_table_lookup(self->pictures, piece_id);
}
