/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seek NEEDLES PID…
 *
 * Looks for byte strings in the memory of living processes. NEEDLES has a line "NAME HEX" for each;
 * what is found is printed as "PID NAME ADDRESS MAPPING CONTEXT", the context in hexadecimal. What
 * is mapped from a file and can't be written is left out: it is the file's. Exit status 0 also
 * when nothing is found, 1 when a process can't be read.
 */
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#define NEEDLES_MAX_BYTES (16 * 1024 * 1024)
#define CHUNK (4 * 1024 * 1024)
#define CONTEXT 48
#define PAIRS 65536

typedef struct {
    char *name;
    GByteArray *bytes;
} Needle;

typedef struct {
    GPtrArray *by_pair[PAIRS]; /* Needle*, by their first two bytes; NULL: none */
    gsize longest;
    guint8 *buffer;
} Search;

typedef struct {
    const char *pid, *mapping;
    guint64 address; /* of the buffer */
} Place;

static void
add_needle(Search *search, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 2);
    if (words[0] == NULL || words[1] == NULL || strlen(words[1]) < 8)
        g_error("seek: « %s » is no needle", line);
    Needle *needle = g_new0(Needle, 1);
    needle->name = g_strdup(words[0]);
    needle->bytes = g_byte_array_new();
    for (const char *at = words[1]; at[0] != '\0' && at[1] != '\0'; at += 2) {
        guint8 byte = (guint8)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));
        g_byte_array_append(needle->bytes, &byte, 1);
    }
    guint pair = needle->bytes->data[0] << 8 | needle->bytes->data[1];
    if (search->by_pair[pair] == NULL)
        search->by_pair[pair] = g_ptr_array_new();
    g_ptr_array_add(search->by_pair[pair], needle);
    search->longest = MAX(search->longest, needle->bytes->len);
}

static void
show(const Place *place, const Needle *needle, const guint8 *bytes, gsize at, gsize size)
{
    gsize from = at > CONTEXT ? at - CONTEXT : 0;
    gsize to = MIN(size, at + needle->bytes->len + CONTEXT);
    g_print("%s %s %" G_GINT64_MODIFIER "x %s ", place->pid, needle->name, place->address + at,
            place->mapping);
    for (gsize i = from; i < to; i++)
        g_print("%02x", bytes[i]);
    g_print("\n");
}

/* Hits that begin before @end; what follows it up to @size may complete them. */
static void
scan(const Search *search, const Place *place, const guint8 *bytes, gsize end, gsize size)
{
    for (gsize at = 0; at < end && at + 1 < size; at++) {
        const GPtrArray *same = search->by_pair[bytes[at] << 8 | bytes[at + 1]];
        for (guint i = 0; same != NULL && i < same->len; i++) {
            const Needle *needle = g_ptr_array_index(same, i);
            if (needle->bytes->len <= size - at &&
                memcmp(bytes + at, needle->bytes->data, needle->bytes->len) == 0)
                show(place, needle, bytes, at, size);
        }
    }
}

static void
scan_mapping(const Search *search, int memory, Place *place, guint64 start, guint64 end)
{
    for (guint64 at = start; at < end; at += CHUNK) {
        gsize own = MIN(end - at, CHUNK);
        gsize wanted = MIN(end - at, own + search->longest);
        gssize got = pread(memory, search->buffer, wanted, (off_t)at);
        place->address = at;
        if (got > 0)
            scan(search, place, search->buffer, MIN(own, (gsize)got), (gsize)got);
    }
}

static gboolean
is_looked_at(const char *rights, const char *mapping)
{
    static const char *const memory_files[] = {"/dev/shm/", "/memfd:", "/SYSV", "/run/"};
    if (rights[0] != 'r' || g_str_has_prefix(mapping, "[v"))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(memory_files); i++)
        if (g_str_has_prefix(mapping, memory_files[i]))
            return TRUE;
    return rights[1] == 'w' || mapping[0] != '/';
}

static gboolean
scan_process(const Search *search, const char *pid)
{
    g_autofree char *maps_path = g_strdup_printf("/proc/%s/maps", pid);
    g_autofree char *memory_path = g_strdup_printf("/proc/%s/mem", pid);
    g_autofree char *maps = NULL;
    int memory = open(memory_path, O_RDONLY | O_CLOEXEC);
    if (memory < 0 || !g_file_get_contents(maps_path, &maps, NULL, NULL))
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(maps, "\n", -1);
    for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        char *rest = NULL;
        guint64 start = g_ascii_strtoull(lines[i], &rest, 16);
        guint64 end = g_ascii_strtoull(rest + 1, &rest, 16);
        const char *path = strpbrk(rest, "/[");
        Place place = {pid, path != NULL ? path : "-", 0};
        if (is_looked_at(rest + 1, place.mapping))
            scan_mapping(search, memory, &place, start, end);
    }
    close(memory);
    return TRUE;
}

int
main(int argc, char **argv)
{
    static Search search;
    g_autofree char *text = NULL;
    gsize size = 0;
    if (argc < 3 || !g_file_get_contents(argv[1], &text, &size, NULL) || size > NEEDLES_MAX_BYTES) {
        g_printerr("usage: seek NEEDLES PID…\n");
        return 2;
    }
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        add_needle(&search, lines[i]);
    search.buffer = g_malloc(CHUNK + search.longest);
    gboolean read_all = TRUE;
    for (int i = 2; i < argc; i++)
        read_all &= scan_process(&search, argv[i]);
    return read_all ? 0 : 1;
}
