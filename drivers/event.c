/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/protocol.h"

#include <errno.h>
#include <unistd.h>

#include <json-glib/json-glib.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

static const char *const family_names[] = {
    [GUICHET_DEVICE_FINGERPRINT] = "fingerprint",
    [GUICHET_DEVICE_CAMERA] = "camera",
    [GUICHET_DEVICE_SCANNER] = "scanner",
};

static const char *const kind_names[] = {
    [GUICHET_EVENT_PROGRESS] = "progress", [GUICHET_EVENT_DEVICE] = "device",
    [GUICHET_EVENT_LISTED] = "listed",     [GUICHET_EVENT_ADDED] = "added",
    [GUICHET_EVENT_REMOVED] = "removed",   [GUICHET_EVENT_CAPTURED] = "captured",
    [GUICHET_EVENT_EXAMINED] = "examined", [GUICHET_EVENT_ERROR] = "error",
};

#define TEXT(member)                                                                               \
    {                                                                                              \
#member, G_STRUCT_OFFSET(GuichetExamination, member)                                       \
    }
const GuichetExaminationText guichet_examination_texts[] = {
    TEXT(subject), TEXT(detail), TEXT(id),     TEXT(label),       TEXT(driver),
    TEXT(version), TEXT(port),   TEXT(serial), TEXT(permissions), {NULL, 0},
};

const char *
guichet_device_family_name(GuichetDeviceFamily family)
{
    return family_names[family];
}

gboolean
guichet_device_family_from_name(const char *name, GuichetDeviceFamily *family)
{
    for (gsize i = 0; i < G_N_ELEMENTS(family_names); i++) {
        if (strcmp(name, family_names[i]) == 0) {
            *family = (GuichetDeviceFamily)i;
            return TRUE;
        }
    }
    return FALSE;
}

GuichetDeviceInfo *
guichet_device_info_new(GuichetDeviceFamily family, const char *id, const char *label)
{
    GuichetDeviceInfo *info = g_new0(GuichetDeviceInfo, 1);
    info->family = family;
    info->id = g_strdup(id);
    info->label = g_strdup(label);
    return info;
}

void
guichet_device_info_free(GuichetDeviceInfo *info)
{
    if (info == NULL)
        return;
    g_free(info->id);
    g_free(info->label);
    g_free(info);
}

void
guichet_capture_free(GuichetCapture *capture)
{
    if (capture == NULL)
        return;
    g_clear_pointer(&capture->content, g_bytes_unref);
    g_free(capture->media_type);
    g_free(capture->device);
    g_free(capture->attributes);
    g_free(capture);
}

GuichetEvent *
guichet_event_new(GuichetEventKind kind)
{
    GuichetEvent *event = g_new0(GuichetEvent, 1);
    event->kind = kind;
    return event;
}

void
guichet_event_free(GuichetEvent *event)
{
    if (event == NULL)
        return;
    g_free(event->phase);
    g_free(event->sentence);
    guichet_device_info_free(event->info);
    guichet_capture_free(event->capture);
    guichet_examination_free(event->examination);
    g_clear_error(&event->error);
    g_free(event);
}

static void
add_string(JsonBuilder *builder, const char *member, const char *value)
{
    json_builder_set_member_name(builder, member);
    json_builder_add_string_value(builder, value);
}

static void
add_examination(JsonBuilder *builder, const GuichetExamination *examination)
{
    add_string(builder, "family", guichet_device_family_name(examination->family));
    add_string(builder, "cause", guichet_device_cause_name(examination->cause));
    for (const GuichetExaminationText *text = guichet_examination_texts; text->member; text++)
        add_string(builder, text->member, G_STRUCT_MEMBER(char *, examination, text->offset));
    json_builder_set_member_name(builder, "tried");
    json_builder_begin_array(builder);
    for (guint i = 0; i < examination->tried->len; i++)
        json_builder_add_string_value(builder, g_ptr_array_index(examination->tried, i));
    json_builder_end_array(builder);
}

static void
add_members(JsonBuilder *builder, const GuichetEvent *event)
{
    switch (event->kind) {
    case GUICHET_EVENT_PROGRESS:
        add_string(builder, "phase", event->phase);
        json_builder_set_member_name(builder, "fraction");
        json_builder_add_double_value(builder, event->fraction);
        add_string(builder, "sentence", event->sentence);
        break;
    case GUICHET_EVENT_DEVICE:
    case GUICHET_EVENT_ADDED:
    case GUICHET_EVENT_REMOVED:
        add_string(builder, "family", guichet_device_family_name(event->info->family));
        add_string(builder, "id", event->info->id);
        add_string(builder, "label", event->info->label);
        break;
    case GUICHET_EVENT_CAPTURED:
        add_string(builder, "media_type", event->capture->media_type);
        add_string(builder, "device", event->capture->device);
        json_builder_set_member_name(builder, "attributes");
        json_builder_add_value(builder, json_from_string(event->capture->attributes, NULL));
        json_builder_set_member_name(builder, "size");
        json_builder_add_int_value(builder, (gint64)g_bytes_get_size(event->capture->content));
        break;
    case GUICHET_EVENT_EXAMINED:
        add_examination(builder, event->examination);
        break;
    case GUICHET_EVENT_ERROR:
        add_string(builder, "name", guichet_error_name(event->error));
        add_string(builder, "message", event->error->message);
        break;
    case GUICHET_EVENT_LISTED:
        break;
    }
}

static char *
event_line(const GuichetEvent *event)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    add_string(builder, "event", kind_names[event->kind]);
    add_members(builder, event);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, FALSE);
    return g_strconcat(text, "\n", NULL);
}

static gboolean
write_all(int fd, const char *bytes, gsize size, GError **error)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_IO,
                        _("Le programme qui a demandé la capture n’écoute plus : %s."),
                        g_strerror(errno));
            return FALSE;
        }
        bytes += n;
        size -= (gsize)n;
    }
    return TRUE;
}

gboolean
guichet_event_write(const GuichetEvent *event, int fd, GError **error)
{
    g_autofree char *line = event_line(event);
    if (!write_all(fd, line, strlen(line), error))
        return FALSE;
    if (event->kind != GUICHET_EVENT_CAPTURED)
        return TRUE;
    gsize size;
    const char *content = g_bytes_get_data(event->capture->content, &size);
    return write_all(fd, content, size, error);
}
