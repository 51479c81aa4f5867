/* SPDX-License-Identifier: EUPL-1.2 */
#include "swtpm-kit.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

gboolean
swtpm_available(void)
{
    g_autofree char *swtpm = g_find_program_in_path("swtpm");
    g_autofree char *tools = g_find_program_in_path("tpm2_pcrextend");
    if (swtpm == NULL || tools == NULL)
        g_test_skip("swtpm and tpm2-tools are not installed");
    return swtpm != NULL && tools != NULL;
}

static void
wait_for(const char *path)
{
    for (int i = 0; i < 500 && !g_file_test(path, G_FILE_TEST_EXISTS); i++)
        g_usleep(10 * 1000);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void
die_with_the_test(gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void
swtpm_start(Swtpm *self)
{
    g_autoptr(GError) error = NULL;
    if (self->folder == NULL)
        self->folder = g_dir_make_tmp("guichet-swtpm-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *socket = g_build_filename(self->folder, "sock", NULL);
    g_autofree char *state = g_strconcat("dir=", self->folder, NULL);
    g_autofree char *server = g_strconcat("type=unixio,path=", socket, NULL);
    g_autofree char *control = g_strconcat("type=unixio,path=", socket, ".ctrl", NULL);
    g_free(self->tcti);
    self->tcti = g_strconcat("swtpm:path=", socket, NULL);
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_subprocess_launcher_set_child_setup(launcher, die_with_the_test, NULL, NULL);
    self->process = g_subprocess_launcher_spawn(
        launcher, &error, "swtpm", "socket", "--tpm2", "--tpmstate", state, "--server", server,
        "--ctrl", control, "--flags", "not-need-init,startup-clear", NULL);
    g_assert_no_error(error);
    wait_for(socket);
}

void
swtpm_stop(Swtpm *self)
{
    if (self->process != NULL) {
        g_subprocess_send_signal(self->process, SIGTERM);
        g_subprocess_wait(self->process, NULL, NULL);
    }
    g_clear_object(&self->process);
}

void
swtpm_clear(Swtpm *self)
{
    swtpm_stop(self);
    g_autoptr(GDir) dir = self->folder != NULL ? g_dir_open(self->folder, 0, NULL) : NULL;
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(self->folder, name, NULL);
        g_unlink(path);
    }
    if (self->folder != NULL)
        g_rmdir(self->folder);
    g_clear_pointer(&self->folder, g_free);
    g_clear_pointer(&self->tcti, g_free);
}

void
swtpm_run(Swtpm *self, const char *command)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) arguments = NULL;
    g_assert_true(g_shell_parse_argv(command, NULL, &arguments, &error));
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
    g_subprocess_launcher_setenv(launcher, "TPM2TOOLS_TCTI", self->tcti, TRUE);
    g_autoptr(GSubprocess) tool =
        g_subprocess_launcher_spawnv(launcher, (const char *const *)arguments, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_wait_check(tool, NULL, &error));
    g_assert_no_error(error);
}
