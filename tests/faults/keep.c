/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keep FOLDER COUNT ACKS
 *
 * Writes COUNT files into FOLDER the way bundles and exports are written, and appends a line
 * `file NAME SHA256` to ACKS by one write() after each of them, with nothing behind it that might
 * push the name to the disk by chance: what shows whether guichet_write_file_durably() is enough.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/paths.h"

#define SIZE 20000

static gboolean
keep(const char *folder, guint number, int acks, GError **error)
{
    guint8 bytes[SIZE];
    for (guint i = 0; i < SIZE; i++)
        bytes[i] = (guint8)(i * 7 + number * 13 + (i >> 8));
    g_autofree char *name = g_strdup_printf("%08u.asice", number);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, SIZE);
    g_autofree char *line = g_strdup_printf("file %s %s\n", name, sha256);
    gssize size = (gssize)strlen(line);
    return guichet_write_file_durably(path, bytes, SIZE, 0640, error) &&
           write(acks, line, (gsize)size) == size;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    int acks = argc == 4 ? open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (acks < 0) {
        g_printerr("usage: keep FOLDER COUNT ACKS\n");
        return 2;
    }
    guint count = (guint)g_ascii_strtoull(argv[2], NULL, 10);
    for (guint i = 1; i <= count; i++) {
        if (!keep(argv[1], i, acks, &error)) {
            g_printerr("keep: %s\n", error ? error->message : "no acknowledgement");
            return 1;
        }
    }
    return 0;
}
