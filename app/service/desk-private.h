/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/* The parts of the desk that its own files share. */
struct _GuichetDesk {
    GObject parent_instance;

    GuichetStation *station;
    GuichetStore *store;
    GHashTable *procedures; /* request id → GuichetProcedure, as the request was made under */
    GThreadPool *worker;    /* one thread, made by the first asynchronous call */
};

GuichetProcedure *guichet_desk_procedure_of(GuichetDesk *self, const char *request_id,
                                            GError **error); /* borrowed */
/* Removes files of outbox/ that no row speaks of: what a kill between "file durable" and "row
 * committed" leaves. Does nothing while another process seals. */
gboolean guichet_desk_clean_outbox(GuichetDesk *self, GError **error);
