/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <dirent.h>
#include <glib.h>
#include <unistd.h>

/** Scope guards for the system's handles in this room. */
typedef int GuichetFd; /* -1 = none */

static inline void
guichet_fd_close(GuichetFd *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuichetFd, guichet_fd_close)

static inline int
guichet_fd_steal(GuichetFd *fd)
{
    int stolen = *fd;
    *fd = -1;
    return stolen;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DIR, closedir)
