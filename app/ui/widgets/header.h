/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "overview.h"

/** At the head of the window: which station, who works, what is stored and what is to be sent. */
#define GUICHET_TYPE_HEADER (guichet_header_get_type())
G_DECLARE_FINAL_TYPE(GuichetHeader, guichet_header, GUICHET, HEADER, GtkBox)

void guichet_header_set_station(GuichetHeader *self, const char *name);
/* A picture before the name of the program; NULL for none. */
void guichet_header_set_logo(GuichetHeader *self, const char *path);
/* Once: the sync state is said from its counters. */
void guichet_header_set_overview(GuichetHeader *self, GuichetOverview *overview);
/* Who is logged in, or NULL. */
void guichet_header_set_agent(GuichetHeader *self, const char *agent);
/* When the open draft was last durable (wall time); 0 to say nothing. */
void guichet_header_set_saved(GuichetHeader *self, gint64 wall_us);
/* With large text there is no room for all: the states take the place of the names. */
void guichet_header_set_narrow(GuichetHeader *self, gboolean narrow);
/* The language has changed. */
void guichet_header_renew_words(GuichetHeader *self);
