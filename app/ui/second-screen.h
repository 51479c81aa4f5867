/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "draft.h"

/**
 * The citizen's screen at an agent's desk: what was typed, in large type, to be read back. One
 * window, on the second monitor where there is one; it shows the request that is open at the desk
 * and no other, and nothing once that is closed, sealed, or the session locked.
 *
 * To each group the citizen says « C’est juste » or « À corriger » (by touch, or the agent presses
 * for him); the journal gets it with the time, and each bundle carries the journal's head. A
 * confirmation lapses when the group changes.
 */
void guichet_second_screen_open(GtkApplication *application);
/* NULL: the greeting. Does nothing without a second screen. */
void guichet_second_screen_show(GuichetDraft *draft);
/* After a change of language. */
void guichet_second_screen_renew(void);
