/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/secret.h"
#include "db/database.h"

/**
 * The key slots (private to db/): the station's KEK, wrapped once for each agent.
 *
 *   slot key = HKDF-SHA256(station secret || scrypt(passphrase), slot salt, "…slot|<agent>")
 *   slot     = AES-256-GCM(slot key, KEK), bound to the agent's name and the scrypt parameters
 *
 * Guessing is slowed per agent: an attempt is counted before it is tried, so neither a kill nor a
 * second process gets a free one. From GUICHET_KEYRING_FREE_FAILURES on, the agent waits 5 s after
 * the last failure, doubled with each further one up to 15 minutes. The wait is measured by boot
 * id and CLOCK_BOOTTIME: no change of the wall clock shortens it, and after a restart it counts
 * from the start of the machine.
 */
#define GUICHET_KEYRING_FREE_FAILURES 5
#define GUICHET_KEYRING_MAX_WAIT_S 900
#define GUICHET_KEYRING_MIN_STATION_SECRET 16 /* bytes */
#define GUICHET_KEYRING_MAX_AGENT 64          /* [A-Za-z0-9._@-] */

gboolean guichet_keyring_has_agents(GuichetDatabase *database, gboolean *has, GError **error);
/* @kek NULL makes a new one, for the first agent only (GUICHET_ERROR_LOCKED otherwise). */
gboolean guichet_keyring_add(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                             GuichetSecret *station_secret, GuichetSecret *passphrase,
                             guint scrypt_log2n, GError **error);
/* The KEK. GUICHET_ERROR_DENIED for a wrong passphrase, an unknown agent and a wait alike. */
GuichetSecret *guichet_keyring_open(GuichetDatabase *database, const char *agent,
                                    GuichetSecret *station_secret, GuichetSecret *passphrase,
                                    GError **error);
