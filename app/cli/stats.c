/* SPDX-License-Identifier: EUPL-1.2 */
/* The figures of a period, for whoever answers for the desk. */
#include "cli/cli.h"
#include "core/error.h"
#include "core/paths.h"
#include "service/statistics.h"

#include <glib/gi18n-lib.h>

#define DEFAULT_DAYS 30

static void
begin_array(Cli *cli, const char *member)
{
    json_builder_set_member_name(cli->result, member);
    json_builder_begin_array(cli->result);
}

static void
set_double(Cli *cli, const char *member, double value)
{
    json_builder_set_member_name(cli->result, member);
    if (value < 0)
        json_builder_add_null_value(cli->result);
    else
        json_builder_add_double_value(cli->result, value);
}

static char *
percent(double share)
{
    return share < 0 ? g_strdup(_("pas encore connue")) : g_strdup_printf("%.0f %%", 100 * share);
}

static void
set_counts(Cli *cli, const char *member, const guint *counts, guint n)
{
    begin_array(cli, member);
    for (guint i = 0; i < n; i++)
        json_builder_add_int_value(cli->result, counts[i]);
    json_builder_end_array(cli->result);
}

/* --- sections --- */

static void
show_deposits(Cli *cli, const GuichetStatistics *statistics)
{
    cli_line(cli, _("Demandes déposées : %u"), statistics->total);
    cli_set_int(cli, "total", statistics->total);
    begin_array(cli, "deposits");
    for (guint i = 0; i < statistics->deposits->len; i++) {
        const GuichetDepositSeries *series = g_ptr_array_index(statistics->deposits, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "procedure", series->id);
        cli_set_string(cli, "title", series->title);
        cli_set_int(cli, "total", series->total);
        set_counts(cli, "days", series->days, statistics->n_days);
        json_builder_end_object(cli->result);
        cli_line(cli, "  %5u  %s", series->total, series->title);
    }
    json_builder_end_array(cli->result);
}

static void
show_first_try(Cli *cli, const GuichetStatistics *statistics)
{
    double share = guichet_statistics_first_try(statistics);
    g_autofree char *text = percent(share);
    cli_line(cli, _("Complètes du premier coup, de celles auxquelles le centre a répondu : %s"),
             text);
    set_double(cli, "first_try_share", share);
    begin_array(cli, "first_try");
    for (guint i = 0; i < statistics->first_try->len; i++) {
        const GuichetFirstTryWeek *week =
            &g_array_index(statistics->first_try, GuichetFirstTryWeek, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "week", week->monday);
        cli_set_int(cli, "deposits", week->deposits);
        cli_set_int(cli, "answered", week->answered);
        cli_set_int(cli, "sent_back", week->sent_back);
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
}

static void
show_queue(Cli *cli, const GuichetStatistics *statistics)
{
    gint64 oldest_us = 0;
    begin_array(cli, "queue");
    for (guint i = 0; i < statistics->queue->len; i++) {
        const GuichetQueueDay *queue = &g_array_index(statistics->queue, GuichetQueueDay, i);
        char day[11];
        guichet_statistics_day(statistics, i, day);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "day", day);
        cli_set_int(cli, "waiting", queue->waiting);
        cli_set_int(cli, "oldest_us", queue->oldest_us);
        json_builder_end_object(cli->result);
        oldest_us = MAX(oldest_us, queue->oldest_us);
    }
    json_builder_end_array(cli->result);
    cli_line(cli, _("Plus longue attente d’envoi : %.1f h"),
             (double)oldest_us / (double)G_TIME_SPAN_HOUR);
}

static void
show_steps(Cli *cli, const GuichetStatistics *statistics)
{
    cli_line(cli, "%s", _("Temps par étape (médiane) :"));
    begin_array(cli, "steps");
    for (guint i = 0; i < statistics->steps->len; i++) {
        const GuichetStepTime *step = g_ptr_array_index(statistics->steps, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "step", step->step);
        cli_set_string(cli, "title", step->title);
        cli_set_int(cli, "n", step->n);
        set_counts(cli, "buckets", step->buckets, GUICHET_STEP_BUCKETS);
        set_double(cli, "quartile_1_seconds", step->quartiles[0]);
        set_double(cli, "median_seconds", step->quartiles[1]);
        set_double(cli, "quartile_3_seconds", step->quartiles[2]);
        json_builder_end_object(cli->result);
        cli_line(cli, _("  %5.0f s  %s (%u)"), step->quartiles[1], step->title, step->n);
    }
    json_builder_end_array(cli->result);
}

static void
show_device(Cli *cli, const GuichetStatistics *statistics, const GuichetDeviceQuality *device)
{
    guint below = 0;
    begin_array(cli, "weeks");
    for (guint i = 0; i < device->weeks->len; i++) {
        const GuichetQualityWeek *week = &g_array_index(device->weeks, GuichetQualityWeek, i);
        if (week->n == 0)
            continue;
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "week", week->monday);
        cli_set_int(cli, "n", week->n);
        cli_set_int(cli, "median", week->median);
        cli_set_int(cli, "p10", week->p10);
        json_builder_end_object(cli->result);
        below += week->median < statistics->quality_limit;
    }
    json_builder_end_array(cli->result);
    cli_line(cli, _("Qualité, %s : %u captures, %u semaines sous la limite de %u"), device->device,
             device->n, below, statistics->quality_limit);
}

static void
show_quality(Cli *cli, const GuichetStatistics *statistics)
{
    cli_set_int(cli, "quality_limit", statistics->quality_limit);
    begin_array(cli, "quality");
    for (guint i = 0; i < statistics->qualities->len; i++) {
        const GuichetDeviceQuality *device = g_ptr_array_index(statistics->qualities, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "device", device->device);
        show_device(cli, statistics, device);
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
}

static void
show_availability_days(Cli *cli, const GuichetStatistics *statistics)
{
    begin_array(cli, "availability_days");
    for (guint i = 0; i < statistics->availability->len; i++) {
        const GuichetAvailabilityDay *of_day =
            &g_array_index(statistics->availability, GuichetAvailabilityDay, i);
        char day[11];
        guichet_statistics_day(statistics, i, day);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "day", day);
        set_counts(cli, "minutes", of_day->minutes, GUICHET_STATE_N);
        json_builder_end_object(cli->result);
    }
    json_builder_end_array(cli->result);
}

static void
show_availability(Cli *cli, const GuichetStatistics *statistics)
{
    double share = guichet_statistics_available(statistics);
    g_autofree char *text = percent(share);
    cli_line(cli, _("Part des heures d’ouverture où le poste pouvait servir : %s"), text);
    cli_line(cli, _("  éteint ou fermé %u min, en panne %u min, sans relevé %u min"),
             statistics->minutes[GUICHET_STATE_OFF], statistics->minutes[GUICHET_STATE_COULD_NOT],
             statistics->minutes[GUICHET_STATE_UNRECORDED]);
    set_double(cli, "available_share", share);
    set_counts(cli, "minutes", statistics->minutes, GUICHET_STATE_N);
    show_availability_days(cli, statistics);
    begin_array(cli, "reasons");
    for (guint i = 0; i < statistics->reasons->len; i++) {
        const GuichetReasonMinutes *reason =
            &g_array_index(statistics->reasons, GuichetReasonMinutes, i);
        json_builder_begin_object(cli->result);
        cli_set_string(cli, "reason", reason->reason);
        cli_set_int(cli, "minutes", reason->minutes);
        json_builder_end_object(cli->result);
        cli_line(cli, _("  %5u min  %s"), reason->minutes,
                 guichet_availability_reason_label(reason->reason));
    }
    json_builder_end_array(cli->result);
}

/* --- the verb --- */

static gboolean
write_csv(Cli *cli, const GuichetStatistics *statistics, GError **error)
{
    g_autoptr(GBytes) csv = guichet_statistics_to_csv(statistics);
    gsize size;
    const char *text = g_bytes_get_data(csv, &size);
    if (cli->output == NULL) {
        g_string_append_len(cli->text, text, (gssize)size);
        cli_set_string(cli, "csv", text);
        return TRUE;
    }
    if (!guichet_write_file_durably(cli->output, text, size, 0640, error))
        return FALSE;
    cli_set_string(cli, "output", cli->output);
    cli_line(cli, "%s", cli->output);
    return TRUE;
}

static GuichetStatistics *
measure(Cli *cli, char **first, char **last, GError **error)
{
    guichet_statistics_last_days(DEFAULT_DAYS, first, last);
    if (cli->to != NULL) {
        g_free(*last);
        *last = g_strdup(cli->to);
    }
    if (cli->from != NULL) {
        g_free(*first);
        *first = g_strdup(cli->from);
    }
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    return desk != NULL ? guichet_desk_measure(desk, *first, *last, error) : NULL;
}

static gboolean
run_stats(Cli *cli, GError **error)
{
    g_autofree char *first = NULL, *last = NULL;
    if (cli->output != NULL && !cli->csv) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("« -o » écrit un tableau : ajoutez --csv"));
        return FALSE;
    }
    g_autoptr(GuichetStatistics) statistics = measure(cli, &first, &last, error);
    if (statistics == NULL)
        return FALSE;
    cli_set_string(cli, "from", first);
    cli_set_string(cli, "to", last);
    if (cli->csv)
        return write_csv(cli, statistics, error);
    cli_line(cli, _("Du %s au %s"), first, last);
    show_deposits(cli, statistics);
    show_first_try(cli, statistics);
    show_queue(cli, statistics);
    show_steps(cli, statistics);
    show_quality(cli, statistics);
    show_availability(cli, statistics);
    return TRUE;
}

const CliVerb cli_stats_verbs[] = {
    {"stats", "", "[--from J --to J] [--csv [-o FICHIER]]",
     N_("les chiffres d’une période : dépôts, étapes, qualité, disponibilité"),
     CLI_OPTION_PERIOD | CLI_OPTION_OUTPUT, 0, 0, run_stats},
    {NULL},
};
