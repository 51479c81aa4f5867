/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/cli.h"

#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/error.h"
#include "core/paths.h"

#include <glib/gi18n-lib.h>

#define PASSPHRASE_MAX_BYTES 1024

void
cli_set_string(Cli *cli, const char *member, const char *value)
{
    json_builder_set_member_name(cli->result, member);
    if (value == NULL)
        json_builder_add_null_value(cli->result);
    else
        json_builder_add_string_value(cli->result, value);
}

void
cli_set_int(Cli *cli, const char *member, gint64 value)
{
    json_builder_set_member_name(cli->result, member);
    json_builder_add_int_value(cli->result, value);
}

void
cli_set_boolean(Cli *cli, const char *member, gboolean value)
{
    json_builder_set_member_name(cli->result, member);
    json_builder_add_boolean_value(cli->result, value);
}

void
cli_line(Cli *cli, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(cli->text, format, arguments);
    va_end(arguments);
    g_string_append_c(cli->text, '\n');
}

gboolean
cli_refuse_findings(GPtrArray *findings, const char *sentence, GError **error)
{
    if (findings->len == 0)
        return TRUE;
    g_autoptr(GString) all = g_string_new(sentence);
    for (guint i = 0; i < findings->len; i++)
        g_string_append_printf(all, "%s%s", i > 0 ? " ; " : "",
                               (const char *)g_ptr_array_index(findings, i));
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT, all->str);
    return FALSE;
}

char *
cli_station_file(Cli *cli, const char *relative)
{
    return guichet_station_path(cli->root, relative);
}

/* Reads one line from @fd into @line, without its end. -1 on error or when it is longer, else its
 * length. */
static gssize
read_line(int fd, char *line, gsize size)
{
    gsize length = 0;
    for (;;) {
        char c;
        ssize_t n = read(fd, &c, 1);
        if (n < 0)
            return -1;
        if (n == 0 || c == '\n')
            return (gssize)length;
        if (length == size)
            return -1;
        line[length++] = c;
    }
}

static GuichetSecret *
ask_on_terminal(const char *prompt, GError **error)
{
    struct termios shown, hidden;
    if (tcgetattr(STDIN_FILENO, &shown) != 0) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                            _("Pas de terminal pour demander la phrase de passe : donnez "
                              "--passphrase-file FICHIER, ou « - » pour l’entrée standard"));
        return NULL;
    }
    char line[PASSPHRASE_MAX_BYTES];
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    g_printerr("%s", prompt);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    gssize length = read_line(STDIN_FILENO, line, sizeof line);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    g_printerr("\n");
    GuichetSecret *secret = length >= 0 ? guichet_secret_new(line, (gsize)length) : NULL;
    explicit_bzero(line, sizeof line);
    if (secret == NULL)
        g_set_error_literal(
            error, GUICHET_ERROR, GUICHET_ERROR_IO,
            _("Phrase de passe absente ou de plus de 1024 caractères : recommencez"));
    return secret;
}

GuichetSecret *
cli_read_passphrase(const char *file, const char *prompt, GError **error)
{
    if (file == NULL)
        return ask_on_terminal(prompt, error);
    char line[PASSPHRASE_MAX_BYTES];
    if (strcmp(file, "-") == 0) {
        gssize length = read_line(STDIN_FILENO, line, sizeof line);
        GuichetSecret *secret = length > 0 ? guichet_secret_new(line, (gsize)length) : NULL;
        explicit_bzero(line, sizeof line);
        if (secret == NULL)
            g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                                _("L’entrée standard ne donne pas de phrase de passe de 1 à 1024 "
                                  "caractères"));
        return secret;
    }
    g_autoptr(GBytes) bytes = guichet_read_file(file, PASSPHRASE_MAX_BYTES, error);
    if (bytes == NULL)
        return NULL;
    gsize size;
    const char *text = g_bytes_get_data(bytes, &size);
    const char *end = memchr(text, '\n', size);
    GuichetSecret *secret = guichet_secret_new(text, end != NULL ? (gsize)(end - text) : size);
    explicit_bzero((void *)text, size); /* ours alone: guichet_read_file() copied it */
    return secret;
}

GuichetDesk *
cli_open_desk(Cli *cli, GError **error)
{
    GuichetDesk *desk = guichet_desk_open(cli->root, error);
    if (desk != NULL)
        guichet_desk_set_role(desk, cli->role);
    return desk;
}

gboolean
cli_log_in(Cli *cli, GuichetDesk *desk, const GuichetLogin *how, GError **error)
{
    GuichetLogin login = *how;
    gboolean card = login.card != NULL || guichet_desk_uses_card(desk, cli->agent);
    g_autoptr(GuichetSecret) secret = cli_read_passphrase(
        cli->passphrase_file, card ? _("Code de la carte : ") : _("Phrase de passe : "), error);
    login.agent = cli->agent;
    login.secret = secret;
    login.last_try = cli->last_try;
    return secret != NULL && guichet_desk_open_session(desk, &login, error);
}

GuichetDesk *
cli_open_session(Cli *cli, GError **error)
{
    const GuichetLogin how = {.card = cli->card};
    if (cli->agent == NULL) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_LOCKED,
                            _("Dites qui est au guichet : --agent NOM"));
        return NULL;
    }
    g_autoptr(GuichetDesk) desk = cli_open_desk(cli, error);
    return desk != NULL && cli_log_in(cli, desk, &how, error) ? g_steal_pointer(&desk) : NULL;
}

GuichetStore *
cli_open_store(Cli *cli, GError **error)
{
    g_autofree char *path = cli_station_file(cli, "station.db");
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("Pas de poste dans %s : « guichetctl station init »"), cli->root);
        return NULL;
    }
    return guichet_store_open(path, error);
}
