/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <dirent.h>
#include <glib.h>

#include "core/fd.h"

/** Scope guards for the system's handles in this room. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DIR, closedir)
