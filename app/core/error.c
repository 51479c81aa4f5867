/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/error.h"

#include <errno.h>
#include <gio/gio.h>

G_DEFINE_QUARK(guichet - error - quark, guichet_error)
G_DEFINE_QUARK(guichet - retry - quark, guichet_retry)

static const char *const error_names[] = {
    [GUICHET_ERROR_ARGUMENT] = "argument",
    [GUICHET_ERROR_NOT_FOUND] = "not-found",
    [GUICHET_ERROR_EXISTS] = "exists",
    [GUICHET_ERROR_MALFORMED] = "malformed",
    [GUICHET_ERROR_LIMIT] = "limit",
    [GUICHET_ERROR_STATE] = "state",
    [GUICHET_ERROR_INCOMPLETE] = "incomplete",
    [GUICHET_ERROR_DENIED] = "denied",
    [GUICHET_ERROR_LOCKED] = "locked",
    [GUICHET_ERROR_SIGNATURE] = "signature",
    [GUICHET_ERROR_UNTRUSTED] = "untrusted",
    [GUICHET_ERROR_EXPIRED] = "expired",
    [GUICHET_ERROR_MISMATCH] = "mismatch",
    [GUICHET_ERROR_CRYPTO] = "crypto",
    [GUICHET_ERROR_IO] = "io",
    [GUICHET_ERROR_FULL] = "full",
    [GUICHET_ERROR_CORRUPT] = "corrupt",
    [GUICHET_ERROR_BUSY] = "busy",
    [GUICHET_ERROR_READ_ONLY] = "read-only",
    [GUICHET_ERROR_NEWER] = "newer",
    [GUICHET_ERROR_NETWORK] = "network",
    [GUICHET_ERROR_PROTOCOL] = "protocol",
    [GUICHET_ERROR_REFUSED] = "refused",
    [GUICHET_ERROR_DEVICE] = "device",
    [GUICHET_ERROR_DEVICE_GONE] = "device-gone",
    [GUICHET_ERROR_TIMEOUT] = "timeout",
    [GUICHET_ERROR_CANCELLED] = "cancelled",
    [GUICHET_ERROR_UNSUPPORTED] = "unsupported",
    [GUICHET_ERROR_INTERNAL] = "internal",
};

static const char *const retry_names[] = {
    [GUICHET_RETRY_AGAIN] = "retry-again",           [GUICHET_RETRY_CENTRE] = "retry-centre",
    [GUICHET_RETRY_TOO_SHORT] = "retry-too-short",   [GUICHET_RETRY_LIFT] = "retry-lift",
    [GUICHET_RETRY_NO_PAPER] = "retry-no-paper",     [GUICHET_RETRY_JAM] = "retry-jam",
    [GUICHET_RETRY_COVER_OPEN] = "retry-cover-open",
};

const char *
guichet_error_name(const GError *error)
{
    gsize code = (gsize)error->code;
    if (error->domain == GUICHET_ERROR && code < G_N_ELEMENTS(error_names))
        return error_names[code];
    if (error->domain == GUICHET_RETRY && code < G_N_ELEMENTS(retry_names))
        return retry_names[code];
    return g_quark_to_string(error->domain);
}

GuichetErrorCode
guichet_error_code_from_errno(int saved_errno)
{
    switch (saved_errno) {
    case ENOSPC:
    case EDQUOT:
        return GUICHET_ERROR_FULL;
    case EROFS:
        return GUICHET_ERROR_READ_ONLY;
    case ENOENT:
        return GUICHET_ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
        return GUICHET_ERROR_DENIED;
    case EEXIST:
        return GUICHET_ERROR_EXISTS;
    default:
        return GUICHET_ERROR_IO;
    }
}

gboolean
guichet_set_error_from_errno(GError **error, int saved_errno, const char *what, const char *path)
{
    g_set_error(error, GUICHET_ERROR, (int)guichet_error_code_from_errno(saved_errno), "%s %s : %s",
                what, path, g_strerror(saved_errno));
    return FALSE;
}
