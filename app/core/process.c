/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/process.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* All or nothing: under a bound, an allocation in the middle of a capture would fail one day. A
 * bound of 0 asks the kernel whether bounds hold for us at all (CAP_IPC_LOCK). */
static gboolean
lock_memory(void)
{
    struct rlimit own = {0, 0};
    if (getrlimit(RLIMIT_MEMLOCK, &own) != 0)
        return FALSE;
    struct rlimit asked = {own.rlim_max == RLIM_INFINITY ? RLIM_INFINITY : 0, own.rlim_max};
    gboolean locked = setrlimit(RLIMIT_MEMLOCK, &asked) == 0 &&
                      mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
    if (asked.rlim_cur == 0)
        setrlimit(RLIMIT_MEMLOCK, &own);
    return locked;
}

gboolean
guichet_process_harden(void)
{
    static const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return lock_memory();
}
