/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/secret.h"
#include "db/database.h"
#include "db/slot.h"
#include "db/store.h"

/**
 * The key slots (private to db/): the station's KEK, once for each agent (slot.h).
 *
 * Guessing is slowed per agent: an attempt is counted before it is tried, so neither a kill nor a
 * second process gets a free one. After the free failures of GuichetPatience the agent waits after
 * the last failure, twice as long with each further one. The wait is measured by boot id and
 * CLOCK_BOOTTIME: no change of the wall clock shortens it, and after a restart it counts from the
 * start of the machine.
 */
#define GUICHET_KEYRING_MIN_STATION_SECRET 16 /* bytes */
#define GUICHET_KEYRING_MAX_AGENT 64          /* [A-Za-z0-9._@-] */
#define GUICHET_KEYRING_MAX_CARD_TEXT 2048    /* bytes */

gboolean guichet_keyring_has_agents(GuichetDatabase *database, gboolean *has, GError **error);
/* The slot of @agent, or NULL without error. */
gboolean guichet_keyring_find(GuichetDatabase *database, const char *agent, GuichetSlot **slot,
                              GError **error);
/* @kek NULL makes a new one, for the first agent only (GUICHET_ERROR_LOCKED otherwise). A revoked
 * name may be given again. */
gboolean guichet_keyring_add(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                             const GuichetCredential *credential, GError **error);
/* The KEK, and in *@role as whom; for a technician a key that opens nothing. GUICHET_ERROR_DENIED
 * for a wrong passphrase, an unknown agent and a wait alike; for a revoked agent and for the wrong
 * kind of credential with the reason. */
GuichetSecret *guichet_keyring_open(GuichetDatabase *database, const char *agent,
                                    const GuichetCredential *credential,
                                    const GuichetPatience *patience, GuichetUserRole *role,
                                    GError **error);
/* A card's code is tried by the card, before there is anything to open. Counts the attempt, or
 * refuses it as guichet_keyring_open(), which counts cards no more. */
GuichetSlot *guichet_keyring_try_card(GuichetDatabase *database, const char *agent,
                                      const GuichetPatience *patience, GError **error);
/* How that ended when it failed: journalled; or the card never saw the code, and nothing is
 * counted. */
gboolean guichet_keyring_end_card(GuichetDatabase *database, const char *agent, gboolean tried,
                                  GError **error);

/* --- changes (keyring-change.c); all need the KEK in force, GUICHET_ERROR_LOCKED otherwise --- */

/* GUICHET_ERROR_ARGUMENT for what no slot should be made with: an empty passphrase … */
gboolean guichet_keyring_check_credential(const GuichetCredential *credential, GError **error);
/* Another passphrase or card for @agent. */
gboolean guichet_keyring_replace(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                                 const GuichetCredential *credential, GError **error);
/* The slot anew for another role; needs nobody's passphrase. GUICHET_ERROR_STATE for the last agent
 * who would become a technician, ARGUMENT for the citizen's role. */
gboolean guichet_keyring_set_role(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                                  GuichetUserRole role, GError **error);
/* Zeroes the slot. GUICHET_ERROR_STATE for the last agent. The KEK that the agent knew stays in
 * force until guichet_keyring_renew(). */
gboolean guichet_keyring_revoke(GuichetDatabase *database, GuichetSecret *kek, const char *agent,
                                GError **error);
/* A new KEK: all open drafts' keys and all slots in one transaction. GUICHET_ERROR_STATE names an
 * agent whose slot is still of version 1 and who must log in once before. */
GuichetSecret *guichet_keyring_renew(GuichetDatabase *database, GuichetSecret *kek, GError **error);
/* GUICHET_ERROR_LOCKED when the KEK was renewed since @kek was opened; inside the caller's
 * transaction. */
gboolean guichet_keyring_check(GuichetDatabase *database, GuichetSecret *kek, GError **error);
