/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/examine.h"

/* Looks at the USB bus for the sensors of our table and their permissions, and at what libfprint
 * lists. Nothing is opened: a capture in hand is not disturbed. */
GuichetExamination *guichet_fingerprint_examine(const char *device, GError **error);
