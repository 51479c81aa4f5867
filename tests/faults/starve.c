/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A library for LD_PRELOAD: memory that ends, for those libraries that promise to bear it. GLib
 * aborts by design and is left alone.
 *
 *   STARVE_WHOM    sqlite or openssl: whose allocations count
 *   STARVE_POINT   the number of the allocation that fails, from 1; 0: none
 *   STARVE_EVER    if set, all that follow fail too
 *   STARVE_COUNT   file that gets the number of allocations at the end
 */
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long point;
static int ever;
static atomic_long seen;
static sqlite3_mem_methods of_sqlite;

static int
is_starved(void)
{
    long number = atomic_fetch_add(&seen, 1) + 1;
    return point > 0 && (ever ? number >= point : number == point);
}

static void *
sqlite_malloc(int size)
{
    return is_starved() ? NULL : of_sqlite.xMalloc(size);
}

static void *
sqlite_realloc(void *bytes, int size)
{
    return is_starved() ? NULL : of_sqlite.xRealloc(bytes, size);
}

static void *
openssl_malloc(size_t size, const char *file, int line)
{
    return is_starved() ? NULL : malloc(size);
}

static void *
openssl_realloc(void *bytes, size_t size, const char *file, int line)
{
    return is_starved() ? NULL : realloc(bytes, size);
}

static void
openssl_free(void *bytes, const char *file, int line)
{
    free(bytes);
}

static int
starve_sqlite(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &of_sqlite) != SQLITE_OK)
        return 0;
    sqlite3_mem_methods methods = of_sqlite;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK;
}

__attribute__((constructor)) static void
take_over(void)
{
    const char *whom = getenv("STARVE_WHOM");
    const char *number = getenv("STARVE_POINT");
    point = number ? atol(number) : 0;
    ever = getenv("STARVE_EVER") != NULL;
    int done = 1;
    if (whom && strcmp(whom, "sqlite") == 0)
        done = starve_sqlite();
    else if (whom && strcmp(whom, "openssl") == 0)
        done = CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free);
    if (!done) {
        fprintf(stderr, "starve: the allocator of %s can't be replaced any more\n", whom);
        exit(2);
    }
}

__attribute__((destructor)) static void
write_count(void)
{
    const char *path = getenv("STARVE_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", atomic_load(&seen));
        fclose(file);
    }
}
