/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/station-fixture.h"

/** A day of a small town on a real station, for the tests of what is shown of it. */
#define TOWN_APPOINTMENTS 12
#define TOWN_TITLE "14AB12345" /* the number on the title that waits for its holder */

/* Who comes today, a deposit of which the centre asks a piece, a title that is ready, a draft. */
void town_fill_day(StationFixture *fixture, GuichetDesk *desk);
/* A deposit that the centre holds, and its bundle. Caller frees. */
char *town_deposit(StationFixture *fixture, GuichetDesk *desk);
