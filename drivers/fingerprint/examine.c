/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/fingerprint/examine.h"

#include <libfprint-2/fprint.h>

#include "drivers/device.h"
#include "drivers/usb/usb.h"

#include <glib/gi18n-lib.h>

/* What the bus has of our table (GuichetUsbPlugged*, borrowed from @all). */
static GPtrArray *
find_sensors(GPtrArray *all)
{
    GPtrArray *sensors = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        GuichetUsbPlugged *plugged = g_ptr_array_index(all, i);
        if (plugged->model != NULL && plugged->model->family == GUICHET_DEVICE_FINGERPRINT)
            g_ptr_array_add(sensors, plugged);
    }
    return sensors;
}

/* The one that @device names, else the first, else NULL. */
static GuichetUsbPlugged *
choose(GPtrArray *sensors, const char *device, gboolean *named)
{
    *named = g_str_equal(device, "auto");
    for (guint i = 0; i < sensors->len; i++) {
        GuichetUsbPlugged *plugged = g_ptr_array_index(sensors, i);
        g_autofree char *id = guichet_usb_device_id(plugged->model);
        if (*named || g_str_equal(id, device)) {
            *named = TRUE;
            return plugged;
        }
    }
    return sensors->len > 0 ? g_ptr_array_index(sensors, 0) : NULL;
}

static void
describe(GuichetExamination *self, const GuichetUsbPlugged *plugged)
{
    g_free(self->id);
    g_free(self->label);
    g_free(self->driver);
    g_free(self->port);
    g_free(self->serial);
    g_free(self->permissions);
    self->id = guichet_usb_device_id(plugged->model);
    self->label = g_strdup(plugged->label);
    self->driver = g_strdup_printf("libfprint %s", plugged->model->driver);
    self->port = g_strdup_printf("USB %s", plugged->port);
    self->serial = g_strdup(plugged->serial != NULL ? plugged->serial : "");
    self->permissions = g_strdup(plugged->permissions);
}

static gboolean
is_taken_by_libfprint(const GuichetUsbPlugged *plugged)
{
    g_autoptr(GPtrArray) listed =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_device_info_free);
    g_autofree char *id = guichet_usb_device_id(plugged->model);
    if (!guichet_fingerprint_driver.list(listed, NULL))
        return FALSE;
    for (guint i = 0; i < listed->len; i++)
        if (g_str_equal(((GuichetDeviceInfo *)g_ptr_array_index(listed, i))->id, id))
            return TRUE;
    return FALSE;
}

static void
judge(GuichetExamination *self, const GuichetUsbPlugged *plugged, gboolean named)
{
    g_autofree char *usb = g_strdup_printf("%04x:%04x", plugged->vendor, plugged->product);
    if (!named)
        guichet_examination_blame(self, GUICHET_CAUSE_ELSEWHERE, self->id, self->label);
    else if (!plugged->may_open)
        guichet_examination_blame(self, GUICHET_CAUSE_DENIED, plugged->node, plugged->permissions);
    else if (!is_taken_by_libfprint(plugged))
        guichet_examination_blame(self, GUICHET_CAUSE_UNCLAIMED, usb, plugged->label);
}

GuichetExamination *
guichet_fingerprint_examine(const char *device, GError **error)
{
    g_autoptr(GPtrArray) all = guichet_usb_list_plugged(error);
    gboolean named = FALSE;
    if (all == NULL)
        return NULL;
    GuichetExamination *self = guichet_examination_new(GUICHET_DEVICE_FINGERPRINT);
    g_autoptr(GPtrArray) sensors = find_sensors(all);
    GuichetUsbPlugged *plugged = choose(sensors, device, &named);
    guichet_examination_tell(self, _("Appareils sur le bus USB : %u ; capteurs d’empreintes : %u"),
                             all->len, sensors->len);
    if (plugged == NULL) {
        guichet_examination_blame(self, GUICHET_CAUSE_ABSENT, device, NULL);
        return self;
    }
    describe(self, plugged);
    guichet_examination_tell(self, _("Capteur trouvé : %s, %s"), self->label, self->permissions);
    judge(self, plugged, named);
    return self;
}
