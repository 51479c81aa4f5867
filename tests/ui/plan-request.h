/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/* A passport request with the fields and files of a plan (tests/faults/plan), which lacks nothing;
 * its number. Aborts on error. Caller frees. */
char *plan_request_fill(GuichetDesk *desk, const char *plan_path);
