/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/outbox.h"

/* The file of an outbox entry, which must still be what was sealed (GUICHET_ERROR_CORRUPT). */
GBytes *guichet_bundle_file_load(const GuichetOutboxEntry *entry, GError **error);
