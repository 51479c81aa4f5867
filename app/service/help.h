/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/help.h"
#include "service/desk.h"

/** What to do when a site refuses, on a screen and on a page to take home. */

/* ROOT/help/help.json, or the one that is compiled in; in the language of now. */
GuichetHelp *guichet_desk_load_help(GuichetDesk *self, GError **error);
/* One A4 page, PDF, French: the steps, what not to do, whom to ask. */
GBytes *guichet_desk_make_help_sheet(GuichetDesk *self, const char *topic, GError **error);
