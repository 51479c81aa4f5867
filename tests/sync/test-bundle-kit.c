/* SPDX-License-Identifier: EUPL-1.2 */
#include "test-bundle-kit.h"

#include <string.h>

static GBytes *
noise(const char *magic, gsize magic_size, gsize size)
{
    g_autoptr(GRand) generator = g_rand_new_with_seed(7);
    guint8 *bytes = g_malloc(magic_size + size);
    memcpy(bytes, magic, magic_size);
    for (gsize i = 0; i < size; i++)
        bytes[magic_size + i] = (guint8)g_rand_int(generator);
    return g_bytes_new_take(bytes, magic_size + size);
}

static void
add_piece(Sample *sample, const char *kind, guint ordinal, const char *media_type,
          const char *magic, gsize magic_size, gsize size)
{
    g_autoptr(GBytes) content = noise(magic, magic_size, size);
    g_ptr_array_add(sample->pieces, guichet_piece_new(kind, ordinal, media_type, content, "file",
                                                      "{\"dpi\":300,\"largeur\":1200}"));
}

Sample *
sample_new(gsize photo_size)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", "procedures", "passport.json", NULL);
    Sample *sample = g_new0(Sample, 1);
    sample->procedure = guichet_procedure_load(path, &error);
    g_assert_no_error(error);
    sample->request = guichet_request_new(sample->procedure);
    g_hash_table_insert(sample->request->fields, g_strdup("surname"), g_strdup("L’ÉCOLE \"D'Ô\""));
    g_hash_table_insert(sample->request->fields, g_strdup("surname~typed"), g_strdup("l’école"));
    g_hash_table_insert(sample->request->fields, g_strdup("city"), g_strdup("Bordeaux"));
    g_hash_table_insert(sample->request->fields, g_strdup("city~typed"), g_strdup(""));
    g_hash_table_insert(sample->request->fields, g_strdup("birth-date"), g_strdup("1984-02-29"));
    sample->pieces = g_ptr_array_new_with_free_func((GDestroyNotify)guichet_piece_free);
    add_piece(sample, "photo", 1, "image/jpeg", "\xff\xd8\xff", 3, photo_size);
    add_piece(sample, "proof-of-address", 1, "image/png", "\x89PNG\r\n\x1a\n", 8, 400);
    add_piece(sample, "proof-of-address", 2, "application/pdf", "%PDF-", 5, 300);
    g_ptr_array_add(sample->pieces, guichet_piece_new_impossible("right-index", "injured"));
    return sample;
}

void
sample_free(Sample *sample)
{
    guichet_procedure_unref(sample->procedure);
    guichet_request_free(sample->request);
    g_ptr_array_unref(sample->pieces);
    g_free(sample);
}

GuichetSealContext
sample_context(Kit *kit)
{
    return (GuichetSealContext){.sign_key = kit->keys[GUICHET_ROLE_STATION_SIGN],
                                .sign_certificate = kit->certificates[GUICHET_ROLE_STATION_SIGN],
                                .recipient = kit->certificates[GUICHET_ROLE_CENTRE_SEAL],
                                .sequence = 1,
                                .created_us = kit->now_us,
                                .journal_entries = 5,
                                .journal_head = KIT_HEAD};
}

GBytes *
sample_build(Kit *kit, Sample *sample)
{
    g_autoptr(GError) error = NULL;
    GuichetSealContext context = sample_context(kit);
    GBytes *bundle =
        guichet_bundle_build(&context, sample->request, sample->procedure, sample->pieces, &error);
    g_assert_no_error(error);
    return bundle;
}
