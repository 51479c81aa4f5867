/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "service/desk.h"

/** What every verb of guichetctl is given, and what it gives back. */

/* Options that a verb may take; an option that it does not take is a usage error. */
typedef enum {
    CLI_OPTION_AGENT = 1 << 0, /* --agent, --passphrase-file, --card, --last-try: a session */
    CLI_OPTION_OUTPUT = 1 << 1,
    CLI_OPTION_DEVICE = 1 << 2,
    CLI_OPTION_NAME = 1 << 3,
    CLI_OPTION_CERTIFICATE = 1 << 4,
    CLI_OPTION_FINGERPRINT = 1 << 5,
    CLI_OPTION_PROCEDURES = 1 << 6,
    CLI_OPTION_COST = 1 << 7,
    CLI_OPTION_TRUST = 1 << 8,
    CLI_OPTION_FORCE = 1 << 9,
    CLI_OPTION_NEW_PASSPHRASE = 1 << 10,
    CLI_OPTION_AT = 1 << 11,   /* --at: the instant to judge by */
    CLI_OPTION_TPM = 1 << 12,  /* --tpm, --boot */
    CLI_OPTION_CODE = 1 << 19, /* --from-code */
    CLI_OPTION_PAGE = 1 << 20, /* --limit, --before, --state, --search */
    CLI_OPTION_TITLE = 1 << 21,
    CLI_OPTION_PERIOD = 1 << 22,    /* --from, --to, --csv */
    CLI_OPTION_SHOW_CODE = 1 << 23, /* --code */
    CLI_OPTION_QUICK = 1 << 24,     /* --quick */
} CliOption;

typedef struct {
    const char *root; /* --root, or the default */
    gboolean json;
    GuichetUserRole role; /* --role; GUICHET_USER_ROLE_N without it */
    const char *agent, *passphrase_file, *new_passphrase_file;
    const char *card; /* MODULE[:TOKEN] */
    gboolean last_try;
    const char *output, *device, *name, *certificate, *fingerprint, *procedures, *trust, *at;
    int cost; /* log2 N of scrypt */
    gboolean force;
    const char *tpm; /* TCTI */
    gboolean boot;   /* bind to the boot */
    int limit;
    const char *before, *state, *search;
    const char *from_code; /* "@FILE" or the text */
    const char *title;     /* the number of the title in hand */
    const char *from, *to; /* days */
    gboolean csv;
    gboolean code;    /* the code, not the file */
    gboolean quick;   /* devices are looked at, not tried */
    char **arguments; /* after the verb, NULL-terminated */
    guint n_arguments;

    int status;          /* what a verb that is done exits with; 0 unless it says more */
    JsonBuilder *result; /* an open object: what --json prints */
    GString *text;       /* what is printed without --json */
} Cli;

typedef struct {
    const char *group, *verb; /* verb "": the group's name alone */
    const char *usage;        /* arguments, as in the help */
    const char *help;         /* one French sentence */
    guint options;            /* CliOption */
    guint min_arguments, max_arguments;
    gboolean (*run)(Cli *cli, GError **error);
} CliVerb;

/* One table a group, ended by a row without group. */
extern const CliVerb cli_consent_verbs[], cli_day_verbs[], cli_help_verbs[],
    cli_professional_verbs[];
extern const CliVerb cli_agent_verbs[], cli_audit_verbs[], cli_bundle_verbs[], cli_db_verbs[],
    cli_device_verbs[], cli_diagnostic_verbs[], cli_kiosk_verbs[], cli_procedure_verbs[],
    cli_read_verbs[], cli_request_verbs[], cli_station_verbs[], cli_stats_verbs[], cli_sync_verbs[],
    cli_theme_verbs[];

#define CLI_ANY_NUMBER 1000

/* May somebody of @role call @verb? GUICHET_ERROR_DENIED. */
gboolean cli_role_may(GuichetUserRole role, const CliVerb *verb, GError **error);

/* Members of the result and lines of the text. */
void cli_set_string(Cli *cli, const char *member, const char *value); /* NULL → null */
void cli_set_int(Cli *cli, const char *member, gint64 value);
void cli_set_boolean(Cli *cli, const char *member, gboolean value);
void cli_line(Cli *cli, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* FALSE with GUICHET_ERROR_CORRUPT "@sentence<finding> ; <finding> …" unless @findings is empty. */
gboolean cli_refuse_findings(GPtrArray *findings, const char *sentence, GError **error);

/* A request without its contents, into the object that is open and as a line of text. */
void cli_describe_request(Cli *cli, const GuichetRequest *request);

/* The store alone, for upkeep; it must exist already. */
GuichetStore *cli_open_store(Cli *cli, GError **error);
/* The desk, locked. */
GuichetDesk *cli_open_desk(Cli *cli, GError **error);
/* The desk with a session of --agent, by --card or by what the agent's slot says. */
GuichetDesk *cli_open_session(Cli *cli, GError **error);
/* The same on an open desk. */
gboolean cli_log_in(Cli *cli, GuichetDesk *desk, const GuichetLogin *how, GError **error);
/* The passphrase of @file, of "-" (standard input), or asked on the terminal when NULL. One line.
 */
GuichetSecret *cli_read_passphrase(const char *file, const char *prompt, GError **error);
char *cli_station_file(Cli *cli, const char *relative); /* below --root; caller frees */

/* What @request asks today, with reasons: "pieces", "charges", "total_cents", "total_known" and
 * "deadlines" into the object that is open, and lines of text. */
gboolean cli_show_assessment(Cli *cli, GuichetProcedure *procedure, GuichetRequest *request,
                             GError **error);
