/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/slip.h"

#include <inttypes.h>
#include <string.h>

#include "core/consent.h"
#include "core/error.h"
#include "service/page.h"
#include "sync/bundle/statement.h"

#include <glib/gi18n-lib.h>

typedef struct {
    const GuichetStatement *statement;
    GuichetProcedure *procedure;
    const GuichetStationPlace *place;
    const char *pieces;
    const QRcode *qr;
} Slip;

/* --- what is said --- */

static char *
group_by_four(const char *digits)
{
    GString *grouped = g_string_new(NULL);
    for (gsize i = 0; digits[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0)
            g_string_append_c(grouped, ' ');
        g_string_append_c(grouped, digits[i]);
    }
    return g_string_free(grouped, FALSE);
}

/* "proof-of-address×2" as "Justificatif de domicile : 2 pages". */
static char *
describe_piece(GuichetProcedure *procedure, const char *entry, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(entry, "×", 2);
    GuichetPieceSpec *spec = guichet_consent_find_piece(procedure, parts[0]);
    if (spec == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("L’attestation nomme la pièce « %s », que la démarche « %s » n’a pas : "
                      "reprenez la démarche de la liasse"),
                    parts[0], guichet_procedure_get_id(procedure));
        return NULL;
    }
    if (parts[1] == NULL || strcmp(parts[1], "1") == 0)
        return g_strdup_printf("•  %s", spec->label);
    return g_strdup_printf(P_("•  %s : %s pages"), spec->label, parts[1]);
}

static char *
describe_pieces(GuichetProcedure *procedure, const GuichetStatement *statement, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; statement->pieces != NULL && statement->pieces[i] != NULL; i++) {
        g_autofree char *line = describe_piece(procedure, statement->pieces[i], error);
        if (line == NULL)
            return NULL;
        g_string_append_printf(list, "%s%s", i > 0 ? "\n" : "", line);
    }
    return g_strdup(list->len > 0 ? list->str : P_("Aucune pièce : la demande a été reçue seule."));
}

/* --- the page --- */

/* French for whoever checks the page, then the words of whoever takes it home. */
static void
write_sentence(GuichetPen *pen, const char *french)
{
    guichet_pen_paragraph(pen, french);
    guichet_pen_again(pen, french);
}

static void
write_small_fact(GuichetPen *pen, const char *name, const char *value)
{
    g_autofree char *line = g_strdup_printf(P_("%s : %s"), name, value);
    guichet_pen_write(pen, "P", "DejaVu Sans", 11, FALSE, line);
}

/* Where to ask, for whom neither a message nor a call reaches. */
static void
write_place(GuichetPen *pen, const GuichetStationPlace *place)
{
    guichet_pen_heading(pen, P_("Sans courriel ni téléphone"));
    write_sentence(pen, N_("Revenez à ce guichet : la réponse y est affichée."));
    guichet_pen_skip(pen, 3);
    write_small_fact(pen, P_("Où"), place->address != NULL ? place->address : place->name);
    write_small_fact(pen, P_("Quand"),
                     place->hours != NULL ? place->hours : P_("demandez les horaires à l’accueil"));
    if (place->phone != NULL)
        write_small_fact(pen, P_("Téléphone"), place->phone);
    write_small_fact(pen, P_("Apportez"), P_("cette page et une pièce d’identité"));
}

/* The code, and at its right how to follow the request. */
static void
write_code(GuichetPen *pen, const Slip *slip)
{
    GuichetPen beside = guichet_pen_code(pen, slip->qr);
    guichet_pen_heading(&beside, P_("Suivre la demande"));
    write_sentence(&beside,
                   N_("Présentez cette page, ou donnez le numéro de dépôt, à ce guichet ou à un "
                      "autre. Le service vous prévient de la façon que vous avez choisie."));
    write_place(&beside, slip->place);
    guichet_pen_skip(&beside, 6);
    write_sentence(&beside, N_("Le code porte la même attestation, signée par le guichet : elle "
                               "se vérifie sans réseau."));
    guichet_pen_rejoin(pen, slip->qr, &beside);
}

/* Commands, one a line: a test runs them as they are printed. */
static void
write_verification(GuichetPen *pen)
{
    guichet_pen_skip(pen, 4);
    guichet_pen_write(
        pen, "P", "DejaVu Sans", 8, FALSE,
        P_("Pour vérifier : lisez le code, enregistrez son texte exact dans "
           "attestation.txt, et demandez au service le certificat du poste, poste.crt. La "
           "réponse attendue est « Verified OK »."));
    guichet_pen_skip(pen, 2);
    guichet_pen_write(pen, "P", "DejaVu Sans Mono", 7.5, FALSE,
                      "sed '/^sig=/d' attestation.txt > texte\n"
                      "sed -n 's/^sig=//p' attestation.txt | openssl base64 -d -A > signature\n"
                      "openssl x509 -in poste.crt -noout -pubkey > cle.pem\n"
                      "openssl dgst -sha256 -verify cle.pem -signature signature texte");
}

static void
draw_slip(GuichetPen *pen, gconstpointer data)
{
    const Slip *slip = data;
    const GuichetStatement *statement = slip->statement;
    g_autofree char *moment = guichet_page_moment(statement->deposited_us);
    g_autofree char *number =
        g_strdup_printf("%s-%" PRId64, statement->station, statement->sequence);
    g_autofree char *bundle = group_by_four(statement->bundle_sha256);
    guichet_pen_title(pen, P_("Attestation de dépôt"));
    guichet_pen_again(pen, "Attestation de dépôt");
    write_sentence(pen, N_("Cette page prouve que la demande ci-dessous a été déposée, et que "
                           "les pièces de la liste ont été reçues. Gardez-la. Elle ne dit pas "
                           "votre nom."));
    guichet_pen_skip(pen, 9);
    guichet_pen_fact(pen, P_("Démarche"), guichet_procedure_get_title(slip->procedure));
    guichet_pen_again(pen, guichet_procedure_get_title(slip->procedure));
    guichet_pen_fact(pen, P_("Guichet"), slip->place->name);
    guichet_pen_fact(pen, P_("Déposée le"), moment);
    guichet_pen_fact(pen, P_("Numéro de dépôt"), number);
    guichet_pen_heading(pen, P_("Pièces reçues"));
    guichet_pen_paragraph(pen, slip->pieces);
    guichet_pen_heading(pen, P_("Numéro de la liasse scellée"));
    guichet_pen_write(pen, "P", "DejaVu Sans Mono", 10.5, FALSE, bundle);
    guichet_pen_skip(pen, 6);
    write_code(pen, slip);
    write_verification(pen);
}

static gboolean
check_procedure(const GuichetStatement *statement, GuichetProcedure *procedure, GError **error)
{
    if (strcmp(statement->procedure_id, guichet_procedure_get_id(procedure)) == 0 &&
        statement->procedure_revision == guichet_procedure_get_revision(procedure))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                _("L’attestation est celle de la démarche %s, révision %u, pas de %s, révision %u"),
                statement->procedure_id, statement->procedure_revision,
                guichet_procedure_get_id(procedure), guichet_procedure_get_revision(procedure));
    return FALSE;
}

static GBytes *
make_slip(const char *statement_text, GuichetProcedure *procedure, const GuichetStationPlace *place,
          GError **error)
{
    gsize size = strlen(statement_text);
    g_autoptr(GuichetStatement) statement = guichet_statement_parse(statement_text, size, error);
    if (statement == NULL || !check_procedure(statement, procedure, error))
        return NULL;
    g_autofree char *pieces = describe_pieces(procedure, statement, error);
    if (pieces == NULL)
        return NULL;
    g_autoptr(QRcode) qr =
        guichet_page_encode(statement_text, size, statement->bundle_sha256, error);
    if (qr == NULL)
        return NULL;
    const Slip slip = {
        .statement = statement, .procedure = procedure, .place = place, .pieces = pieces, .qr = qr};
    const GuichetPageCard card = {.title = P_("Attestation de dépôt"),
                                  .author = place->name,
                                  .subject = guichet_procedure_get_title(procedure),
                                  .date_us = statement->deposited_us};
    return guichet_page_make(draw_slip, &slip, &card, error);
}

GBytes *
guichet_slip_make(const char *statement_text, GuichetProcedure *procedure,
                  const GuichetStationPlace *place, GError **error)
{
    gboolean before = guichet_language_keep_french(TRUE);
    GBytes *pdf = make_slip(statement_text, procedure, place, error);
    guichet_language_keep_french(before);
    return pdf;
}
