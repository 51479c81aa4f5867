/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/**
 * A voice that reads the screen: espeak-ng where it is, since it leaves nothing behind (the daemon
 * of speech-dispatcher keeps logs), else spd-say; a process of its own that may fail without harm.
 * What is said goes through its standard input, so that no list of processes shows it. The text is
 * always on the screen as well.
 */
#define GUICHET_TYPE_SPEECH (guichet_speech_get_type())
G_DECLARE_FINAL_TYPE(GuichetSpeech, guichet_speech, GUICHET, SPEECH, GObject)

GuichetSpeech *guichet_speech_new(void);
/* Is there a voice on this station? */
gboolean guichet_speech_is_available(GuichetSpeech *self);
/* Stops what is being said, then says @text. */
void guichet_speech_say(GuichetSpeech *self, const char *text);
void guichet_speech_stop(GuichetSpeech *self);
