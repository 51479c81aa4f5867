/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A library for LD_PRELOAD: the C library's storage calls, which fail when they are told to. Only
 * calls count that are about what lies below STORM_FOLDER and that can fail as STORM_KIND says;
 * they are numbered from 1. SQLite's locks (fcntl) are left alone: a local disk has no part in
 * them.
 *
 *   STORM_KIND    what happens to call number STORM_POINT (0: none):
 *     eio enospc eintr erofs   it fails so
 *     short       a read or a write does half of its work
 *     remount     the file system STORM_MOUNT is remounted read-only, for good, in front of it
 *     count       nothing: it is only counted, for each of eio … short
 *     unsynced-wal       every fdatasync() of a …-wal does nothing: SQLite's synchronous=NORMAL
 *     unsynced-folders   every fsync() of a folder does nothing
 *   STORM_EVER    if set, the same to every call from STORM_POINT on
 *   STORM_COUNT   file that gets the number of calls at the end, with kind count the five numbers
 */
#undef _FILE_OFFSET_BITS /* both names of each call are defined below */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READS = 1, WRITES = 2, WAITS = 4, SYNCS = 8 };

static const struct {
    const char *name;
    int error;
    int affects; /* calls of these kinds */
} KINDS[] = {
    {"eio", EIO, READS | WRITES | SYNCS},
    {"enospc", ENOSPC, WRITES},
    {"eintr", EINTR, WAITS},
    {"erofs", EROFS, WRITES},
    {"short", 0, 0},
    {"remount", 0, WRITES},
};
enum { N_COUNTED = 5, SHORT = 4 }; /* eio … short */

static const char *folder, *kind;
static long point;
static int ever, failure, affected, is_short, is_remount, counts_only, unsynced_wal,
    unsynced_folders;
static atomic_long seen, seen_by_kind[N_COUNTED];

__attribute__((constructor)) static void
read_orders(void)
{
    const char *number = getenv("STORM_POINT");
    folder = getenv("STORM_FOLDER");
    kind = getenv("STORM_KIND");
    point = number ? atol(number) : 0;
    ever = getenv("STORM_EVER") != NULL;
    for (size_t i = 0; kind && i < sizeof KINDS / sizeof *KINDS; i++) {
        if (strcmp(kind, KINDS[i].name) == 0) {
            failure = KINDS[i].error;
            affected = KINDS[i].affects;
        }
    }
    is_short = kind && strcmp(kind, "short") == 0;
    is_remount = kind && strcmp(kind, "remount") == 0;
    counts_only = kind && strcmp(kind, "count") == 0;
    unsynced_wal = kind && strcmp(kind, "unsynced-wal") == 0;
    unsynced_folders = kind && strcmp(kind, "unsynced-folders") == 0;
}

__attribute__((destructor)) static void
write_count(void)
{
    const char *path = getenv("STORM_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    for (size_t i = 0; counts_only && i < N_COUNTED; i++)
        fprintf(file, "%ld ", atomic_load(&seen_by_kind[i]));
    if (!counts_only)
        fprintf(file, "%ld", atomic_load(&seen));
    fputc('\n', file);
    fclose(file);
}

static int
is_below(const char *path)
{
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int
name_of(int fd, char path[PATH_MAX])
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    path[size > 0 ? size : 0] = '\0';
    return size > 0 && is_below(path);
}

/* Is this call the one, or one of those, to be touched? Counts it. */
static int
is_due(void)
{
    long number = atomic_fetch_add(&seen, 1) + 1;
    return point > 0 && (ever ? number >= point : number == point);
}

static void
count(int kinds)
{
    for (size_t i = 0; i < N_COUNTED; i++)
        if (KINDS[i].affects & kinds)
            atomic_fetch_add(&seen_by_kind[i], 1);
}

/* TRUE with errno when a call of these kinds must fail now. */
static int
fails(int kinds)
{
    if (counts_only)
        count(kinds);
    if (!(affected & kinds) || !is_due())
        return 0;
    if (is_remount) {
        mount(NULL, getenv("STORM_MOUNT"), NULL, MS_REMOUNT, "abort");
        return 0; /* what the file system itself says now */
    }
    errno = failure;
    return 1;
}

static int
fd_fails(int fd, int kinds)
{
    char path[PATH_MAX];
    return name_of(fd, path) && fails(kinds);
}

static int
path_fails(const char *path, int kinds)
{
    return is_below(path) && fails(kinds);
}

/* The bytes that a read or write may do: all, half, or none with errno. */
static ssize_t
allowed(int fd, size_t size, int kinds)
{
    char path[PATH_MAX];
    if (!name_of(fd, path))
        return (ssize_t)size;
    if (counts_only && size > 1)
        atomic_fetch_add(&seen_by_kind[SHORT], 1);
    if (is_short)
        return size > 1 && is_due() ? (ssize_t)(size / 2) : (ssize_t)size;
    return fails(kinds) ? -1 : (ssize_t)size;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
/* One body under the two names that a call has. */
#define TWICE(define, name) define(name) define(name##64)

#define DEFINE_OPEN(name)                                                                          \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;               \
        va_end(arguments);                                                                         \
        int writes = flags & (O_CREAT | O_WRONLY | O_RDWR) ? WRITES : 0;                           \
        return path_fails(path, READS | WAITS | writes) ? -1 : REAL(name)(path, flags, mode);      \
    }
TWICE(DEFINE_OPEN, open)

ssize_t
read(int fd, void *bytes, size_t size)
{
    ssize_t may = allowed(fd, size, READS | WAITS);
    return may < 0 ? -1 : REAL(read)(fd, bytes, (size_t)may);
}

ssize_t
write(int fd, const void *bytes, size_t size)
{
    ssize_t may = allowed(fd, size, WRITES | WAITS);
    return may < 0 ? -1 : REAL(write)(fd, bytes, (size_t)may);
}

#define DEFINE_PREAD(name)                                                                         \
    ssize_t name(int fd, void *bytes, size_t size, off_t offset)                                   \
    {                                                                                              \
        ssize_t may = allowed(fd, size, READS | WAITS);                                            \
        return may < 0 ? -1 : REAL(name)(fd, bytes, (size_t)may, offset);                          \
    }
TWICE(DEFINE_PREAD, pread)

#define DEFINE_PWRITE(name)                                                                        \
    ssize_t name(int fd, const void *bytes, size_t size, off_t offset)                             \
    {                                                                                              \
        ssize_t may = allowed(fd, size, WRITES | WAITS);                                           \
        return may < 0 ? -1 : REAL(name)(fd, bytes, (size_t)may, offset);                          \
    }
TWICE(DEFINE_PWRITE, pwrite)

#define DEFINE_FTRUNCATE(name)                                                                     \
    int name(int fd, off_t size)                                                                   \
    {                                                                                              \
        return fd_fails(fd, WRITES | WAITS) ? -1 : REAL(name)(fd, size);                           \
    }
TWICE(DEFINE_FTRUNCATE, ftruncate)

#define DEFINE_FALLOCATE(name)                                                                     \
    int name(int fd, int mode, off_t offset, off_t size)                                           \
    {                                                                                              \
        return fd_fails(fd, WRITES | WAITS) ? -1 : REAL(name)(fd, mode, offset, size);             \
    }
TWICE(DEFINE_FALLOCATE, fallocate)

#define DEFINE_POSIX_FALLOCATE(name)                                                               \
    int name(int fd, off_t offset, off_t size)                                                     \
    {                                                                                              \
        return fd_fails(fd, WRITES | WAITS) ? errno : REAL(name)(fd, offset, size);                \
    }
TWICE(DEFINE_POSIX_FALLOCATE, posix_fallocate)

#define DEFINE_MMAP(name)                                                                          \
    void *name(void *address, size_t size, int protection, int flags, int fd, off_t offset)        \
    {                                                                                              \
        return fd >= 0 && fd_fails(fd, READS)                                                      \
                   ? MAP_FAILED                                                                    \
                   : REAL(name)(address, size, protection, flags, fd, offset);                     \
    }
TWICE(DEFINE_MMAP, mmap)

int
fsync(int fd)
{
    char path[PATH_MAX];
    struct stat info;
    if (!name_of(fd, path))
        return REAL(fsync)(fd);
    if (fails(SYNCS))
        return -1;
    if (unsynced_folders && fstat(fd, &info) == 0 && S_ISDIR(info.st_mode))
        return 0;
    return REAL(fsync)(fd);
}

int
fdatasync(int fd)
{
    char path[PATH_MAX];
    if (!name_of(fd, path))
        return REAL(fdatasync)(fd);
    if (fails(SYNCS))
        return -1;
    size_t size = strlen(path);
    if (unsynced_wal && size > 4 && strcmp(path + size - 4, "-wal") == 0)
        return 0;
    return REAL(fdatasync)(fd);
}

int
rename(const char *from, const char *to)
{
    return path_fails(to, WRITES | READS) ? -1 : REAL(rename)(from, to);
}

int
renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
    return path_fails(to, WRITES | READS)
               ? -1
               : REAL(renameat2)(from_folder, from, to_folder, to, flags);
}

int
mkdir(const char *path, mode_t mode)
{
    return path_fails(path, WRITES | READS) ? -1 : REAL(mkdir)(path, mode);
}

int
chmod(const char *path, mode_t mode)
{
    return path_fails(path, WRITES | READS) ? -1 : REAL(chmod)(path, mode);
}

int
unlink(const char *path)
{
    return path_fails(path, WRITES | READS) ? -1 : REAL(unlink)(path);
}

int
fchmod(int fd, mode_t mode)
{
    return fd_fails(fd, WRITES) ? -1 : REAL(fchmod)(fd, mode);
}

int
flock(int fd, int operation)
{
    return fd_fails(fd, READS | WAITS) ? -1 : REAL(flock)(fd, operation);
}
