/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/secret.h"

/**
 * A secret put into an envelope for somebody who is not there (private to db/).
 *
 *   envelope = ephemeral public key (32) || AES-256-GCM(key, secret), crypt.h
 *   key      = HKDF-SHA256(X25519(ephemeral, receiver), salt = ephemeral || receiver, info = place)
 *
 * X25519: RFC 7748. Whoever seals needs the receiver's public key only, so that the KEK can be
 * renewed for colleagues who are at home. The public key must come from an authenticated place.
 */
#define GUICHET_ENVELOPE_KEY_SIZE 32

/* A new private key, and its public one. */
GuichetSecret *guichet_envelope_new_key(GBytes **public_key, GError **error);
GBytes *guichet_envelope_seal(GBytes *public_key, const char *place, GuichetSecret *secret,
                              GError **error);
/* GUICHET_ERROR_SIGNATURE if the envelope is for another key or place, or was changed. */
GuichetSecret *guichet_envelope_open(GuichetSecret *private_key, const char *place,
                                     GBytes *envelope, GError **error);
