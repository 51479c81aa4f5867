/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/statistics.h"
#include "widgets/plot-model.h"

/**
 * The plots of the dashboard, from the figures of a period: numbers, words and what to do, without
 * a widget. Each caller owns what it gets; where there is nothing to show the model says so in a
 * sentence (its "empty").
 */
typedef GuichetPlotModel *(*GuichetDashboardPlot)(const GuichetStatistics *statistics);

GuichetPlotModel *guichet_dashboard_plot_deposits(const GuichetStatistics *statistics);
GuichetPlotModel *guichet_dashboard_plot_first_try(const GuichetStatistics *statistics);
GuichetPlotModel *guichet_dashboard_plot_quality(const GuichetStatistics *statistics);
GuichetPlotModel *guichet_dashboard_plot_steps(const GuichetStatistics *statistics);
GuichetPlotModel *guichet_dashboard_plot_queue(const GuichetStatistics *statistics);
GuichetPlotModel *guichet_dashboard_plot_availability(const GuichetStatistics *statistics);

/* The key figures: text of the number; NULL where nothing is known yet. Caller frees. */
char *guichet_dashboard_total(const GuichetStatistics *statistics);
char *guichet_dashboard_first_try(const GuichetStatistics *statistics);
char *guichet_dashboard_longest_wait(const GuichetStatistics *statistics);
char *guichet_dashboard_available(const GuichetStatistics *statistics);
