/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/**
 * What will stop the station one day, said in time: certificates from 60 days before their end,
 * and again at 30 and 7; a store that was put back, or in which a check found something; a disk
 * that is nearly full; a clock that is behind what the centre signed.
 */
/* French sentences (char*), the most urgent first; empty when all is well. */
GPtrArray *guichet_desk_list_warnings(GuichetDesk *self);
/* The sentence about a clock that is more than an hour behind the time floor, or NULL; how far
 * behind it is. Caller frees. */
char *guichet_desk_describe_clock(GuichetDesk *self, gint64 *behind_us);
/* "@what expire le …": NULL while the end is far. */
typedef enum {
    GUICHET_END_OF_STATION, /* without it nothing is sealed or sent */
    GUICHET_END_OF_CARD,
} GuichetEndKind;
char *guichet_warning_of_end(const char *what, gint64 end_us, gint64 now_us, GuichetEndKind kind);
