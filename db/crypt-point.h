/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The point that an agent's card answers (drivers/card/README.md): an ephemeral P-256 public key
 * (SEC 1, 2.3.3, uncompressed, 65 bytes) whose private half nobody has.
 */
#define GUICHET_CRYPT_POINT_SIZE 65

/* A new one. The private half is wiped before this returns. GUICHET_ERROR_CRYPTO. */
GBytes *guichet_crypt_new_point(GError **error);
