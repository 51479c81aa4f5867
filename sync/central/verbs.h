/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <json-glib/json-glib.h>

#include "sync/central/centre.h"

/** The verbs of guichet-central, one function each. Private to the program. */
typedef struct {
    const char *root;
    gboolean json;
    char *name, *dns, *ip, *url, *output, *listen, *port_file, *before;
    char *database; /* libpq's connection string; NULL = SQLite */
    int days, minutes, persons;
    gboolean cancel;
    char **arguments; /* positional ones, NULL-terminated */
} GuichetCentralOptions;

typedef struct {
    const char *name;
    const char *usage; /* after the name */
    guint min, max;    /* positional arguments */
    gboolean (*run)(GuichetCentre *centre, const GuichetCentralOptions *options, GError **error);
} GuichetCentralVerb;

/* Ends with a NULL name. "init" is not among them: it has no centre yet. */
extern const GuichetCentralVerb guichet_central_verbs[];

/* verbs-feed.c */
gboolean guichet_verb_answer(GuichetCentre *centre, const GuichetCentralOptions *options,
                             GError **error);
gboolean guichet_verb_ask(GuichetCentre *centre, const GuichetCentralOptions *options,
                          GError **error);
gboolean guichet_verb_ready(GuichetCentre *centre, const GuichetCentralOptions *options,
                            GError **error);
gboolean guichet_verb_appointment(GuichetCentre *centre, const GuichetCentralOptions *options,
                                  GError **error);
/* verbs-courier.c */
gboolean guichet_verb_import(GuichetCentre *centre, const GuichetCentralOptions *options,
                             GError **error);

/* Takes ownership of @object. */
void guichet_verb_print(JsonObject *object);
gboolean guichet_verb_check_sha256(const char *text, GError **error);
