/* SPDX-License-Identifier: EUPL-1.2 */
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "core/error.h"
#include "drivers/device.h"
#include "drivers/guard.h"
#include "drivers/protocol.h"
#include "drivers/usb/usb.h"

#include <glib/gi18n-lib.h>

#define EXIT_USAGE 2

/* A device library may print on standard output: the protocol gets a descriptor of its own and
 * everything else goes to the log. */
static int protocol_fd = -1;

static gboolean
send_event(GuichetEvent *event)
{
    g_autoptr(GuichetEvent) owned = event;
    g_autoptr(GError) error = NULL;
    if (guichet_event_write(owned, protocol_fd, &error))
        return TRUE;
    g_printerr("%s\n", error->message);
    return FALSE;
}

static int
send_error(GError *error)
{
    GuichetEvent *event = guichet_event_new(GUICHET_EVENT_ERROR);
    event->error = error;
    g_printerr("%s\n", error->message);
    send_event(event);
    return EXIT_FAILURE;
}

static void
on_progress(const char *phase, double fraction, const char *sentence, gpointer user_data)
{
    GuichetEvent *event = guichet_event_new(GUICHET_EVENT_PROGRESS);
    event->phase = g_strdup(phase);
    event->fraction = fraction;
    event->sentence = g_strdup(sentence);
    send_event(event);
}

static GPtrArray *
new_list(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)guichet_device_info_free);
}

static void
send_device(GuichetEventKind kind, const GuichetDeviceInfo *info)
{
    GuichetEvent *event = guichet_event_new(kind);
    event->info = guichet_device_info_new(info->family, info->id, info->label);
    send_event(event);
}

/* A family that fails is told on the log and doesn't hide the others. */
static int
run_list(GCancellable *cancellable, char **arguments)
{
    for (gsize i = 0; guichet_device_registry[i] != NULL; i++) {
        g_autoptr(GPtrArray) devices = new_list();
        g_autoptr(GError) error = NULL;
        if (!guichet_device_registry[i]->list(devices, &error))
            g_printerr("%s\n", error->message);
        for (guint k = 0; k < devices->len; k++)
            send_device(GUICHET_EVENT_DEVICE, g_ptr_array_index(devices, k));
    }
    return send_event(guichet_event_new(GUICHET_EVENT_LISTED)) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static char *
resolve_device(const GuichetDeviceDriver *driver, const char *device, GError **error)
{
    if (strcmp(device, "auto") != 0)
        return g_strdup(device);
    g_autoptr(GPtrArray) devices = new_list();
    if (!driver->list(devices, error))
        return NULL;
    if (devices->len == 0) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND, _(driver->absent));
        return NULL;
    }
    const GuichetDeviceInfo *first = g_ptr_array_index(devices, 0);
    return g_strdup(first->id);
}

static void
set_unknown_family(GError **error, const char *name)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("Famille d’appareils inconnue : « %s » ; fingerprint, camera ou scanner."), name);
}

static GuichetCapture *
capture(const char *family_name, const char *device, GCancellable *cancellable, GError **error)
{
    GuichetDeviceFamily family;
    if (!guichet_device_family_from_name(family_name, &family)) {
        set_unknown_family(error, family_name);
        return NULL;
    }
    const GuichetDeviceDriver *driver = guichet_device_registry_find(family);
    g_autofree char *id = resolve_device(driver, device, error);
    if (id == NULL)
        return NULL;
    return driver->capture(id, cancellable, on_progress, NULL, error);
}

static int
run_capture(GCancellable *cancellable, char **arguments)
{
    g_autoptr(GError) error = NULL;
    GuichetEvent *event = guichet_event_new(GUICHET_EVENT_CAPTURED);
    event->capture = capture(arguments[0], arguments[1], cancellable, &error);
    int status = EXIT_FAILURE;
    if (event->capture != NULL) {
        status = send_event(event) ? EXIT_SUCCESS : EXIT_FAILURE;
    } else {
        guichet_event_free(event);
        send_error(g_steal_pointer(&error));
    }
    guichet_guard_end_soon(status);
    guichet_device_run_deferred();
    return status;
}

static GuichetExamination *
examine(const char *family_name, const char *device, GError **error)
{
    GuichetDeviceFamily family;
    if (guichet_device_family_from_name(family_name, &family))
        return guichet_device_registry_find(family)->examine(device, error);
    set_unknown_family(error, family_name);
    return NULL;
}

static int
run_examine(GCancellable *cancellable, char **arguments)
{
    g_autoptr(GError) error = NULL;
    GuichetExamination *examination = examine(arguments[0], arguments[1], &error);
    if (examination == NULL)
        return send_error(g_steal_pointer(&error));
    GuichetEvent *event = guichet_event_new(GUICHET_EVENT_EXAMINED);
    event->examination = examination;
    int status = send_event(event) ? EXIT_SUCCESS : EXIT_FAILURE;
    guichet_guard_end_soon(status);
    guichet_device_run_deferred();
    return status;
}

static void
on_usb(const GuichetDeviceInfo *info, gboolean arrived, gpointer user_data)
{
    send_device(arrived ? GUICHET_EVENT_ADDED : GUICHET_EVENT_REMOVED, info);
}

static int
run_watch(GCancellable *cancellable, char **arguments)
{
    g_autoptr(GError) error = NULL;
    if (guichet_usb_watch(cancellable, on_usb, NULL, &error))
        return EXIT_SUCCESS;
    return send_error(g_steal_pointer(&error));
}

static int
run_udev_rules(GCancellable *cancellable, char **arguments)
{
    g_autofree char *rules = guichet_usb_udev_rules();
    return write(protocol_fd, rules, strlen(rules)) == (ssize_t)strlen(rules) ? EXIT_SUCCESS
                                                                              : EXIT_FAILURE;
}

static const struct {
    const char *verb;
    int arguments;
    int (*run)(GCancellable *cancellable, char **arguments);
} verbs[] = {
    {"list", 0, run_list},   {"capture", 2, run_capture},       {"examine", 2, run_examine},
    {"watch", 0, run_watch}, {"udev-rules", 0, run_udev_rules},
};

int
main(int argc, char **argv)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    guichet_guard_start(cancellable);
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, GUICHET_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    protocol_fd = dup(STDOUT_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);

    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (argc == verbs[i].arguments + 2 && strcmp(argv[1], verbs[i].verb) == 0)
            return verbs[i].run(cancellable, argv + 2);
    g_printerr(_("Usage : guichet-device list | capture FAMILLE APPAREIL | examine FAMILLE "
                 "APPAREIL | watch | udev-rules\n"));
    return EXIT_USAGE;
}
