/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * When the office is open, and what its dashboard judges by: assets/policy/opening-hours.json
 * (profile "opening-hours/1"; schema beside it). The commune writes it; days and times are those of
 * the station's clock on the wall.
 */
#define GUICHET_OPENING_HOURS_FILE "policy/opening-hours.json" /* below a station's root */
#define GUICHET_OPENING_HOURS_MAX_BYTES (128 * 1024)

typedef struct {
    guint16 from, until; /* minutes of the day, from < until ≤ 1440 */
} GuichetHours;

typedef struct {
    char from[11], until[11]; /* "YYYY-MM-DD", both included */
    GArray *hours;            /* GuichetHours */
    char *label;
} GuichetOpeningException;

typedef struct {
    GArray *weekly[7];     /* GuichetHours, Monday first */
    GPtrArray *exceptions; /* GuichetOpeningException* */
    guint quality_limit;   /* a device whose median is below it wants cleaning; 1 … 100 */
    guint smallest_cell;   /* smaller counts do not leave the station by themselves */
} GuichetOpeningHours;

void guichet_opening_hours_free(GuichetOpeningHours *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetOpeningHours, guichet_opening_hours_free)

/* Strict: unknown, missing or mistyped members, times out of order, a reason left out are refused
 * with "<what>: </json/pointer>: reason" (GUICHET_ERROR_MALFORMED). */
GuichetOpeningHours *guichet_opening_hours_new(const void *bytes, gsize size, const char *what,
                                               GError **error);
/* Of one day (GuichetHours), borrowed; empty = closed. */
const GArray *guichet_opening_hours_on(const GuichetOpeningHours *self, const GDate *day);
/* Why that day is not as others are, or NULL. Borrowed. */
const char *guichet_opening_hours_label(const GuichetOpeningHours *self, const GDate *day);
