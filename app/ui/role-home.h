/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib-object.h>

#include "core/role.h"

/* Not for the citizen, who has a window of his own (kiosk/window.h). The class of the page
 * (pages/page.h) where the session of @role begins and comes back to. */
GType guichet_role_home_get_type(GuichetUserRole role);
