/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"
#include "service/diagnostic-private.h"
#include "service/diagnostic-words.h"

#include <glib/gi18n-lib.h>

#define MEMORY_FILE "run/devices.json"
#define MEMORY_MAX_BYTES (16 * 1024)
#define MEMORY_PROFILE "devices/1"
#define DAY_US ((gint64)86400 * G_USEC_PER_SEC)
#define YEAR_2000_US (G_GINT64_CONSTANT(946684800) * G_USEC_PER_SEC)

/* Numbers of references beyond those of causes (diagnostic-words.c). */
enum {
    FOUND_TESTED = 0,
    FOUND_UNTESTED = 10,
    FOUND_TEST_FAILED = 11,
    FOUND_TO_MEND = 12,
    FOUND_HUNG = 13,
    FOUND_CANCELLED = 14,
    FOUND_COARSE = 15,
    FOUND_UNKNOWN = 16,
};

/* --- when it last worked --- */

static JsonNode *
read_memory(const char *root)
{
    g_autofree char *path = guichet_station_path(root, MEMORY_FILE);
    g_autoptr(GBytes) bytes = guichet_read_file(path, MEMORY_MAX_BYTES, NULL);
    return bytes != NULL ? guichet_json_parse(g_bytes_get_data(bytes, NULL),
                                              g_bytes_get_size(bytes), MEMORY_FILE, NULL)
                         : NULL;
}

gint64
guichet_device_last_good(const char *root, GuichetDeviceFamily family)
{
    g_autoptr(JsonNode) node = read_memory(root);
    gint64 good_us = 0;
    if (node == NULL ||
        !guichet_json_int(json_node_get_object(node), guichet_device_family_name(family),
                          YEAR_2000_US, G_MAXINT64, MEMORY_FILE, &good_us, NULL))
        return 0;
    return good_us;
}

void
guichet_device_note_good(const char *root, GuichetDeviceFamily family)
{
    g_autofree char *path = guichet_station_path(root, MEMORY_FILE);
    g_autoptr(JsonNode) node = json_node_alloc();
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(GError) error = NULL;
    gint64 now_us = guichet_instant_now().wall_us;
    if (ABS(now_us - guichet_device_last_good(root, family)) < DAY_US)
        return;
    json_object_set_string_member(object, "profile", MEMORY_PROFILE);
    for (guint i = 0; i <= GUICHET_DEVICE_SCANNER; i++) {
        gint64 good_us = i == family ? now_us : guichet_device_last_good(root, i);
        if (good_us != 0)
            json_object_set_int_member(object, guichet_device_family_name(i), good_us);
    }
    json_node_init_object(node, object);
    g_autofree char *text = guichet_json_canonical(node);
    if (!guichet_write_file_durably(path, text, strlen(text), 0660, &error))
        g_message("%s", error->message);
}

/* --- facts --- */

static gint64
number_of(JsonObject *attributes, const char *member)
{
    gint64 value = 0;
    return guichet_json_int(attributes, member, 1, G_MAXINT32, "", &value, NULL) ? value : 0;
}

/* What the picture was like, and what is too little of it. */
static void
measure(GuichetPart *part, const GuichetDeviceTrial *trial)
{
    static const struct {
        const char *member; /* of the attributes */
        gint64 least;
    } needs[] = {
        [GUICHET_DEVICE_FINGERPRINT] = {"dpi", 500}, /* ISO/IEC 19794-4 */
        [GUICHET_DEVICE_CAMERA] = {"height", 720},
        [GUICHET_DEVICE_SCANNER] = {"dpi", 300},
    };
    const char *text = trial->capture->attributes;
    g_autoptr(JsonNode) node = guichet_json_parse(text, strlen(text), "", NULL);
    gsize size = g_bytes_get_size(trial->capture->content);
    if (node == NULL)
        return;
    JsonObject *attributes = json_node_get_object(node);
    gint64 dpi = number_of(attributes, "dpi"), least = needs[trial->family].least;
    gint64 got = number_of(attributes, needs[trial->family].member);
    g_autofree char *sharp =
        dpi > 0 ? g_strdup_printf(_(", %d points par pouce"), (int)dpi) : g_strdup("");
    guichet_part_know(
        part, "picture", _("Image d’essai"),
        g_strdup_printf(_("%d × %d points%s, %u ko"), (int)number_of(attributes, "width"),
                        (int)number_of(attributes, "height"), sharp, (guint)(size / 1000)));
    guichet_part_know(part, "duration", _("Durée de l’essai"),
                      g_strdup_printf(_("%.1f s"), (double)trial->milliseconds / 1000));
    if (got > 0 && got < least)
        guichet_part_find(part, FOUND_COARSE, GUICHET_FINDING_ATTENTION,
                          g_strdup_printf(_("L’image d’essai est trop grossière : %d points, il en "
                                            "faut %d."),
                                          (int)got, (int)least),
                          g_strdup(_("Réglez l’appareil plus fin, ou remplacez-le par un modèle "
                                     "de la liste de Guichet.")));
}

static void
list_facts(GuichetPart *part, const GuichetDeviceTrial *trial)
{
    const GuichetExamination *seen = trial->examination;
    guichet_part_know(
        part, "chosen", _("Choisi pour ce poste"),
        g_strdup(g_str_equal(trial->chosen, "auto") ? _("le premier trouvé") : trial->chosen));
    if (seen != NULL) {
        guichet_part_know(part, "device", _("Appareil"),
                          *seen->label != '\0' ? g_strdup(seen->label) : g_strdup(seen->id));
        guichet_part_know(part, "driver", _("Pilote"), g_strdup(seen->driver));
        guichet_part_know(part, "version", _("Version"), g_strdup(seen->version));
        guichet_part_know(part, "port", _("Branchement"), g_strdup(seen->port));
        guichet_part_know(part, "serial", _("Numéro de série"), g_strdup(seen->serial));
        guichet_part_know(part, "permissions", _("Droits"), g_strdup(seen->permissions));
        if (seen->cause == GUICHET_CAUSE_ABSENT || seen->cause == GUICHET_CAUSE_BUSY ||
            seen->cause == GUICHET_CAUSE_FAILED) /* elsewhere it is part of the conclusion */
            guichet_part_know(part, "said", _("Réponse du système"), g_strdup(seen->detail));
        for (guint i = 0; i < seen->tried->len; i++)
            g_ptr_array_add(part->tried, g_strdup(g_ptr_array_index(seen->tried, i)));
    }
    if (trial->last_good_us != 0) {
        g_autofree char *day = guichet_time_to_iso8601(trial->last_good_us);
        guichet_part_know(part, "last-good", _("Dernier bon jour"), g_strdup_printf("%.10s", day));
    }
}

/* --- conclusions --- */

static void
conclude_cause(GuichetPart *part, const GuichetDeviceTrial *trial)
{
    const GuichetExamination *seen = trial->examination;
    const GuichetCauseWords *words = guichet_cause_words(trial->family, seen->cause);
    guichet_part_find(part, (guint)seen->cause, words->state,
                      guichet_fill_words(words->conclusion, seen->subject, seen->detail),
                      guichet_fill_words(words->remedy, seen->subject, seen->detail));
}

static void
conclude_failure(GuichetPart *part, const GError *error)
{
    const char *remedy = _("Recommencez l’essai ; s’il échoue encore, débranchez l’appareil dix "
                           "secondes, essayez un autre câble, puis un autre appareil.");
    if (error->domain == GUICHET_RETRY)
        guichet_part_say(part, FOUND_TO_MEND, GUICHET_FINDING_ATTENTION, error->message,
                         _("L’appareil répond : corrigez cela, puis recommencez l’essai."));
    else if (g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_CANCELLED))
        guichet_part_say(part, FOUND_CANCELLED, GUICHET_FINDING_ATTENTION,
                         _("L’essai a été arrêté avant sa fin."), _("Recommencez-le."));
    else if (g_error_matches(error, GUICHET_ERROR, GUICHET_ERROR_TIMEOUT))
        guichet_part_say(part, FOUND_HUNG, GUICHET_FINDING_FAULT,
                         _("L’appareil s’ouvre puis ne répond plus : l’essai a été arrêté."),
                         _("Éteignez-le, rallumez-le, attendez une minute, puis recommencez "
                           "l’essai."));
    else
        guichet_part_say(part, FOUND_TEST_FAILED, GUICHET_FINDING_FAULT, error->message, remedy);
}

GuichetPart *
guichet_diagnose_device(const GuichetDeviceTrial *trial)
{
    GuichetPart *part = guichet_part_new(guichet_part_of_family(trial->family));
    const GuichetExamination *seen = trial->examination;
    list_facts(part, trial);
    if (trial->capture != NULL)
        measure(part, trial);
    if (trial->capture != NULL)
        guichet_part_say(part, FOUND_TESTED, GUICHET_FINDING_OK,
                         _("L’appareil marche : l’essai a donné une image."), NULL);
    else if (seen != NULL && seen->cause != GUICHET_CAUSE_NONE)
        conclude_cause(part, trial);
    else if (trial->capture_error != NULL)
        conclude_failure(part, trial->capture_error);
    else if (seen != NULL)
        guichet_part_say(part, FOUND_UNTESTED, GUICHET_FINDING_OK,
                         _("L’appareil est là et s’ouvre ; il n’a pas encore été essayé."), NULL);
    else
        guichet_part_say(part, FOUND_UNKNOWN, GUICHET_FINDING_FAULT,
                         trial->examination_error->message,
                         _("Réinstallez le paquet guichet, puis recommencez."));
    return part;
}
