/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <json-glib/json-glib.h>

#include "sync/bundle/message.h"

/** What receipts and messages have in common: words that the centre signed. */

/* CMS over the canonical text. Takes ownership of @object. */
GBytes *guichet_word_sign(JsonObject *object, GuichetKey *key, GuichetCertificate *certificate,
                          GError **error);
/* Signature, chain and role; the text is not looked at. */
GBytes *guichet_word_open(GBytes *der, GuichetTrust *trust, gint64 at_us, GError **error);
/* Both FALSE with the error: GUICHET_ERROR_MISMATCH, GUICHET_ERROR_ARGUMENT. */
gboolean guichet_word_fail_mismatch(GError **error, const char *what, const char *found,
                                    const char *expected);
gboolean guichet_word_refuse_to_sign(GError **error, const char *what);

/* What a message of its kind says, in both directions (message-content.c); the members are those
 * of FORMAT.md §8. */
JsonObject *guichet_message_content_write(const GuichetMessage *message, GError **error);
gboolean guichet_message_content_read(GuichetMessage *message, JsonObject *content, GError **error);
/* Has @content no member that the kind does not know? */
gboolean guichet_message_content_only(GuichetMessageKind kind, JsonObject *content, GError **error);
