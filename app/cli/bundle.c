/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/bundle.h"

#include <inttypes.h>

#include "cli/cli.h"
#include "core/paths.h"
#include "core/trusted-time.h"

#include <glib/gi18n-lib.h>

static void
report_header(Cli *cli, const GuichetBundleHeader *header, const char *sha256)
{
    g_autofree char *created = guichet_time_to_iso8601(header->created_us);
    cli_set_string(cli, "sha256", sha256);
    cli_set_string(cli, "station", header->station);
    cli_set_string(cli, "lot", header->id);
    cli_set_int(cli, "sequence", header->sequence);
    cli_set_string(cli, "previous", header->previous);
    cli_set_string(cli, "joins", header->joined);
    cli_set_string(cli, "created", created);
    cli_set_int(cli, "content_size", (gint64)header->content_size);
    cli_set_string(cli, "recipient", header->recipient);
    cli_set_boolean(cli, "tpm", header->tpm);
    cli_line(cli, "sha256     %s", sha256);
    cli_line(cli, _("poste      %s, n° %" PRId64), header->station, header->sequence);
    cli_line(cli, _("précédente %s"), header->previous != NULL ? header->previous : "-");
    if (header->joined != NULL)
        cli_line(cli, _("jointe à   %s"), header->joined);
    cli_line(cli, _("créée      %s%s"), created, header->tpm ? "" : _(" (poste sans TPM)"));
    cli_line(cli, _("contenu    %zu octets, chiffrés pour %s"), header->content_size,
             header->recipient);
}

/* --at, or now by the station's time floor: a clock set back must not revive what expired. */
static gboolean
judging_time(const Cli *cli, gint64 *at_us, GError **error)
{
    if (cli->at != NULL)
        return guichet_time_from_iso8601(cli->at, at_us, error);
    *at_us = guichet_trusted_time_now(cli->root);
    return TRUE;
}

static gboolean
verify(Cli *cli, GuichetBundleHeader **header, char **sha256, GError **error)
{
    gint64 at_us = 0;
    if (!judging_time(cli, &at_us, error))
        return FALSE;
    g_autofree char *own_root = cli_station_file(cli, "trust/root.crt");
    g_autoptr(GBytes) bundle =
        guichet_read_file(cli->arguments[0], GUICHET_BUNDLE_MAX_BYTES, error);
    g_autoptr(GuichetTrust) trust =
        bundle != NULL ? guichet_trust_load(cli->trust != NULL ? cli->trust : own_root, NULL, error)
                       : NULL;
    if (trust == NULL || !guichet_bundle_verify(bundle, trust, at_us, header, NULL, error))
        return FALSE;
    *sha256 = guichet_sha256_hex(g_bytes_get_data(bundle, NULL), g_bytes_get_size(bundle));
    return TRUE;
}

static gboolean
run_verify(Cli *cli, GError **error)
{
    g_autoptr(GuichetBundleHeader) header = NULL;
    g_autofree char *sha256 = NULL;
    if (!verify(cli, &header, &sha256, error))
        return FALSE;
    cli_set_boolean(cli, "valid", TRUE);
    cli_set_string(cli, "sha256", sha256);
    cli_line(cli, _("Liasse intacte, scellée par « %s » : %s"), header->station, sha256);
    return TRUE;
}

static gboolean
run_show(Cli *cli, GError **error)
{
    g_autoptr(GuichetBundleHeader) header = NULL;
    g_autofree char *sha256 = NULL;
    if (!verify(cli, &header, &sha256, error))
        return FALSE;
    report_header(cli, header, sha256);
    return TRUE;
}

const CliVerb cli_bundle_verbs[] = {
    {"bundle", "verify", "FICHIER [--trust RACINE.crt] [--at INSTANT]",
     N_("vérifie une liasse scellée, à l’instant donné ou maintenant"),
     CLI_OPTION_TRUST | CLI_OPTION_AT, 1, 1, run_verify},
    {"bundle", "show", "FICHIER [--trust RACINE.crt] [--at INSTANT]",
     N_("montre l’enveloppe d’une liasse"), CLI_OPTION_TRUST | CLI_OPTION_AT, 1, 1, run_show},
    {NULL},
};
