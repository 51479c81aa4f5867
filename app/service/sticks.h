/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/** A removable medium that is mounted now, where a courier stick may lie. */
typedef struct {
    char *path;
    char *name;       /* what a person calls it: the last step of the path */
    guint64 room;     /* bytes free */
    gboolean courier; /* it has been one before */
    gboolean read_only;
} GuichetStickPlace;

void guichet_stick_place_free(GuichetStickPlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetStickPlace, guichet_stick_place_free)

/* Mounts below /media, /run/media and /run/guichet-sticks, and the folders of $GUICHET_STICKS
 * (separated by ':'), couriers first, then by name (GuichetStickPlace*). Never fails: no stick is
 * an empty list. */
GPtrArray *guichet_list_stick_places(void);
