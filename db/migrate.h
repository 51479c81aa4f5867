/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "db/database.h"

/**
 * Which schema a file has, and how it gets to ours (private to db/).
 *
 * user_version is the number of migrations applied. Before an existing file is migrated it is
 * copied to <path>.v<old>-<time>.bak, which nothing ever deletes. All missing migrations, the
 * foreign key check and the version bump are one transaction, so a failure leaves the file as it
 * was.
 */

/* Reads only. NEWER, MISMATCH (another application_id), NOT_FOUND / STATE under EXISTING. */
gboolean guichet_migrate_identify(GuichetDatabase *database, const GuichetSchema *schema,
                                  GuichetDatabaseMode mode, GError **error);
gboolean guichet_migrate_run(GuichetDatabase *database, const GuichetSchema *schema,
                             GError **error);
