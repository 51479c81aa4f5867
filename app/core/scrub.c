/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Memory that is freed is wiped: free() and realloc() of every program that links the core.
 *
 * What a citizen said passes through strings of GLib, trees of json-glib and buffers of SQLite that
 * nobody wipes; after the session they would stay in freed memory (tests/faults/canaries.py found
 * 47 pieces of answers there). One place that wipes all of them is smaller and surer than a wipe
 * beside each. The GNU C Library allows a program to put its own functions in place of these
 * (manual, "Replacing malloc") and exports its own under the names used here.
 *
 * GLib's slices keep what is freed for the next one of its size, unwiped (an entry's undo history
 * was found in them): GLib is told to take them from malloc(), as it does by itself from 2.76 on.
 *
 * The sanitizers bring their own allocator and must keep it.
 */
#include <glib.h>
#include <malloc.h>
#include <string.h>

#ifndef __SANITIZE_ADDRESS__

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

/* Before the constructors of GLib's libraries, which already take slices. */
static void
take_slices_from_malloc(void)
{
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    g_slice_set_config(G_SLICE_CONFIG_ALWAYS_MALLOC, TRUE);
    G_GNUC_END_IGNORE_DEPRECATIONS
}

__attribute__((section(".preinit_array"),
               used)) static void (*const before_all)(void) = take_slices_from_malloc;

extern void __libc_free(void *bytes);
extern void *__libc_malloc(size_t size);

void
free(void *bytes)
{
    if (bytes == NULL)
        return;
    explicit_bzero(bytes, malloc_usable_size(bytes));
    __libc_free(bytes);
}

/* Never in place when it must grow: the library would free the old bytes as they are. */
void *
realloc(void *bytes, size_t size)
{
    if (bytes == NULL)
        return __libc_malloc(size);
    if (size == 0) {
        free(bytes);
        return NULL;
    }
    size_t had = malloc_usable_size(bytes);
    if (size <= had && size >= had / 2)
        return bytes;
    void *moved = __libc_malloc(size);
    if (moved == NULL)
        return NULL;
    memcpy(moved, bytes, size < had ? size : had);
    free(bytes);
    return moved;
}

#endif
