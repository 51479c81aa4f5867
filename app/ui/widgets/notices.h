/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "overview.h"

#include <gtk/gtk.h>

/**
 * What will stop the station one day, said without being in the way: a button in the header that
 * counts it and is not there when all is well, and that opens the list: one sentence each, with
 * what to do. Escape closes it.
 */
#define GUICHET_TYPE_NOTICES (guichet_notices_get_type())
G_DECLARE_FINAL_TYPE(GuichetNotices, guichet_notices, GUICHET, NOTICES, GtkBox)

/* Once. */
void guichet_notices_set_overview(GuichetNotices *self, GuichetOverview *overview);
