/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/capture.h"

/* guichet_capture_async() to its end, in a main loop of its own; cancelled after
 * @cancel_after_ms unless that is 0. */
GuichetCapture *capture_now(GuichetDeviceFamily family, const char *device, guint cancel_after_ms,
                            GError **error);
/* Phases told during the last capture_now(), each once, separated by spaces. Static. */
const char *capture_phases(void);
GPtrArray *list_now(GError **error);
/* TRUE if this process has no child left, running or dead. */
gboolean is_childless(void);
