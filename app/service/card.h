/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/card/card.h"
#include "service/desk.h"

/** Log-ins by card, and what follows from the card's absence (the desk's own; desk.h is the door).
 *
 * Nothing here tries a code twice: a try that is lost is the agent's own to lose. */

/* Opens the store with @login's card, and from then on watches it unless @login says not to. */
gboolean guichet_desk_open_by_card(GuichetDesk *self, const GuichetLogin *login,
                                   GuichetSecret *station_secret, GError **error);
/* The card is let go; nobody hears of its removal any more. */
void guichet_desk_release_card(GuichetDesk *self);
/* It was removed, and there was no window to be told. */
gboolean guichet_desk_is_card_gone(GuichetDesk *self);
/* A new card: its text for the slot (caller frees) and its secret. */
GuichetSecret *guichet_desk_enrol_card(GuichetDesk *self, const GuichetLogin *login, char **text,
                                       GError **error);
/* The end of the certificate on the card in session is near: a sentence (caller frees), or NULL. */
char *guichet_desk_warn_of_card(GuichetDesk *self);
