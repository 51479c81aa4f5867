/* SPDX-License-Identifier: EUPL-1.2 */
/* emulated-desk [OPTION…] -- COMMAND…: runs COMMAND, and all that it starts, at a desk where an
 * emulated fingerprint sensor is plugged in. Exit status: the command's. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib-unix.h>

#include "fingerprint-sensor.h"
#include "print-synth.h"

#define WRAPPER "umockdev-wrapper"
#define PRELOAD "libumockdev-preload.so"
#define EXIT_USAGE 2

typedef struct {
    GMainLoop *loop;
    GPid command;
    int status;
} Desk;

static char *prints_option;
static int seed_option = 1;
static int unplug_option;
static int unplug_after_option;
static int away_option = 400;
static gboolean no_finger_option;
static char **command_option;

static const GOptionEntry entries[] = {
    {"prints", 0, 0, G_OPTION_ARG_FILENAME, &prints_option, "384x290 pictures, served in turn",
     "A.pgm,B.pgm"},
    {"seed", 0, 0, G_OPTION_ARG_INT, &seed_option, "synthetic prints SEED and SEED+1 in turn",
     "SEED"},
    {"unplug-at", 0, 0, G_OPTION_ARG_INT, &unplug_option, "unplug within the Nth picture", "N"},
    {"unplug-after", 0, 0, G_OPTION_ARG_INT, &unplug_after_option, "unplug after so long", "MS"},
    {"away", 0, 0, G_OPTION_ARG_INT, &away_option, "plug again after so long", "MS"},
    {"no-finger", 0, 0, G_OPTION_ARG_NONE, &no_finger_option, "nobody touches the sensor", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &command_option, NULL, "COMMAND…"},
    {0},
};

/* umockdev works by a preloaded library, which must be there from the start. */
static void
ensure_wrapper(char **argv)
{
    const char *preload = g_getenv("LD_PRELOAD");
    if (preload != NULL && strstr(preload, PRELOAD) != NULL)
        return;
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_strv_builder_add(builder, WRAPPER);
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_strv_builder_add(builder, self);
    g_strv_builder_addv(builder, (const char **)argv + 1);
    g_auto(GStrv) arguments = g_strv_builder_end(builder);
    execvp(WRAPPER, arguments);
    g_printerr("emulated-desk: " WRAPPER " doesn't start (%s): install umockdev\n",
               g_strerror(errno));
    exit(EXIT_FAILURE);
}

static GPtrArray *
load_prints(GError **error)
{
    g_autoptr(GPtrArray) prints = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    if (prints_option == NULL) {
        for (guint32 i = 0; i < 2; i++)
            g_ptr_array_add(prints, print_synth((guint32)seed_option + i, FINGERPRINT_SENSOR_WIDTH,
                                                FINGERPRINT_SENSOR_HEIGHT));
        return g_steal_pointer(&prints);
    }
    g_auto(GStrv) paths = g_strsplit(prints_option, ",", -1);
    for (gsize i = 0; paths[i] != NULL; i++) {
        GBytes *print =
            print_read_pgm(paths[i], FINGERPRINT_SENSOR_WIDTH, FINGERPRINT_SENSOR_HEIGHT, error);
        if (print == NULL)
            return NULL;
        g_ptr_array_add(prints, print);
    }
    return g_steal_pointer(&prints);
}

static void
on_command_ended(GPid pid, int status, gpointer data)
{
    Desk *desk = data;
    desk->status = status;
    g_main_loop_quit(desk->loop);
}

static gboolean
on_signal(gpointer data)
{
    kill(((Desk *)data)->command, SIGTERM);
    return G_SOURCE_CONTINUE;
}

/* The command must not stay behind without its desk. */
static void
before_exec(gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
run_command(Desk *desk, GError **error)
{
    if (!g_spawn_async(NULL, command_option, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                           G_SPAWN_CHILD_INHERITS_STDIN,
                       before_exec, NULL, &desk->command, error))
        return FALSE;
    desk->loop = g_main_loop_new(NULL, FALSE);
    g_child_watch_add(desk->command, on_command_ended, desk);
    g_unix_signal_add(SIGTERM, on_signal, desk);
    g_unix_signal_add(SIGINT, on_signal, desk);
    g_main_loop_run(desk->loop);
    g_main_loop_unref(desk->loop);
    return TRUE;
}

static gboolean
on_unplug_time(gpointer emulator)
{
    usb_emulator_unplug_soon(emulator, (guint)away_option);
    return G_SOURCE_REMOVE;
}

static gboolean
open_desk(Desk *desk, GError **error)
{
    g_autoptr(GPtrArray) prints = load_prints(error);
    if (prints == NULL)
        return FALSE;
    FingerprintSensorOptions options = {
        .prints = prints,
        .unplug_at = (guint)unplug_option,
        .away_ms = (guint)away_option,
        .no_finger = no_finger_option,
    };
    g_autoptr(FingerprintSensor) sensor = fingerprint_sensor_new(&options);
    g_autoptr(UMockdevTestbed) testbed = umockdev_testbed_new();
    g_autoptr(UsbEmulator) emulator = usb_emulator_new(testbed, &fingerprint_sensor_model, sensor);
    if (unplug_after_option > 0)
        g_timeout_add((guint)unplug_after_option, on_unplug_time, emulator);
    return usb_emulator_plug(emulator, error) && run_command(desk, error);
}

int
main(int argc, char **argv)
{
    ensure_wrapper(argv);
    g_autoptr(GOptionContext) context = g_option_context_new("-- COMMAND…");
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_strict_posix(context, TRUE);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error) || command_option == NULL) {
        g_printerr("emulated-desk: %s\n", error != NULL ? error->message : "a command is missing");
        return EXIT_USAGE;
    }
    Desk desk = {0};
    if (!open_desk(&desk, &error)) {
        g_printerr("emulated-desk: %s\n", error->message);
        return EXIT_FAILURE;
    }
    return WIFEXITED(desk.status) ? WEXITSTATUS(desk.status) : 128 + WTERMSIG(desk.status);
}
