/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/scanner/options.h"

#include <stdlib.h>
#include <string.h>

#include <sane/saneopts.h>

#define MAX_OPTIONS 1024
#define MAX_STRING 4096
#define RESOLUTION "300"
#define A4_WIDTH_MM "210"
#define A4_HEIGHT_MM "297"

/* -1 if there is none. Option 0 is the count of options. */
static SANE_Int
find_option(SANE_Handle handle, const char *name, const SANE_Option_Descriptor **descriptor)
{
    for (SANE_Int i = 1; i < MAX_OPTIONS; i++) {
        *descriptor = sane_get_option_descriptor(handle, i);
        if (*descriptor == NULL)
            break;
        if ((*descriptor)->name != NULL && strcmp((*descriptor)->name, name) == 0)
            return i;
    }
    return -1;
}

static SANE_Word
clamp_to_range(const SANE_Option_Descriptor *descriptor, SANE_Word word)
{
    if (descriptor->constraint_type != SANE_CONSTRAINT_RANGE)
        return word;
    const SANE_Range *range = descriptor->constraint.range;
    return CLAMP(word, range->min, range->max);
}

static gboolean
set_word(SANE_Handle handle, SANE_Int option, const SANE_Option_Descriptor *descriptor,
         const char *value)
{
    SANE_Word word;
    SANE_Int info = 0;
    if (descriptor->size != sizeof word)
        return FALSE; /* a curve, not a number */
    if (descriptor->type == SANE_TYPE_BOOL)
        word = strcmp(value, "yes") == 0 ? SANE_TRUE : SANE_FALSE;
    else if (descriptor->type == SANE_TYPE_FIXED)
        word = clamp_to_range(descriptor, SANE_FIX(g_ascii_strtod(value, NULL)));
    else
        word = clamp_to_range(descriptor, (SANE_Word)g_ascii_strtoll(value, NULL, 10));
    return sane_control_option(handle, option, SANE_ACTION_SET_VALUE, &word, &info) ==
           SANE_STATUS_GOOD;
}

static gboolean
set_string(SANE_Handle handle, SANE_Int option, const SANE_Option_Descriptor *descriptor,
           const char *value)
{
    SANE_Int info = 0;
    if (descriptor->size <= 0 || descriptor->size > MAX_STRING ||
        strlen(value) >= (gsize)descriptor->size)
        return FALSE;
    g_autofree char *buffer = g_malloc0((gsize)descriptor->size);
    strcpy(buffer, value);
    return sane_control_option(handle, option, SANE_ACTION_SET_VALUE, buffer, &info) ==
           SANE_STATUS_GOOD;
}

gboolean
guichet_sane_set(SANE_Handle handle, const char *name, const char *value)
{
    const SANE_Option_Descriptor *descriptor;
    SANE_Int option = find_option(handle, name, &descriptor);
    if (option < 0 || !SANE_OPTION_IS_ACTIVE(descriptor->cap) ||
        !SANE_OPTION_IS_SETTABLE(descriptor->cap))
        return FALSE;
    switch (descriptor->type) {
    case SANE_TYPE_BOOL:
    case SANE_TYPE_INT:
    case SANE_TYPE_FIXED:
        return set_word(handle, option, descriptor, value);
    case SANE_TYPE_STRING:
        return set_string(handle, option, descriptor, value);
    default:
        return FALSE;
    }
}

guint
guichet_sane_get_number(SANE_Handle handle, const char *name)
{
    const SANE_Option_Descriptor *descriptor;
    SANE_Int option = find_option(handle, name, &descriptor);
    SANE_Word word = 0;
    if (option < 0 || !SANE_OPTION_IS_ACTIVE(descriptor->cap) || descriptor->size != sizeof word ||
        (descriptor->type != SANE_TYPE_INT && descriptor->type != SANE_TYPE_FIXED) ||
        sane_control_option(handle, option, SANE_ACTION_GET_VALUE, &word, NULL) !=
            SANE_STATUS_GOOD ||
        word < 0)
        return 0;
    return descriptor->type == SANE_TYPE_FIXED ? (guint)(SANE_UNFIX(word) + 0.5) : (guint)word;
}

void
guichet_sane_prepare_page(SANE_Handle handle)
{
    if (!guichet_sane_set(handle, SANE_NAME_SCAN_MODE, SANE_VALUE_SCAN_MODE_COLOR))
        guichet_sane_set(handle, SANE_NAME_SCAN_MODE, SANE_VALUE_SCAN_MODE_GRAY);
    guichet_sane_set(handle, SANE_NAME_BIT_DEPTH, "8");
    guichet_sane_set(handle, SANE_NAME_SCAN_RESOLUTION, RESOLUTION);
    guichet_sane_set(handle, SANE_NAME_SCAN_TL_X, "0");
    guichet_sane_set(handle, SANE_NAME_SCAN_TL_Y, "0");
    guichet_sane_set(handle, SANE_NAME_SCAN_BR_X, A4_WIDTH_MM);
    guichet_sane_set(handle, SANE_NAME_SCAN_BR_Y, A4_HEIGHT_MM);
}
