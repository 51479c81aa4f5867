/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/**
 * How long this station has been used without a word from the centre, and what policy says of it.
 *
 * The centre's word is a receipt, a signed message, our certificate, or an answer on the network.
 * What counts against an agent is the time that the machine proves to have run since
 * (retention.h): a clock that jumps locks nobody out, and one that is set back lets nobody in.
 */

/* GUICHET_ERROR_DENIED when it has been too long; else *@notice is a French sentence to be shown
 * (caller frees) or NULL. A station that is not enrolled has no centre to hear from. */
gboolean guichet_desk_check_offline(GuichetDesk *self, char **notice, GError **error);

/* Time of use since @word_us (wall), µs, from the starts of the machine (GuichetBoot*, oldest
 * first). */
gint64 guichet_offline_used_us(GPtrArray *boots, gint64 word_us, const GuichetInstant *now,
                               guint off_per_running);
