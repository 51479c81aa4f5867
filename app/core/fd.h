/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>
#include <unistd.h>

/** A file descriptor that is closed at the end of its scope: g_auto(GuichetFd). -1 = none. */
typedef int GuichetFd;

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
