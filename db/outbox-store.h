/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/outbox.h"

/* GuichetOutbox on the station's SQLite file, with a connection of its own; needs no key. The
 * schema must already exist (GUICHET_ERROR_NOT_FOUND otherwise: run station init). @outbox_folder
 * is where the files are. */
#define GUICHET_TYPE_OUTBOX_STORE (guichet_outbox_store_get_type())
G_DECLARE_FINAL_TYPE(GuichetOutboxStore, guichet_outbox_store, GUICHET, OUTBOX_STORE, GObject)
GuichetOutboxStore *guichet_outbox_store_open(const char *path, const char *outbox_folder,
                                              GError **error);
