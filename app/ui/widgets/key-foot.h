/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "pages/page.h"

/** The keys that work now, always at the same place, and pressable. */
#define GUICHET_TYPE_KEY_FOOT (guichet_key_foot_get_type())
G_DECLARE_FINAL_TYPE(GuichetKeyFoot, guichet_key_foot, GUICHET, KEY_FOOT, GtkBox)

/* @page_keys: of the page that is shown; @session: whether an agent is logged in. */
void guichet_key_foot_update(GuichetKeyFoot *self, GuichetKeys page_keys, gboolean session);
