/* SPDX-License-Identifier: EUPL-1.2 */
/* Times of steps and quality of captures: what the store has counted, made readable. */
#include "service/statistics-private.h"

#include <string.h>

/* --- steps --- */

/* Title and place, from the first procedure in which it was counted. */
static void
describe_step(GuichetStepTime *time, const GuichetStepCount *count, GPtrArray *procedures)
{
    for (guint i = 0; i < procedures->len; i++) {
        GuichetProcedure *procedure = g_ptr_array_index(procedures, i);
        GPtrArray *steps = guichet_procedure_get_steps(procedure);
        if (strcmp(guichet_procedure_get_id(procedure), count->procedure) != 0)
            continue;
        for (guint j = 0; j < steps->len; j++) {
            const GuichetStep *step = g_ptr_array_index(steps, j);
            if (strcmp(step->id, count->step) != 0)
                continue;
            g_free(time->title);
            time->title = g_strdup(step->title);
            time->position = (double)j / MAX(steps->len - 1, 1);
        }
    }
}

static GuichetStepTime *
ensure_step(GuichetStatistics *self, const GuichetStepCount *count)
{
    for (guint i = 0; i < self->steps->len; i++) {
        GuichetStepTime *time = g_ptr_array_index(self->steps, i);
        if (strcmp(time->step, count->step) == 0)
            return time;
    }
    GuichetStepTime *time = g_new0(GuichetStepTime, 1);
    time->step = g_strdup(count->step);
    g_ptr_array_add(self->steps, time);
    return time;
}

/* Where the @share of the times lies below, as if those of a range were spread evenly over it. */
static double
estimate(const GuichetStepTime *time, double share)
{
    double wanted = share * time->n, below = 0;
    for (guint i = 0; i + 1 < GUICHET_STEP_BUCKETS; i++) {
        double from = i > 0 ? guichet_step_bucket_ends[i - 1] : 0;
        double until = guichet_step_bucket_ends[i];
        if (time->buckets[i] > 0 && below + time->buckets[i] >= wanted)
            return from + (until - from) * (wanted - below) / time->buckets[i];
        below += time->buckets[i];
    }
    return guichet_step_bucket_ends[GUICHET_STEP_BUCKETS - 2];
}

static gint
compare_steps(gconstpointer a, gconstpointer b)
{
    const GuichetStepTime *one = *(GuichetStepTime *const *)a;
    const GuichetStepTime *other = *(GuichetStepTime *const *)b;
    if (one->n != other->n)
        return one->n < other->n ? 1 : -1;
    return strcmp(one->step, other->step);
}

void
guichet_statistics_lay_steps(GuichetStatistics *self, const GArray *counts, GPtrArray *procedures)
{
    for (guint i = 0; i < counts->len; i++) {
        const GuichetStepCount *count = &g_array_index(counts, GuichetStepCount, i);
        GuichetStepTime *time = ensure_step(self, count);
        if (time->title == NULL)
            describe_step(time, count, procedures);
        for (guint j = 0; j < GUICHET_STEP_BUCKETS; j++) {
            time->buckets[j] += count->n[j];
            time->n += count->n[j];
        }
    }
    for (guint i = 0; i < self->steps->len; i++) {
        GuichetStepTime *time = g_ptr_array_index(self->steps, i);
        if (time->title == NULL)
            time->title = g_strdup(time->step);
        for (guint j = 0; j < G_N_ELEMENTS(time->quartiles); j++)
            time->quartiles[j] = estimate(time, 0.25 * (j + 1));
    }
    g_ptr_array_sort(self->steps, compare_steps);
}

/* --- quality --- */

static guint
nearest_rank(const GuichetQualityCount *count, guint n, guint percent)
{
    guint rank = MAX(1, (n * percent + 99) / 100), below = 0;
    for (guint quality = 0; quality <= 100; quality++)
        if ((below += count->n[quality]) >= rank)
            return quality;
    return 100;
}

static GuichetDeviceQuality *
ensure_device(GuichetStatistics *self, const char *device, GPtrArray *weeks)
{
    for (guint i = 0; i < self->qualities->len; i++) {
        GuichetDeviceQuality *quality = g_ptr_array_index(self->qualities, i);
        if (strcmp(quality->device, device) == 0)
            return quality;
    }
    GuichetDeviceQuality *quality = g_new0(GuichetDeviceQuality, 1);
    quality->device = g_strdup(device);
    quality->weeks = g_array_new(FALSE, TRUE, sizeof(GuichetQualityWeek));
    for (guint i = 0; i < weeks->len; i++) {
        GuichetQualityWeek week = {.n = 0};
        g_strlcpy(week.monday, g_ptr_array_index(weeks, i), sizeof week.monday);
        g_array_append_val(quality->weeks, week);
    }
    g_ptr_array_add(self->qualities, quality);
    return quality;
}

static void
lay_week(GuichetDeviceQuality *quality, const GuichetQualityCount *count)
{
    for (guint i = 0; i < quality->weeks->len; i++) {
        GuichetQualityWeek *week = &g_array_index(quality->weeks, GuichetQualityWeek, i);
        if (strcmp(week->monday, count->week) != 0)
            continue;
        for (guint j = 0; j <= 100; j++)
            week->n += count->n[j];
        week->median = nearest_rank(count, week->n, 50);
        week->p10 = nearest_rank(count, week->n, 10);
        quality->n += week->n;
    }
}

static gint
compare_devices(gconstpointer a, gconstpointer b)
{
    const GuichetDeviceQuality *one = *(GuichetDeviceQuality *const *)a;
    const GuichetDeviceQuality *other = *(GuichetDeviceQuality *const *)b;
    if (one->n != other->n)
        return one->n < other->n ? 1 : -1;
    return strcmp(one->device, other->device);
}

void
guichet_statistics_lay_quality(GuichetStatistics *self, const GArray *counts)
{
    g_autoptr(GPtrArray) weeks = guichet_statistics_list_weeks(self);
    for (guint i = 0; i < counts->len; i++) {
        const GuichetQualityCount *count = &g_array_index(counts, GuichetQualityCount, i);
        lay_week(ensure_device(self, count->device, weeks), count);
    }
    g_ptr_array_sort(self->qualities, compare_devices);
}
