/* SPDX-License-Identifier: EUPL-1.2 */
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "core/error.h"
#include "core/json.h"
#include "core/process.h"
#include "drivers/card/pkcs11.h"
#include "drivers/guard.h"

#include <glib/gi18n-lib.h>

#define EXIT_USAGE 2
#define MAX_ASK 4096
#define MAX_PIN 256
#define LOOK_EVERY_US (500 * 1000)

/* A module may print on standard output: the protocol gets a descriptor of its own. */
static int protocol_fd = -1;

typedef struct {
    GuichetCardRef *card;
    gboolean last_try;
    GuichetSecret *pin;
} Ask;

static void
ask_clear(Ask *ask)
{
    g_clear_pointer(&ask->card, guichet_card_ref_free);
    g_clear_pointer(&ask->pin, guichet_secret_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ask, ask_clear)

/* --- what is said --- */

static gboolean
send_bytes(const void *bytes, gsize size)
{
    for (gsize done = 0; done < size;) {
        ssize_t n = write(protocol_fd, (const char *)bytes + done, size - done);
        if (n <= 0)
            return FALSE;
        done += (gsize)n;
    }
    return TRUE;
}

/* One event: its name, then pairs of member and text, NULL-terminated. */
static gboolean G_GNUC_NULL_TERMINATED
send_event(const char *event, ...)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), object);
    va_list members;
    json_object_set_string_member(object, "event", event);
    va_start(members, event);
    for (const char *member = va_arg(members, const char *); member != NULL;
         member = va_arg(members, const char *))
        json_object_set_string_member(object, member, va_arg(members, const char *));
    va_end(members);
    g_autofree char *text = guichet_json_canonical(node);
    g_autofree char *line = g_strconcat(text, "\n", NULL);
    return send_bytes(line, strlen(line));
}

static int
send_failure(const char *event, const GError *error)
{
    g_printerr("%s\n", error->message);
    send_event(event, "name", guichet_error_name(error), "message", error->message, NULL);
    return EXIT_FAILURE;
}

/* --- what is asked: one line, then the code --- */

static gboolean
read_exactly(void *bytes, gsize size)
{
    for (gsize done = 0; done < size;) {
        ssize_t n = read(STDIN_FILENO, (char *)bytes + done, size - done);
        if (n <= 0)
            return FALSE;
        done += (gsize)n;
    }
    return TRUE;
}

static gboolean
read_line(char line[MAX_ASK], gsize *size)
{
    for (*size = 0; *size < MAX_ASK; (*size)++) {
        if (!read_exactly(line + *size, 1))
            return FALSE;
        if (line[*size] == '\n')
            return TRUE;
    }
    return FALSE;
}

static GuichetSecret *
read_pin(gint64 size)
{
    char pin[MAX_PIN];
    GuichetSecret *secret = NULL;
    if (size == 0)
        return guichet_secret_new_string("");
    if (read_exactly(pin, (gsize)size))
        secret = guichet_secret_new(pin, (gsize)size);
    explicit_bzero(pin, sizeof pin);
    return secret;
}

static gboolean
read_members(Ask *ask, JsonObject *object, gint64 *pin_size, GError **error)
{
    const char *where = "ask: ";
    const char *label = guichet_json_string(object, "label", where, error);
    const char *serial = guichet_json_string(object, "serial", where, label ? error : NULL);
    const char *key = guichet_json_string(object, "key", where, serial ? error : NULL);
    const char *point = guichet_json_string(object, "point", where, key ? error : NULL);
    gint64 last_try = 0;
    if (point == NULL || !guichet_json_int(object, "last_try", 0, 1, where, &last_try, error) ||
        !guichet_json_int(object, "pin_size", 0, MAX_PIN, where, pin_size, error))
        return FALSE;
    ask->card->label = g_strdup(label);
    ask->card->serial = g_strdup(serial);
    ask->card->key = guichet_card_unhex(key, GUICHET_CARD_MAX_KEY_ID);
    ask->card->point = guichet_card_unhex(point, GUICHET_CARD_POINT_SIZE);
    ask->last_try = last_try != 0;
    if (ask->card->key != NULL && ask->card->point != NULL &&
        g_bytes_get_size(ask->card->point) == GUICHET_CARD_POINT_SIZE)
        return TRUE;
    g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "ask: key, point");
    return FALSE;
}

static gboolean
read_ask(Ask *ask, const char *module, GError **error)
{
    char line[MAX_ASK];
    gsize size;
    gint64 pin_size = 0;
    ask->card = g_new0(GuichetCardRef, 1);
    ask->card->module = g_strdup(module);
    g_autoptr(JsonNode) node =
        read_line(line, &size) ? guichet_json_parse(line, size, "ask", error) : NULL;
    if (node != NULL && !read_members(ask, json_node_get_object(node), &pin_size, error))
        return FALSE;
    ask->pin = node != NULL ? read_pin(pin_size) : NULL;
    if (ask->pin == NULL && (error == NULL || *error == NULL))
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_MALFORMED, "ask");
    return ask->pin != NULL;
}

/* --- what is done --- */

static gboolean
send_opened(GuichetToken *token, Ask *ask, GuichetSecret *secret)
{
    g_autofree char *label = guichet_token_text(token->token.label, sizeof token->token.label);
    g_autofree char *serial =
        guichet_token_text(token->token.serialNumber, sizeof token->token.serialNumber);
    g_autofree char *key = guichet_card_hex(ask->card->key);
    g_autoptr(GBytes) der = guichet_token_read_certificate(token, ask->card->key);
    g_autofree char *certificate = guichet_card_hex(der);
    return send_event("opened", "label", label, "serial", serial, "key", key, "certificate",
                      certificate, NULL) &&
           send_bytes(guichet_secret_bytes(secret), guichet_secret_size(secret));
}

/* Once its secret is told the card needs no code any more: it is logged out, and only watched. */
static gboolean
open_card(GuichetToken *token, Ask *ask, GError **error)
{
    CK_OBJECT_HANDLE key = 0;
    if (!guichet_token_open(token, ask->card, error) ||
        !guichet_token_check_pin(token, ask->last_try, error) || !send_event("trying", NULL) ||
        !guichet_token_login(token, ask->pin, error))
        return FALSE;
    g_clear_pointer(&ask->pin, guichet_secret_unref);
    g_autoptr(GuichetSecret) secret =
        guichet_token_find_key(token, &ask->card->key, &key, error)
            ? guichet_token_derive(token, key, ask->card->point, error)
            : NULL;
    gboolean told = secret != NULL && send_opened(token, ask, secret);
    token->calls->C_Logout(token->session);
    if (secret != NULL && !told)
        g_set_error_literal(error, GUICHET_ERROR, GUICHET_ERROR_IO, "stdout");
    return told;
}

/* Asked rather than awaited: C_WaitForSlotEvent is missing or deaf in many modules. */
static int
watch(GuichetToken *token, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    while (!g_cancellable_is_cancelled(cancellable)) {
        if (!guichet_token_check_present(token, &error))
            return send_failure("gone", error);
        if (!send_event("present", NULL))
            return EXIT_FAILURE;
        g_usleep(LOOK_EVERY_US);
    }
    return EXIT_SUCCESS;
}

static int
run(GCancellable *cancellable, const char *module)
{
    g_auto(Ask) ask = {0};
    g_auto(GuichetToken) token = {0};
    g_autoptr(GError) error = NULL;
    gboolean asked = read_ask(&ask, module, &error);
    guichet_guard_start(cancellable); /* reads standard input from here on */
    int status = asked && open_card(&token, &ask, &error) ? watch(&token, cancellable)
                                                          : send_failure("error", error);
    guichet_guard_end_soon(status); /* a module's clean-up may hang, too */
    return status;
}

int
main(int argc, char **argv)
{
    guichet_process_harden(); /* the code is read before the guard starts */
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, GUICHET_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    if (argc != 2 || *argv[1] != '/') {
        g_printerr(_("Usage : guichet-card MODULE, et la demande sur l’entrée standard\n"));
        return EXIT_USAGE;
    }
    protocol_fd = dup(STDOUT_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    return run(cancellable, argv[1]);
}
