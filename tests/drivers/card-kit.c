/* SPDX-License-Identifier: EUPL-1.2 */
#include "card-kit.h"

#include <glib/gstdio.h>

gboolean
card_kit_available(void)
{
    g_autofree char *util = g_find_program_in_path("softhsm2-util");
    g_autofree char *tool = g_find_program_in_path("pkcs11-tool");
    gboolean there =
        util != NULL && tool != NULL && g_file_test(CARD_KIT_MODULE, G_FILE_TEST_EXISTS);
    if (!there)
        g_test_skip("softhsm2 or opensc is not installed");
    return there;
}

static char *
run(const char *command)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *problems = NULL;
    char *output = NULL;
    int status = 0;
    g_spawn_command_line_sync(command, &output, &problems, &status, &error);
    g_assert_no_error(error);
    if (status != 0)
        g_error("%s: %s", command, problems);
    return output;
}

static void
write_file(CardKit *self, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(self->folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

void
card_kit_init(CardKit *self)
{
    self->folder = g_dir_make_tmp("guichet-card-XXXXXX", NULL);
    g_assert_nonnull(self->folder);
    self->tricky =
        g_build_filename(g_getenv("GUICHET_BUILD"), "tests/drivers/libtricky-module.so", NULL);
    g_autofree char *tokens = g_build_filename(self->folder, "tokens", NULL);
    g_autofree char *conf = g_build_filename(self->folder, "softhsm2.conf", NULL);
    g_autofree char *text = g_strdup_printf("directories.tokendir = %s\n", tokens);
    g_assert_cmpint(g_mkdir(tokens, 0700), ==, 0);
    write_file(self, "softhsm2.conf", text);
    g_setenv("SOFTHSM2_CONF", conf, TRUE);
    g_setenv("TRICKY_FOLDER", self->folder, TRUE);
}

void
card_kit_clear(CardKit *self)
{
    g_autofree char *command = g_strdup_printf("rm -r %s", self->folder);
    g_free(run(command));
    g_free(self->folder);
    g_free(self->tricky);
}

void
card_kit_add_empty(CardKit *self, const char *label, const char *pin)
{
    g_autofree char *command = g_strdup_printf(
        "softhsm2-util --init-token --free --label %s --pin %s --so-pin 87654321", label, pin);
    g_free(run(command));
}

char *
card_kit_run(CardKit *self, const char *arguments)
{
    g_autofree char *command =
        g_strdup_printf("pkcs11-tool --module " CARD_KIT_MODULE " %s", arguments);
    return run(command);
}

void
card_kit_add(CardKit *self, const char *label, const char *pin)
{
    g_autofree char *arguments = g_strdup_printf(
        "--token-label %s --login --pin %s --keypairgen --key-type EC:prime256v1 --id 01a2"
        " --label agent --usage-derive",
        label, pin);
    card_kit_add_empty(self, label, pin);
    g_free(card_kit_run(self, arguments));
}

static void
move(CardKit *self, const char *from, const char *to)
{
    g_autofree char *source = g_build_filename(self->folder, from, NULL);
    g_autofree char *target = g_build_filename(self->folder, to, NULL);
    g_assert_cmpint(g_rename(source, target), ==, 0);
}

void
card_kit_take_out(CardKit *self)
{
    move(self, "tokens", "pocket");
}

void
card_kit_put_back(CardKit *self)
{
    move(self, "pocket", "tokens");
}

void
card_kit_play(CardKit *self, const char *tricks)
{
    write_file(self, "tricks", tricks);
}

void
card_kit_pull(CardKit *self, gboolean out)
{
    g_autofree char *path = g_build_filename(self->folder, "pulled", NULL);
    if (out)
        write_file(self, "pulled", "");
    else
        g_unlink(path);
}
