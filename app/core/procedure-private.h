/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/procedure.h"

/** Private to core/procedure: the loaded form, filled by procedure-load.c. */
struct _GuichetProcedure {
    gatomicrefcount refs;
    GBytes *bytes;
    char *sha256;
    char *id;
    guint revision;
    char *title;
    char *summary;
    GPtrArray *fields;
    GPtrArray *pieces;
    GPtrArray *stamps;
    GPtrArray *steps;
};

#define PROCEDURE_MAX_FIELDS 100
#define PROCEDURE_MAX_CHOICES 400
#define PROCEDURE_MAX_PIECES 48
#define PROCEDURE_MAX_STAMPS 8
#define PROCEDURE_MAX_STEPS 16
#define PROCEDURE_MAX_ID 40 /* [a-z][a-z0-9-]{0,39} */
#define PROCEDURE_MAX_TEXT 500
#define PROCEDURE_MAX_VALUE 10000 /* characters of an answer */

void guichet_choice_free(GuichetChoice *choice);
void guichet_field_free(GuichetField *field);
void guichet_piece_spec_free(GuichetPieceSpec *piece);
void guichet_stamp_spec_free(GuichetStampSpec *stamp);
void guichet_step_free(GuichetStep *step);

/* Fills @self, whose arrays are there and empty, from the file's object. */
gboolean guichet_procedure_read(GuichetProcedure *self, JsonObject *object, const char *what,
                                GError **error);
/* Ids named by steps and rules exist; each field and piece is in exactly one step. */
gboolean guichet_procedure_check_references(GuichetProcedure *self, const char *what,
                                            GError **error);

/* The pattern compiled so that it must match the whole value; NULL with the reason. */
GRegex *guichet_field_compile_pattern(const char *pattern, GError **error);
