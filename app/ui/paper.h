/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/* On the desk's worker: writes @page to ROOT/print/@name, where the printing of the desk takes it.
 * The path, which the caller frees. */
char *guichet_paper_keep(GuichetDesk *desk, const char *name, GBytes *page, GError **error);
