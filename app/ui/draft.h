/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gdk/gdk.h>

#include "drivers/capture.h"
#include "picture.h"
#include "service/consent.h"
#include "service/desk.h"

/**
 * The request that is open on the screen: a request, its procedure, and the one way to change
 * them. Every change runs on the desk's worker and comes back only when it is durable; the pages
 * hear "changed" and show what is stored, never what is hoped.
 *
 * Signal "changed": the request was reloaded after a change.
 */
#define GUICHET_TYPE_DRAFT (guichet_draft_get_type())
G_DECLARE_FINAL_TYPE(GuichetDraft, guichet_draft, GUICHET, DRAFT, GObject)

/* Takes @request and @procedure. @desk may be NULL: a draft to look at, whose changes fail. */
GuichetDraft *guichet_draft_new(GuichetDesk *desk, GuichetRequest *request,
                                GuichetProcedure *procedure);

/* Made by hand, for tests and pictures. */
void guichet_draft_set_asked(GuichetDraft *self, const char *sentence);

/* An existing request, or (create) a new one of a procedure. */
void guichet_draft_open_async(GuichetDesk *desk, const char *request_id,
                              GAsyncReadyCallback callback, gpointer user_data);
void guichet_draft_create_async(GuichetDesk *desk, const char *procedure_id,
                                GAsyncReadyCallback callback, gpointer user_data);
/* Of both; @source is the desk. */
GuichetDraft *guichet_draft_open_finish(GuichetDesk *desk, GAsyncResult *result, GError **error);

/* Borrowed; the request is replaced at each "changed". */
GuichetRequest *guichet_draft_get_request(GuichetDraft *self);
GuichetProcedure *guichet_draft_get_procedure(GuichetDraft *self);
GuichetDesk *guichet_draft_get_desk(GuichetDraft *self);
/* Of a supplement: why the centre asks for it, and until when; else NULL. Borrowed. */
const char *guichet_draft_get_asked(GuichetDraft *self);
/* The words of the person's consent, where the role must note one or somebody has: then the
 * assistant has a step for it. NULL otherwise. Borrowed. */
const GuichetConsentPolicy *guichet_draft_get_consent_policy(GuichetDraft *self);
/* What rules see now; owned by the caller. */
JsonNode *guichet_draft_get_rule_data(GuichetDraft *self);
/* When the last change was durable, or 0. */
gint64 guichet_draft_get_saved_us(GuichetDraft *self);

/** One change, used once. */
typedef struct _GuichetChange GuichetChange;

GuichetChange *guichet_change_set_field(const char *field, const char *value);
GuichetChange *guichet_change_set_step(const char *step);
/* Takes what is in @consent. */
GuichetChange *guichet_change_set_consent(GuichetConsent *consent);
GuichetChange *guichet_change_add_piece(const char *kind, GBytes *content, const char *device,
                                        const char *attributes);
GuichetChange *guichet_change_declare_impossible(const char *kind, const char *reason);
GuichetChange *guichet_change_remove_piece(const char *piece_id);

/* The change that brings the last removed piece back (at the end of its kind), once; or NULL. */
GuichetChange *guichet_draft_take_back(GuichetDraft *self);
gboolean guichet_draft_can_take_back(GuichetDraft *self);

/* Takes @change. Changes are done in the order of the calls. */
void guichet_draft_change_async(GuichetDraft *self, GuichetChange *change,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean guichet_draft_change_finish(GuichetDraft *self, GAsyncResult *result, GError **error);

/* Gaps (GuichetGap*) of the request as stored; free the array. */
void guichet_draft_check_async(GuichetDraft *self, GAsyncReadyCallback callback,
                               gpointer user_data);
GPtrArray *guichet_draft_check_finish(GuichetDraft *self, GAsyncResult *result, GError **error);

/* Seals; on success the draft holds the sealed request and says "changed". */
void guichet_draft_seal_async(GuichetDraft *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean guichet_draft_seal_finish(GuichetDraft *self, GAsyncResult *result, GError **error);

/* A small picture of a stored piece, decoded on the worker, kept while the draft is open.
 * GUICHET_ERROR_UNSUPPORTED for a piece that is no picture (a PDF file, say). */
void guichet_draft_load_picture_async(GuichetDraft *self, const char *piece_id,
                                      GAsyncReadyCallback callback, gpointer user_data);
GdkTexture *guichet_draft_load_picture_finish(GuichetDraft *self, GAsyncResult *result,
                                              GError **error);
/* The kept picture (borrowed) or NULL. */
GdkTexture *guichet_draft_peek_picture(GuichetDraft *self, const char *piece_id);
