/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/procedure.h"

/**
 * Easy words for the citizen (assets/kiosk/words.json, compiled in): what a procedure and a
 * question are called when one speaks to the person. What has no easy words keeps its own.
 */
typedef struct _GuichetKioskWords GuichetKioskWords;

GuichetKioskWords *guichet_kiosk_words_new(void);
void guichet_kiosk_words_free(GuichetKioskWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetKioskWords, guichet_kiosk_words_free)

/* Ids of the procedures that a citizen may begin alone, in order: NULL-terminated, borrowed. */
const char *const *guichet_kiosk_words_get_procedures(GuichetKioskWords *self);
/* Borrowed. */
const char *guichet_kiosk_words_get_procedure(GuichetKioskWords *self, const char *id);
/* FALSE for what is the agent's business. */
gboolean guichet_kiosk_words_asks(GuichetKioskWords *self, const char *field_id);
const char *guichet_kiosk_words_get_question(GuichetKioskWords *self, const GuichetField *field);
/* "" when there is nothing to add. */
const char *guichet_kiosk_words_get_help(GuichetKioskWords *self, const GuichetField *field);
