/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "cli/cli.h"
#include "drivers/examine.h"

/* The asynchronous device calls, waited for in a main context of their own; progress goes to
 * standard error, Ctrl+C cancels. */
GuichetCapture *cli_wait_capture(Cli *cli, GuichetDeviceFamily family, const char *device,
                                 GError **error);
GPtrArray *cli_wait_devices(GError **error);
GuichetExamination *cli_wait_examination(GuichetDeviceFamily family, const char *device,
                                         GError **error);
