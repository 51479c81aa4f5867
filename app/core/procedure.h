/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "core/places.h"

/**
 * A procedure (démarche): what a kind of request asks for, read from one JSON file under
 * assets/procedures (schema: assets/procedures/procedure.schema.json, format: its README).
 * Immutable once loaded; refcounted; thread safe to share. Texts are in guichet_language_get() of
 * the moment of loading, French where the file has no other.
 */
typedef struct _GuichetProcedure GuichetProcedure;

/** The shelf on which a procedure stands, in the order in which they are offered. */
typedef enum {
    GUICHET_GROUP_IDENTITY,
    GUICHET_GROUP_LICENCE,
    GUICHET_GROUP_VEHICLE,
    GUICHET_GROUP_RESIDENCE,
    GUICHET_GROUP_OTHER,
} GuichetProcedureGroup;

typedef enum {
    GUICHET_FIELD_TEXT,
    GUICHET_FIELD_MULTILINE,
    GUICHET_FIELD_DATE,    /* value "YYYY-MM-DD" */
    GUICHET_FIELD_CHOICE,  /* value = id of a choice */
    GUICHET_FIELD_BOOLEAN, /* value "true" / "false" */
    GUICHET_FIELD_INTEGER,
    /* Texts that are tidied, advised on and never forced; what was typed is kept beside. */
    GUICHET_FIELD_NAME,    /* accents, particles and case as they were typed */
    GUICHET_FIELD_COMMUNE, /* "Bordeaux (33063)" where it is plain which is meant */
    GUICHET_FIELD_COUNTRY, /* "Allemagne (99109)", the same */
    GUICHET_FIELD_PHONE,   /* "+33612345678" where it is plain (core/phone.h) */
    GUICHET_FIELD_EMAIL,   /* its domain in lower case */
    GUICHET_FIELD_ADDRESS, /* lines without white space around (core/address.h) */
} GuichetFieldType;

typedef struct {
    char *id;    /* "birth-date" */
    char *label; /* French, as shown: "Rouge", "Date de naissance" */
} GuichetChoice;

typedef struct {
    char *id;
    char *label;
    char *hint; /* or NULL */
    GuichetFieldType type;
    JsonNode *required_if; /* rule; NULL = never required */
    JsonNode *visible_if;  /* rule; NULL = always */
    char *pattern;         /* PCRE that the whole value must match, or NULL */
    char *pattern_hint;    /* what to type instead, shown with the error */
    gint64 min, max;       /* length of texts in characters, or value of integers */
    gboolean uppercase;    /* stored in upper case (civil status) */
    gboolean partial;      /* a date that may be incomplete: "1950-06-00", "1950-00-00" */
    guint lines;           /* that an address may have, 1…6; 0 for other types */
    GPtrArray *choices;    /* GuichetChoice*, for GUICHET_FIELD_CHOICE */
} GuichetField;

typedef enum {
    GUICHET_PIECE_DOCUMENT, /* scanned pages or files */
    GUICHET_PIECE_PHOTO,
    GUICHET_PIECE_FINGERPRINT,
    GUICHET_PIECE_SIGNATURE,
} GuichetPieceFamily;

typedef struct {
    char *id;
    char *label;
    char *hint; /* what is accepted, how old it may be; or NULL */
    GuichetPieceFamily family;
    guint finger;          /* ISO 19794-4 position 1…10; 0 unless a fingerprint */
    JsonNode *required_if; /* rule; NULL = optional */
    guint min_pages, max_pages;
    char *reason;          /* why it is asked, plain French (shown by completeness) */
    char *remedy;          /* what to do when it is missing */
    GPtrArray *impossible; /* GuichetChoice*: accepted reasons for its absence; may be empty */
} GuichetPieceSpec;

/* What the law may change: values by key, each row with the days on which it holds. Rules read them
 * with {"lookup": ["<table>", "<key>"]}, null on a day that no row covers. */
typedef struct {
    char *from;         /* first day, "YYYY-MM-DD" */
    char *until;        /* last day, or NULL: until it changes */
    JsonObject *values; /* key → number or text */
    char *source;
} GuichetTableRow;

typedef struct {
    char *id;
    char *label;
    char *unit;      /* "€", "jours" … for the reader of the file */
    GPtrArray *rows; /* GuichetTableRow*, oldest first, never two on one day */
} GuichetTable;

/* The row of that day ("YYYY-MM-DD"), or NULL. */
const GuichetTableRow *guichet_table_row_on(const GuichetTable *table, const char *day);

/* One of the reasons of a result: the first whose rule holds is given. */
typedef struct {
    JsonNode *condition; /* rule, or NULL: always */
    char *text;
} GuichetReason;

typedef enum {
    GUICHET_CHARGE_STAMP, /* timbre fiscal */
    GUICHET_CHARGE_TAX,
    GUICHET_CHARGE_FEE,
} GuichetChargeKind;

typedef struct {
    char *id;
    char *label;
    GuichetChargeKind kind;
    gboolean estimate; /* to be shown as one */
    JsonNode *due_if;  /* rule; NULL = always */
    JsonNode *amount;  /* rule giving euros, or null: not known here */
    char *unknown;     /* what to do then; or NULL */
    GPtrArray *why;    /* GuichetReason*; the last holds always. May be empty */
    char *source;
} GuichetStampSpec;

typedef enum {
    GUICHET_DEADLINE_LIMIT,    /* what the person must not pass */
    GUICHET_DEADLINE_WAIT,     /* when the answer may be expected */
    GUICHET_DEADLINE_VALIDITY, /* until when something is valid */
} GuichetDeadlineKind;

typedef struct {
    char *id;
    char *label;
    GuichetDeadlineKind kind;
    gboolean estimate;
    JsonNode *due_if; /* rule; NULL = always */
    JsonNode *date;   /* rule giving "YYYY-MM-DD", or null: not known here */
    char *unknown;
    GPtrArray *why; /* GuichetReason*, at least one */
    char *source;
} GuichetDeadlineSpec;

typedef enum {
    GUICHET_STEP_FORM,
    GUICHET_STEP_PAPERS,
    GUICHET_STEP_PHOTO,
    GUICHET_STEP_PRINTS,
    GUICHET_STEP_SUMMARY,
} GuichetStepKind;

typedef struct {
    char *id;
    char *title;
    GuichetStepKind kind;
    GStrv fields; /* field ids of a form step, or NULL */
    GStrv pieces; /* piece ids of a papers/photo/prints step, or NULL */
} GuichetStep;

/* A request may join an earlier one (a supplement, a hand-over): when it is sealed, that one takes
 * the first of these states whose condition holds, if any. */
typedef struct {
    char *state;         /* a name of request.h */
    JsonNode *condition; /* rule; NULL = always */
} GuichetJoin;

#define GUICHET_PROCEDURE_MAX_BYTES (256 * 1024)

/* The file's bytes, strictly: unknown members, wrong types, unknown ids in steps and rules,
 * duplicate ids are refused with "<what>: </json/pointer>: reason" (GUICHET_ERROR_MALFORMED). */
GuichetProcedure *guichet_procedure_new(GBytes *bytes, const char *what, GError **error);
GuichetProcedure *guichet_procedure_load(const char *path, GError **error);
/* All *.json of a folder but *.schema.json, sorted by id (GuichetProcedure*). The first broken
 * file fails the whole. */
GPtrArray *guichet_procedure_load_folder(const char *folder, GError **error);
GuichetProcedure *guichet_procedure_ref(GuichetProcedure *self);
void guichet_procedure_unref(GuichetProcedure *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetProcedure, guichet_procedure_unref)

const char *guichet_procedure_get_id(GuichetProcedure *self);
guint guichet_procedure_get_revision(GuichetProcedure *self);
const char *guichet_procedure_get_title(GuichetProcedure *self);
const char *guichet_procedure_get_summary(GuichetProcedure *self); /* one sentence */
GuichetProcedureGroup guichet_procedure_get_group(GuichetProcedure *self);
const char *guichet_procedure_get_sha256(GuichetProcedure *self);   /* of the file's bytes */
GBytes *guichet_procedure_get_bytes(GuichetProcedure *self);        /* the file, borrowed */
GPtrArray *guichet_procedure_get_fields(GuichetProcedure *self);    /* GuichetField* */
GPtrArray *guichet_procedure_get_pieces(GuichetProcedure *self);    /* GuichetPieceSpec* */
GPtrArray *guichet_procedure_get_stamps(GuichetProcedure *self);    /* GuichetStampSpec* */
GPtrArray *guichet_procedure_get_tables(GuichetProcedure *self);    /* GuichetTable* */
GPtrArray *guichet_procedure_get_deadlines(GuichetProcedure *self); /* GuichetDeadlineSpec* */
GPtrArray *guichet_procedure_get_steps(GuichetProcedure *self);     /* GuichetStep* */
/* May a request of this procedure join another one? */
gboolean guichet_procedure_joins(GuichetProcedure *self);
/* *state: what the joined request becomes under @data, borrowed; NULL when it stays as it is. */
gboolean guichet_procedure_join(GuichetProcedure *self, JsonNode *data, const char **state,
                                GError **error);
/* A procedure of its own for capturing the @asked pieces of @parent anew, and nothing else: its id
 * is "<id>-supplement", its revision that of @parent. GUICHET_ERROR_NOT_FOUND names a piece that
 * @parent does not have. */
GuichetProcedure *guichet_procedure_new_supplement(GuichetProcedure *parent,
                                                   const char *const *asked, GError **error);
GuichetField *guichet_procedure_find_field(GuichetProcedure *self, const char *id);
GuichetPieceSpec *guichet_procedure_find_piece(GuichetProcedure *self, const char *id);

/* The value as it is stored (trimmed, NFC, upper case where asked; dates also accepted as
 * DD/MM/YYYY), or NULL with GUICHET_ERROR_ARGUMENT and a French sentence that says what to type.
 * "" is always accepted and means: not answered. Caller frees. */
char *guichet_field_normalise(const GuichetField *field, const char *value, GError **error);
/* The same, with @places (may be NULL) to know communes and countries by. *@typed: what was typed,
 * trimmed, where a tidied type stores something else; otherwise NULL. Caller frees both. */
char *guichet_field_settle(const GuichetField *field, GuichetPlaces *places, const char *value,
                           char **typed, GError **error);
/* Is it one of the types that are tidied and never forced (name … address)? */
gboolean guichet_field_is_tidied(const GuichetField *field);
/* Where what was typed is kept beside the value of a field: "surname~typed". Caller frees. */
char *guichet_field_typed_id(const char *id);
#define GUICHET_FIELD_TYPED "~typed" /* no id has this sign */
/* The last day that an incomplete date may mean: "1950-06-00" → "1950-06-30"; others as they are.
 * So nobody is taken for older than they may be. Caller frees. */
char *guichet_date_complete(const char *date);
