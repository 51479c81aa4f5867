/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/examine.h"

/* Looks at SANE's drivers (installed, switched on), at the USB bus against SANE's own list of
 * scanners (hwdb of libsane-common), at the hosts of network scanners, then opens the device. */
GuichetExamination *guichet_scanner_examine(const char *device, GError **error);
