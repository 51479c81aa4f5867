/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

#include "core/digest.h"

/**
 * ASiCManifest (ETSI EN 319 162-1 V1.1.1, Annex A.4): the signed list of a container's members.
 * FORMAT.md §3 allows one text for one list, so that no reader sees another list in it.
 */
#define GUICHET_MANIFEST_MAX_BYTES (64 * 1024)
#define GUICHET_MANIFEST_MAX_ENTRIES 61 /* members of a container but the three of ASiC itself */
#define GUICHET_MANIFEST_SIGNATURE "META-INF/signature001.p7s"

typedef struct {
    char *name;
    GuichetDigest digest;
    guint8 value[GUICHET_DIGEST_MAX];
} GuichetManifestEntry;

void guichet_manifest_entry_free(GuichetManifestEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetManifestEntry, guichet_manifest_entry_free)

/* The XML of @entries (GuichetManifestEntry*), whose names guichet_zip_is_name() accepts. */
GBytes *guichet_manifest_write(GPtrArray *entries);
/* GuichetManifestEntry* in order. GUICHET_ERROR_MALFORMED or _LIMIT. */
GPtrArray *guichet_manifest_read(GBytes *xml, GError **error);
