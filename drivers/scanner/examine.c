/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/scanner/examine.h"

#include <sane/sane.h>
#include <string.h>

#include "drivers/device.h"
#include "drivers/protocol.h"
#include "drivers/scanner/network.h"
#include "drivers/usb/usb.h"

#include <glib/gi18n-lib.h>

#define PREFIX "sane:"
#define HWDB "/usr/lib/udev/hwdb.d/20-sane.hwdb" /* libsane-common: "usb:v04B8p0101*" */

/* What there is, before anything is opened. */
typedef struct {
    GuichetExamination *result;
    char *name;                        /* SANE's, of the chosen device; NULL: "auto" */
    char *backend;                     /* of @name */
    GPtrArray *enabled;                /* char* */
    GPtrArray *plugged;                /* GuichetUsbPlugged*, or NULL */
    const GuichetUsbPlugged *scanner;  /* the first on the bus that SANE's list has, or NULL */
    char *silent_host, *silent_reason; /* a network scanner that does not answer, or NULL */
} Look;

static void
look_clear(Look *look)
{
    g_clear_pointer(&look->result, guichet_examination_free);
    g_clear_pointer(&look->enabled, g_ptr_array_unref);
    g_clear_pointer(&look->plugged, g_ptr_array_unref);
    g_free(look->name);
    g_free(look->backend);
    g_free(look->silent_host);
    g_free(look->silent_reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

static void
set_text(char **text, char *value)
{
    g_free(*text);
    *text = value;
}

/* --- the bus --- */

static gboolean
is_listed_by_sane(const char *list, const GuichetUsbPlugged *plugged)
{
    g_autofree char *key = g_strdup_printf("usb:v%04Xp%04X", plugged->vendor, plugged->product);
    return list != NULL && strstr(list, key) != NULL;
}

static void
look_at_bus(Look *look)
{
    g_autofree char *list = NULL;
    guint scanners = 0;
    look->plugged = guichet_usb_list_plugged(NULL);
    if (!g_file_get_contents(HWDB, &list, NULL, NULL))
        guichet_examination_tell(look->result, _("La liste des scanners de SANE manque (%s)"),
                                 HWDB);
    for (guint i = 0; look->plugged != NULL && i < look->plugged->len; i++) {
        const GuichetUsbPlugged *each = g_ptr_array_index(look->plugged, i);
        if (!is_listed_by_sane(list, each))
            continue;
        if (scanners++ == 0)
            look->scanner = each;
    }
    guichet_examination_tell(look->result,
                             _("Appareils sur le bus USB : %u ; scanners que SANE connaît : %u"),
                             look->plugged != NULL ? look->plugged->len : 0, scanners);
    if (look->scanner == NULL)
        return;
    set_text(&look->result->label, g_strdup(look->scanner->label));
    set_text(&look->result->port, g_strdup_printf("USB %s", look->scanner->port));
    set_text(&look->result->permissions, g_strdup(look->scanner->permissions));
    if (look->scanner->serial != NULL)
        set_text(&look->result->serial, g_strdup(look->scanner->serial));
}

/* --- drivers and hosts --- */

static void
look_at_drivers(Look *look)
{
    g_autofree char *folder = guichet_sane_folder();
    look->enabled = guichet_sane_enabled();
    guichet_examination_tell(look->result, _("Pilotes SANE activés dans %s : %u"), folder,
                             look->enabled->len);
    if (look->backend != NULL)
        guichet_examination_tell(look->result, _("Pilote « %s » : %s"), look->backend,
                                 guichet_sane_is_installed(look->backend) ? _("installé")
                                                                          : _("pas installé"));
}

static void
try_host(Look *look, const GuichetScanHost *host)
{
    g_autofree char *why = NULL;
    g_autofree char *address = g_strdup_printf("%s:%u", host->host, host->port);
    if (guichet_scan_host_answers(host, &why)) {
        guichet_examination_tell(look->result, _("Scanner réseau %s : répond"), address);
        set_text(&look->result->port, g_steal_pointer(&address));
        return;
    }
    guichet_examination_tell(look->result, _("Scanner réseau %s : %s"), address, why);
    if (look->silent_host != NULL)
        return;
    look->silent_host = g_steal_pointer(&address);
    look->silent_reason = g_steal_pointer(&why);
}

static void
look_at_hosts(Look *look)
{
    if (look->name != NULL) {
        g_autoptr(GuichetScanHost) host = guichet_scan_host_of(look->name);
        if (host != NULL)
            try_host(look, host);
        return;
    }
    g_autoptr(GPtrArray) hosts = guichet_scan_hosts_configured();
    for (guint i = 0; i < hosts->len; i++)
        try_host(look, g_ptr_array_index(hosts, i));
}

/* --- SANE itself --- */

typedef struct {
    SANE_Handle handle;
} Open;

static void
put_away(gpointer data)
{
    Open *open = data;
    if (open->handle != NULL)
        sane_close(open->handle);
    sane_exit();
    g_free(open);
}

/* Some backends (genesys) say "access denied" of a USB device that is not there at all. */
static gboolean
is_unplugged_usb(const Look *look)
{
    return look->scanner == NULL && look->name != NULL && strstr(look->name, "libusb:") != NULL;
}

/* Nothing is left but the device itself: what is wrong with it, by what SANE said. */
static void
blame_closed(Look *look, SANE_Status status, const SANE_Device *other)
{
    GuichetExamination *result = look->result;
    const char *said = sane_strstatus(status);
    g_autofree char *usb =
        look->scanner != NULL
            ? g_strdup_printf("%04x:%04x", look->scanner->vendor, look->scanner->product)
            : NULL;
    g_autofree char *folder = guichet_sane_folder();
    if (look->scanner != NULL && !look->scanner->may_open)
        guichet_examination_blame(result, GUICHET_CAUSE_DENIED, look->scanner->node,
                                  look->scanner->permissions);
    else if (status == SANE_STATUS_ACCESS_DENIED && !is_unplugged_usb(look))
        guichet_examination_blame(result, GUICHET_CAUSE_DENIED, look->name, said);
    else if (status == SANE_STATUS_DEVICE_BUSY)
        guichet_examination_blame(result, GUICHET_CAUSE_BUSY, look->name, said);
    else if (look->silent_host != NULL)
        guichet_examination_blame(result, GUICHET_CAUSE_UNREACHABLE, look->silent_host,
                                  look->silent_reason);
    else if (look->name == NULL && look->enabled->len == 0)
        guichet_examination_blame(result, GUICHET_CAUSE_DISABLED, folder, NULL);
    else if (other != NULL && look->name != NULL) {
        g_autofree char *id = g_strconcat(PREFIX, other->name, NULL);
        guichet_examination_blame(result, GUICHET_CAUSE_ELSEWHERE, id, other->model);
    } else if (look->scanner != NULL)
        guichet_examination_blame(result, GUICHET_CAUSE_UNCLAIMED, usb, look->scanner->label);
    else if (status == SANE_STATUS_INVAL || look->name == NULL || is_unplugged_usb(look))
        guichet_examination_blame(result, GUICHET_CAUSE_ABSENT, look->name, said);
    else
        guichet_examination_blame(result, GUICHET_CAUSE_FAILED, look->name, said);
}

static const SANE_Device *
first_listed(Look *look)
{
    const SANE_Device **found = NULL;
    guint n = 0;
    if (sane_get_devices(&found, SANE_FALSE) != SANE_STATUS_GOOD)
        return NULL;
    while (found[n] != NULL)
        n++;
    guichet_examination_tell(look->result, _("Scanners que SANE trouve : %u"), n);
    return found[0];
}

static void
describe_open(Look *look, const char *name, const SANE_Device *listed)
{
    GuichetExamination *result = look->result;
    g_auto(GStrv) parts = g_strsplit(name, ":", 2);
    set_text(&result->id, g_strconcat(PREFIX, name, NULL));
    set_text(&result->driver, g_strdup_printf("SANE %s", parts[0]));
    if (listed != NULL && g_str_equal(listed->name, name))
        set_text(&result->label, g_strdup_printf("%s %s", listed->vendor, listed->model));
}

static void
try_to_open(Look *look)
{
    SANE_Int version = 0;
    SANE_Status status = sane_init(&version, NULL);
    Open *open = g_new0(Open, 1);
    set_text(&look->result->version,
             g_strdup_printf("%d.%d.%d", SANE_VERSION_MAJOR(version), SANE_VERSION_MINOR(version),
                             SANE_VERSION_BUILD(version)));
    guichet_device_defer(open, put_away);
    if (status != SANE_STATUS_GOOD) {
        guichet_examination_blame(look->result, GUICHET_CAUSE_FAILED, "SANE",
                                  sane_strstatus(status));
        return;
    }
    const SANE_Device *listed = first_listed(look);
    const char *name = look->name != NULL ? look->name : listed != NULL ? listed->name : NULL;
    status = name != NULL ? sane_open(name, &open->handle) : SANE_STATUS_INVAL;
    if (status != SANE_STATUS_GOOD)
        open->handle = NULL;
    if (name != NULL) {
        describe_open(look, name, listed);
        guichet_examination_tell(look->result, _("Ouverture de « %s » : %s"), name,
                                 status == SANE_STATUS_GOOD ? _("réussie")
                                                            : sane_strstatus(status));
    }
    if (status != SANE_STATUS_GOOD)
        blame_closed(look, status, listed);
}

static void
take_name(Look *look, const char *device)
{
    if (!g_str_has_prefix(device, PREFIX))
        return;
    g_auto(GStrv) parts = g_strsplit(device + strlen(PREFIX), "#", 2);
    g_auto(GStrv) names = g_strsplit(parts[0], ":", 2);
    look->name = g_strdup(parts[0]);
    look->backend = g_strdup(names[0]);
    set_text(&look->result->id, g_strconcat(PREFIX, look->name, NULL));
    set_text(&look->result->driver, g_strdup_printf("SANE %s", look->backend));
}

GuichetExamination *
guichet_scanner_examine(const char *device, GError **error)
{
    g_auto(Look) look = {.result = guichet_examination_new(GUICHET_DEVICE_SCANNER)};
    take_name(&look, device);
    look_at_bus(&look);
    look_at_drivers(&look);
    if (look.backend != NULL && !guichet_sane_is_installed(look.backend)) {
        guichet_examination_blame(look.result, GUICHET_CAUSE_NO_DRIVER, look.backend, NULL);
        return g_steal_pointer(&look.result);
    }
    look_at_hosts(&look);
    /* the escl backend of SANE 1.2.1 dies of a host that does not answer */
    if (look.name != NULL && look.silent_host != NULL)
        guichet_examination_blame(look.result, GUICHET_CAUSE_UNREACHABLE, look.silent_host,
                                  look.silent_reason);
    else
        try_to_open(&look);
    return g_steal_pointer(&look.result);
}
