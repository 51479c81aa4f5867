/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/message-private.h"

#include <inttypes.h>
#include <string.h>

#include "core/error.h"
#include "sync/bundle/profile.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

/* A status is as it always was, its content beside the rest; the other kinds have a "contenu". */
#define STATUS_PROFILE "message/1"
#define CONTENT_PROFILE "message/2"

static const char *const status_members[] = {
    "emis", "etat", "expire", "genre", "liasse_sha256", "numero", "station", "texte", NULL};
static const char *const content_members[] = {"contenu", "emis",    "expire", "genre",
                                              "numero",  "station", NULL};

/* Takes ownership of @content. */
static JsonObject *
write_frame(const GuichetMessage *message, JsonObject *content)
{
    gboolean is_status = message->kind == GUICHET_MESSAGE_STATUS;
    JsonObject *object = is_status ? content : guichet_profile_new(CONTENT_PROFILE);
    if (is_status)
        json_object_set_string_member(object, "profil", STATUS_PROFILE);
    else
        json_object_set_object_member(object, "contenu", content);
    guichet_profile_set_time(object, "emis", message->issued_us);
    guichet_profile_set_time(object, "expire", message->expires_us);
    json_object_set_string_member(object, "genre", guichet_message_kind_name(message->kind));
    json_object_set_int_member(object, "numero", message->number);
    json_object_set_string_member(object, "station", message->station);
    return object;
}

GBytes *
guichet_message_sign(const GuichetMessage *message, GuichetKey *key,
                     GuichetCertificate *certificate, GError **error)
{
    if (!guichet_word_is_identity(message->station) || message->number < 1 ||
        message->issued_us >= message->expires_us) {
        guichet_word_refuse_to_sign(error, _("Message"));
        return NULL;
    }
    JsonObject *content = guichet_message_content_write(message, error);
    if (content == NULL)
        return NULL;
    return guichet_word_sign(write_frame(message, content), key, certificate, error);
}

/* Which of the two profiles @text claims to be; what is neither fails as the first. */
static gboolean
claims_content(GBytes *text)
{
    gsize size;
    const void *bytes = g_bytes_get_data(text, &size);
    g_autoptr(JsonNode) node = guichet_json_parse(bytes, size, CONTENT_PROFILE, NULL);
    if (node == NULL)
        return FALSE;
    const char *profile =
        guichet_json_string(json_node_get_object(node), "profil", CONTENT_PROFILE, NULL);
    return profile != NULL && strcmp(profile, CONTENT_PROFILE) == 0;
}

static gboolean
read_frame(GuichetMessage *message, JsonObject *object, const char *profile, GError **error)
{
    message->station = g_strdup(guichet_profile_identity(object, "station", profile, error));
    if (message->station == NULL ||
        !guichet_json_int(object, "numero", 1, G_MAXINT64, profile, &message->number, error) ||
        !guichet_profile_time(object, "emis", profile, &message->issued_us, error) ||
        !guichet_profile_time(object, "expire", profile, &message->expires_us, error))
        return FALSE;
    const char *kind = guichet_profile_id(object, "genre", profile, error);
    if (kind == NULL)
        return FALSE;
    if (guichet_message_kind_from_name(kind, &message->kind))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                _("%s/genre : ce poste ne connaît pas les messages « %s » ; mettez-le à jour"),
                profile, kind);
    return FALSE;
}

static gboolean
read_content(GuichetMessage *message, JsonObject *object, gboolean is_content, GError **error)
{
    if (is_content == (message->kind == GUICHET_MESSAGE_STATUS)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("message/genre : « %s » n’est pas de ce profil"),
                    guichet_message_kind_name(message->kind));
        return FALSE;
    }
    if (!is_content)
        return guichet_message_content_read(message, object, error);
    JsonObject *content = guichet_json_object(object, "contenu", CONTENT_PROFILE, error);
    return content != NULL && guichet_message_content_only(message->kind, content, error) &&
           guichet_message_content_read(message, content, error);
}

static GuichetMessage *
read_message(GBytes *text, GError **error)
{
    gboolean is_content = claims_content(text);
    const char *profile = is_content ? CONTENT_PROFILE : STATUS_PROFILE;
    g_autoptr(JsonNode) node =
        guichet_profile_parse(text, profile, is_content ? content_members : status_members, error);
    if (node == NULL)
        return NULL;
    JsonObject *object = json_node_get_object(node);
    g_autoptr(GuichetMessage) message = g_new0(GuichetMessage, 1);
    if (!read_frame(message, object, profile, error) ||
        !read_content(message, object, is_content, error))
        return NULL;
    return g_steal_pointer(&message);
}

/* The two clocks are never quite the same: a message from a few minutes ahead is taken. */
#define CLOCK_TOLERANCE (10 * G_TIME_SPAN_MINUTE)

static gboolean
check_period(const GuichetMessage *message, gint64 at_us, GError **error)
{
    if (at_us < message->issued_us - CLOCK_TOLERANCE) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                    _("Le message %" PRId64
                      " du centre est daté de plus tard que l’horloge du poste : mettez-la à "
                      "l’heure, il sera alors pris"),
                    message->number);
        return FALSE;
    }
    if (at_us <= message->expires_us)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXPIRED,
                _("Le message %" PRId64
                  " du centre est hors de sa période : vérifiez l’horloge du poste, ou "
                  "redemandez le message"),
                message->number);
    return FALSE;
}

GuichetMessage *
guichet_message_verify(GBytes *der, GuichetTrust *trust, gint64 at_us, const char *expected_station,
                       GError **error)
{
    g_autoptr(GBytes) text = guichet_word_open(der, trust, at_us, error);
    if (text == NULL)
        return NULL;
    g_autoptr(GuichetMessage) message = read_message(text, error);
    if (message == NULL)
        return NULL;
    if (expected_station != NULL && strcmp(message->station, expected_station) != 0) {
        guichet_word_fail_mismatch(error, _("Le message du centre"), message->station,
                                   expected_station);
        return NULL;
    }
    return check_period(message, at_us, error) ? g_steal_pointer(&message) : NULL;
}
