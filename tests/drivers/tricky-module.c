/* SPDX-License-Identifier: EUPL-1.2 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/**
 * A PKCS#11 module that stands in front of SoftHSM2 and does what real cards and their modules do
 * and SoftHSM2 does not: counts tries and locks, hangs, crashes, loses its card.
 *
 * TRICKY_FOLDER holds its state: "tricks", a word a line (hang-at-load, hang-at-login,
 * crash-at-derive, hang-when-watched, keep-tries), "tries", the number left, and "pulled", which
 * is there when the card is not.
 */
#define REAL_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define TRIES 3

static CK_FUNCTION_LIST ours;
static CK_FUNCTION_LIST_PTR theirs;

static FILE *
open_state(const char *name, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("TRICKY_FOLDER"), name);
    return fopen(path, mode);
}

static int
plays(const char *trick)
{
    char line[64];
    int found = 0;
    FILE *file = open_state("tricks", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        found |= strncmp(line, trick, strlen(trick)) == 0;
    if (file != NULL)
        fclose(file);
    return found;
}

static int
is_pulled(void)
{
    FILE *file = open_state("pulled", "r");
    if (file != NULL)
        fclose(file);
    return file != NULL;
}

static void
hang_for(const char *trick)
{
    while (plays(trick))
        sleep(1);
}

static int
read_tries(void)
{
    int tries = TRIES;
    FILE *file = open_state("tries", "r");
    if (file != NULL && fscanf(file, "%d", &tries) != 1)
        tries = 0;
    if (file != NULL)
        fclose(file);
    return tries;
}

static void
write_tries(int tries)
{
    FILE *file = open_state("tries", "w");
    if (file == NULL)
        abort();
    fprintf(file, "%d\n", tries);
    fclose(file);
}

static CK_RV
get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO_PTR info)
{
    hang_for("hang-when-watched");
    CK_RV value = theirs->C_GetSlotInfo(slot, info);
    if (is_pulled())
        info->flags &= ~CKF_TOKEN_PRESENT;
    return value;
}

static CK_RV
get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR n)
{
    if (present && is_pulled()) {
        *n = 0;
        return CKR_OK;
    }
    return theirs->C_GetSlotList(present, slots, n);
}

static CK_RV
get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info)
{
    CK_RV value = theirs->C_GetTokenInfo(slot, info);
    int tries = read_tries();
    if (plays("keep-tries") && tries < TRIES)
        info->flags |= CKF_USER_PIN_COUNT_LOW;
    if (plays("keep-tries") && tries == 1)
        info->flags |= CKF_USER_PIN_FINAL_TRY;
    if (plays("keep-tries") && tries == 0)
        info->flags |= CKF_USER_PIN_LOCKED;
    return value;
}

static CK_RV
log_in(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG size)
{
    int tries = read_tries();
    hang_for("hang-at-login");
    if (!plays("keep-tries"))
        return theirs->C_Login(session, user, pin, size);
    if (tries == 0)
        return CKR_PIN_LOCKED;
    CK_RV value = theirs->C_Login(session, user, pin, size);
    write_tries(value == CKR_OK ? TRIES : tries - 1);
    return value;
}

static CK_RV
derive_key(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE base,
           CK_ATTRIBUTE_PTR template, CK_ULONG n, CK_OBJECT_HANDLE_PTR key)
{
    if (plays("crash-at-derive"))
        abort();
    return theirs->C_DeriveKey(session, mechanism, base, template, n, key);
}

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
    CK_C_GetFunctionList real = NULL;
    void *library = dlopen(REAL_MODULE, RTLD_NOW | RTLD_LOCAL);
    if (library != NULL)
        *(void **)&real = dlsym(library, "C_GetFunctionList");
    if (real == NULL || real(&theirs) != CKR_OK)
        return CKR_GENERAL_ERROR;
    hang_for("hang-at-load");
    printf("a module that talks on standard output\n");
    ours = *theirs;
    ours.C_GetFunctionList = C_GetFunctionList;
    ours.C_GetSlotInfo = get_slot_info;
    ours.C_GetSlotList = get_slot_list;
    ours.C_GetTokenInfo = get_token_info;
    ours.C_Login = log_in;
    ours.C_DeriveKey = derive_key;
    *list = &ours;
    return CKR_OK;
}
