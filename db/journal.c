/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/journal.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "db/crypt.h"
#include "db/query.h"

typedef struct {
    gint64 sequence;
    guint8 hash[GUICHET_CRYPT_HASH_SIZE];
} Head;

typedef struct {
    gint64 sequence, wall_us, monotonic_us;
    const char *boot_id, *event, *subject;
} Entry;

static void
put_number(GByteArray *out, gint64 number)
{
    guint64 big_endian = GUINT64_TO_BE((guint64)number);
    g_byte_array_append(out, (const guint8 *)&big_endian, sizeof big_endian);
}

/* Length first, so that "ab" + "c" and "a" + "bc" are different bytes. */
static void
put_text(GByteArray *out, const char *text)
{
    gsize size = strlen(text);
    put_number(out, (gint64)size);
    g_byte_array_append(out, (const guint8 *)text, (guint)size);
}

static gboolean
chain(Head *head, const Entry *entry, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, head->hash, sizeof head->hash);
    put_number(bytes, entry->sequence);
    put_number(bytes, entry->wall_us);
    put_text(bytes, entry->boot_id);
    put_number(bytes, entry->monotonic_us);
    put_text(bytes, entry->event);
    put_text(bytes, entry->subject);
    head->sequence = entry->sequence;
    return guichet_crypt_sha256(bytes->data, bytes->len, head->hash, error);
}

static gboolean
copy_hash(GuichetQuery *query, guint8 hash[GUICHET_CRYPT_HASH_SIZE])
{
    g_autoptr(GBytes) stored = guichet_query_bytes(query, "hash");
    if (stored == NULL || g_bytes_get_size(stored) != GUICHET_CRYPT_HASH_SIZE)
        return FALSE;
    memcpy(hash, g_bytes_get_data(stored, NULL), GUICHET_CRYPT_HASH_SIZE);
    return TRUE;
}

static gboolean
read_head(GuichetDatabase *database, Head *head, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "journal/head", error);
    int step = query != NULL ? guichet_query_step(query, error) : -1;
    if (step == 1 && copy_hash(query, head->hash)) {
        head->sequence = guichet_query_int(query, "sequence");
        return TRUE;
    }
    if (step >= 0)
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                    _("journal : sa tête manque ; la base a été modifiée, appelez le technicien"));
    return FALSE;
}

static char *
to_hex(const guint8 hash[GUICHET_CRYPT_HASH_SIZE])
{
    GString *text = g_string_sized_new(2 * GUICHET_CRYPT_HASH_SIZE);
    for (gsize i = 0; i < GUICHET_CRYPT_HASH_SIZE; i++)
        g_string_append_printf(text, "%02x", hash[i]);
    return g_string_free(text, FALSE);
}

gboolean
guichet_journal_read_head(GuichetDatabase *database, gint64 *entries, char **head_hex,
                          GError **error)
{
    Head head;
    if (!read_head(database, &head, error))
        return FALSE;
    *entries = head.sequence;
    *head_hex = to_hex(head.hash);
    return TRUE;
}

static gboolean
insert(GuichetDatabase *database, const Entry *entry, GBytes *hash, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "journal/append", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":sequence", entry->sequence);
    guichet_query_bind_int(query, ":wall_us", entry->wall_us);
    guichet_query_bind_text(query, ":boot_id", entry->boot_id);
    guichet_query_bind_int(query, ":monotonic_us", entry->monotonic_us);
    guichet_query_bind_text(query, ":event", entry->event);
    guichet_query_bind_text(query, ":subject", entry->subject);
    guichet_query_bind_bytes(query, ":hash", hash);
    return guichet_query_run(query, error);
}

static gboolean
move_head(GuichetDatabase *database, gint64 sequence, GBytes *hash, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "journal/move-head", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":sequence", sequence);
    guichet_query_bind_bytes(query, ":hash", hash);
    return guichet_query_run(query, error);
}

static gboolean
check_words(const char *event, const char *subject, GError **error)
{
    if (*event != '\0' && strlen(event) <= GUICHET_JOURNAL_MAX_EVENT &&
        strlen(subject) <= GUICHET_JOURNAL_MAX_SUBJECT && g_utf8_validate(event, -1, NULL) &&
        g_utf8_validate(subject, -1, NULL))
        return TRUE;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_ARGUMENT,
                _("journal : évènement vide, trop long ou mal codé ; rien n’a été écrit"));
    return FALSE;
}

gboolean
guichet_journal_append(GuichetDatabase *database, const char *event, const char *subject,
                       GError **error)
{
    Head head;
    if (!check_words(event, subject, error) || !read_head(database, &head, error))
        return FALSE;
    GuichetInstant now = guichet_instant_now();
    Entry entry = {head.sequence + 1, now.wall_us, now.monotonic_us, now.boot_id, event, subject};
    if (!chain(&head, &entry, error))
        return FALSE;
    g_autoptr(GBytes) hash = g_bytes_new(head.hash, sizeof head.hash);
    return insert(database, &entry, hash, error) &&
           move_head(database, entry.sequence, hash, error);
}

static gboolean
refuse(gint64 sequence, GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_CORRUPT,
                _("journal : l’entrée n° %" PRId64
                  " manque ou a été modifiée ; conservez la base et prévenez le responsable"),
                sequence);
    return FALSE;
}

static gboolean
walk(GuichetDatabase *database, Head *head, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "journal/walk", error);
    if (query != NULL)
        guichet_query_bind_int(query, ":after", head->sequence);
    int step = query != NULL ? 1 : -1;
    while (step == 1 && (step = guichet_query_step(query, error)) == 1) {
        Entry entry = {
            guichet_query_int(query, "sequence"),     guichet_query_int(query, "wall_us"),
            guichet_query_int(query, "monotonic_us"), guichet_query_text(query, "boot_id"),
            guichet_query_text(query, "event"),       guichet_query_text(query, "subject")};
        guint8 stored[GUICHET_CRYPT_HASH_SIZE];
        gint64 expected = head->sequence + 1;
        if (entry.sequence != expected || entry.boot_id == NULL || entry.event == NULL ||
            entry.subject == NULL)
            return refuse(expected, error);
        if (!chain(head, &entry, error))
            return FALSE;
        if (!copy_hash(query, stored) || memcmp(stored, head->hash, sizeof stored) != 0)
            return refuse(expected, error);
    }
    return step == 0;
}

/* From *@walked, which is trusted, to the head. */
static gboolean
walk_to_head(GuichetDatabase *database, Head *walked, const Head *stored, GError **error)
{
    if (!walk(database, walked, error))
        return FALSE;
    if (walked->sequence != stored->sequence)
        return refuse(MIN(walked->sequence, stored->sequence) + 1, error);
    return memcmp(walked->hash, stored->hash, sizeof walked->hash) == 0 ||
           refuse(walked->sequence, error);
}

static gboolean
read_entry_hash(GuichetDatabase *database, Head *entry, GError **error)
{
    g_autoptr(GuichetQuery) query = guichet_query_new(database, "journal/entry-hash", error);
    if (query == NULL)
        return FALSE;
    guichet_query_bind_int(query, ":sequence", entry->sequence);
    int step = guichet_query_step(query, error);
    if (step == 1 && copy_hash(query, entry->hash))
        return TRUE;
    return step >= 0 && refuse(entry->sequence, error);
}

gboolean
guichet_journal_verify_tail(GuichetDatabase *database, guint entries, GError **error)
{
    Head walked = {0}, stored = {0};
    g_autoptr(GuichetTransaction) snapshot = guichet_transaction_begin_read(database, error);
    if (snapshot == NULL || !read_head(database, &stored, error))
        return FALSE;
    walked.sequence = MAX(0, stored.sequence - (gint64)entries);
    return (walked.sequence == 0 || read_entry_hash(database, &walked, error)) &&
           walk_to_head(database, &walked, &stored, error);
}

gboolean
guichet_journal_verify(GuichetDatabase *database, gint64 *entries, char **head_hex, GError **error)
{
    Head walked = {0}, stored = {0};
    g_autoptr(GuichetTransaction) snapshot = guichet_transaction_begin_read(database, error);
    if (snapshot == NULL || !read_head(database, &stored, error) ||
        !walk_to_head(database, &walked, &stored, error))
        return FALSE;
    *entries = walked.sequence;
    *head_hex = to_hex(walked.hash);
    return TRUE;
}
