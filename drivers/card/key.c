/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/card/pkcs11.h"

#include <string.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

#define MAX_KEYS 64
#define SECRET_BYTES 32

/* ecParameters as a named curve: OID 1.2.840.10045.3.1.7 (RFC 5480, 2.1.1.1) */
static const CK_BYTE p256[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};

/* Objects that match; at most @max, the number found. */
static CK_ULONG
find(GuichetToken *self, CK_ATTRIBUTE *template, CK_ULONG size, CK_OBJECT_HANDLE *objects,
     CK_ULONG max)
{
    CK_ULONG n = 0;
    if (self->calls->C_FindObjectsInit(self->session, template, size) != CKR_OK)
        return 0;
    CK_RV value = self->calls->C_FindObjects(self->session, objects, max, &n);
    self->calls->C_FindObjectsFinal(self->session);
    return value == CKR_OK ? MIN(n, max) : 0;
}

/* NULL when the object has no such attribute, or one larger than @max. */
static GBytes *
read_attribute(GuichetToken *self, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, gsize max)
{
    CK_ATTRIBUTE attribute = {type, NULL, 0};
    CK_FUNCTION_LIST_PTR calls = self->calls;
    if (calls->C_GetAttributeValue(self->session, object, &attribute, 1) != CKR_OK ||
        attribute.ulValueLen == 0 || attribute.ulValueLen > max)
        return NULL;
    g_autofree guint8 *bytes = g_malloc0(attribute.ulValueLen);
    attribute.pValue = bytes;
    if (calls->C_GetAttributeValue(self->session, object, &attribute, 1) != CKR_OK)
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&bytes), attribute.ulValueLen);
}

static gboolean
has(GuichetToken *self, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
    g_autoptr(GBytes) value = read_attribute(self, object, type, sizeof(CK_BBOOL));
    return value != NULL && *(const CK_BBOOL *)g_bytes_get_data(value, NULL) == CK_TRUE;
}

/* A key that can leave its card proves nothing about it. */
static gboolean
is_usable(GuichetToken *self, CK_OBJECT_HANDLE key)
{
    g_autoptr(GBytes) curve = read_attribute(self, key, CKA_EC_PARAMS, sizeof p256);
    return curve != NULL && g_bytes_get_size(curve) == sizeof p256 &&
           memcmp(g_bytes_get_data(curve, NULL), p256, sizeof p256) == 0 &&
           has(self, key, CKA_DERIVE) && has(self, key, CKA_SENSITIVE) &&
           !has(self, key, CKA_EXTRACTABLE);
}

gboolean
guichet_token_find_key(GuichetToken *self, GBytes **id, CK_OBJECT_HANDLE *key, GError **error)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_KEY_TYPE type = CKK_EC;
    gsize size;
    const void *wanted = g_bytes_get_data(*id, &size);
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class},
                               {CKA_KEY_TYPE, &type, sizeof type},
                               {CKA_ID, (void *)wanted, size}};
    CK_OBJECT_HANDLE keys[MAX_KEYS];
    CK_ULONG n = find(self, template, size > 0 ? 3 : 2, keys, MAX_KEYS);
    for (CK_ULONG i = 0; i < n; i++) {
        GBytes *found = is_usable(self, keys[i])
                            ? read_attribute(self, keys[i], CKA_ID, GUICHET_CARD_MAX_KEY_ID)
                            : NULL;
        if (found == NULL)
            continue;
        g_bytes_unref(*id);
        *id = found;
        *key = keys[i];
        return TRUE;
    }
    if (n > 0)
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                            _("aucune clé de cette carte ne convient ; il faut une clé P-256 qui "
                              "ne peut pas sortir de la carte et sert à l’accord de clés (ECDH)"));
    else
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                            _("la carte n’a pas la clé attendue ; est-ce la bonne carte ? Sinon un "
                              "collègue peut ajouter l’agent de nouveau"));
    return FALSE;
}

/* --- the agent's secret --- */

static CK_RV
derive(GuichetToken *self, CK_OBJECT_HANDLE key, const void *point, gsize size,
       CK_OBJECT_HANDLE *derived)
{
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ULONG length = SECRET_BYTES;
    CK_ECDH1_DERIVE_PARAMS parameters = {
        .kdf = CKD_NULL, .ulPublicDataLen = size, .pPublicData = (CK_BYTE_PTR)point};
    CK_MECHANISM mechanism = {CKM_ECDH1_DERIVE, &parameters, sizeof parameters};
    CK_ATTRIBUTE template[] = {
        {CKA_CLASS, &class, sizeof class},       {CKA_KEY_TYPE, &type, sizeof type},
        {CKA_VALUE_LEN, &length, sizeof length}, {CKA_TOKEN, &no, sizeof no},
        {CKA_SENSITIVE, &no, sizeof no},         {CKA_EXTRACTABLE, &yes, sizeof yes},
    };
    return self->calls->C_DeriveKey(self->session, &mechanism, key, template,
                                    G_N_ELEMENTS(template), derived);
}

/* PKCS#11 2.40 takes the point as it is; some modules want it as a DER OCTET STRING. */
static CK_RV
derive_either_way(GuichetToken *self, CK_OBJECT_HANDLE key, GBytes *point,
                  CK_OBJECT_HANDLE *derived)
{
    guint8 der[2 + GUICHET_CARD_POINT_SIZE] = {0x04, GUICHET_CARD_POINT_SIZE};
    const void *raw = g_bytes_get_data(point, NULL);
    CK_RV value = derive(self, key, raw, GUICHET_CARD_POINT_SIZE, derived);
    if (value != CKR_MECHANISM_PARAM_INVALID && value != CKR_ARGUMENTS_BAD)
        return value;
    memcpy(der + 2, raw, GUICHET_CARD_POINT_SIZE);
    return derive(self, key, der, sizeof der, derived);
}

GuichetSecret *
guichet_token_derive(GuichetToken *self, CK_OBJECT_HANDLE key, GBytes *point, GError **error)
{
    CK_OBJECT_HANDLE derived = 0;
    guint8 bytes[SECRET_BYTES];
    CK_RV value = derive_either_way(self, key, point, &derived);
    if (value != CKR_OK) {
        guichet_token_fail(value, _("Accord de clés"), error);
        return NULL;
    }
    CK_ATTRIBUTE attribute = {CKA_VALUE, bytes, sizeof bytes};
    value = self->calls->C_GetAttributeValue(self->session, derived, &attribute, 1);
    self->calls->C_DestroyObject(self->session, derived);
    if (value == CKR_OK && attribute.ulValueLen != sizeof bytes)
        value = CKR_GENERAL_ERROR;
    GuichetSecret *secret = value == CKR_OK ? guichet_secret_new(bytes, sizeof bytes) : NULL;
    explicit_bzero(bytes, sizeof bytes);
    if (secret == NULL)
        guichet_token_fail(value, _("Accord de clés"), error);
    return secret;
}

GBytes *
guichet_token_read_certificate(GuichetToken *self, GBytes *id)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    gsize size;
    const void *wanted = g_bytes_get_data(id, &size);
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class}, {CKA_ID, (void *)wanted, size}};
    CK_OBJECT_HANDLE certificate;
    return find(self, template, G_N_ELEMENTS(template), &certificate, 1) == 1
               ? read_attribute(self, certificate, CKA_VALUE, GUICHET_CARD_MAX_CERTIFICATE)
               : NULL;
}
