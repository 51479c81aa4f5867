/* SPDX-License-Identifier: EUPL-1.2 */
/* guichet-syncd: sends what is sealed, fetches what the centre says. It holds the TLS key and no
 * key to a draft. Exit status: 0 done, 1 failed (the reason on stderr), 2 usage. */
#include <glib/gi18n-lib.h>
#include <libintl.h>
#include <locale.h>

#include "config.h"
#include "core/error.h"
#include "core/paths.h"
#include "core/station.h"
#include "db/outbox-store.h"
#include "sync/station/syncd.h"

#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define INTERVAL_MAX_S 3600
#define SPREAD_MAX_S 300

static gboolean
run_with_station(const GuichetSyncdSettings *settings, GuichetStation *station, GError **error)
{
    const char *root = settings->root;
    g_autofree char *database = guichet_station_path(root, "station.db");
    g_autofree char *folder = guichet_station_path(root, "outbox");
    g_autofree char *certificate = guichet_station_path(root, "keys/tls.crt");
    g_autofree char *key = guichet_station_path(root, "keys/tls.key");
    g_autofree char *tls_ca = guichet_station_path(root, "trust/centre-tls-ca.crt");
    g_autofree char *anchor = guichet_station_path(root, "trust/root.crt");
    g_autoptr(GuichetTrust) trust = guichet_trust_load(anchor, NULL, error);
    if (trust == NULL)
        return FALSE;
    g_autoptr(GuichetOutboxStore) outbox = guichet_outbox_store_open(database, folder, error);
    if (outbox == NULL)
        return FALSE;
    GuichetSyncContext context = {
        .centre_url = guichet_station_get_centre_url(station),
        .station = guichet_station_get_id(station),
        .tls_certificate_path = certificate,
        .tls_key_path = key,
        .tls_ca_path = tls_ca,
        .trust = trust,
        .outbox = GUICHET_OUTBOX(outbox),
    };
    if (*context.centre_url == '\0') {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                    _("Ce poste n’est pas enrôlé : « guichetctl station enrol » d’abord"));
        return FALSE;
    }
    return guichet_syncd_run(settings, &context, error);
}

static gboolean
run(const GuichetSyncdSettings *settings, GError **error)
{
    g_autoptr(GuichetStation) station = guichet_station_load(settings->root, error);
    return station != NULL && run_with_station(settings, station, error);
}

static void
prepare_process(void)
{
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, GUICHET_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    g_unsetenv("SSLKEYLOGFILE"); /* libcurl would write the session keys there */
}

int
main(int argc, char **argv)
{
    g_autofree char *root = NULL;
    gboolean once = FALSE;
    int interval = 60, spread = -1;
    const GOptionEntry entries[] = {
        {"root", 0, 0, G_OPTION_ARG_FILENAME, &root, N_("dossier du poste"), "DIR"},
        {"once", 0, 0, G_OPTION_ARG_NONE, &once, N_("une seule fois, tout de suite"), NULL},
        {"interval", 0, 0, G_OPTION_ARG_INT, &interval, N_("secondes entre deux tours"), "S"},
        {"spread", 0, 0, G_OPTION_ARG_INT, &spread, N_("attente au hasard au démarrage"), "S"},
        {NULL},
    };
    prepare_process();
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    gboolean understood = g_option_context_parse(context, &argc, &argv, &error);
    if (!understood || argc > 1 || interval < 1 || interval > INTERVAL_MAX_S ||
        spread > SPREAD_MAX_S) {
        g_printerr("guichet-syncd: %s\n",
                   error != NULL ? error->message
                                 : _("usage : [--root DOSSIER] [--once] [--interval 1…3600] "
                                     "[--spread 0…300]"));
        return EXIT_USAGE;
    }
    GuichetSyncdSettings settings = {
        .root = root != NULL ? root : GUICHET_DEFAULT_ROOT,
        .interval_s = (guint)interval,
        .spread_s = (guint)(spread >= 0 ? spread : MIN(interval, SPREAD_MAX_S)),
        .once = once,
    };
    if (run(&settings, &error))
        return 0;
    g_printerr("guichet-syncd: %s\n", error->message);
    return EXIT_FAILED;
}
