/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/session-policy.h"
#include "idle-watch.h"

/**
 * Says that the session is about to lock because nobody is there, and goes away when somebody is.
 *
 * Signal "expired": nobody came. Property "watch" (GuichetIdleWatch, read only) has the delays.
 */
#define GUICHET_TYPE_IDLE_BANNER (guichet_idle_banner_get_type())
G_DECLARE_FINAL_TYPE(GuichetIdleBanner, guichet_idle_banner, GUICHET, IDLE_BANNER, GtkBox)

/* Once: whose keys and pointer count. The banner stands in @window. */
void guichet_idle_banner_watch(GuichetIdleBanner *self, GtkWidget *window);
/* Takes the delays of @policy; NULL, a broken one that lets nobody in, changes nothing. */
void guichet_idle_banner_follow(GuichetIdleBanner *self, const GuichetSessionPolicy *policy);
/* Counts from now on, or no more. */
void guichet_idle_banner_set_active(GuichetIdleBanner *self, gboolean active);
