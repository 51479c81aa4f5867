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
    GuichetProcedureGroup group;
    GPtrArray *fields;
    GPtrArray *pieces;
    GPtrArray *tables;
    GPtrArray *stamps;
    GPtrArray *deadlines;
    GPtrArray *steps;
    GPtrArray *joins;
};

#define PROCEDURE_MAX_FIELDS 100
#define PROCEDURE_MAX_CHOICES 400
#define PROCEDURE_MAX_PIECES 48
#define PROCEDURE_MAX_TABLES 16
#define PROCEDURE_MAX_ROWS 100
#define PROCEDURE_MAX_KEYS 60
#define PROCEDURE_MAX_STAMPS 8
#define PROCEDURE_MAX_DEADLINES 12
#define PROCEDURE_MAX_REASONS 16
#define PROCEDURE_MAX_STEPS 16
#define PROCEDURE_MAX_ID 40 /* [a-z][a-z0-9-]{0,39} */
#define PROCEDURE_MAX_TEXT 500
#define PROCEDURE_MAX_VALUE 10000 /* characters of an answer */

void guichet_choice_free(GuichetChoice *choice);
void guichet_field_free(GuichetField *field);
void guichet_piece_spec_free(GuichetPieceSpec *piece);
void guichet_stamp_spec_free(GuichetStampSpec *stamp);
void guichet_table_free(GuichetTable *table);
void guichet_deadline_spec_free(GuichetDeadlineSpec *deadline);
void guichet_step_free(GuichetStep *step);
void guichet_join_free(GuichetJoin *join);

/* Fills @self, whose arrays are there and empty, from the file's object. */
gboolean guichet_procedure_read(GuichetProcedure *self, JsonObject *object, const char *what,
                                GError **error);
/* Tables, stamps and deadlines; the last two lists may be absent (procedure-outcomes.c). */
gboolean guichet_procedure_read_outcomes(GuichetProcedure *self, JsonObject *object,
                                         const char *where, GError **error);
/* What the request that it joins becomes; may be absent (procedure-join.c). */
gboolean guichet_procedure_read_joins(GuichetProcedure *self, JsonObject *object, const char *where,
                                      GError **error);
/* Ids named by steps and rules exist; each field and piece is in exactly one step. */
gboolean guichet_procedure_check_references(GuichetProcedure *self, const char *what,
                                            GError **error);

/* The pattern compiled so that it must match the whole value; NULL with the reason. */
GRegex *guichet_field_compile_pattern(const char *pattern, GError **error);

/* --- members of the file (procedure-members.c); @where as in json.h --- */

/* Reads one entry of a list into a new element of @into. */
typedef gboolean (*ProcedureReadEntry)(JsonObject *object, const char *where, GPtrArray *into,
                                       GError **error);

/* Always FALSE, with "<where>/<member>: <reason>". */
gboolean procedure_refuse(GError **error, const char *where, const char *member, const char *format,
                          ...) G_GNUC_PRINTF(4, 5);
gboolean procedure_read_id(JsonObject *object, const char *member, const char *where, char **id,
                           GError **error);
/* One text, for machines and readers of the file. */
gboolean procedure_read_plain(JsonObject *object, const char *member, const char *where,
                              char **text, GError **error);
/* What a person reads: a French text, which the catalogues translate, or one text a language, of
 * which that of guichet_language_get() is kept, else French as before. */
gboolean procedure_read_text(JsonObject *object, const char *member, const char *where, char **text,
                             GError **error);
gboolean procedure_read_optional_text(JsonObject *object, const char *member, const char *where,
                                      char **text, GError **error);
/* A text that is for the reader of the file: checked, not kept. */
gboolean procedure_check_note(JsonObject *object, const char *member, const char *where,
                              GError **error);
gboolean procedure_read_rule(JsonObject *object, const char *member, const char *where,
                             JsonNode **rule, GError **error);
/* A day that exists, "YYYY-MM-DD". */
gboolean procedure_read_day(JsonObject *object, const char *member, const char *where, char **day,
                            GError **error);
gboolean procedure_read_boolean(JsonObject *object, const char *member, const char *where,
                                gboolean *value, GError **error);
gboolean procedure_read_number(JsonObject *object, const char *member, gint64 min, gint64 max,
                               const char *where, gint64 *value, GError **error);
/* The index of the word among @names, or -1 with the list in the error. */
int procedure_read_word(JsonObject *object, const char *member, const char *const *names,
                        const char *where, GError **error);
/* At most @max entries. */
gboolean procedure_read_entries(JsonObject *object, const char *member, const char *where,
                                guint max, ProcedureReadEntry read, GPtrArray *into,
                                GError **error);
/* The same, of elements whose first member is their id, all distinct. */
gboolean procedure_read_list(JsonObject *object, const char *member, const char *where, guint max,
                             ProcedureReadEntry read, GPtrArray *into, GError **error);
