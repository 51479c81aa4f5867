/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/speech.h"

#include <signal.h>
#include <string.h>

#include "ui-locale.h"

struct _GuichetSpeech {
    GObject parent_instance;
    char *program; /* or NULL */
    const char *const *arguments;
    GSubprocess *voice; /* speaking now, or NULL */
};

G_DEFINE_FINAL_TYPE(GuichetSpeech, guichet_speech, G_TYPE_OBJECT)

/* Before the code of the language. Slower than the default: for people who hear or understand with
 * difficulty. */
static const struct {
    const char *program;
    const char *arguments[8];
} voices[] = {
    {"espeak-ng", {"-s", "140", "--stdin", "-v", NULL}},
    {"spd-say", {"--pipe-mode", "--wait", "--rate", "-20", "--language", NULL}},
};

static void
guichet_speech_finalize(GObject *object)
{
    GuichetSpeech *self = GUICHET_SPEECH(object);

    guichet_speech_stop(self);
    g_free(self->program);
    G_OBJECT_CLASS(guichet_speech_parent_class)->finalize(object);
}

static void
guichet_speech_class_init(GuichetSpeechClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = guichet_speech_finalize;
}

static void
guichet_speech_init(GuichetSpeech *self)
{
    for (guint i = 0; self->program == NULL && i < G_N_ELEMENTS(voices); i++) {
        self->program = g_find_program_in_path(voices[i].program);
        self->arguments = voices[i].arguments;
    }
}

GuichetSpeech *
guichet_speech_new(void)
{
    return g_object_new(GUICHET_TYPE_SPEECH, NULL);
}

gboolean
guichet_speech_is_available(GuichetSpeech *self)
{
    return self->program != NULL;
}

void
guichet_speech_stop(GuichetSpeech *self)
{
    if (self->voice != NULL)
        g_subprocess_send_signal(self->voice, SIGTERM);
    g_clear_object(&self->voice);
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    /* a voice that went away is silence: the text is on the screen */
    g_subprocess_communicate_finish(G_SUBPROCESS(source), result, NULL, NULL, NULL);
}

void
guichet_speech_say(GuichetSpeech *self, const char *text)
{
    g_autoptr(GStrvBuilder) command = g_strv_builder_new();
    g_auto(GStrv) argv = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

    guichet_speech_stop(self);
    if (self->program == NULL)
        return;
    g_strv_builder_add(command, self->program);
    g_strv_builder_addv(command, (const char **)self->arguments);
    g_strv_builder_add(command, guichet_locale_get()->code);
    argv = g_strv_builder_end(command);
    self->voice =
        g_subprocess_newv((const char *const *)argv,
                          G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                              G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                          NULL);
    if (self->voice != NULL)
        g_subprocess_communicate_async(self->voice, bytes, NULL, on_written, NULL);
}
