/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <json-glib/json-glib.h>

/** One line of JSON for answers and --json output. */

/* Takes @object; the text, without a final newline. Caller frees. */
char *guichet_central_json_line(JsonObject *object);
/* {"error": "<stable name>", "reason": "<one safe line>"}. Caller frees. */
char *guichet_central_json_error(const char *name, const char *reason);
