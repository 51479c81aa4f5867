/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/**
 * A sentence that must be seen, where the work is: never a dialog. Its role is "alert"; hidden
 * while it has nothing to say.
 */
#define GUICHET_TYPE_ALERT (guichet_alert_get_type())
G_DECLARE_FINAL_TYPE(GuichetAlert, guichet_alert, GUICHET, ALERT, GtkBox)

typedef enum {
    GUICHET_ALERT_ERROR,
    GUICHET_ALERT_WARNING, /* the person can mend it now */
    GUICHET_ALERT_SUCCESS,
} GuichetAlertKind;

void guichet_alert_show(GuichetAlert *self, GuichetAlertKind kind, const char *sentence);
/* The sentence of @error; GUICHET_RETRY is a warning. A cancelled operation says nothing. */
void guichet_alert_show_error(GuichetAlert *self, const GError *error);
void guichet_alert_hide(GuichetAlert *self);
