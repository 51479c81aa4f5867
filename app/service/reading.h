/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/** What a citizen last said of one step, reading it back on the second screen. */
typedef struct {
    char *step; /* its id */
    GuichetReading reading;
    gint64 at_us; /* wall time */
} GuichetReadBack;

/* Of @request_id, one a step (GuichetReadBack*), from the journal; a step of which nothing was said
 * is not there. Looks at the newest entries only: a request in hand was read back lately. */
GPtrArray *guichet_desk_list_readings(GuichetDesk *self, const char *request_id, GError **error);
