/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * disk IMAGE LOG FOLDER
 *
 * A disk whose whole life is written down: FUSE on FOLDER shows one file `disk`, backed by IMAGE,
 * for a loop device to stand on, and one file `mark`, to which a subject appends what it has
 * acknowledged. Stays in the background until FOLDER is unmounted. Every event goes to LOG, in the
 * order in which the disk saw it, as a header of 16 bytes in the machine's own byte order, then
 * the bytes:
 *
 *   u32 kind ('W' write, 'F' flush, 'M' mark)   u32 size   u64 offset
 *
 * What was written before an 'F' is durable, what comes after the last 'F' may be lost in any part
 * by a power cut: power-cuts.py builds those disks.
 */
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define DISK "/disk"
#define MARK "/mark"

typedef struct {
    guint32 kind;
    guint32 size;
    guint64 offset;
} Header;

static int image_fd = -1;
static int log_fd = -1;
static off_t image_size;

/* One writev() for the whole record; FUSE runs single-threaded, so records keep their order. */
static gboolean
record(guint32 kind, guint64 offset, const void *bytes, gsize size)
{
    Header header = {kind, (guint32)size, offset};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)bytes, size}};
    return writev(log_fd, parts, 2) == (gssize)(sizeof header + size);
}

static int
on_getattr(const char *path, struct stat *info, struct fuse_file_info *file)
{
    *info = (struct stat){.st_nlink = 1, .st_mode = S_IFREG | 0600};
    if (strcmp(path, "/") == 0) {
        info->st_mode = S_IFDIR | 0700;
        info->st_nlink = 2;
    } else if (strcmp(path, DISK) == 0) {
        info->st_size = image_size;
    } else if (strcmp(path, MARK) != 0) {
        return -ENOENT;
    }
    return 0;
}

static int
on_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
           struct fuse_file_info *file, enum fuse_readdir_flags flags)
{
    fill(buffer, DISK + 1, NULL, 0, 0);
    fill(buffer, MARK + 1, NULL, 0, 0);
    return 0;
}

/* An acknowledgement must reach the log before write() returns to the subject. */
static int
on_open(const char *path, struct fuse_file_info *file)
{
    file->direct_io = strcmp(path, MARK) == 0;
    return 0;
}

static int
on_read(const char *path, char *bytes, size_t size, off_t offset, struct fuse_file_info *file)
{
    if (strcmp(path, DISK) != 0)
        return 0;
    gssize got = pread(image_fd, bytes, size, offset);
    return got < 0 ? -errno : (int)got;
}

static int
on_write(const char *path, const char *bytes, size_t size, off_t offset,
         struct fuse_file_info *file)
{
    if (strcmp(path, MARK) == 0)
        return record('M', 0, bytes, size) ? (int)size : -EIO;
    if (offset + (off_t)size > image_size)
        return -ENOSPC;
    if (!record('W', (guint64)offset, bytes, size))
        return -EIO;
    gssize written = pwrite(image_fd, bytes, size, offset);
    return written < 0 ? -errno : (int)written;
}

static int
on_fsync(const char *path, int data_only, struct fuse_file_info *file)
{
    return strcmp(path, DISK) != 0 || record('F', 0, NULL, 0) ? 0 : -EIO;
}

/* Refused, so that a loop device offers no discard: a hole would be a write that is not seen. */
static int
on_fallocate(const char *path, int mode, off_t offset, off_t length, struct fuse_file_info *file)
{
    return -EOPNOTSUPP;
}

static int
on_truncate(const char *path, off_t size, struct fuse_file_info *file)
{
    return strcmp(path, MARK) == 0 ? 0 : -EPERM;
}

static const struct fuse_operations operations = {
    .getattr = on_getattr,
    .readdir = on_readdir,
    .open = on_open,
    .read = on_read,
    .write = on_write,
    .fsync = on_fsync,
    .fallocate = on_fallocate,
    .truncate = on_truncate,
};

int
main(int argc, char **argv)
{
    struct stat info;
    if (argc != 4) {
        g_printerr("usage: disk IMAGE LOG FOLDER\n");
        return 2;
    }
    image_fd = open(argv[1], O_RDWR | O_CLOEXEC);
    log_fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (image_fd < 0 || log_fd < 0 || fstat(image_fd, &info) != 0) {
        g_printerr("disk: %s\n", g_strerror(errno));
        return 1;
    }
    image_size = info.st_size;
    char single[] = "-s";
    char *arguments[] = {argv[0], single, argv[3], NULL};
    return fuse_main(3, arguments, &operations, NULL);
}
