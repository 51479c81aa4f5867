/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * kill-at POINT FOLDER COUNT PROGRAM ARGUMENT…
 *
 * Runs PROGRAM and every process and thread that it makes under ptrace and counts the entries and
 * the exits of all system calls, in two series: those that write below FOLDER (s1, s2, …) and all
 * others (o1, o2, …). At POINT the whole tree is killed with SIGKILL: at an entry the call has not
 * happened yet, at an exit it has and nobody knows. With POINT = 0 nothing is killed. The two
 * numbers of points seen are written to the file COUNT.
 *
 * Exit status: 137 when the tree was killed at the point, else PROGRAM's own (the point was not
 * reached). SIGTERM is handed on, so that a server can be counted too.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define OPTIONS                                                                                    \
    (PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |        \
     PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)
#define SYSCALL_STOP (SIGTRAP | 0x80)
#define KILLED 137

/* How a system call names what it writes. */
typedef enum { NO_CALL, BY_FD, BY_PATH, BY_PATH_AT, BY_PATH_AT_FLAGS } CallKind;

static const struct {
    long number;
    CallKind kind;
} STORAGE_CALLS[] = {
    {SYS_openat, BY_PATH_AT_FLAGS},
    {SYS_write, BY_FD},
    {SYS_pwrite64, BY_FD},
    {SYS_writev, BY_FD},
    {SYS_pwritev, BY_FD},
    {SYS_pwritev2, BY_FD},
    {SYS_sendfile, BY_FD},
    {SYS_fsync, BY_FD},
    {SYS_fdatasync, BY_FD},
    {SYS_sync_file_range, BY_FD},
    {SYS_ftruncate, BY_FD},
    {SYS_fallocate, BY_FD},
    {SYS_fchmod, BY_FD},
    {SYS_renameat, BY_PATH_AT},
    {SYS_renameat2, BY_PATH_AT},
    {SYS_unlinkat, BY_PATH_AT},
    {SYS_mkdirat, BY_PATH_AT},
    {SYS_linkat, BY_PATH_AT},
    {SYS_fchmodat, BY_PATH_AT},
#ifdef SYS_open /* the older calls, which newer architectures do not have */
    {SYS_rename, BY_PATH},
    {SYS_unlink, BY_PATH},
    {SYS_truncate, BY_PATH},
    {SYS_mkdir, BY_PATH},
    {SYS_rmdir, BY_PATH},
    {SYS_link, BY_PATH},
    {SYS_chmod, BY_PATH},
#endif
};

enum { STORAGE, OTHER, N_SERIES };

typedef struct {
    const char *folder;
    guint64 wanted[N_SERIES]; /* 0: none */
    guint64 seen[N_SERIES];
    pid_t leader;
    GHashTable *writing; /* thread id → present while it is inside a storage call */
} Hunt;

static volatile pid_t leader_of_signal;

static void
on_term(int number)
{
    if (leader_of_signal > 0)
        kill(leader_of_signal, SIGTERM);
}

static gboolean
is_below(Hunt *hunt, const char *path)
{
    return g_str_has_prefix(path, hunt->folder);
}

static gboolean
is_link_below(Hunt *hunt, const char *link)
{
    g_autofree char *target = g_file_read_link(link, NULL);
    return target && is_below(hunt, target);
}

static gboolean
is_fd_below(Hunt *hunt, pid_t thread, int fd)
{
    g_autofree char *link = g_strdup_printf("/proc/%d/fd/%d", thread, fd);
    return is_link_below(hunt, link);
}

static gboolean
is_path_below(Hunt *hunt, pid_t thread, int folder, guint64 address)
{
    char path[4096] = "";
    struct iovec local = {path, sizeof path - 1};
    struct iovec remote = {(void *)(gsize)address, sizeof path - 1};
    if (process_vm_readv(thread, &local, 1, &remote, 1, 0) <= 0) {
        /* The string ends before an unmapped page: take what stands on its own page. */
        remote.iov_len = local.iov_len = 4096 - (address & 4095);
        if (process_vm_readv(thread, &local, 1, &remote, 1, 0) <= 0)
            return FALSE;
    }
    if (path[0] == '/')
        return is_below(hunt, path);
    if (folder != AT_FDCWD)
        return is_fd_below(hunt, thread, folder);
    g_autofree char *link = g_strdup_printf("/proc/%d/cwd", thread);
    return is_link_below(hunt, link);
}

static CallKind
kind_of(guint64 number)
{
    for (gsize i = 0; i < G_N_ELEMENTS(STORAGE_CALLS); i++)
        if ((guint64)STORAGE_CALLS[i].number == number)
            return STORAGE_CALLS[i].kind;
    return NO_CALL;
}

static gboolean
is_storage_call(Hunt *hunt, pid_t thread, const struct ptrace_syscall_info *info)
{
    const __u64 *args = info->entry.args;
    switch (kind_of(info->entry.nr)) {
    case BY_FD:
        return is_fd_below(hunt, thread, (int)args[0]);
    case BY_PATH:
        return is_path_below(hunt, thread, AT_FDCWD, args[0]);
    case BY_PATH_AT:
        return is_path_below(hunt, thread, (int)args[0], args[1]);
    case BY_PATH_AT_FLAGS:
        return (args[2] & (O_CREAT | O_WRONLY | O_RDWR | O_TRUNC)) != 0 &&
               is_path_below(hunt, thread, (int)args[0], args[1]);
    case NO_CALL:
        break;
    }
    return FALSE;
}

/* TRUE when this stop is the one that was wanted. */
static gboolean
count_stop(Hunt *hunt, pid_t thread)
{
    struct ptrace_syscall_info info = {0};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0)
        return FALSE;
    gpointer key = GINT_TO_POINTER(thread);
    gboolean storage = FALSE;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        storage = is_storage_call(hunt, thread, &info);
        if (storage)
            g_hash_table_add(hunt->writing, key);
    } else {
        storage = g_hash_table_remove(hunt->writing, key);
    }
    int series = storage ? STORAGE : OTHER;
    return ++hunt->seen[series] == hunt->wanted[series];
}

/* "s12", "o345", or "0" for none. */
static gboolean
parse_point(const char *text, Hunt *hunt)
{
    if (strcmp(text, "0") == 0)
        return TRUE;
    int series = text[0] == 's' ? STORAGE : OTHER;
    hunt->wanted[series] = g_ascii_strtoull(text + 1, NULL, 10);
    return (text[0] == 's' || text[0] == 'o') && hunt->wanted[series] > 0;
}

/* Kills @thread's process and the leader's; EXITKILL takes what is left when we end. */
static void
kill_tree(Hunt *hunt, pid_t thread)
{
    kill(hunt->leader, SIGKILL);
    kill(thread, SIGKILL);
    int status = 0;
    pid_t who = 0;
    while ((who = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR)
        if (who > 0 && WIFSTOPPED(status))
            kill(who, SIGKILL);
}

static int
follow(Hunt *hunt)
{
    int result = KILLED - 1;
    for (;;) {
        int status = 0;
        pid_t thread = waitpid(-1, &status, __WALL);
        if (thread < 0) {
            if (errno == EINTR)
                continue;
            return result;
        }
        if (!WIFSTOPPED(status)) {
            if (thread == hunt->leader)
                result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        int number = WSTOPSIG(status);
        if (number == SYSCALL_STOP && count_stop(hunt, thread)) {
            kill_tree(hunt, thread);
            return KILLED;
        }
        gboolean ours = number == SYSCALL_STOP || number == SIGTRAP || number == SIGSTOP;
        ptrace(PTRACE_SYSCALL, thread, 0, ours ? 0 : number);
    }
}

static pid_t
start(char **command)
{
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execvp(command[0], command);
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, child, 0, OPTIONS) != 0)
        return -1;
    return child;
}

int
main(int argc, char **argv)
{
    g_autoptr(GHashTable) writing = g_hash_table_new(NULL, NULL);
    Hunt hunt = {.writing = writing};
    if (argc < 5 || !parse_point(argv[1], &hunt)) {
        g_printerr("usage: kill-at sN|oN|0 FOLDER COUNT PROGRAM ARGUMENT…\n");
        return 2;
    }
    hunt.folder = argv[2];
    hunt.leader = start(argv + 4);
    if (hunt.leader < 0) {
        g_printerr("kill-at: this machine does not let a process be traced: %s\n",
                   g_strerror(errno));
        return 77;
    }
    leader_of_signal = hunt.leader;
    struct sigaction action = {.sa_handler = on_term};
    sigaction(SIGTERM, &action, NULL);
    ptrace(PTRACE_SYSCALL, hunt.leader, 0, 0);
    int result = follow(&hunt);

    g_autofree char *count = g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                                             hunt.seen[STORAGE], hunt.seen[OTHER]);
    g_autoptr(GError) error = NULL;
    if (!g_file_set_contents(argv[3], count, -1, &error)) {
        g_printerr("kill-at: %s\n", error->message);
        return 2;
    }
    return result;
}
