/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/migrate.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "db/backup.h"

static guint
latest_version(const GuichetSchema *schema)
{
    return g_strv_length((GStrv)schema->migrations);
}

static gboolean
read_number(GuichetDatabase *database, const char *sql, gint64 *number, GError **error)
{
    g_autofree char *text = guichet_database_ask(database, sql, error);
    if (text == NULL)
        return FALSE;
    *number = g_ascii_strtoll(text, NULL, 10);
    return TRUE;
}

static gboolean
refuse_missing(GuichetDatabase *database, GError **error)
{
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NOT_FOUND,
                _("%s : la base n’est pas encore créée ; lancez « guichetctl station init »"),
                guichet_database_path(database));
    return FALSE;
}

static gboolean
check_version(GuichetDatabase *database, gint64 version, gint64 latest, GuichetDatabaseMode mode,
              GError **error)
{
    if (version > latest) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_NEWER,
                    _("%s : base de version %d, ce Guichet connaît la version %d ; installez une "
                      "version plus récente"),
                    guichet_database_path(database), (int)version, (int)latest);
        return FALSE;
    }
    if (version < latest && mode == GUICHET_DATABASE_EXISTING) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_STATE,
                    _("%s : base de version %d à mettre à jour ; ouvrez d’abord Guichet"),
                    guichet_database_path(database), (int)version);
        return FALSE;
    }
    return TRUE;
}

gboolean
guichet_migrate_identify(GuichetDatabase *database, const GuichetSchema *schema,
                         GuichetDatabaseMode mode, GError **error)
{
    gint64 objects, application_id, version;
    /* one snapshot: between two reads another process may make the schema */
    g_autoptr(GuichetTransaction) snapshot = guichet_transaction_begin_read(database, error);
    if (snapshot == NULL ||
        !read_number(database, "SELECT count(*) FROM sqlite_schema", &objects, error) ||
        !read_number(database, "PRAGMA application_id", &application_id, error) ||
        !read_number(database, "PRAGMA user_version", &version, error))
        return FALSE;
    /* a creation that was cut short leaves a file without schema: it is new again */
    if (objects == 0 && application_id == 0 && version == 0)
        return mode == GUICHET_DATABASE_CREATE || refuse_missing(database, error);
    if (application_id != schema->application_id || version < 1) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_MISMATCH,
                    _("%s : cette base appartient à un autre programme ; elle n’a pas été "
                      "modifiée, vérifiez le chemin"),
                    guichet_database_path(database));
        return FALSE;
    }
    return check_version(database, version, latest_version(schema), mode, error);
}

static gboolean
copy_first(GuichetDatabase *database, gint64 version, GError **error)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *when = g_date_time_format(now, "%Y%m%dT%H%M%S");
    g_autofree char *copy = g_strdup_printf("%s.v%d-%s.%06d.bak", guichet_database_path(database),
                                            (int)version, when, g_date_time_get_microsecond(now));
    return guichet_database_copy(database, copy, error);
}

static gboolean
apply(GuichetDatabase *database, const GuichetSchema *schema, gint64 version, GError **error)
{
    for (gint64 next = version; schema->migrations[next] != NULL; next++)
        if (!guichet_database_execute(database, schema->migrations[next], error))
            return FALSE;
    gint64 violations;
    if (!read_number(database, "SELECT count(*) FROM pragma_foreign_key_check", &violations, error))
        return FALSE;
    if (violations > 0)
        return guichet_database_fail(database, SQLITE_CONSTRAINT_FOREIGNKEY, error);
    g_autofree char *stamp = g_strdup_printf("PRAGMA application_id = %u; PRAGMA user_version = %u",
                                             schema->application_id, latest_version(schema));
    return guichet_database_execute(database, stamp, error);
}

gboolean
guichet_migrate_run(GuichetDatabase *database, const GuichetSchema *schema, GError **error)
{
    gint64 version;
    if (!read_number(database, "PRAGMA user_version", &version, error))
        return FALSE;
    if (version == latest_version(schema))
        return TRUE;
    if (version > 0 && !copy_first(database, version, error))
        return FALSE;
    g_autoptr(GuichetTransaction) transaction = guichet_transaction_begin(database, error);
    /* another process may have done it while we waited for the lock */
    if (transaction == NULL || !read_number(database, "PRAGMA user_version", &version, error))
        return FALSE;
    if (version >= latest_version(schema))
        return TRUE;
    return apply(database, schema, version, error) &&
           guichet_transaction_commit(transaction, error);
}
