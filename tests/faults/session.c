/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * session ROOT AGENT [--soft]
 *
 * One citizen's visit, for canaries.py to look for what it leaves in memory and on the disk. Reads
 * three lines, each spelt backwards so that this program's own reading leaves nothing that could be
 * found: the passphrase, the value of a field, the text of a piece. At each stage it prints the
 * stage's name and waits for a line:
 *
 *   draft     logged in, the request is open, its fields and a page are in memory
 *   locked    freed and logged out, the draft stays
 *   sealed    logged in again (the passphrase is read), sealed, slip made, logged out
 *   erased    synchronised, erased
 *   draft     another one (all three lines are read)
 *   abandoned without a seal, logged out
 *
 * Hardened as the product's programs are, but for --soft: the control of swap and core dumps.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/process.h"
#include "service/desk.h"
#include "service/sync.h"

#define LINE_MAX_BYTES 200
#define PIECE_BYTES 60000

typedef struct {
    char *bytes; /* pages of their own */
    gsize size;
} Pages;

static Pages
pages_new(gsize size)
{
    Pages pages = {mmap(NULL, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                   size};
    if (pages.bytes == MAP_FAILED)
        g_error("session: no memory");
    return pages;
}

static void
pages_clear(Pages *pages)
{
    explicit_bzero(pages->bytes, pages->size);
    munmap(pages->bytes, pages->size + 1);
}

/* A line of standard input, turned round; it exists in the pages alone. */
static Pages
read_line(void)
{
    char backwards[LINE_MAX_BYTES];
    gsize size = 0;
    while (size < sizeof backwards && read(STDIN_FILENO, backwards + size, 1) == 1 &&
           backwards[size] != '\n')
        size++;
    Pages line = pages_new(size);
    for (gsize i = 0; i < size; i++)
        line.bytes[i] = backwards[size - 1 - i];
    return line;
}

static void
stage(const char *name)
{
    char byte = 0;
    g_autofree char *text = g_strdup_printf("%s\n", name);
    if (write(STDOUT_FILENO, text, strlen(text)) < 0)
        g_error("session: nobody listens");
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n')
        ;
}

static gboolean
login(GuichetDesk *desk, const char *agent, const Pages *words, GError **error)
{
    g_autoptr(GuichetSecret) passphrase = guichet_secret_new(words->bytes, words->size);
    return guichet_desk_login(desk, agent, passphrase, error);
}

static gboolean
add_page(GuichetDesk *desk, const char *id, const Pages *text, GError **error)
{
    Pages content = pages_new(PIECE_BYTES);
    for (gsize i = 0; i < PIECE_BYTES; i++)
        content.bytes[i] = text->bytes[i % text->size];
    g_autoptr(GBytes) bytes = g_bytes_new_static(content.bytes, content.size);
    g_autoptr(GuichetPiece) piece =
        guichet_desk_add_piece(desk, id, "piece", bytes, "file", "{}", error);
    pages_clear(&content);
    return piece != NULL;
}

/* Takes the request in and looks at it again, as a window does. */
static char *
work(GuichetDesk *desk, GError **error)
{
    Pages value = read_line();
    Pages text = read_line();
    g_autoptr(GuichetRequest) made = guichet_desk_new_request(desk, "other-case", error);
    gboolean done = made != NULL &&
                    guichet_desk_set_field(desk, made->id, "description", value.bytes, error) &&
                    guichet_desk_set_field(desk, made->id, "name", value.bytes, error) &&
                    add_page(desk, made->id, &text, error);
    pages_clear(&value);
    pages_clear(&text);
    g_autoptr(GuichetRequest) open = done ? guichet_desk_load_request(desk, made->id, error) : NULL;
    if (open == NULL)
        return NULL;
    const GuichetPiece *listed = g_ptr_array_index(open->pieces, 0);
    g_autoptr(GuichetPiece) page = guichet_desk_load_piece(desk, open->id, listed->id, error);
    g_autoptr(GPtrArray) gaps = page != NULL ? guichet_desk_check(desk, open->id, error) : NULL;
    if (gaps == NULL)
        return NULL;
    stage("draft");
    return g_strdup(made->id);
}

static gboolean
deposit(GuichetDesk *desk, const char *id, GError **error)
{
    g_autoptr(GuichetRequest) sealed = guichet_desk_seal(desk, id, error);
    g_autoptr(GBytes) slip = sealed != NULL ? guichet_desk_make_slip(desk, id, error) : NULL;
    guichet_desk_logout(desk);
    return slip != NULL;
}

static gboolean
abandon(GuichetDesk *desk, const char *agent, GError **error)
{
    Pages words = read_line();
    if (!login(desk, agent, &words, error))
        return FALSE;
    pages_clear(&words);
    g_autofree char *id = work(desk, error);
    if (id == NULL || !guichet_desk_abandon(desk, id, error))
        return FALSE;
    guichet_desk_logout(desk);
    stage("abandoned");
    return TRUE;
}

static gboolean
visit(const char *root, const char *agent, GError **error)
{
    g_autoptr(GuichetDesk) desk = guichet_desk_open(root, error);
    Pages words = read_line();
    if (desk == NULL || !login(desk, agent, &words, error))
        return FALSE;
    pages_clear(&words);
    g_autofree char *id = work(desk, error);
    if (id == NULL)
        return FALSE;
    guichet_desk_logout(desk);
    stage("locked");
    Pages again = read_line();
    if (!login(desk, agent, &again, error))
        return FALSE;
    pages_clear(&again);
    if (!deposit(desk, id, error))
        return FALSE;
    stage("sealed");
    GuichetSyncResult result = {0};
    gboolean synced = guichet_station_sync(root, TRUE, &result, error);
    guichet_sync_result_clear(&result);
    if (!synced || !guichet_desk_erase(desk, id, error))
        return FALSE;
    stage("erased");
    return abandon(desk, agent, error);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    gboolean soft = argc == 4 && g_str_equal(argv[3], "--soft");
    if (argc != 3 && !soft) {
        g_printerr("usage: session ROOT AGENT [--soft]\n");
        return 2;
    }
    if (!soft)
        guichet_process_harden();
    if (visit(argv[1], argv[2], &error))
        return 0;
    g_printerr("session: %s\n", error->message);
    return 1;
}
