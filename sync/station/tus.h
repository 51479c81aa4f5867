/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/station/http.h"

/**
 * tus 1.0.0, client side: one bundle, from wherever the server is with it to its last byte.
 * Success is only ever: a 2xx answer whose Upload-Offset is the length.
 *   409 → ask again where it is · 404, 410 → make it anew · 423 → wait min(2ⁿ, 30) s, ask ·
 *   460 → the same chunk again, three times at most · 5xx, cut line → ask, never send blindly ·
 *   400, 403, 412, 413, 415, 422 → stop, with the centre's words.
 */
#define GUICHET_TUS_CHUNK_MIN (1024 * 1024)
#define GUICHET_TUS_CHUNK_MAX (8 * 1024 * 1024)

/* @resume: an earlier attempt may have left something: ask first (HEAD). @retry_after_s: what the
 * centre asked for on failure, or -1. */
gboolean guichet_tus_upload(GuichetHttp *http, const char *sha256, GBytes *bundle, gboolean resume,
                            gint64 *retry_after_s, GError **error);
