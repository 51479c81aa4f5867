/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/professional.h"

#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "core/paths.h"
#include "core/siren.h"
#include "core/trusted-time.h"
#include "service/desk-private.h"
#include "service/pack-seal.h"

#include <glib/gi18n-lib.h>

static const char *const names[GUICHET_PROFESSIONAL_N_VERDICTS] = {
    [GUICHET_PROFESSIONAL_LISTED] = "listed",   [GUICHET_PROFESSIONAL_UNLISTED] = "unlisted",
    [GUICHET_PROFESSIONAL_TOO_OLD] = "too-old", [GUICHET_PROFESSIONAL_UNSIGNED] = "unsigned",
    [GUICHET_PROFESSIONAL_NO_PACK] = "no-pack",
};

static const char *const advice[GUICHET_PROFESSIONAL_N_VERDICTS] = {
    [GUICHET_PROFESSIONAL_LISTED] =
        N_("Comparez le nom, le lieu et le SIREN avec la facture ou le site. Demandez le prix par "
           "écrit avant de payer, et un reçu."),
    [GUICHET_PROFESSIONAL_UNLISTED] =
        N_("Cela ne veut pas dire que cette personne trompe : un nom s’écrit de plusieurs façons. "
           "Cherchez par SIREN, et n’envoyez ni argent ni papiers avant d’avoir vérifié."),
    [GUICHET_PROFESSIONAL_TOO_OLD] =
        N_("Vérifiez autrement avant de payer, et demandez au technicien la liste à jour."),
    [GUICHET_PROFESSIONAL_UNSIGNED] =
        N_("Ne concluez rien de cette réponse. Demandez au technicien la liste signée du centre."),
    [GUICHET_PROFESSIONAL_NO_PACK] =
        N_("Vérifiez autrement avant de payer. Le technicien peut mettre la liste sur ce poste."),
};

const char *
guichet_professional_verdict_name(GuichetProfessionalVerdict verdict)
{
    g_return_val_if_fail((guint)verdict < GUICHET_PROFESSIONAL_N_VERDICTS, NULL);
    return names[verdict];
}

void
guichet_professional_check_clear(GuichetProfessionalCheck *check)
{
    g_clear_pointer(&check->found, g_ptr_array_unref);
    g_clear_pointer(&check->pack, guichet_professionals_free);
    g_clear_pointer(&check->title, g_free);
    g_clear_pointer(&check->day, g_free);
    g_clear_pointer(&check->sentence, g_free);
    g_clear_pointer(&check->advice, g_free);
}

/* --- the answer --- */

static GuichetProfessionalVerdict
judge(const GuichetProfessionalCheck *check, const GuichetPackSeal *seal)
{
    if (!seal->signed_by_centre)
        return GUICHET_PROFESSIONAL_UNSIGNED;
    if (check->days > check->valid_days)
        return GUICHET_PROFESSIONAL_TOO_OLD;
    return check->found->len > 0 ? GUICHET_PROFESSIONAL_LISTED : GUICHET_PROFESSIONAL_UNLISTED;
}

static char *
describe_found(const GuichetProfessionalCheck *check)
{
    return check->found->len == 0
               ? g_strdup(_("aucun professionnel ne correspond"))
               : g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "%u professionnel correspond",
                                             "%u professionnels correspondent", check->found->len),
                                 check->found->len);
}

static char *
make_sentence(const GuichetProfessionalCheck *check)
{
    g_autofree char *found = describe_found(check);
    switch (check->verdict) {
    case GUICHET_PROFESSIONAL_LISTED:
        return g_strdup_printf(_("Dans la liste du %s : %s."), check->day, found);
    case GUICHET_PROFESSIONAL_UNLISTED:
        return g_strdup_printf(_("Pas dans la liste du %s."), check->day);
    case GUICHET_PROFESSIONAL_TOO_OLD:
        return g_strdup_printf(_("La liste est trop ancienne pour répondre : %d jours, %d au plus. "
                                 "Dans cette liste, %s."),
                               check->days, check->valid_days, found);
    default:
        return g_strdup_printf(_("La liste de ce poste n’est pas signée par le centre (« %s »). "
                                 "Dans cette liste, %s."),
                               check->title, found);
    }
}

static void
answer_without_pack(GuichetProfessionalCheck *check, const char *fault)
{
    check->verdict = GUICHET_PROFESSIONAL_NO_PACK;
    check->title = g_strdup("");
    check->day = g_strdup("");
    check->found = g_ptr_array_new();
    check->sentence =
        fault != NULL ? g_strdup_printf(_("La liste de ce poste ne peut pas être lue : %s."), fault)
                      : g_strdup(_("Il n’y a pas de liste sur ce poste."));
}

static void
look_up(GuichetProfessionalCheck *check, const GuichetPackSeal *seal, const char *siren,
        const char *who, const char *place)
{
    check->title = g_strdup(seal->title);
    check->day = g_strdup(seal->day);
    check->days = guichet_pack_count_days(seal->day, guichet_instant_now().wall_us);
    check->valid_days = seal->valid_days;
    check->found =
        guichet_professionals_find(check->pack, siren, who, place, GUICHET_PROFESSIONALS_SHOWN);
    check->verdict = judge(check, seal);
    check->sentence = make_sentence(check);
}

static gboolean
read_query(const char *who, char **siren, GError **error)
{
    if (guichet_siren_is_number(who)) {
        *siren = guichet_siren_parse(who, error);
        return *siren != NULL;
    }
    g_autofree char *bare = g_strstrip(g_strdup(who));
    if (*bare != '\0')
        return TRUE;
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                        _("Tapez le nom du professionnel, ou les 9 chiffres de son SIREN"));
    return FALSE;
}

gboolean
guichet_desk_check_professional(GuichetDesk *self, const char *who, const char *place,
                                GuichetProfessionalCheck *check, GError **error)
{
    const char *root = guichet_station_get_root(self->station);
    g_autofree char *folder = guichet_station_path(root, GUICHET_PACK_PROFESSIONALS);
    g_autofree char *certificate = guichet_station_path(root, "trust/root.crt");
    g_autofree char *siren = NULL;
    g_auto(GuichetPackSeal) seal = {NULL};
    g_autoptr(GError) fault = NULL;
    if (!guichet_desk_may(self, GUICHET_ACTION_CONSULT, error) || !read_query(who, &siren, error))
        return FALSE;
    *check = (GuichetProfessionalCheck){0};
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        answer_without_pack(check, NULL);
    } else if (!guichet_pack_seal_read(folder, certificate, guichet_trusted_time_now(root), &seal,
                                       &fault) ||
               (check->pack = guichet_professionals_load(folder, &fault)) == NULL) {
        answer_without_pack(check, fault->message);
    } else {
        look_up(check, &seal, siren, who, place);
    }
    check->advice = g_strdup(_(advice[check->verdict]));
    return TRUE;
}

/* --- putting one in --- */

gboolean
guichet_professionals_put(const char *root, const char *folder, GError **error)
{
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_autofree char *into = guichet_station_path(root, GUICHET_PACK_PROFESSIONALS);
    g_autoptr(GuichetProfessionals) trial = guichet_professionals_load(folder, error);
    return trial != NULL && guichet_pack_copy(folder, into, error);
}

static gboolean
check_newer(const char *into, const char *certificate, gint64 now_us, const GuichetPackSeal *seal,
            GError **error)
{
    g_auto(GuichetPackSeal) present = {NULL};
    if (!seal->signed_by_centre) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_SIGNATURE,
                            _("Cette liste n’est pas signée par le centre : elle est refusée"));
        return FALSE;
    }
    /* whatever is broken or unsigned is replaced */
    if (!guichet_pack_seal_read(into, certificate, now_us, &present, NULL) ||
        !present.signed_by_centre || strcmp(seal->day, present.day) >= 0)
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                _("La liste du %s est plus ancienne que celle du poste, du %s : elle est refusée"),
                seal->day, present.day);
    return FALSE;
}

gboolean
guichet_desk_install_professionals(GuichetDesk *self, const char *folder, GError **error)
{
    const char *root = guichet_station_get_root(self->station);
    g_autofree char *into = guichet_station_path(root, GUICHET_PACK_PROFESSIONALS);
    g_autofree char *certificate = guichet_station_path(root, "trust/root.crt");
    gint64 now_us = guichet_trusted_time_now(root);
    g_auto(GuichetPackSeal) seal = {NULL};
    if (!guichet_desk_may(self, GUICHET_ACTION_MAINTAIN, error) ||
        !guichet_pack_seal_read(folder, certificate, now_us, &seal, error) ||
        !check_newer(into, certificate, now_us, &seal, error))
        return FALSE;
    return guichet_professionals_put(root, folder, error) &&
           guichet_desk_journal_act(self, "professionals-installed", seal.day, error);
}
