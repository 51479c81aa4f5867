/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/** How a session of the window ends, and what it comes back to. */
typedef enum {
    GUICHET_SESSION_END_LOGOUT, /* the agent's own doing */
    GUICHET_SESSION_END_IDLE,
    GUICHET_SESSION_END_CARD, /* removed: the desk locks itself, behind what was asked of it */
} GuichetSessionEnd;

/* @callback may be NULL; guichet_desk_call_finish() has nothing of interest. */
void guichet_session_end_async(GuichetDesk *desk, GuichetSessionEnd how,
                               GAsyncReadyCallback callback, gpointer user_data);
/* The sentence for the log-in page, NULL for the agent's own doing; caller frees. @reason: of
 * "card-removed", or NULL. */
char *guichet_session_end_describe(GuichetSessionEnd how, const char *reason);

/* The draft that was open when a session was locked: the same agent comes back to it, a colleague
 * comes to the day. */
typedef struct {
    char *agent, *request;
} GuichetResume;
/* @request NULL: none was open. */
void guichet_resume_note(GuichetResume *self, const char *agent, const char *request);
/* What @agent comes back to, once; NULL = nothing. Caller frees. */
char *guichet_resume_take(GuichetResume *self, const char *agent);
void guichet_resume_clear(GuichetResume *self);
