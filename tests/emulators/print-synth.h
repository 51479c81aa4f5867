/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Fingerprints of nobody: grown, not copied. An orientation field from a few singular points
 * (Sherlock and Monro, "A model for interpreting fingerprint topology", 1993) or an arch, then
 * ridges grown out of noise by Gabor filters along the field (Cappelli's SFinGe method), then
 * skin: pressure, pores, an elliptical contact, grain.
 *
 * The same seed always gives the same print; the pattern (right loop, left loop, whorl, arch)
 * follows from the seed too. Dark ridges on white, 8-bit grey, ridge period as at 512 dpi.
 */
GBytes *print_synth(guint32 seed, guint width, guint height);

/* A binary PGM of @width × @height and 255 levels, nothing else; NULL with *error set. */
GBytes *print_read_pgm(const char *path, guint width, guint height, GError **error);
