/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/places.h"
#include "service/desk.h"

/** Reference data of the station: ROOT/packs/communes (format: assets/packs/README.md). */
#define GUICHET_PACK_COMMUNES "packs/communes"

typedef struct {
    char *title;  /* "" when the pack has no name */
    char *day;    /* "YYYY-MM-DD": of pack.json, else of the newest file; "" without a pack */
    int days;     /* since that day, by the station's clock */
    guint places; /* communes and countries, those of the past too; 0 without a pack */
    char *fault;  /* why it does not load, or NULL */
} GuichetPack;

void guichet_pack_clear(GuichetPack *pack);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetPack, guichet_pack_clear)

/* Copies @folder into a station, once it is known to load; an absent folder is no pack. */
gboolean guichet_pack_install(const char *root, const char *folder, GError **error);
/* Never fails: without a pack, or with a broken one, it is empty, and every place is stored as it
 * was typed. Read once a desk. Caller unrefs; may be used on any thread. */
GuichetPlaces *guichet_desk_load_places(GuichetDesk *self);
void guichet_desk_describe_pack(GuichetDesk *self, GuichetPack *pack);
