/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <json-glib/json-glib.h>

/**
 * JSON from outside, read strictly (RFC 8259): UTF-8, no comments, no duplicate keys, bounded in
 * size and depth. json-glib alone accepts comments and duplicates and recurses without limit, so
 * the text is walked once before it is handed over.
 */
#define GUICHET_JSON_MAX_BYTES (1024 * 1024)
#define GUICHET_JSON_MAX_DEPTH 32

/* @what names the text in errors ("passport.json"); message form "<what>:<line>: <reason>".
 * GUICHET_ERROR_LIMIT or GUICHET_ERROR_MALFORMED. The root must be an object. */
JsonNode *guichet_json_parse(const void *bytes, gsize size, const char *what, GError **error);

/* Typed readers of an object member. @where is the place so far ("passport.json: /fields/3");
 * an absent or mistyped member gives GUICHET_ERROR_MALFORMED "<where>/<member>: <reason>".
 * Returned strings are borrowed from @object. */
const char *guichet_json_string(JsonObject *object, const char *member, const char *where,
                                GError **error);
gboolean guichet_json_int(JsonObject *object, const char *member, gint64 min, gint64 max,
                          const char *where, gint64 *value, GError **error);
JsonArray *guichet_json_array(JsonObject *object, const char *member, const char *where,
                              GError **error);
JsonObject *guichet_json_object(JsonObject *object, const char *member, const char *where,
                                GError **error);
/* FALSE with the first member of @object that is not in the NULL-terminated @allowed. */
gboolean guichet_json_only(JsonObject *object, const char *const *allowed, const char *where,
                           GError **error);

/* Canonical text: members sorted by code point, no white space; what we sign. Caller frees. */
char *guichet_json_canonical(JsonNode *node);
