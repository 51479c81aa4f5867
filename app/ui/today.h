/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/joining.h"

/** What the centre has said of today, in the words of the lists. */
typedef struct {
    GPtrArray *appointments; /* GuichetAppointment*, by time */
    GHashTable *due; /* char* request → char* sentence: what is asked, until when it waits */
} GuichetToday;

GuichetToday *guichet_today_new(void);
void guichet_today_free(GuichetToday *today);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetToday, guichet_today_free)

/* On the desk's thread. @procedures: those in force, for the names of pieces. */
GuichetToday *guichet_today_read(GuichetDesk *desk, GPtrArray *procedures, GError **error);
/* Appends what is shown, so that the same text means that nothing has changed. */
void guichet_today_digest(const GuichetToday *today, GString *text);
