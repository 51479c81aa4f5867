/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/process.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES_BYTES (4 * 1024 * 1024)
#define NOBODY 65534
#define SKIPPED 77

/* In a process of its own: hardening can't be undone. */
static void
run_in_child(int (*work)(void))
{
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(work());
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == SKIPPED)
        g_test_skip("nobody may lock memory without a bound here, or a sanitizer does not let us");
    else
        g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static int
close_process(void)
{
    struct rlimit core = {1, 1};
    guichet_process_harden();
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && getrlimit(RLIMIT_CORE, &core) == 0 &&
                   core.rlim_cur == 0 && core.rlim_max == 0
               ? 0
               : 1;
}

static void
test_leaves_no_core_and_nobody_reads_it(void)
{
    g_assert_cmpint(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), ==, 1);
    run_in_child(close_process);
}

/* What /proc says is locked after more memory was taken, in kB. */
static guint64
locked_kilobytes(void)
{
    g_autofree char *later = g_malloc(PAGES_BYTES);
    g_autofree char *status = NULL;
    memset(later, 1, PAGES_BYTES);
    g_assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
    return g_ascii_strtoull(strstr(status, "VmLck:") + strlen("VmLck:"), NULL, 10);
}

static int
lock_all(void)
{
#ifdef __SANITIZE_ADDRESS__ /* whose mlockall() does nothing and says that it did */
    return SKIPPED;
#endif
    if (!guichet_process_harden())
        return SKIPPED;
    return locked_kilobytes() > PAGES_BYTES / 1024 ? 0 : 1;
}

static void
test_locks_all_memory_where_it_may(void)
{
    run_in_child(lock_all);
}

static int
lock_under_a_bound(void)
{
#ifdef __SANITIZE_ADDRESS__
    return SKIPPED;
#endif
    struct rlimit bound = {65536, 65536}, after = {0, 0};
    if (setrlimit(RLIMIT_MEMLOCK, &bound) != 0 || (geteuid() == 0 && setuid(NOBODY) != 0))
        return 1;
    return !guichet_process_harden() && locked_kilobytes() == 0 &&
                   getrlimit(RLIMIT_MEMLOCK, &after) == 0 && after.rlim_cur == bound.rlim_cur
               ? 0
               : 1;
}

static void
test_a_bound_is_respected(void)
{
    run_in_child(lock_under_a_bound);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/process/leaves-no-core-and-nobody-reads-it",
                    test_leaves_no_core_and_nobody_reads_it);
    g_test_add_func("/core/process/locks-all-memory-where-it-may",
                    test_locks_all_memory_where_it_may);
    g_test_add_func("/core/process/a-bound-is-respected", test_a_bound_is_respected);
    return g_test_run();
}
