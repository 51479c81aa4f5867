/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "draft.h"
#include "idle-watch.h"
#include "kiosk/speech.h"
#include "kiosk/window.h"
#include "kiosk/words.h"
#include "widgets/field-row.h"

/* What the kiosk can show; screens.c builds each, flow.c goes from one to the next. */
typedef enum {
    SCREEN_CLOSED,   /* the station cannot serve: why */
    SCREEN_WELCOME,  /* begin, or come back */
    SCREEN_CHOICE,   /* what for? */
    SCREEN_TICKET,   /* here is your ticket */
    SCREEN_RESUME,   /* type your ticket */
    SCREEN_QUESTION, /* one question */
    SCREEN_PAPERS,   /* what to bring */
    SCREEN_REVIEW,   /* is this right? */
    SCREEN_DONE,     /* go to an agent */
    SCREEN_STOP,     /* keep, erase, or go on? */
} GuichetKioskScreen;

struct _GuichetKioskWindow {
    GtkApplicationWindow parent_instance;
    GuichetDesk *desk;
    GuichetKioskWords *words;
    GPtrArray *procedures; /* GuichetProcedure*, in force */
    GuichetIdleWatch *watch;
    GuichetSpeech *speech;
    gboolean reads_aloud;
    GString *spoken; /* what the voice says of the screen */

    /* of the person who is there: gone when the person is */
    GuichetDraft *draft;
    char *ticket;         /* digits */
    GPtrArray *questions; /* const GuichetField*, those that are asked now */
    guint question;
    gboolean reviewed; /* came from the review to correct one answer */
    GuichetFieldRow *row;
    guint save_source;
    gboolean busy;

    GuichetKioskScreen screen, stopped_at;
    GtkLabel *ticket_label;
    GtkWidget *listen, *stop, *back, *unknown, *next;
    GtkWidget *middle, *scroller;
    gboolean is_wide;      /* landscape: keys beside the question */
    int margin;            /* at both sides of the content */
    GtkBox *content, *pad; /* the screen; keys below it */
    GtkLabel *error;
    GtkEntry *entry; /* of the ticket, or NULL */
    GtkWidget *idle;
    GtkLabel *idle_count;
};

/* --- screens.c --- */
/* Shows @screen anew: old widgets are destroyed, and what stood in them with them. */
void guichet_kiosk_show(GuichetKioskWindow *self, GuichetKioskScreen screen);
/* Below the screen's content, and aloud. NULL takes it away. */
void guichet_kiosk_show_problem(GuichetKioskWindow *self, const char *sentence);
void guichet_kiosk_read_aloud(GuichetKioskWindow *self);

/* --- window.c --- */
/* Gives content and keys their places, once a screen is built. */
void guichet_kiosk_fit(GuichetKioskWindow *self);

/* --- flow.c --- */
void guichet_kiosk_begin(GuichetKioskWindow *self, const char *procedure_id);
void guichet_kiosk_resume(GuichetKioskWindow *self);
void guichet_kiosk_go_back(GuichetKioskWindow *self);
void guichet_kiosk_go_next(GuichetKioskWindow *self);
void guichet_kiosk_skip(GuichetKioskWindow *self);
void guichet_kiosk_correct(GuichetKioskWindow *self, guint question);
void guichet_kiosk_go_on(GuichetKioskWindow *self); /* from SCREEN_STOP */
void guichet_kiosk_erase(GuichetKioskWindow *self);
/* The person is gone, or wants to be: what was typed is stored, then nothing is left here. */
void guichet_kiosk_leave(GuichetKioskWindow *self);
void guichet_kiosk_watch_row(GuichetKioskWindow *self);
/* The kiosk's session, when the desk is there. */
void guichet_kiosk_enter(GuichetKioskWindow *self);
