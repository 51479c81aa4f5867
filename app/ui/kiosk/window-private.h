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
    GtkWidget *languages, *listen, *stop, *back, *unknown, *next;
    GtkOverlay *overlay; /* the screens, with @idle over them */
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

/* The words of every screen, after a change of language; guichet_kiosk_show() renews its own. */
void guichet_kiosk_renew_words(GuichetKioskWindow *self);

/* --- languages.c --- */
/* A button for each language but the one that is spoken, called as it calls itself. */
GtkWidget *guichet_kiosk_languages_new(GuichetKioskWindow *self);
void guichet_kiosk_languages_renew(GtkWidget *languages);
/* The next person is greeted in French again. */
void guichet_kiosk_forget_language(GuichetKioskWindow *self);

/* --- flow.c --- */
/* Each answer may show or hide others: asked anew before each step forward or back. */
void guichet_kiosk_find_questions(GuichetKioskWindow *self);
/* What was typed a moment ago, if it is well formed. */
void guichet_kiosk_store_typed(GuichetKioskWindow *self);
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
