/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "sync/bundle/bundle.h"
#include "test-pki-kit.h"

/** A finished request with a photo, two pages and a finger that cannot be taken. */
typedef struct {
    GuichetProcedure *procedure;
    GuichetRequest *request;
    GPtrArray *pieces; /* GuichetPiece* with content */
} Sample;

/* @photo_size: bytes of noise in the photo. */
Sample *sample_new(gsize photo_size);
void sample_free(Sample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sample, sample_free)

/* The station's sealing context: sequence 1, created now, recipient the kit's centre. */
/* "5 entries so far, and their chain ends so" */
#define KIT_HEAD "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
GuichetSealContext sample_context(Kit *kit);
GBytes *sample_build(Kit *kit, Sample *sample);
