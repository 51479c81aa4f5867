/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/pki.h"

/** A root, and one key and certificate a role under it, for the tests of the sealed formats. */
#define KIT_STATION "mairie-de-demo-1"
#define KIT_N_ROLES (GUICHET_ROLE_CENTRE_TLS + 1)

typedef struct {
    char *folder; /* temporary; has root.crt */
    char *root_path;
    GuichetTrust *trust;
    gint64 now_us;
    GuichetKey *keys[KIT_N_ROLES];
    GuichetCertificate *certificates[KIT_N_ROLES];
} Kit;

Kit *kit_new(void);
void kit_free(Kit *kit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Kit, kit_free)

/* A certificate of @role for @key under the kit's root, valid from @from to @to seconds from now.
 */
GuichetCertificate *kit_issue(Kit *kit, GuichetKey *key, GuichetRole role, const char *name,
                              gint64 from, gint64 to);
/* Path below the kit's folder; caller frees. */
char *kit_path(Kit *kit, const char *name);
void kit_write(const char *path, const char *text);
