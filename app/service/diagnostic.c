/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/diagnostic.h"

#include <string.h>

#include "config.h"
#include "core/json.h"
#include "service/diagnostic-private.h"

#include <glib/gi18n-lib.h>

#define PROFILE "diagnostic/1"

static const struct {
    const char *name, *label;
} states[GUICHET_FINDING_N] = {
    [GUICHET_FINDING_OK] = {"ok", N_("En ordre")},
    [GUICHET_FINDING_ATTENTION] = {"attention", N_("À surveiller")},
    [GUICHET_FINDING_FAULT] = {"fault", N_("En panne")},
};

/* @code: the part of a reference. @look: NULL for devices and the network. */
static const struct {
    const char *name, *title, *code;
    GuichetPart *(*look)(GuichetDesk *desk);
} parts[GUICHET_PART_N] = {
    [GUICHET_PART_SCANNER] = {"scanner", N_("Scanner"), "SCAN", NULL},
    [GUICHET_PART_CAMERA] = {"camera", N_("Caméra"), "CAM", NULL},
    [GUICHET_PART_FINGERPRINT] = {"fingerprint", N_("Capteur d’empreintes"), "EMPR", NULL},
    [GUICHET_PART_NETWORK] = {"network", N_("Réseau"), "NET", NULL},
    [GUICHET_PART_SYNC] = {"sync", N_("Envois au centre"), "SYNC", guichet_diagnose_sync},
    [GUICHET_PART_CERTIFICATES] = {"certificates", N_("Certificats"), "CERT",
                                   guichet_diagnose_certificates},
    [GUICHET_PART_CLOCK] = {"clock", N_("Horloge"), "HEUR", guichet_diagnose_clock},
    [GUICHET_PART_DISK] = {"disk", N_("Disque et base"), "DISQ", guichet_diagnose_disk},
    [GUICHET_PART_KEYS] = {"keys", N_("Clés"), "CLES", guichet_diagnose_keys},
    [GUICHET_PART_DATA] = {"data", N_("Règles et référentiels"), "DATA", guichet_diagnose_data},
    [GUICHET_PART_SERVICES] = {"services", N_("Services"), "SERV", guichet_diagnose_services},
    [GUICHET_PART_PROGRAMS] = {"programs", N_("Programmes"), "PROG", guichet_diagnose_programs},
};

static const GuichetPartKind family_parts[] = {
    [GUICHET_DEVICE_FINGERPRINT] = GUICHET_PART_FINGERPRINT,
    [GUICHET_DEVICE_CAMERA] = GUICHET_PART_CAMERA,
    [GUICHET_DEVICE_SCANNER] = GUICHET_PART_SCANNER,
};

const char *
guichet_finding_state_name(GuichetFindingState state)
{
    return states[state].name;
}

const char *
guichet_finding_state_label(GuichetFindingState state)
{
    return _(states[state].label);
}

const char *
guichet_part_name(GuichetPartKind kind)
{
    return parts[kind].name;
}

const char *
guichet_part_title(GuichetPartKind kind)
{
    return _(parts[kind].title);
}

GuichetPartKind
guichet_part_of_family(GuichetDeviceFamily family)
{
    return family_parts[family];
}

gboolean
guichet_part_family(GuichetPartKind kind, GuichetDeviceFamily *family)
{
    for (gsize i = 0; i < G_N_ELEMENTS(family_parts); i++)
        if (family_parts[i] == kind) {
            *family = (GuichetDeviceFamily)i;
            return TRUE;
        }
    return FALSE;
}

/* --- a part --- */

static void
finding_free(gpointer data)
{
    GuichetFinding *finding = data;
    g_free(finding->reference);
    g_free(finding->conclusion);
    g_free(finding->remedy);
    g_free(finding);
}

static void
fact_free(gpointer data)
{
    GuichetFact *fact = data;
    g_free(fact->label);
    g_free(fact->value);
    g_free(fact);
}

GuichetPart *
guichet_part_new(GuichetPartKind kind)
{
    GuichetPart *part = g_new0(GuichetPart, 1);
    part->kind = kind;
    part->checked_us = guichet_instant_now().wall_us;
    part->findings = g_ptr_array_new_with_free_func(finding_free);
    part->facts = g_ptr_array_new_with_free_func(fact_free);
    part->tried = g_ptr_array_new_with_free_func(g_free);
    return part;
}

void
guichet_part_free(GuichetPart *part)
{
    if (part == NULL)
        return;
    g_ptr_array_unref(part->findings);
    g_ptr_array_unref(part->facts);
    g_ptr_array_unref(part->tried);
    g_free(part);
}

void
guichet_part_find(GuichetPart *part, guint number, GuichetFindingState state, char *conclusion,
                  char *remedy)
{
    GuichetFinding *finding = g_new0(GuichetFinding, 1);
    guint place = 0;
    finding->reference = g_strdup_printf("DIAG-%s-%02u", parts[part->kind].code, number);
    finding->state = state;
    finding->conclusion = conclusion;
    finding->remedy = remedy != NULL ? remedy : g_strdup("");
    while (place < part->findings->len &&
           ((GuichetFinding *)g_ptr_array_index(part->findings, place))->state >= state)
        place++;
    g_ptr_array_insert(part->findings, (int)place, finding);
}

void
guichet_part_say(GuichetPart *part, guint number, GuichetFindingState state, const char *conclusion,
                 const char *remedy)
{
    guichet_part_find(part, number, state, g_strdup(conclusion), g_strdup(remedy));
}

void
guichet_part_know(GuichetPart *part, const char *id, const char *label, char *value)
{
    if (value == NULL || *value == '\0') {
        g_free(value);
        return;
    }
    GuichetFact *fact = g_new0(GuichetFact, 1);
    *fact = (GuichetFact){.id = id, .label = g_strdup(label), .value = value};
    g_ptr_array_add(part->facts, fact);
}

void
guichet_part_settle(GuichetPart *part, const char *conclusion)
{
    if (part->findings->len == 0)
        guichet_part_say(part, 0, GUICHET_FINDING_OK, conclusion, NULL);
}

const GuichetFinding *
guichet_part_get_worst(const GuichetPart *part)
{
    return g_ptr_array_index(part->findings, 0);
}

GuichetFindingState
guichet_part_get_state(const GuichetPart *part)
{
    return guichet_part_get_worst(part)->state;
}

GuichetPart *
guichet_desk_diagnose(GuichetDesk *self, GuichetPartKind kind)
{
    g_return_val_if_fail(kind < GUICHET_PART_N && parts[kind].look != NULL, NULL);
    return parts[kind].look(self);
}

/* --- the whole --- */

GuichetDiagnostic *
guichet_diagnostic_new(GuichetDesk *desk)
{
    GuichetDiagnostic *self = g_atomic_rc_box_new0(GuichetDiagnostic);
    GuichetStation *station = guichet_desk_get_station(desk);
    self->station = g_strdup(guichet_station_get_id(station));
    self->name = g_strdup(guichet_station_get_name(station));
    self->version = g_strdup(GUICHET_VERSION);
    self->made_us = guichet_instant_now().wall_us;
    self->journal = g_ptr_array_new_with_free_func(g_free);
    self->system = g_ptr_array_new_with_free_func(g_free);
    return self;
}

static void
diagnostic_clear(gpointer data)
{
    GuichetDiagnostic *self = data;
    for (guint i = 0; i < GUICHET_PART_N; i++)
        guichet_part_free(self->parts[i]);
    g_ptr_array_unref(self->journal);
    g_ptr_array_unref(self->system);
    g_free(self->station);
    g_free(self->name);
    g_free(self->version);
}

GuichetDiagnostic *
guichet_diagnostic_ref(GuichetDiagnostic *self)
{
    return g_atomic_rc_box_acquire(self);
}

void
guichet_diagnostic_unref(GuichetDiagnostic *self)
{
    g_atomic_rc_box_release_full(self, diagnostic_clear);
}

void
guichet_diagnostic_put(GuichetDiagnostic *self, GuichetPart *part)
{
    guichet_part_free(self->parts[part->kind]);
    self->parts[part->kind] = part;
    self->made_us = guichet_instant_now().wall_us;
}

GuichetFindingState
guichet_diagnostic_get_state(const GuichetDiagnostic *self)
{
    GuichetFindingState worst = GUICHET_FINDING_OK;
    for (guint i = 0; i < GUICHET_PART_N; i++)
        if (self->parts[i] != NULL)
            worst = MAX(worst, guichet_part_get_state(self->parts[i]));
    return worst;
}

/* --- JSON --- */

static void
add_string(JsonBuilder *builder, const char *member, const char *value)
{
    json_builder_set_member_name(builder, member);
    json_builder_add_string_value(builder, value);
}

static void
add_time(JsonBuilder *builder, const char *member, gint64 wall_us)
{
    g_autofree char *text = guichet_time_to_iso8601(wall_us);
    add_string(builder, member, text);
}

static void
add_lines(JsonBuilder *builder, const char *member, GPtrArray *lines)
{
    json_builder_set_member_name(builder, member);
    json_builder_begin_array(builder);
    for (guint i = 0; i < lines->len; i++)
        json_builder_add_string_value(builder, g_ptr_array_index(lines, i));
    json_builder_end_array(builder);
}

static void
add_findings(JsonBuilder *builder, GPtrArray *findings)
{
    json_builder_set_member_name(builder, "findings");
    json_builder_begin_array(builder);
    for (guint i = 0; i < findings->len; i++) {
        const GuichetFinding *finding = g_ptr_array_index(findings, i);
        json_builder_begin_object(builder);
        add_string(builder, "reference", finding->reference);
        add_string(builder, "state", states[finding->state].name);
        add_string(builder, "conclusion", finding->conclusion);
        add_string(builder, "remedy", finding->remedy);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_facts(JsonBuilder *builder, GPtrArray *facts)
{
    json_builder_set_member_name(builder, "facts");
    json_builder_begin_array(builder);
    for (guint i = 0; i < facts->len; i++) {
        const GuichetFact *fact = g_ptr_array_index(facts, i);
        json_builder_begin_object(builder);
        add_string(builder, "id", fact->id);
        add_string(builder, "label", fact->label);
        add_string(builder, "value", fact->value);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_part(JsonBuilder *builder, const GuichetPart *part)
{
    json_builder_begin_object(builder);
    add_string(builder, "part", parts[part->kind].name);
    add_string(builder, "title", guichet_part_title(part->kind));
    add_string(builder, "state", states[guichet_part_get_state(part)].name);
    add_time(builder, "checked", part->checked_us);
    add_findings(builder, part->findings);
    add_facts(builder, part->facts);
    add_lines(builder, "tried", part->tried);
    json_builder_end_object(builder);
}

JsonNode *
guichet_diagnostic_to_node(const GuichetDiagnostic *self)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    add_string(builder, "profile", PROFILE);
    add_string(builder, "station", self->station);
    add_string(builder, "name", self->name);
    add_string(builder, "version", self->version);
    add_time(builder, "made", self->made_us);
    add_string(builder, "state", states[guichet_diagnostic_get_state(self)].name);
    json_builder_set_member_name(builder, "parts");
    json_builder_begin_array(builder);
    for (guint i = 0; i < GUICHET_PART_N; i++)
        if (self->parts[i] != NULL)
            add_part(builder, self->parts[i]);
    json_builder_end_array(builder);
    add_lines(builder, "journal", self->journal);
    add_lines(builder, "system", self->system);
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}

char *
guichet_diagnostic_to_json(const GuichetDiagnostic *self)
{
    g_autoptr(JsonNode) node = guichet_diagnostic_to_node(self);
    return guichet_json_canonical(node);
}
