/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/technician-trial.h"

#include "picture.h"

typedef struct {
    GuichetDesk *desk;
    GuichetPartKind kind;
    GuichetDeviceFamily family;
    char *chosen;
    gboolean whole;
    GuichetCaptureProgress progress;
    gpointer progress_data;
    gint64 began;
    GuichetExamination *examination;
    GuichetCapture *capture;
    GError *examination_error, *capture_error;
    gint64 milliseconds;
} Job;

static void
job_free(gpointer data)
{
    Job *job = data;

    g_clear_object(&job->desk);
    g_free(job->chosen);
    guichet_examination_free(job->examination);
    guichet_capture_free(job->capture);
    g_clear_error(&job->examination_error);
    g_clear_error(&job->capture_error);
    g_free(job);
}

void
guichet_trial_free(GuichetTrial *trial)
{
    if (trial == NULL)
        return;
    guichet_part_free(trial->part);
    g_clear_object(&trial->picture);
    g_free(trial);
}

static GuichetTrial *
trial_new(GuichetPart *part)
{
    GuichetTrial *trial = g_new0(GuichetTrial, 1);

    trial->part = part;
    return trial;
}

static const char *
root_of(const Job *job)
{
    return guichet_station_get_root(guichet_desk_get_station(job->desk));
}

/* --- devices --- */

static void
work_judge(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Job *job = data;
    const GuichetDeviceTrial seen = {.family = job->family,
                                     .chosen = job->chosen,
                                     .examination = job->examination,
                                     .examination_error = job->examination_error,
                                     .capture = job->capture,
                                     .capture_error = job->capture_error,
                                     .milliseconds = job->milliseconds,
                                     .last_good_us =
                                         guichet_device_last_good(root_of(job), job->family)};
    GuichetTrial *trial = trial_new(guichet_diagnose_device(&seen));

    if (job->capture != NULL) {
        guichet_device_note_good(root_of(job), job->family);
        trial->picture = guichet_picture_decode(job->capture->content, NULL);
    }
    g_task_return_pointer(task, trial, (GDestroyNotify)guichet_trial_free);
}

static void
on_captured(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Job *job = g_task_get_task_data(task);

    job->capture = guichet_capture_finish(result, &job->capture_error);
    job->milliseconds = (g_get_monotonic_time() - job->began) / 1000;
    g_task_run_in_thread(task, work_judge);
}

static void
on_examined(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Job *job = g_task_get_task_data(task);

    job->examination = guichet_device_examine_finish(result, &job->examination_error);
    if (!job->whole || job->examination == NULL || job->examination->cause != GUICHET_CAUSE_NONE) {
        g_task_run_in_thread(task, work_judge);
        return;
    }
    job->began = g_get_monotonic_time();
    guichet_capture_async(job->family, job->chosen, g_task_get_cancellable(task), job->progress,
                          job->progress_data, on_captured, g_object_ref(task));
}

/* --- the line, and the rest --- */

static void
work_network(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Job *job = data;
    const char *url = guichet_station_get_centre_url(guichet_desk_get_station(job->desk));
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetProbe) probe = guichet_diagnostic_ask_probe(root_of(job), cancellable, &error);

    g_task_return_pointer(task, trial_new(guichet_diagnose_network(url, probe, error)),
                          (GDestroyNotify)guichet_trial_free);
}

static gpointer
work_part(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    return guichet_desk_diagnose(desk, GPOINTER_TO_UINT(data));
}

static void
on_part(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    GuichetPart *part = guichet_desk_call_finish(GUICHET_DESK(source), result, &error);

    if (part != NULL)
        g_task_return_pointer(task, trial_new(part), (GDestroyNotify)guichet_trial_free);
    else
        g_task_return_error(task, error);
}

void
guichet_trial_async(GuichetDesk *desk, GuichetPartKind kind, gboolean whole,
                    GCancellable *cancellable, GuichetCaptureProgress progress,
                    gpointer progress_data, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
    GuichetStation *station = guichet_desk_get_station(desk);
    Job *job = g_new0(Job, 1);

    *job = (Job){.desk = g_object_ref(desk),
                 .kind = kind,
                 .whole = whole,
                 .progress = progress,
                 .progress_data = progress_data};
    g_task_set_source_tag(task, guichet_trial_async);
    g_task_set_check_cancellable(task, FALSE); /* stopping is a finding */
    g_task_set_task_data(task, job, job_free);
    if (guichet_part_family(kind, &job->family)) {
        job->chosen =
            g_strdup(guichet_station_get_device(station, guichet_device_family_name(job->family)));
        guichet_device_examine_async(job->family, job->chosen, cancellable, on_examined,
                                     g_object_ref(task));
    } else if (kind == GUICHET_PART_NETWORK) {
        g_task_run_in_thread(task, work_network);
    } else {
        guichet_desk_call_async(desk, work_part, GUINT_TO_POINTER(kind), NULL,
                                (GDestroyNotify)guichet_part_free, NULL, on_part,
                                g_object_ref(task));
    }
}

GuichetTrial *
guichet_trial_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
