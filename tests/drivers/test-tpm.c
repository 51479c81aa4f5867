/* SPDX-License-Identifier: EUPL-1.2 */
/* The TPM room against a real TPM 2.0 in software. */
#include <string.h>

#include "core/error.h"
#include "drivers/tpm/tpm.h"
#include "swtpm-kit.h"

static GuichetTpm *
open_ok(Swtpm *swtpm)
{
    g_autoptr(GError) error = NULL;
    GuichetTpm *tpm = guichet_tpm_open(swtpm->tcti, &error);
    g_assert_no_error(error);
    return tpm;
}

static GBytes *
seal_ok(Swtpm *swtpm, GuichetSecret *secret, gboolean boot_bound)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetTpm) tpm = open_ok(swtpm);
    GBytes *sealed = guichet_tpm_seal(tpm, secret, boot_bound, &error);
    g_assert_no_error(error);
    return sealed;
}

static void
assert_opens(Swtpm *swtpm, GBytes *sealed, GuichetSecret *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetTpm) tpm = open_ok(swtpm);
    g_autoptr(GuichetSecret) secret = guichet_tpm_unseal(tpm, sealed, &error);
    g_assert_no_error(error);
    g_assert_true(guichet_secret_equal(secret, expected));
}

static void
assert_refused(Swtpm *swtpm, GBytes *sealed, GuichetErrorCode code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetTpm) tpm = open_ok(swtpm);
    g_assert_null(guichet_tpm_unseal(tpm, sealed, &error));
    g_assert_error(error, GUICHET_ERROR, (int)code);
    g_assert_null(strchr(error->message, '\n'));
}

static gboolean
holds(GBytes *bytes, GuichetSecret *secret)
{
    return memmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                  guichet_secret_bytes(secret), guichet_secret_size(secret)) != NULL;
}

static void
what_is_sealed_opens_after_a_restart(void)
{
    if (!swtpm_available())
        return;
    Swtpm swtpm = {0};
    swtpm_start(&swtpm);
    g_autoptr(GuichetSecret) secret = guichet_secret_new_random(32, NULL);
    g_autoptr(GBytes) free = seal_ok(&swtpm, secret, FALSE);
    g_autoptr(GBytes) bound = seal_ok(&swtpm, secret, TRUE);
    g_assert_false(holds(free, secret));
    g_assert_cmpuint(g_bytes_get_size(free), <=, GUICHET_TPM_SEALED_MAX);
    assert_opens(&swtpm, free, secret);
    swtpm_stop(&swtpm);
    swtpm_start(&swtpm);
    assert_opens(&swtpm, free, secret);
    assert_opens(&swtpm, bound, secret);
    swtpm_clear(&swtpm);
}

static void
another_tpm_opens_nothing(void)
{
    if (!swtpm_available())
        return;
    Swtpm ours = {0}, theirs = {0};
    swtpm_start(&ours);
    swtpm_start(&theirs);
    g_autoptr(GuichetSecret) secret = guichet_secret_new_random(32, NULL);
    g_autoptr(GBytes) sealed = seal_ok(&ours, secret, FALSE);
    assert_refused(&theirs, sealed, GUICHET_ERROR_MISMATCH);
    assert_opens(&ours, sealed, secret);
    swtpm_clear(&ours);
    swtpm_clear(&theirs);
}

static void
a_changed_boot_refuses_only_what_was_bound_to_it(void)
{
    if (!swtpm_available())
        return;
    Swtpm swtpm = {0};
    swtpm_start(&swtpm);
    g_autoptr(GuichetSecret) secret = guichet_secret_new_random(32, NULL);
    g_autoptr(GBytes) free = seal_ok(&swtpm, secret, FALSE);
    g_autoptr(GBytes) bound = seal_ok(&swtpm, secret, TRUE);
    swtpm_run(&swtpm, "tpm2_pcrextend 8:sha256="
                      "0000000000000000000000000000000000000000000000000000000000000001");
    assert_opens(&swtpm, bound, secret);
    swtpm_run(&swtpm, "tpm2_pcrextend 7:sha256="
                      "0000000000000000000000000000000000000000000000000000000000000001");
    assert_refused(&swtpm, bound, GUICHET_ERROR_DENIED);
    assert_opens(&swtpm, free, secret);
    swtpm_clear(&swtpm);
}

static void
changed_bytes_are_refused(void)
{
    if (!swtpm_available())
        return;
    Swtpm swtpm = {0};
    swtpm_start(&swtpm);
    g_autoptr(GuichetSecret) secret = guichet_secret_new_random(32, NULL);
    g_autoptr(GBytes) sealed = seal_ok(&swtpm, secret, TRUE);
    gsize size = g_bytes_get_size(sealed);
    g_autoptr(GuichetTpm) tpm = open_ok(&swtpm);
    for (gsize i = 0; i < size; i += 7) {
        guint8 *bytes = g_memdup2(g_bytes_get_data(sealed, NULL), size);
        bytes[i] ^= 0x40; /* among others the attribute that would make the boot not count */
        g_autoptr(GBytes) changed = g_bytes_new_take(bytes, size);
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes(sealed, 0, i);
        g_assert_null(guichet_tpm_unseal(tpm, changed, NULL));
        g_assert_null(guichet_tpm_unseal(tpm, cut, NULL));
    }
    g_clear_pointer(&tpm, guichet_tpm_free);
    assert_opens(&swtpm, sealed, secret); /* and no room in the chip was lost by all this */
    swtpm_clear(&swtpm);
}

static void
no_tpm_is_an_error_whatever_the_environment_says(void)
{
    static const char *const nowhere[] = {
        "",
        "device:/dev/null/none",
        "swtpm:path=/nonexistent/sock",
        "../evil",
        "no-such-module:",
        "/lib/x.so",
        "device:/dev/zero",
    };
    g_setenv("TPM2TOOLS_TCTI", "swtpm:port=1", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(nowhere); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GuichetTpm) tpm = guichet_tpm_open(nowhere[i], &error);
        guint32 index;
        guint64 value;
        g_test_message("%s", nowhere[i]);
        if (tpm != NULL) /* it opens, and then says nothing sensible */
            g_assert_false(guichet_tpm_define_counter(tpm, &index, &value, &error));
        g_assert_nonnull(error);
        g_assert_cmpuint(strlen(error->message), >, 20);
    }
    g_unsetenv("TPM2TOOLS_TCTI");
}

static void
an_owner_password_is_named(void)
{
    if (!swtpm_available())
        return;
    g_autoptr(GError) error = NULL;
    Swtpm swtpm = {0};
    swtpm_start(&swtpm);
    swtpm_run(&swtpm, "tpm2_changeauth -c owner secret");
    g_autoptr(GuichetSecret) secret = guichet_secret_new_random(32, NULL);
    g_autoptr(GuichetTpm) tpm = open_ok(&swtpm);
    g_assert_null(guichet_tpm_seal(tpm, secret, FALSE, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_DENIED);
    g_assert_nonnull(strstr(error->message, "propriétaire"));
    g_clear_pointer(&tpm, guichet_tpm_free);
    swtpm_clear(&swtpm);
}

static guint64
read_ok(Swtpm *swtpm, guint32 index)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GuichetTpm) tpm = open_ok(swtpm);
    guint64 value = 0;
    guichet_tpm_read_counter(tpm, index, &value, &error);
    g_assert_no_error(error);
    return value;
}

static void
the_counter_only_goes_up(void)
{
    if (!swtpm_available())
        return;
    g_autoptr(GError) error = NULL;
    Swtpm swtpm = {0};
    guint32 index = 0, second = 0;
    guint64 start = 0, other = 0, value = 0;
    swtpm_start(&swtpm);
    g_autoptr(GuichetTpm) tpm = open_ok(&swtpm);
    g_assert_true(guichet_tpm_define_counter(tpm, &index, &start, &error));
    g_assert_true(guichet_tpm_define_counter(tpm, &second, &other, &error));
    g_assert_cmphex(index, !=, second);
    for (guint i = 0; i < 20; i++)
        g_assert_true(guichet_tpm_increment_counter(tpm, index, &error));
    g_clear_pointer(&tpm, guichet_tpm_free);
    g_assert_cmpuint(read_ok(&swtpm, index), ==, start + 20);
    swtpm_stop(&swtpm);
    swtpm_start(&swtpm);
    g_assert_cmpuint(read_ok(&swtpm, index), ==, start + 20);
    /* deleted and defined again, it does not start below */
    g_autofree char *undefine = g_strdup_printf("tpm2_nvundefine -C o 0x%x", index);
    swtpm_run(&swtpm, undefine);
    tpm = open_ok(&swtpm);
    g_assert_false(guichet_tpm_read_counter(tpm, index, &value, &error));
    g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_true(guichet_tpm_define_counter(tpm, &second, &value, &error));
    g_assert_cmphex(second, ==, index);
    g_assert_cmpuint(value, >, start + 20);
    g_clear_pointer(&tpm, guichet_tpm_free);
    swtpm_clear(&swtpm);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drivers/tpm/what-is-sealed-opens-after-a-restart",
                    what_is_sealed_opens_after_a_restart);
    g_test_add_func("/drivers/tpm/another-tpm-opens-nothing", another_tpm_opens_nothing);
    g_test_add_func("/drivers/tpm/a-changed-boot-refuses-only-what-was-bound-to-it",
                    a_changed_boot_refuses_only_what_was_bound_to_it);
    g_test_add_func("/drivers/tpm/changed-bytes-are-refused", changed_bytes_are_refused);
    g_test_add_func("/drivers/tpm/no-tpm-is-an-error-whatever-the-environment-says",
                    no_tpm_is_an_error_whatever_the_environment_says);
    g_test_add_func("/drivers/tpm/an-owner-password-is-named", an_owner_password_is_named);
    g_test_add_func("/drivers/tpm/the-counter-only-goes-up", the_counter_only_goes_up);
    return g_test_run();
}
