/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/bundle/words.h"

#include <string.h>

#define WORD_MAX 64

gboolean
guichet_word_is_sha256(const char *text)
{
    return strspn(text, "0123456789abcdef") == 64 && text[64] == '\0';
}

gboolean
guichet_word_is_identity(const char *text)
{
    gsize size = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    return size >= 1 && size <= WORD_MAX && text[size] == '\0' && g_ascii_isalnum(text[0]);
}

gboolean
guichet_word_is_id(const char *text)
{
    gsize size = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return size >= 1 && size <= WORD_MAX && text[size] == '\0' && text[0] != '-';
}
