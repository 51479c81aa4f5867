/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/card/pkcs11.h"

#include <dlfcn.h>
#include <string.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

#define MAX_SLOTS 64

/* --- errors --- */

static const struct {
    CK_RV value;
    GuichetErrorCode code;
    const char *sentence;
} translations[] = {
    {CKR_PIN_INCORRECT, GUICHET_ERROR_DENIED, N_("le code est faux")},
    {CKR_PIN_INVALID, GUICHET_ERROR_DENIED, N_("le code contient un signe que la carte refuse")},
    {CKR_PIN_LEN_RANGE, GUICHET_ERROR_DENIED, N_("le code est trop court ou trop long")},
    {CKR_PIN_LOCKED, GUICHET_ERROR_DENIED,
     N_("la carte est bloquée ; faites-la débloquer par son émetteur, un collègue peut reprendre "
        "les brouillons")},
    {CKR_PIN_EXPIRED, GUICHET_ERROR_DENIED,
     N_("le code doit être changé ; changez-le avec l’outil de l’émetteur")},
    {CKR_USER_PIN_NOT_INITIALIZED, GUICHET_ERROR_STATE,
     N_("la carte n’a pas encore de code ; activez-la avec l’outil de l’émetteur")},
    {CKR_TOKEN_NOT_PRESENT, GUICHET_ERROR_DEVICE_GONE, N_("la carte n’est plus là")},
    {CKR_TOKEN_NOT_RECOGNIZED, GUICHET_ERROR_DEVICE_GONE,
     N_("la carte n’est pas reconnue ; remettez-la, puce vers l’avant")},
    {CKR_DEVICE_REMOVED, GUICHET_ERROR_DEVICE_GONE, N_("la carte a été retirée")},
    {CKR_SESSION_HANDLE_INVALID, GUICHET_ERROR_DEVICE_GONE, N_("la carte a été retirée")},
    {CKR_SLOT_ID_INVALID, GUICHET_ERROR_DEVICE_GONE,
     N_("le lecteur de cartes n’est plus là ; rebranchez-le")},
    {CKR_FUNCTION_CANCELED, GUICHET_ERROR_CANCELLED, N_("la saisie du code est annulée")},
    {CKR_MECHANISM_INVALID, GUICHET_ERROR_UNSUPPORTED,
     N_("la carte ne sait pas faire l’accord de clés ECDH ; il en faut une avec une clé P-256")},
    {CKR_KEY_FUNCTION_NOT_PERMITTED, GUICHET_ERROR_UNSUPPORTED,
     N_("la clé de la carte n’a pas le droit de faire un accord de clés")},
};

gboolean
guichet_token_fail(CK_RV value, const char *what, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(translations); i++)
        if (translations[i].value == value) {
            g_set_error(error, GUICHET_ERROR, (int)translations[i].code, "%s%s%s",
                        what != NULL ? what : "", what != NULL ? " : " : "",
                        _(translations[i].sentence));
            return FALSE;
        }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("%s : le module de la carte répond par l’erreur 0x%lx ; retirez la carte, "
                  "remettez-la, réessayez"),
                what != NULL ? what : _("Carte"), value);
    return FALSE;
}

char *
guichet_token_text(const CK_UTF8CHAR *text, gsize size)
{
    g_autofree char *valid = g_utf8_make_valid((const char *)text, (gssize)size);
    return g_strdup(g_strchomp(valid));
}

/* --- the module --- */

static gboolean
load(GuichetToken *self, const char *path, GError **error)
{
    self->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList list = NULL;
    if (self->library != NULL)
        *(void **)&list = dlsym(self->library, "C_GetFunctionList");
    if (list != NULL && list(&self->calls) == CKR_OK && self->calls != NULL)
        return TRUE;
    const char *reason = list == NULL ? dlerror() : NULL;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_UNSUPPORTED,
                _("%s n’est pas un module de carte utilisable (%s) ; vérifiez policy/session.json "
                  "et le paquet du module"),
                path, reason != NULL ? reason : "C_GetFunctionList");
    return FALSE;
}

static gboolean
initialize(GuichetToken *self, GError **error)
{
    CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
    CK_RV value = self->calls->C_Initialize(&arguments);
    if (value == CKR_CANT_LOCK)
        value = self->calls->C_Initialize(NULL);
    self->initialized = value == CKR_OK;
    return self->initialized || guichet_token_fail(value, _("Démarrage du module"), error);
}

void
guichet_token_close(GuichetToken *self)
{
    if (self->session != 0)
        self->calls->C_CloseSession(self->session);
    if (self->initialized)
        self->calls->C_Finalize(NULL);
    if (self->library != NULL)
        dlclose(self->library);
    *self = (GuichetToken){0};
}

/* --- the token --- */

static gboolean
is_wanted(const CK_TOKEN_INFO *info, const GuichetCardRef *ref)
{
    g_autofree char *label = guichet_token_text(info->label, sizeof info->label);
    g_autofree char *serial = guichet_token_text(info->serialNumber, sizeof info->serialNumber);
    if (*ref->serial != '\0')
        return strcmp(serial, ref->serial) == 0;
    return (info->flags & CKF_TOKEN_INITIALIZED) != 0 &&
           (*ref->label == '\0' || strcmp(label, ref->label) == 0);
}

static gboolean
refuse_others(const GuichetCardRef *ref, const char *others, guint found, GError **error)
{
    const char *name = *ref->label != '\0' ? ref->label : ref->serial;
    if (found > 1)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                    _("plusieurs cartes sont insérées (%s) ; laissez-en une, ou nommez-la : "
                      "MODULE:JETON"),
                    others);
    else if (*others == '\0')
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                            _("aucune carte n’est insérée ; insérez la vôtre dans le lecteur"));
    else
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                    _("la carte insérée (%s) n’est pas celle qui est attendue (%s) ; changez de "
                      "carte, ou de nom d’agent"),
                    others, name);
    return FALSE;
}

static gboolean
find_token(GuichetToken *self, const GuichetCardRef *ref, GError **error)
{
    CK_SLOT_ID slots[MAX_SLOTS];
    CK_ULONG n = MAX_SLOTS;
    guint found = 0;
    CK_RV value = self->calls->C_GetSlotList(CK_TRUE, slots, &n);
    if (value != CKR_OK)
        return guichet_token_fail(value, _("Lecteurs de cartes"), error);
    g_autoptr(GString) seen = g_string_new(NULL);
    for (CK_ULONG i = 0; i < MIN(n, MAX_SLOTS); i++) {
        CK_TOKEN_INFO info = {0};
        if (self->calls->C_GetTokenInfo(slots[i], &info) != CKR_OK ||
            (info.flags & CKF_TOKEN_INITIALIZED) == 0)
            continue;
        g_autofree char *label = guichet_token_text(info.label, sizeof info.label);
        g_string_append_printf(seen, "%s%s", seen->len > 0 ? ", " : "", label);
        if (!is_wanted(&info, ref))
            continue;
        found++;
        self->slot = slots[i];
        self->token = info;
    }
    return found == 1 || refuse_others(ref, seen->str, found, error);
}

static gboolean
open_session(GuichetToken *self, GError **error)
{
    CK_RV value =
        self->calls->C_OpenSession(self->slot, CKF_SERIAL_SESSION, NULL, NULL, &self->session);
    return value == CKR_OK || guichet_token_fail(value, _("Ouverture de la carte"), error);
}

gboolean
guichet_token_open(GuichetToken *self, const GuichetCardRef *ref, GError **error)
{
    return load(self, ref->module, error) && initialize(self, error) &&
           find_token(self, ref, error) && open_session(self, error);
}

gboolean
guichet_token_check_present(GuichetToken *self, GError **error)
{
    CK_SLOT_INFO slot = {0};
    CK_TOKEN_INFO token = {0};
    CK_SESSION_INFO session = {0};
    CK_RV value = self->calls->C_GetSlotInfo(self->slot, &slot);
    if (value == CKR_OK && (slot.flags & CKF_TOKEN_PRESENT) == 0)
        value = CKR_DEVICE_REMOVED;
    if (value == CKR_OK)
        value = self->calls->C_GetTokenInfo(self->slot, &token);
    if (value == CKR_OK &&
        memcmp(token.serialNumber, self->token.serialNumber, sizeof token.serialNumber) != 0)
        value = CKR_DEVICE_REMOVED;
    /* a card that was taken out and put back has lost our session */
    if (value == CKR_OK)
        value = self->calls->C_GetSessionInfo(self->session, &session);
    return value == CKR_OK || guichet_token_fail(value, NULL, error);
}

/* --- the code --- */

gboolean
guichet_token_check_pin(GuichetToken *self, gboolean last_try, GError **error)
{
    if ((self->token.flags & CKF_USER_PIN_LOCKED) != 0)
        return guichet_token_fail(CKR_PIN_LOCKED, _("Code"), error);
    if ((self->token.flags & CKF_USER_PIN_FINAL_TRY) == 0 || last_try)
        return TRUE;
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                        _("il ne reste qu’un essai avant que la carte se bloque ; le code n’a pas "
                          "été essayé : retapez-le si vous en êtes sûr"));
    return FALSE;
}

/* What the card says of the tries that are left, once one was lost. */
static const char *
tell_tries(GuichetToken *self)
{
    if (self->calls->C_GetTokenInfo(self->slot, &self->token) != CKR_OK)
        return NULL;
    if ((self->token.flags & CKF_USER_PIN_LOCKED) != 0)
        return _("la carte est maintenant bloquée ; faites-la débloquer par son émetteur, un "
                 "collègue peut reprendre les brouillons");
    if ((self->token.flags & CKF_USER_PIN_FINAL_TRY) != 0)
        return _("il ne reste qu’un essai avant que la carte se bloque");
    if ((self->token.flags & CKF_USER_PIN_COUNT_LOW) != 0)
        return _("il reste peu d’essais avant que la carte se bloque");
    return NULL;
}

gboolean
guichet_token_login(GuichetToken *self, GuichetSecret *pin, GError **error)
{
    gboolean own_keys = (self->token.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
    CK_ULONG size = guichet_secret_size(pin);
    CK_UTF8CHAR_PTR code = (CK_UTF8CHAR_PTR)guichet_secret_bytes(pin);
    if (size == 0 && !own_keys)
        return guichet_token_fail(CKR_PIN_LEN_RANGE, _("Code"), error);
    CK_RV value = self->calls->C_Login(self->session, CKU_USER, size > 0 ? code : NULL, size);
    if (value == CKR_OK || value == CKR_USER_ALREADY_LOGGED_IN)
        return TRUE;
    const char *tries = value == CKR_PIN_INCORRECT ? tell_tries(self) : NULL;
    guichet_token_fail(value, _("Code"), error);
    if (tries != NULL) {
        g_autofree char *message = g_strdup_printf("%s ; %s", (*error)->message, tries);
        g_clear_error(error);
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DENIED, message);
    }
    return FALSE;
}
