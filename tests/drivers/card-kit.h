/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/** Cards without hardware: SoftHSM2 with its tokens in a folder of its own. */
#define CARD_KIT_MODULE "/usr/lib/softhsm/libsofthsm2.so"

typedef struct {
    char *folder; /* tokens/, softhsm2.conf, and what tricky-module.c wants to know */
    char *tricky; /* the tricky module in front of SoftHSM2 */
} CardKit;

/* FALSE: SoftHSM2 or OpenSC's tool is not installed, and the test was marked as skipped. */
gboolean card_kit_available(void);
/* Children of this process find these tokens from now on. */
void card_kit_init(CardKit *self);
void card_kit_clear(CardKit *self);
/* A card with one P-256 key that never leaves it. */
void card_kit_add(CardKit *self, const char *label, const char *pin);
/* The same without a key. */
void card_kit_add_empty(CardKit *self, const char *label, const char *pin);
/* Runs pkcs11-tool on the cards; caller frees what it printed. Must succeed. */
char *card_kit_run(CardKit *self, const char *arguments);
/* All cards are taken out of their readers, or put back. */
void card_kit_take_out(CardKit *self);
void card_kit_put_back(CardKit *self);
/* What the tricky module does, a word a line; "" = nothing. */
void card_kit_play(CardKit *self, const char *tricks);
/* The tricky module's card is out, or in. */
void card_kit_pull(CardKit *self, gboolean out);
