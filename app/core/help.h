/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * What to do when a site refuses: assets/help/help.json (profile help/1; format: its README), in
 * guichet_language_get() of the moment of loading. Immutable.
 */
#define GUICHET_HELP_MAX_BYTES (256 * 1024)

typedef struct {
    char *id;
    char *name;
    char *purpose;
    char *number;  /* or NULL: no source says it */
    char *hours;   /* or NULL */
    char *address; /* or NULL */
    char *relay;   /* for those who do not hear, or NULL */
    char *check;   /* the public site on which to verify it */
    char *date, *source;
} GuichetHelpLine;

typedef struct {
    char *id;
    char *title;
    char *situation;
    GPtrArray *steps; /* char*, in order */
    GPtrArray *never; /* char* */
    GPtrArray *lines; /* const GuichetHelpLine*, borrowed from the help */
    char *procedure;  /* of this desk, or NULL */
    char *date, *source;
} GuichetHelpTopic;

typedef struct {
    char *date, *source;
    GPtrArray *topics; /* GuichetHelpTopic* */
    GPtrArray *lines;  /* GuichetHelpLine* */
} GuichetHelp;

/* Strictly: GUICHET_ERROR_MALFORMED or _LIMIT with "<what>: </json/pointer>: reason". */
GuichetHelp *guichet_help_new(GBytes *bytes, const char *what, GError **error);
void guichet_help_free(GuichetHelp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetHelp, guichet_help_free)
/* GUICHET_ERROR_NOT_FOUND names the ids that there are. Borrowed. */
const GuichetHelpTopic *guichet_help_find(GuichetHelp *self, const char *id, GError **error);
