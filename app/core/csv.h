/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * A file of separated columns from outside (RFC 4180, with "," or ";"), as the State publishes
 * them: UTF-8 with or without its mark, else Latin-1; a header, then rows of the same width.
 * Bounded.
 */
#define GUICHET_CSV_MAX_BYTES (16 * 1024 * 1024)
#define GUICHET_CSV_MAX_COLUMNS 32
#define GUICHET_CSV_MAX_ROWS 250000

typedef struct _GuichetCsv GuichetCsv;

GuichetCsv *guichet_csv_new(GBytes *bytes, const char *what, GError **error);
void guichet_csv_free(GuichetCsv *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetCsv, guichet_csv_free)

/* The column of that name, without regard to case or a "#" at its head; -1 when there is none. */
int guichet_csv_find_column(GuichetCsv *self, const char *name);
guint guichet_csv_get_n_rows(GuichetCsv *self);
/* "" beyond the columns (column -1) of the table. Borrowed. */
const char *guichet_csv_get(GuichetCsv *self, guint row, int column);

/* One row of a file of ours, with CRLF (RFC 4180 §2): a cell is quoted where it must be. What a
 * spreadsheet would take for a formula gets an apostrophe in front, numbers not. @cells ends with
 * NULL. */
void guichet_csv_append_row(GString *text, const char *const *cells);
