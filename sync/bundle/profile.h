/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/json.h"

/**
 * Small signed documents: canonical JSON whose member "profil" says what it is ("accuse/1").
 * Canonical means that the same content has only one text, so that a reader that accepts exactly
 * that text leaves no room for a second meaning.
 */

/* @members: every member that must be there, besides "profil", NULL-terminated; nothing else may
 * be. GUICHET_ERROR_MALFORMED or _LIMIT. */
JsonNode *guichet_profile_parse(GBytes *text, const char *profile, const char *const *members,
                                GError **error);
/* The same with members that may be absent (NULL-terminated, or NULL). */
JsonNode *guichet_profile_parse_with(GBytes *text, const char *profile, const char *const *members,
                                     const char *const *optional, GError **error);
/* A new object with only its "profil". */
JsonObject *guichet_profile_new(const char *profile);
/* Canonical text. Takes ownership of @object. */
GBytes *guichet_profile_to_bytes(JsonObject *object);

/* Typed members in both directions: instants as "2026-11-22T10:42:07Z" (whole seconds, UTC),
 * SHA-256 as 64 hex digits, identities and ids as in words.h. NULL or FALSE with
 * GUICHET_ERROR_MALFORMED. */
void guichet_profile_set_time(JsonObject *object, const char *member, gint64 wall_us);
gboolean guichet_profile_time(JsonObject *object, const char *member, const char *where,
                              gint64 *wall_us, GError **error);
const char *guichet_profile_sha256(JsonObject *object, const char *member, const char *where,
                                   GError **error);
/* "journal": {"entrees": n ≥ 1, "tete": SHA-256}, the head of a station's audit journal. The head
 * that is read is borrowed. */
void guichet_profile_set_journal(JsonObject *object, gint64 entries, const char *head);
const char *guichet_profile_journal(JsonObject *object, const char *where, gint64 *entries,
                                    GError **error);
const char *guichet_profile_identity(JsonObject *object, const char *member, const char *where,
                                     GError **error);
const char *guichet_profile_id(JsonObject *object, const char *member, const char *where,
                               GError **error);
