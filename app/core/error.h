/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * The two error domains of the house.
 *
 * GUICHET_ERROR: something was refused or failed. The message says what, where and what next, in
 * one line without a final newline. The codes are stable: scripts and screens may test them.
 *
 * GUICHET_RETRY: the person at the desk can mend it now ("posez le doigt plus à plat"); the same
 * operation may be repeated at once.
 *
 * Foreign errors (SQLite, OpenSSL, SANE, libfprint, curl) are converted to these by a table at the
 * edge of the layer that owns the library.
 */
#define GUICHET_ERROR (guichet_error_quark())
GQuark guichet_error_quark(void);

typedef enum {
    GUICHET_ERROR_ARGUMENT,    /* the caller or the command line asked for something senseless */
    GUICHET_ERROR_NOT_FOUND,   /* no such request, file, agent, device … */
    GUICHET_ERROR_EXISTS,      /* it is there already and may not be replaced */
    GUICHET_ERROR_MALFORMED,   /* bytes are not of the format that they claim */
    GUICHET_ERROR_LIMIT,       /* larger, deeper or more than the named limit */
    GUICHET_ERROR_STATE,       /* not possible in the present state; nothing was changed */
    GUICHET_ERROR_INCOMPLETE,  /* a request lacks something that its procedure demands */
    GUICHET_ERROR_DENIED,      /* wrong passphrase, role or permission */
    GUICHET_ERROR_LOCKED,      /* the store is locked: an agent must log in first */
    GUICHET_ERROR_SIGNATURE,   /* a signature, hash or tag does not hold */
    GUICHET_ERROR_UNTRUSTED,   /* a certificate does not lead to our root, or has another role */
    GUICHET_ERROR_EXPIRED,     /* a certificate or message is out of its period */
    GUICHET_ERROR_MISMATCH,    /* valid, but about something else (a receipt for another bundle) */
    GUICHET_ERROR_CRYPTO,      /* the crypto library failed */
    GUICHET_ERROR_IO,          /* the system refused a file operation */
    GUICHET_ERROR_FULL,        /* no space left */
    GUICHET_ERROR_CORRUPT,     /* the store is damaged */
    GUICHET_ERROR_BUSY,        /* somebody else holds it; try again */
    GUICHET_ERROR_READ_ONLY,   /* the store or disk can't be written */
    GUICHET_ERROR_NEWER,       /* written by a newer version of Guichet */
    GUICHET_ERROR_NETWORK,     /* the centre can't be reached; retry later */
    GUICHET_ERROR_PROTOCOL,    /* the peer answered outside the protocol */
    GUICHET_ERROR_REFUSED,     /* the centre understood and said no */
    GUICHET_ERROR_DEVICE,      /* a device failed */
    GUICHET_ERROR_DEVICE_GONE, /* a device was unplugged during the operation */
    GUICHET_ERROR_TIMEOUT,
    GUICHET_ERROR_CANCELLED,
    GUICHET_ERROR_UNSUPPORTED,
    GUICHET_ERROR_INTERNAL,
} GuichetErrorCode;

#define GUICHET_RETRY (guichet_retry_quark())
GQuark guichet_retry_quark(void);

typedef enum {
    GUICHET_RETRY_AGAIN,      /* simply once more */
    GUICHET_RETRY_CENTRE,     /* finger not centred */
    GUICHET_RETRY_TOO_SHORT,  /* swipe too short or finger lifted too soon */
    GUICHET_RETRY_LIFT,       /* lift the finger and put it down again */
    GUICHET_RETRY_NO_PAPER,   /* feeder empty */
    GUICHET_RETRY_JAM,        /* paper jam */
    GUICHET_RETRY_COVER_OPEN, /* scanner cover open */
} GuichetRetryCode;

/* The stable name of a code, e.g. "device-gone"; for --json output. Static. */
const char *guichet_error_name(const GError *error);

/* GUICHET_ERROR code for an errno value: ENOSPC/EDQUOT → FULL, EROFS → READ_ONLY, ENOENT →
 * NOT_FOUND, EACCES/EPERM → DENIED, EEXIST → EXISTS, else IO. */
GuichetErrorCode guichet_error_code_from_errno(int saved_errno);
/* Sets *error to GUICHET_ERROR from an errno: "<what> <path>: <strerror>". Returns FALSE. */
gboolean guichet_set_error_from_errno(GError **error, int saved_errno, const char *what,
                                      const char *path);
