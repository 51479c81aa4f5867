/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/manifest.h"

#include <string.h>

#include "core/error.h"
#include "sync/bundle/zip.h"

#include <glib/gi18n-lib.h>

#define ROOT "asic:ASiCManifest"
#define SIG_REFERENCE "asic:SigReference"
#define REFERENCE "asic:DataObjectReference"
#define DIGEST_METHOD "ds:DigestMethod"
#define DIGEST_VALUE "ds:DigestValue"

/* The digests that may stand in a manifest; anything else is refused. */
static const struct {
    const char *uri;
    gsize size;
} digests[] = {
    [GUICHET_DIGEST_SHA256] = {"http://www.w3.org/2001/04/xmlenc#sha256", 32},
    [GUICHET_DIGEST_SHA384] = {"http://www.w3.org/2001/04/xmldsig-more#sha384", 48},
    [GUICHET_DIGEST_SHA512] = {"http://www.w3.org/2001/04/xmlenc#sha512", 64},
};

static const struct {
    const char *suffix, *media_type;
} media_types[] = {
    {".json", "application/json"}, {".p7m", "application/pkcs7-mime"}, {".jpg", "image/jpeg"},
    {".png", "image/png"},         {".pdf", "application/pdf"},        {".txt", "text/plain"},
};

void
guichet_manifest_entry_free(GuichetManifestEntry *entry)
{
    if (entry == NULL)
        return;
    g_free(entry->name);
    g_free(entry);
}

static const char *
media_type_of(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(media_types); i++)
        if (g_str_has_suffix(name, media_types[i].suffix))
            return media_types[i].media_type;
    return "application/octet-stream";
}

GBytes *
guichet_manifest_write(GPtrArray *entries)
{
    GString *xml = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                "<" ROOT " xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\""
                                " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
                                "<" SIG_REFERENCE " URI=\"" GUICHET_MANIFEST_SIGNATURE "\""
                                " MimeType=\"application/pkcs7-signature\"></" SIG_REFERENCE ">");
    for (guint i = 0; i < entries->len; i++) {
        const GuichetManifestEntry *entry = entries->pdata[i];
        g_autofree char *value = g_base64_encode(entry->value, digests[entry->digest].size);
        g_string_append_printf(xml,
                               "<" REFERENCE " URI=\"%s\" MimeType=\"%s\"><" DIGEST_METHOD
                               " Algorithm=\"%s\"></" DIGEST_METHOD "><" DIGEST_VALUE
                               ">%s</" DIGEST_VALUE "></" REFERENCE ">",
                               entry->name, media_type_of(entry->name), digests[entry->digest].uri,
                               value);
    }
    g_string_append(xml, "</" ROOT ">\n");
    return g_string_free_to_bytes(xml);
}

/* --- reading: what is collected here is written again and compared, so the parser only needs to
 * find the names and digests; everything else about the text is settled by the comparison --- */

typedef struct {
    GPtrArray *entries;
    gboolean in_value;
} Parser;

static gboolean
fail(GError **error, const char *reason)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED,
                _("Le manifeste du conteneur n’est pas au profil attendu (%s) : le fichier est "
                  "refusé"),
                reason);
    return FALSE;
}

static GuichetManifestEntry *
last_entry(Parser *parser)
{
    GPtrArray *entries = parser->entries;
    return entries->len > 0 ? entries->pdata[entries->len - 1] : NULL;
}

static const char *
find_attribute(const char **names, const char **values, const char *name)
{
    for (guint i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return values[i];
    return "";
}

static gboolean
start_reference(Parser *parser, const char *name, GError **error)
{
    if (parser->entries->len == GUICHET_MANIFEST_MAX_ENTRIES)
        return fail(error, _("trop de membres"));
    if (!guichet_zip_is_name(name))
        return fail(error, _("nom de membre interdit"));
    GuichetManifestEntry *entry = g_new0(GuichetManifestEntry, 1);
    entry->name = g_strdup(name);
    g_ptr_array_add(parser->entries, entry);
    return TRUE;
}

static gboolean
set_method(Parser *parser, const char *uri, GError **error)
{
    GuichetManifestEntry *entry = last_entry(parser);
    for (gsize i = 0; entry != NULL && i < G_N_ELEMENTS(digests); i++) {
        if (strcmp(uri, digests[i].uri) == 0) {
            entry->digest = (GuichetDigest)i;
            return TRUE;
        }
    }
    return fail(error, _("algorithme d’empreinte interdit"));
}

static void
on_start(GMarkupParseContext *context, const char *element, const char **names, const char **values,
         gpointer data, GError **error)
{
    Parser *parser = data;
    parser->in_value = strcmp(element, DIGEST_VALUE) == 0;
    if (strcmp(element, REFERENCE) == 0)
        start_reference(parser, find_attribute(names, values, "URI"), error);
    else if (strcmp(element, DIGEST_METHOD) == 0)
        set_method(parser, find_attribute(names, values, "Algorithm"), error);
    else if (strcmp(element, ROOT) != 0 && strcmp(element, SIG_REFERENCE) != 0 && !parser->in_value)
        fail(error, _("élément inconnu"));
}

static void
on_end(GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
    ((Parser *)data)->in_value = FALSE;
}

static void
on_text(GMarkupParseContext *context, const char *text, gsize size, gpointer data, GError **error)
{
    Parser *parser = data;
    GuichetManifestEntry *entry = last_entry(parser);
    if (!parser->in_value || entry == NULL || size > 2 * GUICHET_DIGEST_MAX)
        return;
    g_autofree char *base64 = g_strndup(text, size);
    gsize value_size;
    g_autofree guchar *value = g_base64_decode(base64, &value_size);
    if (value_size != digests[entry->digest].size)
        fail(error, _("empreinte de mauvaise longueur"));
    else
        memcpy(entry->value, value, value_size);
}

/* Comments, processing instructions, CDATA and DOCTYPE all arrive here; the XML declaration too,
 * which stands first or the comparison fails. */
static void
on_passthrough(GMarkupParseContext *context, const char *text, gsize size, gpointer data,
               GError **error)
{
    if (!g_str_has_prefix(text, "<?xml "))
        fail(error, _("commentaire, instruction ou DOCTYPE"));
}

static gboolean
parse(GBytes *xml, GPtrArray *entries, GError **error)
{
    static const GMarkupParser callbacks = {on_start, on_end, on_text, on_passthrough, NULL};
    Parser parser = {.entries = entries};
    g_autoptr(GError) cause = NULL;
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&callbacks, G_MARKUP_DEFAULT_FLAGS, &parser, NULL);
    gsize size;
    const char *text = g_bytes_get_data(xml, &size);
    if (g_markup_parse_context_parse(context, text, (gssize)size, &cause) &&
        g_markup_parse_context_end_parse(context, &cause))
        return TRUE;
    if (cause->domain == G_MARKUP_ERROR)
        return fail(error, _("XML mal formé"));
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

GPtrArray *
guichet_manifest_read(GBytes *xml, GError **error)
{
    if (g_bytes_get_size(xml) > GUICHET_MANIFEST_MAX_BYTES) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_LIMIT,
                    _("Le manifeste du conteneur dépasse %d ko : le fichier est refusé"),
                    GUICHET_MANIFEST_MAX_BYTES / 1024);
        return NULL;
    }
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify)guichet_manifest_entry_free);
    if (!parse(xml, entries, error))
        return NULL;
    g_autoptr(GBytes) again = guichet_manifest_write(entries);
    if (!g_bytes_equal(again, xml)) {
        fail(error, _("une seule écriture est admise"));
        return NULL;
    }
    return g_steal_pointer(&entries);
}
