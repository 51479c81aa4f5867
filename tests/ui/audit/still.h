/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

#include <gtk/gtk.h>

/**
 * Waiting for the drawing itself, however busy the machine: a window rests when the desk's worker
 * has answered everything, nothing waits in the main loop, and several frames in a row were painted
 * with every widget in the same place, with the same words.
 */
#define AUDIT_PATIENCE_SECONDS 60

/* FALSE when it never comes to rest. @desk may be NULL. */
gboolean audit_rest(GtkWidget *window, GuichetDesk *desk);
/* @count frames are painted from now on; FALSE when none comes. */
gboolean audit_paint(GtkWidget *window, guint count);
