/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/error.h"
#include "core/paths.h"
#include "sync/bundle/statement.h"

#include <glib/gi18n-lib.h>

/* A file, or standard input for "-", of at most one statement. */
static GBytes *
read_text(const char *path, GError **error)
{
    if (strcmp(path, "-") != 0)
        return guichet_read_file(path, GUICHET_STATEMENT_MAX_BYTES, error);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 chunk[512];
    ssize_t n;
    while (bytes->len <= GUICHET_STATEMENT_MAX_BYTES &&
           (n = read(STDIN_FILENO, chunk, sizeof chunk)) > 0)
        g_byte_array_append(bytes, chunk, (guint)n);
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

/* The certificate of the station that the code names, itself checked at the day of the deposit. */
static GuichetCertificate *
load_signer(Cli *cli, gint64 at_us, GError **error)
{
    g_autofree char *own = cli_station_file(cli, "keys/sign.crt");
    g_autofree char *own_root = cli_station_file(cli, "trust/root.crt");
    g_autoptr(GuichetTrust) trust =
        guichet_trust_load(cli->trust != NULL ? cli->trust : own_root, NULL, error);
    g_autoptr(GuichetCertificate) certificate =
        trust != NULL
            ? guichet_certificate_load(cli->certificate != NULL ? cli->certificate : own, error)
            : NULL;
    if (certificate == NULL ||
        !guichet_trust_verify(trust, certificate, GUICHET_ROLE_STATION_SIGN, at_us, error))
        return NULL;
    return g_steal_pointer(&certificate);
}

static void
report(Cli *cli, const GuichetStatement *statement)
{
    g_autofree char *deposited = guichet_time_to_iso8601(statement->deposited_us);
    g_autofree char *pieces = g_strjoinv(", ", statement->pieces);
    cli_set_string(cli, "verdict", "authentic");
    cli_set_string(cli, "bundle", statement->bundle_sha256);
    cli_set_string(cli, "station", statement->station);
    cli_set_int(cli, "sequence", statement->sequence);
    cli_set_string(cli, "deposited", deposited);
    cli_set_string(cli, "procedure", statement->procedure_id);
    cli_set_int(cli, "revision", statement->procedure_revision);
    cli_set_string(cli, "pieces", pieces);
    cli_line(cli, _("Attestation authentique."));
    cli_line(cli, _("Liasse     : %s"), statement->bundle_sha256);
    cli_line(cli, _("Poste      : %s, n° %" PRId64), statement->station, statement->sequence);
    cli_line(cli, _("Déposée le : %s"), deposited);
    cli_line(cli, _("Démarche   : %s, révision %u"), statement->procedure_id,
             statement->procedure_revision);
    cli_line(cli, _("Pièces     : %s"), pieces);
}

static gboolean
run_code(Cli *cli, GError **error)
{
    g_autoptr(GBytes) text = read_text(cli->arguments[0], error);
    if (text == NULL)
        return FALSE;
    gsize size;
    const char *bytes = g_bytes_get_data(text, &size);
    /* code readers end what they read with a line end of their own */
    while (size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r'))
        size--;
    g_autoptr(GuichetStatement) claimed = guichet_statement_parse(bytes, size, error);
    g_autoptr(GuichetCertificate) signer =
        claimed != NULL ? load_signer(cli, claimed->deposited_us, error) : NULL;
    g_autoptr(GuichetStatement) statement =
        signer != NULL ? guichet_statement_verify(bytes, size, signer, error) : NULL;
    if (statement == NULL)
        return FALSE;
    report(cli, statement);
    return TRUE;
}

const CliVerb cli_read_verbs[] = {
    {"read", "code", "FICHIER|- [--certificate POSTE.crt] [--trust RACINE.crt]",
     N_("vérifie le code d’une attestation de dépôt"), CLI_OPTION_CERTIFICATE | CLI_OPTION_TRUST, 1,
     1, run_code},
    {NULL},
};
