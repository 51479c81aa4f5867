/* SPDX-License-Identifier: EUPL-1.2 */
#include "pages/technician-strip.h"

#include <glib/gi18n-lib.h>

#include "pages/technician-row.h"

struct _GuichetTechnicianStrip {
    GtkBox parent_instance;
    GtkImage *icon;
    GtkLabel *sentence;
    GuichetDesk *desk;
};

G_DEFINE_FINAL_TYPE(GuichetTechnicianStrip, guichet_technician_strip, GTK_TYPE_BOX)

static const GuichetPartKind looked_at[] = {GUICHET_PART_DISK, GUICHET_PART_CLOCK,
                                            GUICHET_PART_CERTIFICATES};

/* A device that the configuration names as a file or a pattern is always there. */
static gboolean
is_there(GuichetDesk *desk, GPtrArray *devices, GuichetDeviceFamily family)
{
    GuichetStation *station = guichet_desk_get_station(desk);
    const char *chosen = guichet_station_get_device(station, guichet_device_family_name(family));

    if (g_str_has_prefix(chosen, "file:") || g_str_has_prefix(chosen, "test:"))
        return TRUE;
    for (guint i = 0; i < devices->len; i++)
        if (((GuichetDeviceInfo *)g_ptr_array_index(devices, i))->family == family)
            return TRUE;
    return FALSE;
}

static void
add_name(GString *names, GuichetPartKind kind)
{
    g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", guichet_part_title(kind));
}

static void
tell(GuichetTechnicianStrip *self, const char *names)
{
    gboolean sound = *names == '\0';
    g_autofree char *sentence =
        sound ? g_strdup(_("Poste vérifié : tout est en ordre."))
              : g_strdup_printf(_("À signaler au technicien : %s. Vous pouvez travailler."), names);

    gtk_image_set_from_icon_name(
        self->icon,
        guichet_technician_icon(sound ? GUICHET_FINDING_OK : GUICHET_FINDING_ATTENTION));
    gtk_label_set_text(self->sentence, sentence);
    gtk_widget_set_visible(GTK_WIDGET(self), TRUE);
}

/* The names of the parts that are broken; "" when none is. */
static gpointer
work_look(GuichetDesk *desk, gpointer data, GCancellable *cancellable, GError **error)
{
    GPtrArray *devices = data;
    GString *names = g_string_new(NULL);

    for (guint i = 0; i <= GUICHET_DEVICE_SCANNER; i++)
        if (!is_there(desk, devices, i))
            add_name(names, guichet_part_of_family(i));
    for (gsize i = 0; i < G_N_ELEMENTS(looked_at); i++) {
        g_autoptr(GuichetPart) part = guichet_desk_diagnose(desk, looked_at[i]);

        if (guichet_part_get_state(part) == GUICHET_FINDING_FAULT)
            add_name(names, looked_at[i]);
    }
    return g_string_free(names, FALSE);
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetTechnicianStrip) self = user_data;
    g_autofree char *names = guichet_desk_call_finish(GUICHET_DESK(source), result, NULL);

    if (names != NULL && self->desk != NULL)
        tell(self, names);
}

static void
on_listed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GuichetTechnicianStrip) self = user_data;
    GPtrArray *devices = guichet_devices_list_finish(result, NULL);

    if (devices == NULL ||
        self->desk == NULL) /* without the helper: the page of a capture says so */
        return;
    guichet_desk_call_async(self->desk, work_look, devices, (GDestroyNotify)g_ptr_array_unref,
                            g_free, NULL, on_looked, g_object_ref(self));
}

void
guichet_technician_strip_begin(GuichetTechnicianStrip *self, GuichetDesk *desk)
{
    if (!g_set_object(&self->desk, desk))
        return;
    guichet_devices_list_async(NULL, on_listed, g_object_ref(self));
}

static void
guichet_technician_strip_dispose(GObject *object)
{
    g_clear_object(&GUICHET_TECHNICIAN_STRIP(object)->desk);
    G_OBJECT_CLASS(guichet_technician_strip_parent_class)->dispose(object);
}

static void
guichet_technician_strip_class_init(GuichetTechnicianStripClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = guichet_technician_strip_dispose;
}

static void
guichet_technician_strip_init(GuichetTechnicianStrip *self)
{
    self->icon = GTK_IMAGE(
        g_object_new(GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
    self->sentence = GTK_LABEL(gtk_label_new(NULL));
    gtk_label_set_xalign(self->sentence, 0);
    gtk_label_set_wrap(self->sentence, TRUE);
    gtk_label_set_max_width_chars(self->sentence, 44); /* the card stays as narrow as it is */
    gtk_box_set_spacing(GTK_BOX(self), 8);
    gtk_widget_add_css_class(GTK_WIDGET(self), "note");
    gtk_widget_set_visible(GTK_WIDGET(self), FALSE);
    gtk_box_append(GTK_BOX(self), GTK_WIDGET(self->icon));
    gtk_box_append(GTK_BOX(self), GTK_WIDGET(self->sentence));
}
