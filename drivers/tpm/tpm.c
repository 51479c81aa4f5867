/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/tpm/tpm.h"

#include <string.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_tctildr.h>

#include "core/error.h"

#include <glib/gi18n-lib.h>

#define MAGIC "guichet-tpm/1\n"
#define FIRST_COUNTER 0x01804700u
#define LAST_COUNTER 0x018047ffu
#define COUNTER_BYTES 8
#define BOOT_PCR 7
#define TCTI_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

struct _GuichetTpm {
    char *tcti_name;
    TSS2_TCTI_CONTEXT *tcti;
    ESYS_CONTEXT *esys;
};

/* tpm2-tss writes to stderr, and at "trace" the very bytes that we send; it reads this variable
 * at its first word. Set before main(), while there is one thread. */
__attribute__((constructor)) static void
silence_library(void)
{
    g_setenv("TSS2_LOG", "all+none", TRUE);
}

static const TPM2B_SENSITIVE_CREATE no_sensitive;
static const TPM2B_DATA no_data;
static const TPML_PCR_SELECTION no_pcr;
static const TPML_PCR_SELECTION boot_pcr = {
    .count = 1,
    .pcrSelections = {{TPM2_ALG_SHA256, 3, {1 << BOOT_PCR, 0, 0}}},
};
static const TPMT_SYM_DEF session_cipher = {
    .algorithm = TPM2_ALG_AES, .keyBits = {.aes = 128}, .mode = {.aes = TPM2_ALG_CFB}};

/* TCG EK Credential Profile's storage template for P-256, in the owner hierarchy. */
static const TPM2B_PUBLIC storage_key = {
    .publicArea =
        {
            .type = TPM2_ALG_ECC,
            .nameAlg = TPM2_ALG_SHA256,
            .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                                TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH |
                                TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT | TPMA_OBJECT_NODA,
            .parameters.eccDetail =
                {
                    .symmetric = {TPM2_ALG_AES, {.aes = 128}, {.aes = TPM2_ALG_CFB}},
                    .scheme = {.scheme = TPM2_ALG_NULL},
                    .curveID = TPM2_ECC_NIST_P256,
                    .kdf = {.scheme = TPM2_ALG_NULL},
                },
        },
};

/* --- errors --- */

static const struct {
    TSS2_RC code;
    GuichetErrorCode ours;
    const char *message;
} failures[] = {
    {TPM2_RC_INTEGRITY, GUICHET_ERROR_MISMATCH,
     N_("le secret du poste a été scellé par un autre TPM, ou abîmé ; ce disque n’ouvre rien sur "
        "cette machine : remettez-le dans la sienne, ou recréez le poste")},
    {TPM2_RC_POLICY_FAIL, GUICHET_ERROR_DENIED,
     N_("le TPM refuse : le démarrage sécurisé de la machine a changé (PCR 7) ; rétablissez-le, "
        "ou recréez le poste")},
    {TPM2_RC_BAD_AUTH, GUICHET_ERROR_DENIED,
     N_("le TPM demande un mot de passe de propriétaire ; retirez-le (tpm2_changeauth -c owner)")},
    {TPM2_RC_AUTH_FAIL, GUICHET_ERROR_DENIED,
     N_("le TPM demande un mot de passe de propriétaire ; retirez-le (tpm2_changeauth -c owner)")},
    {TPM2_RC_LOCKOUT, GUICHET_ERROR_DENIED,
     N_("le TPM est verrouillé après trop d’essais ; attendez, ou tpm2_dictionarylockout")},
    {TPM2_RC_HANDLE, GUICHET_ERROR_NOT_FOUND,
     N_("le compteur du poste n’est plus dans le TPM : il a été vidé ou remplacé ; conservez la "
        "base et prévenez le responsable")},
    {TPM2_RC_NV_SPACE, GUICHET_ERROR_FULL,
     N_("le TPM n’a plus de place ; retirez ce qui n’y sert plus (tpm2_nvreadpublic)")},
    {TPM2_RC_OBJECT_MEMORY, GUICHET_ERROR_BUSY,
     N_("le TPM est occupé par d’autres programmes ; utilisez /dev/tpmrm0")},
    {TPM2_RC_SESSION_MEMORY, GUICHET_ERROR_BUSY,
     N_("le TPM est occupé par d’autres programmes ; utilisez /dev/tpmrm0")},
    {TPM2_RC_INITIALIZE, GUICHET_ERROR_DEVICE,
     N_("le TPM n’est pas démarré ; redémarrez la machine")},
};

/* Without the number of the handle, parameter or session at which it happened. */
static TSS2_RC
bare_code(TSS2_RC code)
{
    if ((code & TSS2_RC_LAYER_MASK) != 0)
        return code;
    return (code & TPM2_RC_FMT1) != 0 ? code & (TPM2_RC_FMT1 | 0x3f) : code;
}

static gboolean
fail(GuichetTpm *self, TSS2_RC code, const char *what, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(failures); i++)
        if (bare_code(code) == failures[i].code) {
            g_set_error(error, GUICHET_ERROR, (int)failures[i].ours, "%s : %s", what,
                        _(failures[i].message));
            return FALSE;
        }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("%s : le TPM « %s » a répondu 0x%x ; vérifiez qu’il est activé, puis redémarrez "
                  "la machine"),
                what, self->tcti_name, code);
    return FALSE;
}

/* --- opening --- */

static gboolean
check_name(const char *tcti, GError **error)
{
    gsize letters = strspn(tcti, TCTI_LETTERS);
    if (letters > 0 && (tcti[letters] == ':' || tcti[letters] == '\0'))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("« %.80s » ne dit pas où est le TPM ; par exemple « device:/dev/tpmrm0 »"), tcti);
    return FALSE;
}

GuichetTpm *
guichet_tpm_open(const char *tcti, GError **error)
{
    if (!check_name(tcti, error))
        return NULL;
    g_autoptr(GuichetTpm) self = g_new0(GuichetTpm, 1);
    self->tcti_name = g_strdup(tcti);
    if (Tss2_TctiLdr_Initialize(tcti, &self->tcti) == TSS2_RC_SUCCESS &&
        Esys_Initialize(&self->esys, self->tcti, NULL) == TSS2_RC_SUCCESS)
        return g_steal_pointer(&self);
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("le TPM « %s » ne répond pas ; vérifiez qu’il est activé et que ce compte y a "
                  "accès (groupe tss)"),
                tcti);
    return NULL;
}

void
guichet_tpm_free(GuichetTpm *self)
{
    if (self == NULL)
        return;
    if (self->esys != NULL)
        Esys_Finalize(&self->esys);
    if (self->tcti != NULL)
        Tss2_TctiLdr_Finalize(&self->tcti);
    g_free(self->tcti_name);
    g_free(self);
}

/* --- objects inside the chip, which has room for three: each is flushed at its scope's end --- */

typedef struct {
    GuichetTpm *tpm;
    ESYS_TR handle;
} Loaded;

static void
loaded_flush(Loaded *self)
{
    if (self->handle != ESYS_TR_NONE)
        Esys_FlushContext(self->tpm->esys, self->handle);
    self->handle = ESYS_TR_NONE;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Loaded, loaded_flush)

static TSS2_RC
make_storage_key(GuichetTpm *self, Loaded *key)
{
    return Esys_CreatePrimary(self->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                              ESYS_TR_NONE, &no_sensitive, &storage_key, &no_data, &no_pcr,
                              &key->handle, NULL, NULL, NULL, NULL);
}

/* Salted with the storage key, so that a listener on the bus learns nothing. */
static TSS2_RC
start_session(GuichetTpm *self, const Loaded *key, TPM2_SE kind, Loaded *session)
{
    const TPMA_SESSION used =
        TPMA_SESSION_CONTINUESESSION | TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT;
    TSS2_RC code = Esys_StartAuthSession(self->esys, key->handle, ESYS_TR_NONE, ESYS_TR_NONE,
                                         ESYS_TR_NONE, ESYS_TR_NONE, NULL, kind, &session_cipher,
                                         TPM2_ALG_SHA256, &session->handle);
    return code == TSS2_RC_SUCCESS && kind != TPM2_SE_TRIAL
               ? Esys_TRSess_SetAttributes(self->esys, session->handle, used, used)
               : code;
}

static TSS2_RC
require_boot_pcr(GuichetTpm *self, const Loaded *session)
{
    static const TPM2B_DIGEST as_it_is_now; /* empty: the TPM takes its own */
    return Esys_PolicyPCR(self->esys, session->handle, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                          &as_it_is_now, &boot_pcr);
}

static TSS2_RC
compute_boot_policy(GuichetTpm *self, const Loaded *key, TPM2B_DIGEST *policy)
{
    g_auto(Loaded) trial = {self, ESYS_TR_NONE};
    TPM2B_DIGEST *digest = NULL;
    TSS2_RC code = start_session(self, key, TPM2_SE_TRIAL, &trial);
    if (code == TSS2_RC_SUCCESS)
        code = require_boot_pcr(self, &trial);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_PolicyGetDigest(self->esys, trial.handle, ESYS_TR_NONE, ESYS_TR_NONE,
                                    ESYS_TR_NONE, &digest);
    if (code == TSS2_RC_SUCCESS)
        *policy = *digest;
    Esys_Free(digest);
    return code;
}

/* --- sealing --- */

static GBytes *
marshal(const TPM2B_PUBLIC *public_part, const TPM2B_PRIVATE *private_part)
{
    guint8 bytes[GUICHET_TPM_SEALED_MAX];
    gsize size = sizeof MAGIC - 1;
    memcpy(bytes, MAGIC, size);
    if (Tss2_MU_TPM2B_PUBLIC_Marshal(public_part, bytes, sizeof bytes, &size) != TSS2_RC_SUCCESS ||
        Tss2_MU_TPM2B_PRIVATE_Marshal(private_part, bytes, sizeof bytes, &size) != TSS2_RC_SUCCESS)
        return NULL;
    return g_bytes_new(bytes, size);
}

static TSS2_RC
create_sealed(GuichetTpm *self, GuichetSecret *secret, gboolean boot_bound, GBytes **sealed)
{
    g_auto(Loaded) key = {self, ESYS_TR_NONE};
    g_auto(Loaded) session = {self, ESYS_TR_NONE};
    TPM2B_PUBLIC *public_part = NULL;
    TPM2B_PRIVATE *private_part = NULL;
    TPM2B_SENSITIVE_CREATE sensitive = {0};
    TPM2B_PUBLIC template = {
        .publicArea = {.type = TPM2_ALG_KEYEDHASH,
                       .nameAlg = TPM2_ALG_SHA256,
                       .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                                           TPMA_OBJECT_NODA |
                                           (boot_bound ? 0 : TPMA_OBJECT_USERWITHAUTH),
                       .parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL}};
    sensitive.sensitive.data.size = (UINT16)guichet_secret_size(secret);
    memcpy(sensitive.sensitive.data.buffer, guichet_secret_bytes(secret),
           guichet_secret_size(secret));
    TSS2_RC code = make_storage_key(self, &key);
    if (code == TSS2_RC_SUCCESS && boot_bound)
        code = compute_boot_policy(self, &key, &template.publicArea.authPolicy);
    if (code == TSS2_RC_SUCCESS)
        code = start_session(self, &key, TPM2_SE_HMAC, &session);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_Create(self->esys, key.handle, session.handle, ESYS_TR_NONE, ESYS_TR_NONE,
                           &sensitive, &template, &no_data, &no_pcr, &private_part, &public_part,
                           NULL, NULL, NULL);
    explicit_bzero(&sensitive, sizeof sensitive);
    if (code == TSS2_RC_SUCCESS)
        *sealed = marshal(public_part, private_part);
    Esys_Free(public_part);
    Esys_Free(private_part);
    return code;
}

GBytes *
guichet_tpm_seal(GuichetTpm *self, GuichetSecret *secret, gboolean boot_bound, GError **error)
{
    g_assert(guichet_secret_size(secret) >= 1 &&
             guichet_secret_size(secret) <= GUICHET_TPM_SECRET_MAX);
    GBytes *sealed = NULL;
    TSS2_RC code = create_sealed(self, secret, boot_bound, &sealed);
    if (sealed == NULL)
        fail(self, code, _("Scellement du secret"), error);
    return sealed;
}

/* --- unsealing --- */

/* The library does not look at every length, so what it understood must be what stands there. */
static gboolean
unmarshal(GBytes *sealed, TPM2B_PUBLIC *public_part, TPM2B_PRIVATE *private_part, GError **error)
{
    gsize size, offset = sizeof MAGIC - 1;
    const guint8 *bytes = g_bytes_get_data(sealed, &size);
    if (size <= GUICHET_TPM_SEALED_MAX && size > offset && memcmp(bytes, MAGIC, offset) == 0 &&
        Tss2_MU_TPM2B_PUBLIC_Unmarshal(bytes, size, &offset, public_part) == TSS2_RC_SUCCESS &&
        Tss2_MU_TPM2B_PRIVATE_Unmarshal(bytes, size, &offset, private_part) == TSS2_RC_SUCCESS &&
        offset == size) {
        g_autoptr(GBytes) again = marshal(public_part, private_part);
        if (again != NULL && g_bytes_equal(again, sealed))
            return TRUE;
    }
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("le secret scellé du poste est abîmé ; remettez keys/station.tpm depuis la "
                  "sauvegarde du poste"));
    return FALSE;
}

/* Opens with the session that the object demands: an object for which no password is taken was
 * bound to the boot. Its attributes are part of what the TPM checks when it loads it. */
static TSS2_RC
unseal_loaded(GuichetTpm *self, const Loaded *key, const Loaded *object, gboolean boot_bound,
              GuichetSecret **secret)
{
    g_auto(Loaded) session = {self, ESYS_TR_NONE};
    TPM2B_SENSITIVE_DATA *data = NULL;
    TSS2_RC code = start_session(self, key, boot_bound ? TPM2_SE_POLICY : TPM2_SE_HMAC, &session);
    if (code == TSS2_RC_SUCCESS && boot_bound)
        code = require_boot_pcr(self, &session);
    if (code == TSS2_RC_SUCCESS)
        /* the command has no parameter that could be encrypted, only its answer */
        code = Esys_TRSess_SetAttributes(self->esys, session.handle, 0, TPMA_SESSION_DECRYPT);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_Unseal(self->esys, object->handle, session.handle, ESYS_TR_NONE, ESYS_TR_NONE,
                           &data);
    if (code == TSS2_RC_SUCCESS) {
        *secret = guichet_secret_new(data->buffer, data->size);
        explicit_bzero(data, sizeof *data);
    }
    Esys_Free(data);
    return code;
}

GuichetSecret *
guichet_tpm_unseal(GuichetTpm *self, GBytes *sealed, GError **error)
{
    TPM2B_PUBLIC public_part = {0};
    TPM2B_PRIVATE private_part = {0};
    if (!unmarshal(sealed, &public_part, &private_part, error))
        return NULL;
    gboolean boot_bound = (public_part.publicArea.objectAttributes & TPMA_OBJECT_USERWITHAUTH) == 0;
    g_auto(Loaded) key = {self, ESYS_TR_NONE};
    g_auto(Loaded) object = {self, ESYS_TR_NONE};
    GuichetSecret *secret = NULL;
    TSS2_RC code = make_storage_key(self, &key);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_Load(self->esys, key.handle, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                         &private_part, &public_part, &object.handle);
    if (code == TSS2_RC_SUCCESS)
        code = unseal_loaded(self, &key, &object, boot_bound, &secret);
    if (code != TSS2_RC_SUCCESS)
        fail(self, code, _("Ouverture du secret"), error);
    return secret;
}

/* --- the counter --- */

static TSS2_RC
define_at(GuichetTpm *self, guint32 index)
{
    static const TPM2B_AUTH no_password;
    ESYS_TR handle = ESYS_TR_NONE;
    TPM2B_NV_PUBLIC counter = {
        .nvPublic = {.nvIndex = index,
                     .nameAlg = TPM2_ALG_SHA256,
                     .attributes = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE | TPMA_NV_OWNERREAD |
                                   TPMA_NV_OWNERWRITE | TPMA_NV_NO_DA |
                                   (TPM2_NT_COUNTER << TPMA_NV_TPM2_NT_SHIFT),
                     .dataSize = COUNTER_BYTES}};
    TSS2_RC code = Esys_NV_DefineSpace(self->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                       ESYS_TR_NONE, &no_password, &counter, &handle);
    if (code == TSS2_RC_SUCCESS)
        Esys_TR_Close(self->esys, &handle);
    return code;
}

static TSS2_RC
find_counter(GuichetTpm *self, guint32 index, ESYS_TR *handle)
{
    return Esys_TR_FromTPMPublic(self->esys, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                 handle);
}

gboolean
guichet_tpm_define_counter(GuichetTpm *self, guint32 *index, guint64 *value, GError **error)
{
    TSS2_RC code = TPM2_RC_NV_DEFINED;
    guint32 free_index = FIRST_COUNTER;
    while (free_index <= LAST_COUNTER && (code = define_at(self, free_index)) == TPM2_RC_NV_DEFINED)
        free_index++;
    if (code != TSS2_RC_SUCCESS)
        return fail(self, code, _("Création du compteur"), error);
    /* a counter can't be read before it was incremented once (TPM 2.0 part 1, 37.2.4) */
    if (!guichet_tpm_increment_counter(self, free_index, error) ||
        !guichet_tpm_read_counter(self, free_index, value, error))
        return FALSE;
    *index = free_index;
    return TRUE;
}

gboolean
guichet_tpm_read_counter(GuichetTpm *self, guint32 index, guint64 *value, GError **error)
{
    ESYS_TR handle = ESYS_TR_NONE;
    TPM2B_MAX_NV_BUFFER *data = NULL;
    TSS2_RC code = find_counter(self, index, &handle);
    if (code != TSS2_RC_SUCCESS)
        return fail(self, code, _("Lecture du compteur"), error);
    code = Esys_NV_Read(self->esys, handle, handle, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                        COUNTER_BYTES, 0, &data);
    Esys_TR_Close(self->esys, &handle);
    if (code != TSS2_RC_SUCCESS || data->size != COUNTER_BYTES) {
        Esys_Free(data);
        return fail(self, code, _("Lecture du compteur"), error);
    }
    guint64 big_endian;
    memcpy(&big_endian, data->buffer, sizeof big_endian);
    Esys_Free(data);
    *value = GUINT64_FROM_BE(big_endian);
    return TRUE;
}

gboolean
guichet_tpm_increment_counter(GuichetTpm *self, guint32 index, GError **error)
{
    ESYS_TR handle = ESYS_TR_NONE;
    TSS2_RC code = find_counter(self, index, &handle);
    if (code == TSS2_RC_SUCCESS) {
        code = Esys_NV_Increment(self->esys, handle, handle, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                 ESYS_TR_NONE);
        Esys_TR_Close(self->esys, &handle);
    }
    return code == TSS2_RC_SUCCESS || fail(self, code, _("Compteur"), error);
}
