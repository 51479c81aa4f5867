/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/depot.h"

/**
 * GuichetDepot on PostgreSQL, for a centre of several instances. Safe from several threads and from
 * any number of processes; what the interface promises holds between all of them. The schema
 * (depot-001.sql) is made on first opening, under an advisory lock, and a newer one is refused.
 */
#define GUICHET_TYPE_DEPOT_POSTGRES (guichet_depot_postgres_get_type())
G_DECLARE_FINAL_TYPE(GuichetDepotPostgres, guichet_depot_postgres, GUICHET, DEPOT_POSTGRES, GObject)
/* @conninfo: "postgresql://…" or "host=… dbname=…" (libpq). */
GuichetDepotPostgres *guichet_depot_postgres_open(const char *conninfo, GError **error);
