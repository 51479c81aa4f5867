/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

#include "core/secret.h"
#include "drivers/card/card-ref.h"

/**
 * An agent's card at work: one guichet-card child that has loaded the PKCS#11 module, tried the
 * code once, told the agent's secret, and from then on watches whether the card is still there. A
 * module that hangs or crashes takes the child with it and nothing else.
 *
 * Agent secret: the x coordinate of the ECDH of the card's P-256 key, which never leaves it, with
 * the point of the slot (32 bytes; README.md). The code goes to the child through a socket; here
 * and there it is kept in a GuichetSecret only, and wiped as soon as it was tried.
 */
typedef struct _GuichetCard GuichetCard;

typedef struct {
    guint open_ms;    /* from the start to the secret; a person may have to type at the reader */
    guint silence_ms; /* between two signs that the card is there */
} GuichetCardLimits;

extern const GuichetCardLimits guichet_card_default_limits;

typedef struct {
    const GuichetCardRef *card; /* with its point; serial and key empty when it is enrolled */
    GuichetSecret *pin;
    gboolean last_try;               /* the person knows that it is the last one */
    const GuichetCardLimits *limits; /* NULL = the default */
} GuichetCardAsk;

/* Blocks. *@tried (set on failure, too): the code was given to the card, so a try may be lost.
 * GUICHET_ERROR_DENIED: wrong, locked or expired code; GUICHET_ERROR_STATE: one try is left and
 * @last_try was not set, nothing was tried; GUICHET_ERROR_NOT_FOUND: no card, another card, or no
 * key; GUICHET_ERROR_UNSUPPORTED: no such module, or no key that will do; GUICHET_ERROR_DEVICE,
 * GUICHET_ERROR_DEVICE_GONE, GUICHET_ERROR_TIMEOUT. */
GuichetCard *guichet_card_open(const GuichetCardAsk *ask, gboolean *tried, GError **error);
/* Ends the child and its watch; @gone is not called any more. */
void guichet_card_free(GuichetCard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetCard, guichet_card_free)

/* The agent's secret, once: the caller's alone from then on. */
GuichetSecret *guichet_card_take_secret(GuichetCard *self);
/* All that is to be kept of the card (borrowed). */
const GuichetCardRef *guichet_card_get_ref(GuichetCard *self);
/* DER of the card's certificate, borrowed; NULL when it has none. */
GBytes *guichet_card_get_certificate(GuichetCard *self);

/* From another thread, at most once: the card is gone, or nobody knows any more. Must not free the
 * card. */
typedef void (*GuichetCardGone)(const GError *reason, gpointer user_data);
void guichet_card_watch(GuichetCard *self, GuichetCardGone gone, gpointer user_data);
