/* SPDX-License-Identifier: EUPL-1.2 */
#include "drivers/card/card.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/error.h"
#include "core/json.h"
#include "core/paths.h"

#include <glib/gi18n-lib.h>

#define SECRET_BYTES 32
#define MAX_LINE (32 * 1024) /* bytes; a certificate in hex is the longest */
#define MAX_NAME 64          /* bytes of what a token calls itself */

const GuichetCardLimits guichet_card_default_limits = {.open_ms = 30 * 1000,
                                                       .silence_ms = 10 * 1000};

struct _GuichetCard {
    GSubprocess *process;
    int input, output; /* our ends; output is the process's */
    guint8 *buffer;    /* what was read and not yet understood; may hold the secret */
    gsize filled;
    GuichetCardLimits limits;
    GuichetCardRef *ref;
    GuichetSecret *secret;
    GBytes *certificate;
    GThread *watcher;
    gint closing;
    GuichetCardGone gone;
    gpointer gone_data;
};

/* --- what the child says --- */

static gboolean
fail_by_exit(GuichetCard *self, GError **error)
{
    g_subprocess_force_exit(self->process);
    g_subprocess_wait(self->process, NULL, NULL);
    int signal =
        g_subprocess_get_if_signaled(self->process) ? g_subprocess_get_term_sig(self->process) : 0;
    g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                _("le module de la carte s’est arrêté brutalement (signal %d) ; réessayez, puis "
                  "prévenez le technicien"),
                signal);
    return FALSE;
}

static gboolean
read_more(GuichetCard *self, gint64 deadline, GError **error)
{
    struct pollfd ready = {.fd = self->output, .events = POLLIN};
    gint64 left = (deadline - g_get_monotonic_time()) / 1000;
    int polled = poll(&ready, 1, (int)CLAMP(left, 0, G_MAXINT));
    if (polled < 0 && errno == EINTR)
        return TRUE;
    if (polled <= 0) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_TIMEOUT,
                            _("le module de la carte ne répond plus ; retirez la carte, "
                              "remettez-la, réessayez"));
        return FALSE;
    }
    ssize_t n = read(self->output, self->buffer + self->filled, MAX_LINE - self->filled);
    if (n <= 0)
        return fail_by_exit(self, error);
    self->filled += (gsize)n;
    return TRUE;
}

static void
consume(GuichetCard *self, gsize size)
{
    self->filled -= size;
    memmove(self->buffer, self->buffer + size, self->filled);
    explicit_bzero(self->buffer + self->filled, size);
}

/* The next line, an object with an "event". */
static JsonNode *
read_event(GuichetCard *self, gint64 deadline, GError **error)
{
    guint8 *end;
    while ((end = memchr(self->buffer, '\n', self->filled)) == NULL) {
        if (self->filled == MAX_LINE) {
            g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                                _("le module de la carte a rendu une réponse trop longue"));
            return NULL;
        }
        if (!read_more(self, deadline, error))
            return NULL;
    }
    gsize size = (gsize)(end - self->buffer);
    g_autoptr(JsonNode) node = guichet_json_parse(self->buffer, size, "guichet-card", error);
    consume(self, size + 1);
    if (node == NULL ||
        guichet_json_string(json_node_get_object(node), "event", "guichet-card: ", error) == NULL)
        return NULL;
    return g_steal_pointer(&node);
}

static gboolean
is_event(JsonNode *node, const char *event)
{
    return strcmp(json_object_get_string_member(json_node_get_object(node), "event"), event) == 0;
}

/* The child's own error; what it says is shown to people, so it is bounded by the line. */
static void
take_failure(JsonNode *node, GError **error)
{
    JsonObject *object = json_node_get_object(node);
    const char *name = guichet_json_string(object, "name", "guichet-card: ", error);
    const char *message =
        name != NULL ? guichet_json_string(object, "message", "guichet-card: ", error) : NULL;
    if (message == NULL)
        return;
    for (int code = 0; code <= GUICHET_ERROR_INTERNAL; code++) {
        g_autoptr(GError) candidate = g_error_new_literal(GUICHET_ERROR, code, message);
        if (strcmp(guichet_error_name(candidate), name) == 0) {
            g_propagate_error(error, g_steal_pointer(&candidate));
            return;
        }
    }
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE, message);
}

/* --- opening --- */

static gboolean
start(GuichetCard *self, const char *module, GError **error)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return guichet_set_error_from_errno(error, errno, "socketpair", module);
    self->input = ends[0];
    g_autofree char *helper = guichet_helper_path("guichet-card");
    const char *argv[] = {helper, module, NULL};
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GError) failure = NULL;
    g_subprocess_launcher_take_stdin_fd(launcher, ends[1]);
    self->process = g_subprocess_launcher_spawnv(launcher, argv, &failure);
    if (self->process == NULL) {
        g_set_error(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                    _("le programme des cartes ne démarre pas (%s) : réinstallez Guichet ou "
                      "prévenez le technicien"),
                    failure->message);
        return FALSE;
    }
    GInputStream *stream = g_subprocess_get_stdout_pipe(self->process);
    self->output = g_unix_input_stream_get_fd(G_UNIX_INPUT_STREAM(stream));
    return TRUE;
}

/* MSG_NOSIGNAL: a child that is dead already is an answer, not a signal to us. */
static gboolean
send_bytes(GuichetCard *self, const void *bytes, gsize size, GError **error)
{
    for (gsize done = 0; done < size;) {
        ssize_t n = send(self->input, (const char *)bytes + done, size - done, MSG_NOSIGNAL);
        if (n <= 0)
            return fail_by_exit(self, error);
        done += (gsize)n;
    }
    return TRUE;
}

static gboolean
send_ask(GuichetCard *self, const GuichetCardAsk *ask, GError **error)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);
    g_autofree char *key = guichet_card_hex(ask->card->key);
    g_autofree char *point = guichet_card_hex(ask->card->point);
    json_object_set_string_member(object, "label", ask->card->label);
    json_object_set_string_member(object, "serial", ask->card->serial);
    json_object_set_string_member(object, "key", key);
    json_object_set_string_member(object, "point", point);
    json_object_set_int_member(object, "last_try", ask->last_try ? 1 : 0);
    json_object_set_int_member(object, "pin_size", (gint64)guichet_secret_size(ask->pin));
    g_autofree char *text = guichet_json_canonical(node);
    g_autofree char *line = g_strconcat(text, "\n", NULL);
    return send_bytes(self, line, strlen(line), error) &&
           send_bytes(self, guichet_secret_bytes(ask->pin), guichet_secret_size(ask->pin), error);
}

/* What the card calls itself goes into the store. */
static gboolean
take_names(GuichetCard *self, JsonObject *object, GError **error)
{
    const char *where = "guichet-card: ";
    const char *label = guichet_json_string(object, "label", where, error);
    const char *serial = guichet_json_string(object, "serial", where, label ? error : NULL);
    const char *key = guichet_json_string(object, "key", where, serial ? error : NULL);
    const char *der = guichet_json_string(object, "certificate", where, key ? error : NULL);
    if (der == NULL)
        return FALSE;
    g_autoptr(GBytes) id = guichet_card_unhex(key, GUICHET_CARD_MAX_KEY_ID);
    g_autoptr(GBytes) certificate = guichet_card_unhex(der, GUICHET_CARD_MAX_CERTIFICATE);
    if (id == NULL || g_bytes_get_size(id) == 0 || certificate == NULL || *serial == '\0' ||
        strlen(label) > MAX_NAME || strlen(serial) > MAX_NAME) {
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_DEVICE,
                            _("la carte se décrit mal (numéro de série ou clé) ; essayez-en une "
                              "autre"));
        return FALSE;
    }
    g_free(self->ref->label);
    g_free(self->ref->serial);
    g_bytes_unref(self->ref->key);
    self->ref->label = g_strdup(label);
    self->ref->serial = g_strdup(serial);
    self->ref->key = g_steal_pointer(&id);
    if (g_bytes_get_size(certificate) == 0)
        return TRUE;
    self->certificate = g_steal_pointer(&certificate);
    g_free(self->ref->certificate);
    self->ref->certificate = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, self->certificate);
    return TRUE;
}

static gboolean
take_secret(GuichetCard *self, gint64 deadline, GError **error)
{
    while (self->filled < SECRET_BYTES)
        if (!read_more(self, deadline, error))
            return FALSE;
    self->secret = guichet_secret_new(self->buffer, SECRET_BYTES);
    consume(self, SECRET_BYTES);
    return TRUE;
}

static gboolean
await_opened(GuichetCard *self, gboolean *tried, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)self->limits.open_ms * 1000;
    for (;;) {
        g_autoptr(JsonNode) node = read_event(self, deadline, error);
        if (node == NULL)
            return FALSE;
        if (is_event(node, "opened"))
            return take_names(self, json_node_get_object(node), error) &&
                   take_secret(self, deadline, error);
        if (!is_event(node, "trying")) {
            take_failure(node, error);
            return FALSE;
        }
        *tried = TRUE;
    }
}

GuichetCard *
guichet_card_open(const GuichetCardAsk *ask, gboolean *tried, GError **error)
{
    g_autoptr(GuichetCard) self = g_new0(GuichetCard, 1);
    *tried = FALSE;
    self->input = -1;
    self->buffer = g_malloc0(MAX_LINE);
    self->limits = ask->limits != NULL ? *ask->limits : guichet_card_default_limits;
    self->ref = guichet_card_ref_copy(ask->card);
    return start(self, ask->card->module, error) && send_ask(self, ask, error) &&
                   await_opened(self, tried, error)
               ? g_steal_pointer(&self)
               : NULL;
}

void
guichet_card_free(GuichetCard *self)
{
    if (self == NULL)
        return;
    g_atomic_int_set(&self->closing, TRUE);
    if (self->input >= 0)
        close(self->input);
    /* it holds nothing that needs putting away, and it may be stuck in its module */
    if (self->process != NULL)
        g_subprocess_force_exit(self->process);
    if (self->watcher != NULL)
        g_thread_join(self->watcher);
    if (self->process != NULL)
        g_subprocess_wait(self->process, NULL, NULL);
    g_clear_object(&self->process);
    g_clear_pointer(&self->secret, guichet_secret_unref);
    g_clear_pointer(&self->certificate, g_bytes_unref);
    guichet_card_ref_free(self->ref);
    guichet_wipe_free(self->buffer, MAX_LINE);
    g_free(self);
}

GuichetSecret *
guichet_card_take_secret(GuichetCard *self)
{
    return g_steal_pointer(&self->secret);
}

const GuichetCardRef *
guichet_card_get_ref(GuichetCard *self)
{
    return self->ref;
}

GBytes *
guichet_card_get_certificate(GuichetCard *self)
{
    return self->certificate;
}

/* --- watching --- */

/* Silence counts as absence: nobody knows whether the card is there. */
static gpointer
watch_thread(gpointer data)
{
    GuichetCard *self = data;
    g_autoptr(GError) error = NULL;
    while (error == NULL) {
        gint64 deadline = g_get_monotonic_time() + (gint64)self->limits.silence_ms * 1000;
        g_autoptr(JsonNode) node = read_event(self, deadline, &error);
        if (node != NULL && !is_event(node, "present"))
            take_failure(node, &error);
    }
    if (!g_atomic_int_get(&self->closing))
        self->gone(error, self->gone_data);
    return NULL;
}

void
guichet_card_watch(GuichetCard *self, GuichetCardGone gone, gpointer user_data)
{
    g_return_if_fail(self->watcher == NULL);
    self->gone = gone;
    self->gone_data = user_data;
    self->watcher = g_thread_new("card-watch", watch_thread, self);
}
