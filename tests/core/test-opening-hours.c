/* SPDX-License-Identifier: EUPL-1.2 */
#include "core/opening-hours.h"

#include <string.h>

#include "core/csv.h"
#include "core/error.h"

static char *
read_own(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_SOURCE"), "assets", GUICHET_OPENING_HOURS_FILE, NULL);
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static const struct {
    guint day, month, year;
    guint n;          /* openings */
    guint minutes;    /* in all */
    const char *said; /* of an exception */
} days[] = {
    {23, 11, 2026, 2, 450, NULL}, /* a Monday */
    {27, 11, 2026, 2, 390, NULL}, /* a Friday, closed earlier */
    {28, 11, 2026, 0, 0, NULL},   /* a Saturday */
    {25, 12, 2026, 0, 0, "Noël"}, /* a Friday that is no Friday */
    {26, 12, 2026, 0, 0, NULL},   /* the day after */
    {1, 1, 2027, 0, 0, "Jour de l’an"},
};

static void
ours_says_when_the_office_is_open(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = read_own();
    g_autoptr(GuichetOpeningHours) hours =
        guichet_opening_hours_new(text, strlen(text), "opening-hours.json", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(hours->quality_limit, ==, 50);
    g_assert_cmpuint(hours->smallest_cell, ==, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
        GDate day;
        g_date_clear(&day, 1);
        g_date_set_dmy(&day, (GDateDay)days[i].day, (GDateMonth)days[i].month,
                       (GDateYear)days[i].year);
        const GArray *found = guichet_opening_hours_on(hours, &day);
        guint minutes = 0;
        for (guint j = 0; j < found->len; j++)
            minutes += g_array_index(found, GuichetHours, j).until -
                       g_array_index(found, GuichetHours, j).from;
        g_assert_cmpuint(found->len, ==, days[i].n);
        g_assert_cmpuint(minutes, ==, days[i].minutes);
        g_assert_cmpstr(guichet_opening_hours_label(hours, &day), ==, days[i].said);
    }
}

/* One change each; the file above is the control. */
static const struct {
    const char *from, *to;
} broken[] = {
    {"opening-hours/1", "opening-hours/2"},
    {"[\"08:30\", \"12:00\"]", "[\"08:30\", \"08:30\"]"},
    {"[\"08:30\", \"12:00\"]", "[\"12:00\", \"08:30\"]"},
    {"[\"08:30\", \"12:00\"]", "[\"08:30\", \"14:00\"]"}, /* into the afternoon */
    {"[\"08:30\", \"12:00\"]", "[\"08:30\"]"},
    {"[\"08:30\", \"12:00\"]", "[\"08:30\", 12]"},
    {"[\"08:30\", \"12:00\"]", "\"08:30-12:00\""},
    {"[\"08:30\", \"12:00\"]", "[\"08:30\", \"24:01\"]"},
    {"[\"08:30\", \"12:00\"]", "[\"08:60\", \"12:00\"]"},
    {"\"sunday\": []", "\"someday\": []"},
    {"\"sunday\": []", "\"sunday\": null"},
    {"\"until\": \"2026-12-25\"", "\"until\": \"2026-12-24\""},
    {"\"from\": \"2026-12-25\"", "\"from\": \"2026-02-30\""},
    {"\"from\": \"2026-12-25\"", "\"from\": \"demain\""},
    {"\"label\": \"Noël\"", "\"label\": \"\""},
    {"\"quality_limit\": 50", "\"quality_limit\": 0"},
    {"\"quality_limit\": 50", "\"quality_limit\": \"50\""},
    {"\"smallest_cell\": 3,", ""},
    {"\"exceptions\": [", "\"exceptions\": [1, "},
    {"\"profile\":", "\"more\": 1, \"profile\":"},
};

static void
a_broken_file_says_where(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = read_own();
        g_auto(GStrv) parts = g_strsplit(text, broken[i].from, 2);
        g_assert_cmpuint(g_strv_length(parts), ==, 2);
        g_autofree char *changed = g_strjoinv(broken[i].to, parts);
        g_autoptr(GuichetOpeningHours) hours =
            guichet_opening_hours_new(changed, strlen(changed), "hours.json", &error);
        g_test_message("%s -> %s", broken[i].from, broken[i].to);
        g_assert_null(hours);
        g_assert_error(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED);
        g_assert_true(g_str_has_prefix(error->message, "hours.json"));
    }
}

/* --- the files that we write --- */

static const struct {
    const char *cells[4];
    const char *line;
} rows[] = {
    {{"a", "b", "c"}, "a,b,c\r\n"},
    {{"", "-3.5", "1e3"}, ",-3.5,1e3\r\n"},
    {{"a,b", "say \"no\"", "two\nlines"}, "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\r\n"},
    {{"=1+1", "@sum", "-x"}, "'=1+1,'@sum,'-x\r\n"},
    {{"a;b", "é", "+33"}, "\"a;b\",é,+33\r\n"},
};

static void
a_row_is_quoted_where_it_must_be(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        guichet_csv_append_row(text, rows[i].cells);
        g_assert_cmpstr(text->str, ==, rows[i].line);
    }
}

static void
what_we_write_we_read(void)
{
    static const char *const head[] = {"one", "two", NULL};
    static const char *const cells[] = {"a \"b\", c", "line\r\nline", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    guichet_csv_append_row(text, head);
    guichet_csv_append_row(text, cells);
    g_autoptr(GBytes) bytes = g_bytes_new(text->str, text->len);
    g_autoptr(GuichetCsv) csv = guichet_csv_new(bytes, "table", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(guichet_csv_get_n_rows(csv), ==, 1);
    g_assert_cmpstr(guichet_csv_get(csv, 0, guichet_csv_find_column(csv, "one")), ==, cells[0]);
    g_assert_cmpstr(guichet_csv_get(csv, 0, guichet_csv_find_column(csv, "two")), ==, cells[1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core/opening-hours/ours-says-when-the-office-is-open",
                    ours_says_when_the_office_is_open);
    g_test_add_func("/core/opening-hours/a-broken-file-says-where", a_broken_file_says_where);
    g_test_add_func("/core/csv/a-row-is-quoted-where-it-must-be", a_row_is_quoted_where_it_must_be);
    g_test_add_func("/core/csv/what-we-write-we-read", what_we_write_we_read);
    return g_test_run();
}
