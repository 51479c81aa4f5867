/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/stick.h"
#include "sync/station/courier.h"

/** What both ways of the courier stick share; private to courier*.c. */
#define COURIER_LIST_NAME "LISTE"
#define COURIER_BUNDLE_SUFFIX ".asice"
#define COURIER_RECEIPT_SUFFIX ".accuse"
#define COURIER_MESSAGE_SUFFIX ".message"

/* Tells @watch; FALSE with GUICHET_ERROR_CANCELLED when it wants no more. */
gboolean guichet_courier_step(const GuichetCourierWatch *watch, guint done, guint all,
                              GError **error);
/* Keeps the first reason. */
void guichet_courier_note(char **reason, const GError *failure);
/* Takes off the stick the bundles that the outbox knows to be received (erased ones aside). */
gboolean guichet_courier_clear_received(const GuichetSyncContext *context, GuichetStick *stick,
                                        GError **error);
