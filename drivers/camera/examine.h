/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/examine.h"

/* Looks at /dev/video* and their permissions, at cameras on the USB bus that no driver has taken,
 * and at what GStreamer lists. Nothing is opened: a camera in use stays so. */
GuichetExamination *guichet_camera_examine(const char *device, GError **error);
