/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/central/open.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.h"
#include "core/paths.h"
#include "sync/bundle/bundle.h"
#include "sync/central/handles.h"

#ifdef __SANITIZE_ADDRESS__
#define CHILD_MEMORY RLIM_INFINITY /* the sanitizer's shadow is terabytes of address space */
#else
#define CHILD_MEMORY ((rlim_t)1024 * 1024 * 1024)
#endif
#define CHILD_SECONDS 60
#define CHILD_FILES 32
#define CHILD_FILE_SIZE ((rlim_t)4 * GUICHET_BUNDLE_MAX_BYTES)
#define REPORT_MAX 1024
#define NAME_MAX_BYTES 200

/* Relative, made of safe characters, no dot at the start of a part. */
static gboolean
is_safe_name(const char *name)
{
    gsize size = strlen(name);
    if (size == 0 || size > NAME_MAX_BYTES || name[0] == '/' || name[size - 1] == '/' ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") != size)
        return FALSE;
    return name[0] != '.' && strstr(name, "/.") == NULL && strstr(name, "//") == NULL;
}

static gboolean
write_member(const char *folder, const GuichetBundleMember *member, GError **error)
{
    if (!is_safe_name(member->name)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                    _("Nom de pièce refusé dans la liasse"));
        return FALSE;
    }
    g_autofree char *path = g_build_filename(folder, member->name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    if (g_mkdir_with_parents(parent, 0700) != 0)
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), parent);
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS, _("%s existe déjà"), path);
        return FALSE;
    }
    return guichet_write_file_durably(path, g_bytes_get_data(member->content, NULL),
                                      g_bytes_get_size(member->content), 0600, error);
}

static gboolean
unpack(GuichetCentre *centre, GBytes *bundle, gint64 at_us, const char *folder, guint *count,
       GError **error)
{
    g_autofree char *key_path = guichet_centre_path(centre, "inner/centre-seal.key");
    g_autoptr(GuichetKey) key = guichet_key_load(key_path, error);
    if (key == NULL)
        return FALSE;
    g_autoptr(GPtrArray) members = guichet_bundle_open(
        bundle, centre->trust, guichet_bundle_judge_at(bundle, centre->trust, at_us), key,
        centre->seal_certificate, error);
    if (members == NULL)
        return FALSE;
    for (guint i = 0; i < members->len; i++) {
        if (!write_member(folder, g_ptr_array_index(members, i), error))
            return FALSE;
    }
    *count = members->len;
    return TRUE;
}

static gboolean
set_limit(int resource, rlim_t value)
{
    struct rlimit limit = {value, value};
    return setrlimit(resource, &limit) == 0;
}

static gboolean
confine(GError **error)
{
    if (set_limit(RLIMIT_AS, CHILD_MEMORY) && set_limit(RLIMIT_CPU, CHILD_SECONDS) &&
        set_limit(RLIMIT_NOFILE, CHILD_FILES) && set_limit(RLIMIT_FSIZE, CHILD_FILE_SIZE) &&
        set_limit(RLIMIT_CORE, 0) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
        return TRUE;
    return guichet_set_error_from_errno(error, errno, _("Mise sous contrainte de"),
                                        _("l’ouverture"));
}

/* The child's report: "<count>\n" or "<error code> <message>". */
static void G_GNUC_NORETURN
run_child(GuichetCentre *centre, GBytes *bundle, gint64 at_us, const char *folder, int report)
{
    g_autoptr(GError) failure = NULL;
    guint count = 0;
    g_autofree char *text = NULL;
    if (confine(&failure) && unpack(centre, bundle, at_us, folder, &count, &failure))
        text = g_strdup_printf("%u\n", count);
    else
        text = g_strdup_printf("%d %s", failure->code, failure->message);
    gsize size = MIN(strlen(text), REPORT_MAX);
    gboolean told = write(report, text, size) == (ssize_t)size;
    _exit(told && failure == NULL ? 0 : 1);
}

static gboolean
read_report(int fd, int status, guint *count, GError **error)
{
    char text[REPORT_MAX + 1] = {0};
    gsize got = 0;
    for (ssize_t n; got < REPORT_MAX && (n = read(fd, text + got, REPORT_MAX - got)) > 0;)
        got += (gsize)n;
    char *rest = NULL;
    guint64 number = g_ascii_strtoull(text, &rest, 10);
    if (got == 0 || rest == text) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_INTERNAL,
                    _("L’ouverture s’est arrêtée sur un incident (état %d) ; la liasse n’est "
                      "pas touchée"),
                    status);
        return FALSE;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        *count = (guint)number;
        return TRUE;
    }
    g_set_error_literal(error, GUICHET_ERROR, (int)number, g_strchug(rest));
    return FALSE;
}

static gboolean
open_in_child(GuichetCentre *centre, GBytes *bundle, gint64 at_us, const char *folder, guint *count,
              GError **error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return guichet_set_error_from_errno(error, errno, _("Ouverture de"), _("un tube"));
    g_auto(GuichetFd) reader = ends[0];
    g_auto(GuichetFd) writer = ends[1];
    pid_t child = fork(); /* this program has one thread here */
    if (child < 0)
        return guichet_set_error_from_errno(error, errno, _("Lancement de"), _("l’ouverture"));
    if (child == 0)
        run_child(centre, bundle, at_us, folder, writer);
    guichet_fd_close(&writer);
    int status = 0;
    /* the report fits a pipe, so that waiting first cannot block the child */
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return guichet_set_error_from_errno(error, errno, _("Attente de"), _("l’ouverture"));
    }
    return read_report(reader, status, count, error);
}

static gboolean
make_empty_folder(const char *folder, GError **error)
{
    if (g_mkdir_with_parents(folder, 0700) != 0)
        return guichet_set_error_from_errno(error, errno, _("Création du dossier"), folder);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    if (dir == NULL || g_dir_read_name(dir) != NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_EXISTS,
                    _("Le dossier %s n’est pas vide : choisissez-en un autre avec -o"), folder);
        return FALSE;
    }
    if (g_chmod(folder, 0700) != 0)
        return guichet_set_error_from_errno(error, errno, _("Droits de"), folder);
    return TRUE;
}

/* The station's certificate had to be good when the deposit was received, and may end later. */
gboolean
guichet_centre_open_deposit(GuichetCentre *centre, const char *sha256, const char *folder,
                            guint *count, GError **error)
{
    g_autoptr(GuichetDeposit) deposit = guichet_depot_find(centre->depot, sha256, error);
    if (deposit == NULL)
        return FALSE;
    g_autofree char *path = guichet_centre_path(centre, deposit->path);
    g_autoptr(GBytes) bundle = guichet_read_file(path, GUICHET_BUNDLE_MAX_BYTES, error);
    if (bundle == NULL)
        return FALSE;
    g_autofree char *digest =
        guichet_sha256_hex(g_bytes_get_data(bundle, NULL), g_bytes_get_size(bundle));
    if (strcmp(digest, deposit->sha256) != 0) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("%s a changé depuis son dépôt : restaurez-le d’une sauvegarde"), path);
        return FALSE;
    }
    return make_empty_folder(folder, error) &&
           open_in_child(centre, bundle, deposit->received_us, folder, count, error);
}
