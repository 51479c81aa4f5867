/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "pages/dashboard-plots.h"

/** What the files of the dashboard's plots share (dashboard-columns.c). */
#define GUICHET_DASHBOARD_BY_DAY 100 /* days; longer periods are drawn by week */

/* 12 345, with narrow spaces that do not break. Caller frees. */
char *guichet_dashboard_group_digits(guint number);
char *guichet_dashboard_format_percent(double value);
GDate guichet_dashboard_day(const GuichetStatistics *statistics, guint index);
/* Week 0 is that of the first day. */
GDate guichet_dashboard_monday(const GuichetStatistics *statistics, guint week);
/* "16 nov." Caller frees. */
char *guichet_dashboard_week_date(const GuichetStatistics *statistics, guint week);
/* A column for each day, or each week, of the period. */
void guichet_dashboard_add_days(GuichetPlotModel *model, const GuichetStatistics *statistics);
void guichet_dashboard_add_weeks(GuichetPlotModel *model, const GuichetStatistics *statistics);
