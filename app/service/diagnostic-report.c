/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/digest.h"
#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"
#include "service/diagnostic-private.h"
#include "service/sticks.h"
#include "sync/bundle/cms.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

#define PROFILE "diagnostic/1"
#define MAX_FINDINGS 40
#define MORE "+" /* there are more findings than the code holds */

/* The lines of a code, in their only order. */
enum {
    LINE_PROFILE,
    LINE_STATION,
    LINE_MADE,
    LINE_VERSION,
    LINE_STATE,
    LINE_FINDINGS,
    LINE_REPORT,
    LINE_SIGNATURE,
    N_LINES
};
static const char *const line_keys[N_LINES] = {
    PROFILE, "station=", "date=", "version=", "etat=", "constats=", "rapport=", "sig=",
};
static const char *const state_marks[] = {
    [GUICHET_FINDING_OK] = "",
    [GUICHET_FINDING_ATTENTION] = "?",
    [GUICHET_FINDING_FAULT] = "!",
};

/* --- signing --- */

static gboolean
load_signer(GuichetDesk *self, GuichetKey **key, GuichetCertificate **certificate, GError **error)
{
    const char *root = guichet_station_get_root(self->station);
    g_autofree char *key_path = guichet_station_path(root, "keys/sign.key");
    g_autofree char *certificate_path = guichet_station_path(root, "keys/sign.crt");
    if (!g_file_test(certificate_path, G_FILE_TEST_EXISTS)) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                            _("Ce poste n’est pas enrôlé, il n’a pas de certificat pour signer le "
                              "rapport : « guichetctl --json diagnostic » le donne sans "
                              "signature"));
        return FALSE;
    }
    g_autoptr(GuichetKey) own = guichet_key_load(key_path, error);
    *certificate = own != NULL ? guichet_certificate_load(certificate_path, error) : NULL;
    if (*certificate == NULL)
        return FALSE;
    *key = g_steal_pointer(&own);
    return TRUE;
}

/* The worst first, so that what does not fit is the least. */
static char *
list_findings(const GuichetDiagnostic *diagnostic)
{
    GString *list = g_string_new(NULL);
    guint n = 0;
    for (int state = GUICHET_FINDING_FAULT; state > GUICHET_FINDING_OK; state--)
        for (guint kind = 0; kind < GUICHET_PART_N; kind++) {
            const GuichetPart *part = diagnostic->parts[kind];
            for (guint i = 0; part != NULL && i < part->findings->len; i++) {
                const GuichetFinding *finding = g_ptr_array_index(part->findings, i);
                if ((int)finding->state != state)
                    continue;
                if (n++ >= MAX_FINDINGS)
                    continue;
                g_string_append_printf(list, "%s%s%s", list->len > 0 ? "," : "", finding->reference,
                                       state_marks[state]);
            }
        }
    if (n > MAX_FINDINGS)
        g_string_append(list, "," MORE);
    return g_string_free(list, FALSE);
}

static char *
sign_code(const GuichetDiagnostic *diagnostic, GBytes *file, GuichetKey *key, GError **error)
{
    g_autofree char *made = guichet_time_to_iso8601(diagnostic->made_us);
    g_autofree char *findings = list_findings(diagnostic);
    g_autofree char *sha256 =
        guichet_sha256_hex(g_bytes_get_data(file, NULL), g_bytes_get_size(file));
    g_autoptr(GString) text = g_string_new(PROFILE "\n");
    g_string_append_printf(
        text, "station=%s\ndate=%s\nversion=%s\netat=%s\nconstats=%s\nrapport=%s\n",
        diagnostic->station, made, diagnostic->version,
        guichet_finding_state_name(guichet_diagnostic_get_state(diagnostic)), findings, sha256);
    g_autoptr(GBytes) signature = guichet_key_sign(key, text->str, text->len, error);
    if (signature == NULL)
        return NULL;
    gsize size;
    const guchar *der = g_bytes_get_data(signature, &size);
    g_autofree char *base64 = g_base64_encode(der, size);
    g_string_append_printf(text, "sig=%s\n", base64);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean
guichet_desk_sign_diagnostic(GuichetDesk *self, const GuichetDiagnostic *diagnostic, GBytes **file,
                             char **code, GError **error)
{
    g_autoptr(GuichetKey) key = NULL;
    g_autoptr(GuichetCertificate) certificate = NULL;
    g_autofree char *json = guichet_diagnostic_to_json(diagnostic);
    if (!guichet_desk_may(self, GUICHET_ACTION_MAINTAIN, error) ||
        !load_signer(self, &key, &certificate, error))
        return FALSE;
    g_autoptr(GBytes) signed_ =
        guichet_cms_sign(key, certificate, json, strlen(json), FALSE, error);
    char *text = signed_ != NULL ? sign_code(diagnostic, signed_, key, error) : NULL;
    if (text == NULL)
        return FALSE;
    *file = g_steal_pointer(&signed_);
    *code = text;
    return TRUE;
}

/* --- keeping it --- */

/* "mairie-1-20261122-104207.diagnostic" */
static char *
report_name(GuichetDesk *self)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *stamp = g_date_time_format(now, "%Y%m%d-%H%M%S");
    return g_strdup_printf("%s-%s.diagnostic", guichet_station_get_id(self->station), stamp);
}

static gboolean
write_report(const char *folder, const char *name, GBytes *file, char **path, GError **error)
{
    g_autofree char *whole = g_build_filename(folder, name, NULL);
    if (!guichet_write_file_durably(whole, g_bytes_get_data(file, NULL), g_bytes_get_size(file),
                                    0640, error))
        return FALSE;
    *path = g_steal_pointer(&whole);
    return TRUE;
}

gboolean
guichet_desk_keep_report(GuichetDesk *self, GBytes *file, char **path, char **stick, GError **error)
{
    if (!guichet_desk_may(self, GUICHET_ACTION_MAINTAIN, error))
        return FALSE;
    g_autofree char *name = report_name(self);
    g_autofree char *own = guichet_station_path(guichet_station_get_root(self->station), "reports");
    g_autoptr(GPtrArray) places = guichet_list_stick_places();
    for (guint i = 0; i < places->len; i++) {
        const GuichetStickPlace *place = g_ptr_array_index(places, i);
        /* a stick that is full or pulled is no reason to lose the report */
        if (place->read_only || !write_report(place->path, name, file, path, NULL))
            continue;
        *stick = g_strdup(place->name);
        return TRUE;
    }
    *stick = NULL;
    if (g_mkdir_with_parents(own, 0750) != 0)
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), own);
    return write_report(own, name, file, path, error);
}

/* --- verifying the file --- */

JsonNode *
guichet_diagnostic_verify(GBytes *file, GuichetTrust *trust, gint64 at_us, GError **error)
{
    static const char where[] = "diagnostic";
    g_autoptr(GuichetCertificate) signer = NULL;
    g_autoptr(GBytes) content =
        guichet_cms_verify_encapsulated(file, GUICHET_DIAGNOSTIC_MAX_BYTES, &signer, error);
    if (content == NULL ||
        !guichet_trust_verify(trust, signer, GUICHET_ROLE_STATION_SIGN, at_us, error))
        return NULL;
    g_autoptr(JsonNode) node = guichet_json_parse(g_bytes_get_data(content, NULL),
                                                  g_bytes_get_size(content), where, error);
    JsonObject *object = node != NULL ? json_node_get_object(node) : NULL;
    const char *profile =
        object != NULL ? guichet_json_string(object, "profile", where, error) : NULL;
    const char *station =
        profile != NULL ? guichet_json_string(object, "station", where, error) : NULL;
    if (station == NULL)
        return NULL;
    if (strcmp(profile, PROFILE) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("Signé par un poste, mais ce n’est pas un rapport de diagnostic (%.40s)"),
                    profile);
        return NULL;
    }
    if (strcmp(station, guichet_certificate_get_name(signer)) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("Le rapport parle du poste « %.64s » et est signé par « %.64s » : refusé"),
                    station, guichet_certificate_get_name(signer));
        return NULL;
    }
    return g_steal_pointer(&node);
}

/* --- verifying the code --- */

void
guichet_diagnostic_code_free(GuichetDiagnosticCode *code)
{
    if (code == NULL)
        return;
    g_free(code->station);
    g_free(code->version);
    g_free(code->report);
    g_strfreev(code->findings);
    g_free(code);
}

static gboolean
fail_line(GError **error, guint line)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("Ce n’est pas un code de diagnostic (ligne %u, « %s ») : relisez-le en entier"),
                line + 1, line_keys[line]);
    return FALSE;
}

/* The text as lines, each without its key. The last line feed may be missing: readers drop it. */
static GStrv
split_lines(const char *text, gsize size, GError **error)
{
    if (size > GUICHET_DIAGNOSTIC_CODE_MAX_BYTES ||
        !g_utf8_validate_len(text, (gssize)size, NULL)) {
        fail_line(error, LINE_PROFILE);
        return NULL;
    }
    g_autofree char *copy = g_strndup(text, size > 0 && text[size - 1] == '\n' ? size - 1 : size);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", N_LINES + 1);
    for (guint i = 0; i < N_LINES; i++) {
        if (lines[i] == NULL || !g_str_has_prefix(lines[i], line_keys[i])) {
            fail_line(error, i);
            return NULL;
        }
        memmove(lines[i], lines[i] + strlen(line_keys[i]),
                strlen(lines[i]) - strlen(line_keys[i]) + 1);
    }
    if (lines[N_LINES] != NULL || *lines[LINE_PROFILE] != '\0') {
        fail_line(error, lines[N_LINES] != NULL ? LINE_SIGNATURE : LINE_PROFILE);
        return NULL;
    }
    return g_steal_pointer(&lines);
}

/* "DIAG-SCAN-02!" or "DIAG-CERT-03?"; MORE at the end. */
static gboolean
are_findings(char **findings)
{
    guint n = g_strv_length(findings);
    for (guint i = 0; i < n; i++)
        if (!g_regex_match_simple("^DIAG-[A-Z]{2,5}-[0-9]{2}[!?]$", findings[i], 0, 0) &&
            (i + 1 < n || strcmp(findings[i], MORE) != 0))
            return FALSE;
    return n <= MAX_FINDINGS + 1;
}

static gboolean
read_state(const char *name, GuichetFindingState *state)
{
    for (guint i = 0; i < GUICHET_FINDING_N; i++)
        if (strcmp(name, guichet_finding_state_name(i)) == 0) {
            *state = i;
            return TRUE;
        }
    return FALSE;
}

static GuichetDiagnosticCode *
read_lines(char **lines, GError **error)
{
    g_autoptr(GuichetDiagnosticCode) code = g_new0(GuichetDiagnosticCode, 1);
    int wrong = -1;
    code->findings = g_strsplit(lines[LINE_FINDINGS], ",", MAX_FINDINGS + 2);
    if (!guichet_word_is_identity(lines[LINE_STATION]))
        wrong = LINE_STATION;
    else if (!guichet_time_from_iso8601(lines[LINE_MADE], &code->made_us, NULL))
        wrong = LINE_MADE;
    else if (!guichet_word_is_identity(lines[LINE_VERSION]))
        wrong = LINE_VERSION;
    else if (!read_state(lines[LINE_STATE], &code->state))
        wrong = LINE_STATE;
    else if (!are_findings(code->findings))
        wrong = LINE_FINDINGS;
    else if (!guichet_word_is_sha256(lines[LINE_REPORT]))
        wrong = LINE_REPORT;
    if (wrong >= 0) {
        fail_line(error, (guint)wrong);
        return NULL;
    }
    code->station = g_strdup(lines[LINE_STATION]);
    code->version = g_strdup(lines[LINE_VERSION]);
    code->report = g_strdup(lines[LINE_REPORT]);
    return g_steal_pointer(&code);
}

/* Strict base64: what decodes must encode to the same text again. */
static GBytes *
read_signature(const char *text)
{
    gsize size;
    guchar *der = g_base64_decode(text, &size);
    g_autoptr(GBytes) signature = g_bytes_new_take(der, size);
    g_autofree char *again = g_base64_encode(der, size);
    return size > 0 && strcmp(again, text) == 0 ? g_steal_pointer(&signature) : NULL;
}

GuichetDiagnosticCode *
guichet_diagnostic_verify_code(const char *text, gsize size, GuichetCertificate *certificate,
                               GError **error)
{
    g_auto(GStrv) lines = split_lines(text, size, error);
    g_autoptr(GuichetDiagnosticCode) code = lines != NULL ? read_lines(lines, error) : NULL;
    if (code == NULL)
        return NULL;
    g_autoptr(GBytes) signature = read_signature(lines[LINE_SIGNATURE]);
    if (signature == NULL) {
        fail_line(error, LINE_SIGNATURE);
        return NULL;
    }
    if (strcmp(code->station, guichet_certificate_get_name(certificate)) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("Le code vient du poste « %s » et le certificat est celui de « %.64s » : "
                      "donnez celui de ce poste avec --certificate"),
                    code->station, guichet_certificate_get_name(certificate));
        return NULL;
    }
    const char *line = g_strrstr_len(text, (gssize)size, "\nsig=") + 1;
    if (!guichet_certificate_verify(certificate, text, (gsize)(line - text), signature, error))
        return NULL;
    return g_steal_pointer(&code);
}
