/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/statistics.h"

/* The period on the clock: @midnights has n_days + 1 instants, wall µs. */
typedef struct {
    GDate first;
    guint n_days;
    gint64 *midnights;
    gint64 now_us;
} GuichetPeriod;

static inline void
guichet_period_clear(GuichetPeriod *period)
{
    g_clear_pointer(&period->midnights, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetPeriod, guichet_period_clear)

/* The day of the period in which @wall_us lies, or -1. */
int guichet_period_find_day(const GuichetPeriod *period, gint64 wall_us);
/* Midnight (hour and minute 0), or another minute of @day, wall µs. */
gint64 guichet_period_instant(const GDate *day, guint minute);

/* statistics-availability.c: fills availability, reasons and minutes. @notes: GuichetAvailability.
 */
void guichet_statistics_lay_notes(GuichetStatistics *self, const GuichetPeriod *period,
                                  const GuichetOpeningHours *hours, const GArray *notes,
                                  gint64 since_us);
/* statistics-counters.c: steps and qualities. @procedures: GuichetProcedure* in force. */
void guichet_statistics_lay_steps(GuichetStatistics *self, const GArray *counts,
                                  GPtrArray *procedures);
void guichet_statistics_lay_quality(GuichetStatistics *self, const GArray *counts);
/* Mondays of the weeks that the period touches, "YYYY-MM-DD"; caller unrefs (char*). */
GPtrArray *guichet_statistics_list_weeks(const GuichetStatistics *self);
/* The Monday of the week of @day. */
void guichet_statistics_monday(const GDate *day, char text[11]);
