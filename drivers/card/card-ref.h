/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Which card, which key of it, and the point that it answers: all that is kept of an agent's card,
 * nothing of it secret. The text stands in the agent's key slot (db/SCHEMA.md):
 *
 *   {"profile": "carte/1", "module": "/usr/lib/…/opensc-pkcs11.so", "label": "…", "serial": "…",
 *    "key": "<CKA_ID, hex>", "point": "<uncompressed P-256 point, 65 bytes, hex>",
 *    "certificate": "<SHA-256 of its DER, hex; or empty>"}
 */
#define GUICHET_CARD_POINT_SIZE 65
#define GUICHET_CARD_MAX_KEY_ID 64        /* bytes */
#define GUICHET_CARD_MAX_TEXT 2048        /* bytes of the whole text */
#define GUICHET_CARD_MAX_CERTIFICATE 8192 /* bytes of DER */

typedef struct {
    char *module;      /* absolute path of the PKCS#11 module */
    char *label;       /* of the token, trailing spaces removed; "" = any */
    char *serial;      /* of the token; "" = not yet known */
    GBytes *key;       /* CKA_ID; empty = not yet known */
    GBytes *point;     /* or NULL */
    char *certificate; /* SHA-256, hex, or "" */
} GuichetCardRef;

/* From MODULE[:TOKEN], as a command line gives it. GUICHET_ERROR_ARGUMENT. */
GuichetCardRef *guichet_card_ref_new_place(const char *place, GError **error);
/* GUICHET_ERROR_MALFORMED for what is not such a text. */
GuichetCardRef *guichet_card_ref_new_text(const char *text, GError **error);
char *guichet_card_ref_to_text(const GuichetCardRef *self); /* caller frees */
GuichetCardRef *guichet_card_ref_copy(const GuichetCardRef *self);
void guichet_card_ref_free(GuichetCardRef *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetCardRef, guichet_card_ref_free)

/* Lower-case hex; caller frees. NULL gives "". */
char *guichet_card_hex(GBytes *bytes);
/* NULL unless @hex is an even number of hex digits for at most @max bytes. */
GBytes *guichet_card_unhex(const char *hex, gsize max);
