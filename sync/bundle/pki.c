/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/pki.h"

#include <string.h>

#include "sync/bundle/pki-private.h"
#include "sync/bundle/words.h"

#include <glib/gi18n-lib.h>

/* documentSigning (RFC 9336) keeps the signing certificates from being taken for TLS ones */
#define DOCUMENT_SIGNING "1.3.6.1.5.5.7.3.36"

static const GuichetRoleProfile profiles[] = {
    [GUICHET_ROLE_ROOT] = {"root", "critical,CA:TRUE,pathlen:1", "critical,keyCertSign,cRLSign",
                           NULL, KU_KEY_CERT_SIGN, 0},
    [GUICHET_ROLE_STATION_SIGN] = {"station-sign", "critical,CA:FALSE",
                                   "critical,digitalSignature,nonRepudiation", DOCUMENT_SIGNING,
                                   KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION, 0},
    [GUICHET_ROLE_STATION_TLS] = {"station-tls", "critical,CA:FALSE", "critical,digitalSignature",
                                  "clientAuth", KU_DIGITAL_SIGNATURE, XKU_SSL_CLIENT},
    [GUICHET_ROLE_CENTRE_SEAL] = {"centre-seal", "critical,CA:FALSE", "critical,keyAgreement", NULL,
                                  KU_KEY_AGREEMENT, 0},
    [GUICHET_ROLE_CENTRE_RECEIPT] = {"centre-receipt", "critical,CA:FALSE",
                                     "critical,digitalSignature,nonRepudiation", DOCUMENT_SIGNING,
                                     KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION, 0},
    [GUICHET_ROLE_CENTRE_TLS] = {"centre-tls", "critical,CA:FALSE", "critical,digitalSignature",
                                 "serverAuth", KU_DIGITAL_SIGNATURE, XKU_SSL_SERVER},
};

const GuichetRoleProfile *
guichet_role_profile(GuichetRole role)
{
    g_return_val_if_fail((gsize)role < G_N_ELEMENTS(profiles), NULL);
    return &profiles[role];
}

const char *
guichet_role_name(GuichetRole role)
{
    return guichet_role_profile(role)->unit;
}

gboolean
guichet_role_from_unit(const char *unit, GuichetRole *role)
{
    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        if (strcmp(unit, profiles[i].unit) == 0) {
            *role = (GuichetRole)i;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
is_plain_text(const char *text)
{
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        if (!g_unichar_isprint(g_utf8_get_char(p)))
            return FALSE;
    return TRUE;
}

gboolean
guichet_role_check_name(GuichetRole role, const char *name, GError **error)
{
    gboolean is_station = role == GUICHET_ROLE_STATION_SIGN || role == GUICHET_ROLE_STATION_TLS;
    if (is_station ? guichet_word_is_identity(name)
                   : g_utf8_validate(name, -1, NULL) && *name != '\0' &&
                         g_utf8_strlen(name, -1) <= ub_common_name && is_plain_text(name))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                is_station
                    ? _("« %.80s » ne peut pas nommer un poste : 1 à 64 lettres sans accent, "
                        "chiffres, points ou tirets")
                    : _("« %.80s » ne peut pas nommer un certificat : 1 à 64 caractères "
                        "imprimables"),
                g_utf8_validate(name, -1, NULL) ? name : "?");
    return FALSE;
}

char *
guichet_x509_name_get(const X509_NAME *name, int nid)
{
    int at = X509_NAME_get_index_by_NID((X509_NAME *)name, nid, -1);
    if (at < 0 || X509_NAME_get_index_by_NID((X509_NAME *)name, nid, at) >= 0)
        return NULL;
    unsigned char *utf8 = NULL;
    int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0)
        return NULL;
    g_autofree char *text = g_strndup((const char *)utf8, (gsize)size);
    OPENSSL_free(utf8);
    if (strlen(text) != (gsize)size || !g_utf8_validate(text, size, NULL) || !is_plain_text(text))
        return NULL;
    return g_steal_pointer(&text);
}

gboolean
guichet_x509_name_fill(X509_NAME *name, GuichetRole role, const char *common_name, GError **error)
{
    const struct {
        int nid;
        const char *value;
    } parts[] = {
        {NID_organizationName, GUICHET_PKI_ORGANISATION},
        {NID_organizationalUnitName, guichet_role_name(role)},
        {NID_commonName, common_name},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        if (X509_NAME_add_entry_by_NID(name, parts[i].nid, MBSTRING_UTF8,
                                       (const unsigned char *)parts[i].value, -1, -1, 0) != 1)
            return guichet_openssl_fail(error, GUICHET_ERROR_CRYPTO,
                                        _("Le nom du certificat n’a pas pu être écrit"));
    return TRUE;
}

gboolean
guichet_pkey_is_p256(const EVP_PKEY *pkey)
{
    char group[32];
    gsize size = 0;
    return pkey != NULL && EVP_PKEY_is_a(pkey, "EC") == 1 &&
           EVP_PKEY_get_group_name(pkey, group, sizeof group, &size) == 1 &&
           strcmp(group, SN_X9_62_prime256v1) == 0;
}

gboolean
guichet_openssl_fail(GError **error, GuichetErrorCode code, const char *what)
{
    unsigned long last = ERR_peek_last_error();
    const char *reason = last != 0 ? ERR_reason_error_string(last) : NULL;
    g_set_error(error, GUICHET_ERROR, (int)code, "%s : %s", what,
                reason != NULL ? reason : _("cause inconnue d’OpenSSL"));
    ERR_clear_error();
    return FALSE;
}
