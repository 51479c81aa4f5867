/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "draft.h"
#include "overview.h"
#include "page-stack.h"
#include "pages/login.h"
#include "session-end.h"
#include "widgets/alert.h"
#include "widgets/header.h"
#include "widgets/idle-banner.h"
#include "widgets/key-foot.h"
#include "window.h"

/** What the files of the window share: window.c (pages, session, keys), window-panel.c (the panel
 * at the side, the language). */
struct _GuichetWindow {
    GtkApplicationWindow parent_instance;
    GuichetDesk *desk;
    GuichetOverview *overview;
    char *agent; /* who is logged in, or NULL */
    GuichetResume resume;
    GuichetHeader *header;
    GuichetIdleBanner *idle;
    GuichetAlert *alert;
    GtkStack *stack;
    GuichetLoginPage *login;
    GuichetPage *shown; /* the page in the stack, without its scroller */
    GtkWidget *panel;
    GtkWidget *left; /* what had the focus before the panel was shown; weak */
    GuichetKeyFoot *foot;
};

/* window.c */
void guichet_window_page_made(GuichetPage *page, gpointer user_data);
void guichet_window_refresh_foot(GuichetWindow *self);
/* The page of that class, made when it is first needed; and on the screen. */
GuichetPage *guichet_window_ensure_page(GuichetWindow *self, GType type);
void guichet_window_show_page(GuichetWindow *self, GuichetPage *page);
/* The header says when @draft was last stored. */
void guichet_window_watch_draft(GuichetWindow *self, GuichetDraft *draft);

/* window-panel.c */
void guichet_window_refresh_room(GuichetWindow *self);
void guichet_window_hide_panel(GuichetWindow *self);
/* Hides it, and puts the focus back where the work was; when that is gone, where the page begins.
 */
void guichet_window_leave_panel(GuichetWindow *self);
/* Actions "win.help", "win.comfort", "win.language". */
void guichet_window_action_help(GtkWidget *widget, const char *name, GVariant *parameter);
void guichet_window_action_comfort(GtkWidget *widget, const char *name, GVariant *parameter);
void guichet_window_action_language(GtkWidget *widget, const char *name, GVariant *parameter);

/* window-pages.c: actions "win.go" (a page of those who help, by its name), "win.diagnostic",
 * "win.dashboard". */
void guichet_window_action_go(GtkWidget *widget, const char *name, GVariant *parameter);
void guichet_window_action_diagnostic(GtkWidget *widget, const char *name, GVariant *parameter);
void guichet_window_action_dashboard(GtkWidget *widget, const char *name, GVariant *parameter);
