/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/**
 * The whole check of the store and what came of it. It reads every page, so it is not made at the
 * start: the nightly upkeep makes it, and a window that is open makes it beside its work when the
 * store was not closed, or when the nights were missed. ROOT/run/store-check.json keeps the result,
 * which the warnings show until a check finds nothing.
 */
#define GUICHET_SELF_CHECK_FILE "run/store-check.json"

typedef struct {
    gint64 checked_us;   /* wall time of the last whole check; 0 = never */
    GPtrArray *findings; /* char*: its technical lines, without personal data; empty = sound */
} GuichetSelfCheck;
void guichet_self_check_clear(GuichetSelfCheck *check);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetSelfCheck, guichet_self_check_clear)

/* A file that is not there or does not read says "never". */
void guichet_self_check_read(const char *root, GuichetSelfCheck *check);
/* Not closed, checked more than a day and a half ago, or never. */
gboolean guichet_desk_self_check_due(GuichetDesk *self);
/* Checks by a connection of its own, so that it may run on any thread while the desk is in use, and
 * keeps the result. FALSE only when the check could not be made. */
gboolean guichet_self_check_run(const char *root, GError **error);
/* The same on a thread of its own; silent: the warnings say what it found. */
void guichet_self_check_begin(const char *root);
/* Keeps the report of guichet_store_check(); "" = sound. */
gboolean guichet_self_check_record(const char *root, const char *report, GError **error);
/* A sentence for the person at the desk, or NULL when all is well. Caller frees. */
char *guichet_self_check_describe(const GuichetSelfCheck *check, gint64 now_us);
