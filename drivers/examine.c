/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/examine.h"

#include <string.h>

#include "core/error.h"
#include "core/paths.h"
#include "drivers/child.h"

#include <glib/gi18n-lib.h>

static const char *const cause_names[GUICHET_CAUSE_N] = {
    [GUICHET_CAUSE_NONE] = "none",           [GUICHET_CAUSE_ABSENT] = "absent",
    [GUICHET_CAUSE_DENIED] = "denied",       [GUICHET_CAUSE_NO_DRIVER] = "no-driver",
    [GUICHET_CAUSE_DISABLED] = "disabled",   [GUICHET_CAUSE_UNREACHABLE] = "unreachable",
    [GUICHET_CAUSE_UNCLAIMED] = "unclaimed", [GUICHET_CAUSE_ELSEWHERE] = "elsewhere",
    [GUICHET_CAUSE_BUSY] = "busy",           [GUICHET_CAUSE_FAILED] = "failed",
};

const char *
guichet_device_cause_name(GuichetDeviceCause cause)
{
    return cause_names[cause];
}

gboolean
guichet_device_cause_from_name(const char *name, GuichetDeviceCause *cause)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cause_names); i++)
        if (strcmp(name, cause_names[i]) == 0) {
            *cause = (GuichetDeviceCause)i;
            return TRUE;
        }
    return FALSE;
}

GuichetExamination *
guichet_examination_new(GuichetDeviceFamily family)
{
    GuichetExamination *self = g_new0(GuichetExamination, 1);
    char **texts[] = {&self->subject, &self->detail, &self->id,
                      &self->label,   &self->driver, &self->version,
                      &self->port,    &self->serial, &self->permissions};
    self->family = family;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup("");
    self->tried = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void
guichet_examination_free(GuichetExamination *self)
{
    if (self == NULL)
        return;
    g_free(self->subject);
    g_free(self->detail);
    g_free(self->id);
    g_free(self->label);
    g_free(self->driver);
    g_free(self->version);
    g_free(self->port);
    g_free(self->serial);
    g_free(self->permissions);
    g_ptr_array_unref(self->tried);
    g_free(self);
}

void
guichet_examination_tell(GuichetExamination *self, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (self->tried->len < GUICHET_EXAMINATION_MAX_TRIED)
        g_ptr_array_add(self->tried, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static void
replace(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value != NULL ? value : "");
}

void
guichet_examination_blame(GuichetExamination *self, GuichetDeviceCause cause, const char *subject,
                          const char *detail)
{
    self->cause = cause;
    replace(&self->subject, subject);
    replace(&self->detail, detail);
}

static void
on_run(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GuichetDeviceFamily family = (GuichetDeviceFamily)GPOINTER_TO_INT(g_task_get_task_data(task));
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetEvent) final = guichet_child_run_finish(result, &error);
    if (final == NULL)
        g_task_return_error(task, g_steal_pointer(&error));
    else if (final->kind != GUICHET_EVENT_EXAMINED || final->examination->family != family)
        g_task_return_new_error(task, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                                _("Le pilote de l’appareil a répondu autre chose qu’un examen, "
                                  "réessayez."));
    else
        g_task_return_pointer(task, g_steal_pointer(&final->examination),
                              (GDestroyNotify)guichet_examination_free);
}

void
guichet_device_examine_async(GuichetDeviceFamily family, const char *device,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);
    g_task_set_source_tag(task, guichet_device_examine_async);
    g_task_set_check_cancellable(task, FALSE);
    g_task_set_task_data(task, GINT_TO_POINTER(family), NULL);
    g_autofree char *helper = guichet_helper_path("guichet-device");
    const char *argv[] = {helper, "examine", guichet_device_family_name(family), device, NULL};
    guichet_child_run_async(argv, &guichet_child_default_limits, cancellable, NULL, NULL, on_run,
                            task);
}

GuichetExamination *
guichet_device_examine_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
