/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/**
 * Who answers for a pack of reference data (assets/packs/README.md): pack.json names its files by
 * SHA-256, pack.p7s is the centre's signature of pack.json. A pack without a signature may be
 * looked at, and says of itself that nobody answers for it.
 */
typedef struct {
    char *title;
    char *day;      /* "YYYY-MM-DD" */
    int valid_days; /* from that day on; 0 where pack.json does not say */
    gboolean signed_by_centre;
} GuichetPackSeal;

void guichet_pack_seal_clear(GuichetPackSeal *seal);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetPackSeal, guichet_pack_seal_clear)

/* Reads and verifies. @root_certificate is that of the station's trust. A signature that does not
 * hold, a file that was changed and one that is not named are GUICHET_ERROR_SIGNATURE or _MISMATCH:
 * such a pack is not used at all. @now_us judges the signer. */
gboolean guichet_pack_seal_read(const char *folder, const char *root_certificate, gint64 now_us,
                                GuichetPackSeal *seal, GError **error);
/* Whole days from @day to @now_us; 0 when it is no day or to come. */
int guichet_pack_count_days(const char *day, gint64 now_us);
/* Copies pack.json, pack.p7s and the CSV files of @folder into @into, pack.json last: until then
 * the old one does not name the new files. */
gboolean guichet_pack_copy(const char *folder, const char *into, GError **error);
