/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/secret.h"
#include "db/database.h"

/**
 * The unattended kiosk (private to db/): its key slot and its tickets.
 *
 * The kiosk has a key of its own, not the KEK: its slot is opened by the station secret alone
 * (DESIGN §5), so whoever has the machine has what it opens, and that is only the drafts that
 * citizens began there. Agents open the same key with the KEK, and take such a draft over.
 *
 * A ticket is kept as HKDF-SHA256(kiosk key, info = ticket): the disk alone does not say it.
 * Guesses are counted before they are made; each wrong one is forgotten after
 * GUICHET_KIOSK_FORGET_S by CLOCK_BOOTTIME, and from GUICHET_KIOSK_FREE_GUESSES on the next waits.
 * A right one forgives no wrong one, so that holding a ticket buys no guesses.
 */
#define GUICHET_KIOSK_FREE_GUESSES 5
#define GUICHET_KIOSK_FORGET_S 120

gboolean guichet_kiosk_is_open(GuichetDatabase *database, gboolean *is_open, GError **error);
/* With the KEK in force; a kiosk that was closed gets the key again that its drafts are under. */
gboolean guichet_kiosk_open(GuichetDatabase *database, GuichetSecret *kek,
                            GuichetSecret *station_secret, GError **error);
/* Zeroes the slot; agents keep what was begun. */
gboolean guichet_kiosk_close(GuichetDatabase *database, GError **error);
/* The kiosk's key by the station secret. GUICHET_ERROR_DENIED while it is closed. */
GuichetSecret *guichet_kiosk_unlock(GuichetDatabase *database, GuichetSecret *station_secret,
                                    GError **error);
/* The same by the KEK; NULL without an error on a station that never had a kiosk. */
GuichetSecret *guichet_kiosk_take_over(GuichetDatabase *database, GuichetSecret *kek,
                                       GError **error);
/* GUICHET_ERROR_LOCKED once the kiosk was closed; inside the caller's transaction. */
gboolean guichet_kiosk_check(GuichetDatabase *database, GError **error);
/* Under another KEK; inside the caller's transaction. */
gboolean guichet_kiosk_renew(GuichetDatabase *database, GuichetSecret *old, GuichetSecret *kek,
                             GError **error);

/* Inside the caller's transaction. @ticket: its digits (core/ticket.h). */
gboolean guichet_kiosk_add_ticket(GuichetDatabase *database, GuichetSecret *key,
                                  const char *request, const char *ticket, GError **error);
/* The request of @ticket; GUICHET_ERROR_NOT_FOUND, or GUICHET_ERROR_DENIED with the wait. With
 * @counted FALSE (an agent asks) there is no wait. Caller frees. */
char *guichet_kiosk_find_ticket(GuichetDatabase *database, GuichetSecret *key, const char *ticket,
                                gboolean counted, GError **error);
