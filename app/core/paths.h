/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * A station's folder. Everything that a station owns is below one root:
 *
 *   station.json        id, name, centre URL, devices (written by station init / enrol)
 *   keys/               sign.key, station.secret, or with a TPM station.tpm (mode 0600), tls.key
 *                       (0640); sign.crt, tls.crt
 *   trust/              root.crt, centre-seal.crt, centre-tls-ca.crt
 *   procedures/         the procedure files in force here
 *   packs/communes/     reference data: communes and countries (assets/packs/README.md)
 *   policy/             what this station may keep, and how long, as data (assets/policy)
 *   theme/              a theme pack, optional (assets/style/FORMAT.md)
 *   policy/             what this station may keep and who may open it, as data (assets/policy)
 *   station.db          the store
 *   outbox/             <sequence, 8 digits>-<sha256>.asice
 *   reports/            signed diagnostics (service/DIAGNOSTIC.md)
 *   aside/              whole bundles whose rank in the chain is taken: for the technician
 *   run/                locks, the reserve (core/reserve.h), time (core/trusted-time.h),
 *                       heard (core/contact.h)
 */
#define GUICHET_DEFAULT_ROOT "/var/lib/guichet"

char *guichet_station_path(const char *root, const char *relative); /* caller frees */

/* Durable write: <path>.tmp, fsync, rename, fsync of the folder. Replaces. Mode e.g. 0600.
 * What stands there and is no regular file (a device, a link, a folder) is refused. */
gboolean guichet_write_file_durably(const char *path, const void *bytes, gsize size, guint mode,
                                    GError **error);
/* Whole file of at most @limit bytes; GUICHET_ERROR_LIMIT beyond. Regular files only. */
GBytes *guichet_read_file(const char *path, gsize limit, GError **error);

/* Absolute path of a helper program (guichet-device …): $GUICHET_LIBEXECDIR if set, else the
 * installed libexec folder. Caller frees. */
char *guichet_helper_path(const char *name);
