/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/error.h"
#include "sync/central/handles.h"

#define SHA256_HEX 64
#define OPEN_TRIES 4

void
guichet_upload_free(GuichetUpload *self)
{
    if (self == NULL)
        return;
    guichet_fd_close(&self->fd); /* also gives the lock back */
    g_free(self->path);
    g_free(self->sha256);
    g_free(self);
}

gboolean
guichet_spool_is_sha256(const char *text)
{
    return text != NULL && strlen(text) == SHA256_HEX &&
           strspn(text, "0123456789abcdef") == SHA256_HEX;
}

char *
guichet_spool_deposit_path(const char *sha256)
{
    return g_strdup_printf("depots/%.2s/%s.asice", sha256, sha256);
}

static char *
station_folder(const char *root, const char *station)
{
    /* hashed: a station's id is a certificate's text, which no path should be made of */
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, station, -1);
    digest[32] = '\0';
    return g_build_filename(root, "spool", digest, NULL);
}

/* "<sha256>.<length>.part" → TRUE and its parts. */
static gboolean
parse_name(const char *name, char sha256[SHA256_HEX + 1], gsize *length)
{
    if (strlen(name) < SHA256_HEX + 7 || name[SHA256_HEX] != '.')
        return FALSE;
    memcpy(sha256, name, SHA256_HEX);
    sha256[SHA256_HEX] = '\0';
    char *end = NULL;
    guint64 value = g_ascii_strtoull(name + SHA256_HEX + 1, &end, 10);
    if (!guichet_spool_is_sha256(sha256) || g_strcmp0(end, ".part") != 0)
        return FALSE;
    *length = value;
    return TRUE;
}

/* The name of the upload's file in its folder, or NULL; *count: how many uploads there are. */
static char *
find_name(const char *folder, const char *sha256, gsize *length, guint *count)
{
    g_autoptr(DIR) dir = opendir(folder);
    char *found = NULL;
    *count = 0;
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        char entry_sha256[SHA256_HEX + 1];
        gsize entry_length = 0;
        if (!parse_name(entry->d_name, entry_sha256, &entry_length))
            continue;
        (*count)++;
        if (found == NULL && strcmp(entry_sha256, sha256) == 0) {
            found = g_strdup(entry->d_name);
            *length = entry_length;
        }
    }
    return found;
}

static gboolean
set_not_found(GError **error, const char *sha256)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("Aucun envoi de la liasse %s : recommencez l’envoi"), sha256);
    return FALSE;
}

/* Locks, and makes sure that @path still is that file: it may have been moved or removed between
 * open and flock. *gone tells so; then the caller looks again. */
static gboolean
lock_file(int fd, const char *path, const char *sha256, struct stat *info, gboolean *gone,
          GError **error)
{
    struct stat there;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return guichet_set_error_from_errno(error, errno, _("Verrou sur"), path);
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY,
                    _("La liasse %s est déjà en cours d’envoi : réessayez dans un instant"),
                    sha256);
        return FALSE;
    }
    if (fstat(fd, info) != 0)
        return guichet_set_error_from_errno(error, errno, _("Lecture de"), path);
    *gone = stat(path, &there) != 0 || there.st_ino != info->st_ino || there.st_dev != info->st_dev;
    return TRUE;
}

static GuichetUpload *
open_locked(const char *path, const char *sha256, int flags, gboolean *gone, GError **error)
{
    struct stat info;
    *gone = FALSE;
    g_auto(GuichetFd) fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (fd < 0 && errno == ENOENT) {
        *gone = TRUE;
        return NULL;
    }
    if (fd < 0) {
        guichet_set_error_from_errno(error, errno, _("Ouverture de"), path);
        return NULL;
    }
    if (!lock_file(fd, path, sha256, &info, gone, error) || *gone)
        return NULL;
    GuichetUpload *self = g_new0(GuichetUpload, 1);
    self->path = g_strdup(path);
    self->sha256 = g_strdup(sha256);
    self->fd = guichet_fd_steal(&fd);
    self->offset = self->length = (gsize)info.st_size;
    return self;
}

/* One look: in the spool, then in depots/. NULL without error and *gone: look again. */
static GuichetUpload *
try_open(const char *root, const char *station, const char *sha256, gboolean *gone, GError **error)
{
    g_autofree char *folder = station_folder(root, station);
    gsize length = 0;
    guint count = 0;
    g_autofree char *name = find_name(folder, sha256, &length, &count);
    g_autofree char *relative = guichet_spool_deposit_path(sha256);
    g_autofree char *path = name != NULL ? g_build_filename(folder, name, NULL)
                                         : g_build_filename(root, relative, NULL);
    GuichetUpload *self = open_locked(path, sha256, 0, gone, error);
    if (self == NULL)
        return NULL;
    self->stored = name == NULL;
    if (name != NULL)
        self->length = length;
    return self;
}

GuichetUpload *
guichet_spool_open(const char *root, const char *station, const char *sha256, GError **error)
{
    for (guint i = 0; i < OPEN_TRIES; i++) {
        g_autoptr(GError) failure = NULL;
        gboolean gone = FALSE;
        GuichetUpload *self = try_open(root, station, sha256, &gone, &failure);
        if (failure != NULL)
            g_propagate_error(error, g_steal_pointer(&failure));
        if (self != NULL || !gone)
            return self;
    }
    set_not_found(error, sha256);
    return NULL;
}

static GuichetUpload *
make_file(const char *root, const char *station, const char *sha256, gsize length, GError **error)
{
    g_autofree char *folder = station_folder(root, station);
    gsize other = 0;
    guint count = 0;
    g_autofree char *name = find_name(folder, sha256, &other, &count);
    if (count >= GUICHET_SPOOL_MAX_PARTIAL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Déjà %u envois inachevés de ce poste : achevez-les ou attendez"), count);
        return NULL;
    }
    if (g_mkdir_with_parents(folder, 0700) != 0) {
        guichet_set_error_from_errno(error, errno, _("Création du dossier"), folder);
        return NULL;
    }
    g_autofree char *path = g_strdup_printf("%s/%s.%zu.part", folder, sha256, length);
    gboolean gone = FALSE;
    GuichetUpload *self = open_locked(path, sha256, O_CREAT, &gone, error);
    if (self != NULL)
        self->length = length;
    else if (gone)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_BUSY,
                    _("La liasse %s est déjà en cours d’envoi : réessayez dans un instant"),
                    sha256);
    return self;
}

GuichetUpload *
guichet_spool_create(const char *root, const char *station, const char *sha256, gsize length,
                     GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GuichetUpload) held = guichet_spool_open(root, station, sha256, &failure);
    /* what lies in depots/ may have got its row since the caller looked: never replaced here */
    if (held != NULL && (held->stored || held->length == length))
        return g_steal_pointer(&held);
    if (held != NULL && !guichet_upload_discard(held, error))
        return NULL;
    if (failure != NULL && !g_error_matches(failure, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    return make_file(root, station, sha256, length, error);
}

gboolean
guichet_spool_peek(const char *root, const char *station, const char *sha256, gsize *length,
                   gsize *offset, GError **error)
{
    g_autofree char *folder = station_folder(root, station);
    gsize announced = 0;
    guint count = 0;
    g_autofree char *name = find_name(folder, sha256, &announced, &count);
    g_autofree char *relative = guichet_spool_deposit_path(sha256);
    g_autofree char *path = name != NULL ? g_build_filename(folder, name, NULL)
                                         : g_build_filename(root, relative, NULL);
    struct stat info;
    if (stat(path, &info) != 0)
        return set_not_found(error, sha256);
    *offset = (gsize)info.st_size;
    *length = name != NULL ? announced : *offset;
    return TRUE;
}

gboolean
guichet_upload_append(GuichetUpload *self, const void *bytes, gsize size, GError **error)
{
    if (size > self->length - self->offset) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Plus d’octets que les %zu annoncés"), self->length);
        return FALSE;
    }
    const guint8 *at = bytes;
    while (size > 0) {
        ssize_t n = write(self->fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return guichet_set_error_from_errno(error, errno, _("Écriture de"), self->path);
        at += n;
        size -= (gsize)n;
        self->offset += (gsize)n;
    }
    return TRUE;
}

gboolean
guichet_upload_discard(GuichetUpload *self, GError **error)
{
    if (unlink(self->path) != 0 && errno != ENOENT)
        return guichet_set_error_from_errno(error, errno, _("Suppression de"), self->path);
    return TRUE;
}

static gboolean
sync_folder(const char *path, GError **error)
{
    g_auto(GuichetFd) fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return guichet_set_error_from_errno(error, errno, _("Synchronisation du dossier"), path);
    return TRUE;
}

gboolean
guichet_upload_store(GuichetUpload *self, const char *root, GError **error)
{
    g_autofree char *relative = guichet_spool_deposit_path(self->sha256);
    g_autofree char *target = g_build_filename(root, relative, NULL);
    g_autofree char *folder = g_path_get_dirname(target);
    g_autofree char *depots = g_path_get_dirname(folder);
    if (g_mkdir(folder, 0700) == 0) {
        if (!sync_folder(depots, error))
            return FALSE;
    } else if (errno != EEXIST) {
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), folder);
    }
    if (fsync(self->fd) != 0)
        return guichet_set_error_from_errno(error, errno, _("Synchronisation de"), self->path);
    /* a stored file may not have reached its folder when the server died: sync again */
    if (!self->stored && rename(self->path, target) != 0)
        return guichet_set_error_from_errno(error, errno, _("Renommage de"), self->path);
    g_free(self->path);
    self->path = g_steal_pointer(&target);
    self->stored = TRUE;
    return sync_folder(folder, error);
}

static guint
sweep_folder(const char *folder, gint64 now_us)
{
    guint removed = 0;
    g_autoptr(DIR) dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        char sha256[SHA256_HEX + 1];
        gsize length = 0;
        struct stat info;
        if (!parse_name(entry->d_name, sha256, &length))
            continue;
        g_autofree char *path = g_build_filename(folder, entry->d_name, NULL);
        if (stat(path, &info) != 0 ||
            now_us - (gint64)info.st_mtime * G_USEC_PER_SEC < GUICHET_SPOOL_KEEP_US)
            continue;
        gboolean gone = FALSE;
        g_autoptr(GuichetUpload) upload = open_locked(path, sha256, 0, &gone, NULL);
        if (upload != NULL && guichet_upload_discard(upload, NULL))
            removed++;
    }
    return removed;
}

guint
guichet_spool_sweep(const char *root, gint64 now_us)
{
    g_autofree char *spool = g_build_filename(root, "spool", NULL);
    guint removed = 0;
    g_autoptr(DIR) dir = opendir(spool);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        g_autofree char *folder = g_build_filename(spool, entry->d_name, NULL);
        removed += sweep_folder(folder, now_us);
    }
    return removed;
}
