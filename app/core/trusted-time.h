/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The time floor: the latest time that somebody we trust has signed. A station that starts in 1970,
 * or whose clock was set back, judges certificates and messages by the floor and never below it: it
 * goes on working, and setting the clock back brings nothing expired to life. A clock that runs
 * ahead is believed for a refusal, and moves no floor.
 *
 * Kept in ROOT/run/time as one line YYYY-MM-DDTHH:MM:SSZ. Told by our certificates at enrolment
 * and by each verified receipt and message of the centre. Records still hold the wall clock as it
 * is (core/clock.h): the floor is for judging, not for writing down.
 */

/* max(wall clock, floor), microseconds. A floor that can't be read, or @root = NULL, is none. */
gint64 guichet_trusted_time_now(const char *root);
/* Raises the floor to @told_us, never lowers it. The caller has verified who says so. With @root =
 * NULL there is nothing to raise. */
gboolean guichet_trusted_time_raise(const char *root, gint64 told_us, GError **error);
