/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/depot.h"

/* GuichetDepot on SQLite: the centre's default storage. Creates or migrates the file. Safe from
 * several threads (one connection behind a mutex). */
#define GUICHET_TYPE_DEPOT_STORE (guichet_depot_store_get_type())
G_DECLARE_FINAL_TYPE(GuichetDepotStore, guichet_depot_store, GUICHET, DEPOT_STORE, GObject)
GuichetDepotStore *guichet_depot_store_open(const char *path, GError **error);
