/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** Both hands seen from above, with the finger to put. Decorative: the words say it too. */
#define GUICHET_TYPE_HAND (guichet_hand_get_type())
G_DECLARE_FINAL_TYPE(GuichetHand, guichet_hand, GUICHET, HAND, GtkWidget)

/* ISO/IEC 19794-4 finger position: 1 = right thumb … 5 = right little finger, 6 = left thumb …
 * 10 = left little finger; 0 = none. */
void guichet_hand_set_finger(GuichetHand *self, guint finger);
