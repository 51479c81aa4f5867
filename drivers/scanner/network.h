/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/** Network scanners as SANE's configuration names them, and whether their hosts answer. */
typedef struct {
    char *backend; /* "net", "airscan", "escl" */
    char *host;
    guint16 port;
} GuichetScanHost;
void guichet_scan_host_free(GuichetScanHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetScanHost, guichet_scan_host_free)

/* The host in SANE's name of a device ("net:192.0.2.7:genesys:0", "escl:http://192.0.2.7:80"), or
 * NULL when it has none. */
GuichetScanHost *guichet_scan_host_of(const char *name);
/* Those of net.conf and airscan.conf in SANE's folders (GuichetScanHost*), at most 8. */
GPtrArray *guichet_scan_hosts_configured(void);
/* Backends that dll.conf and dll.d switch on (char*). */
GPtrArray *guichet_sane_enabled(void);
/* Is the backend's library there? */
gboolean guichet_sane_is_installed(const char *backend);
/* Where the folders are: "$SANE_CONFIG_DIR" or "/etc/sane.d". Caller frees. */
char *guichet_sane_folder(void);

/* Connects and hangs up, within 3 s. Else FALSE and why, in French (caller frees). */
gboolean guichet_scan_host_answers(const GuichetScanHost *host, char **why);
