/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

#include "service/station-fixture.h"

/** A window of the program on a real station in a temporary folder, with a full day in it. */
typedef enum {
    STAGE_DESK,   /* the agent's window; also of the other roles that log in */
    STAGE_KIOSK,  /* the citizen's */
    STAGE_SECOND, /* the screen where the citizen reads back, beside the agent's */
} StageKind;

typedef struct {
    StageKind kind;
    StationFixture fixture;
    GuichetDesk *desk;
    GtkWidget *driven; /* the window that takes commands */
    GtkWidget *window; /* the one that is looked at: the same, but for STAGE_SECOND */
    char *passport;    /* an empty draft */
    char *filled;      /* one that lacks nothing */
    char *other;       /* of the procedure without rules */
} Stage;

/* @role: whose window; one of "citizen", "second", or of core/role.h. */
void stage_open(Stage *self, const char *role);
void stage_close(Stage *self);
/* In that language from now on. */
void stage_speak(Stage *self, const char *language);
/* A window of its own in place of the program's, for controls. Takes @window. */
void stage_replace(Stage *self, GtkWidget *window);
/* Shows the warning that nobody is there, or takes it away. */
void stage_warn(Stage *self, gboolean shown);
