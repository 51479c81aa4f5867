/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

#include "core/secret.h"
#include "service/vault.h"

/** Making a station: init, agents, enrolment at the centre, choice of devices. */

/* Makes root, keys, station secret, store, copies procedures (and the communes of their
 * neighbour ../packs/communes, where it is), writes the two CSRs to
 * ROOT/enrol/{sign,tls}.csr, allocates the reserve (core/reserve.h; a policy that stands in
 * ROOT/policy already is kept; the retention policy goes there too). GUICHET_ERROR_EXISTS when
 * there is a station already. */
gboolean guichet_station_init(const char *root, const char *id, const char *name,
                              const char *procedures_folder, GError **error);
/* The same with the station's secret in a TPM; station.json says where, for good. */
gboolean guichet_station_init_vault(const char *root, const char *id, const char *name,
                                    const char *procedures_folder, const GuichetVaultChoice *vault,
                                    GError **error);
/* First agent and later ones. */
gboolean guichet_station_add_agent(const char *root, const char *agent, GuichetSecret *passphrase,
                                   guint scrypt_log2n, const char *by_agent,
                                   GuichetSecret *by_passphrase, GError **error);
/* Takes the centre's enrolment answer (a folder: station-sign.crt, station-tls.crt, root.crt,
 * centre-seal.crt, centre.json {"url"}) after checking every certificate against the root,
 * its role and our keys. @root_fingerprint: SHA-256 of the root, told out of band. */
gboolean guichet_station_enrol(const char *root, const char *answer_folder,
                               const char *root_fingerprint, GError **error);
/* Chooses the device of a family. */
gboolean guichet_station_set_device(const char *root, const char *family, const char *device,
                                    GError **error);
/* The station's secret, one of the two halves of every key slot (DESIGN §5). Without a TPM it is
 * a file of mode 0600 and `station status` says so. */
GuichetSecret *guichet_station_load_secret(const char *root, GError **error);
