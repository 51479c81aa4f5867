/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/guard.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/process.h"

#define GRACE_US (1500 * 1000)

static int final_status = EXIT_FAILURE;

typedef struct {
    GCancellable *cancellable;
    int signals;
    gboolean watch_input;
} Guard;

static gboolean
input_is_a_pipe(void)
{
    struct stat st;
    return fstat(STDIN_FILENO, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

/* Nothing is ever said on standard input: only its end matters. */
static gboolean
input_ended(void)
{
    char scratch[64];
    ssize_t n = read(STDIN_FILENO, scratch, sizeof scratch);
    return n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
}

static gpointer
guard_thread(gpointer data)
{
    Guard *guard = data;
    struct pollfd fds[] = {
        {.fd = guard->signals, .events = POLLIN},
        {.fd = guard->watch_input ? STDIN_FILENO : -1, .events = POLLIN},
    };
    for (;;) {
        if (poll(fds, G_N_ELEMENTS(fds), -1) < 0)
            continue;
        if (fds[0].revents != 0 || (fds[1].revents != 0 && input_ended()))
            break;
    }
    g_cancellable_cancel(guard->cancellable);
    g_usleep(GRACE_US);
    _exit(g_atomic_int_get(&final_status));
}

void
guichet_guard_start(GCancellable *cancellable)
{
    guichet_process_harden();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);

    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);

    Guard *guard = g_new0(Guard, 1); /* lives as long as the process */
    guard->cancellable = g_object_ref(cancellable);
    guard->signals = signalfd(-1, &set, SFD_CLOEXEC);
    guard->watch_input = input_is_a_pipe();
    g_thread_unref(g_thread_new("guard", guard_thread, guard));
}

void
guichet_guard_end_soon(int status)
{
    g_atomic_int_set(&final_status, status);
    kill(getpid(), SIGTERM);
}
