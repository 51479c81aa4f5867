/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <glib.h>

/**
 * Where a person without e-mail or telephone comes back to: policy/contact-point.json (schema:
 * assets/policy/contact-point.schema.json). What is not known is empty, and is not printed.
 */
#define GUICHET_CONTACT_POINT_FILE "policy/contact-point.json"
#define GUICHET_CONTACT_POINT_MAX_BYTES (16 * 1024)

typedef struct {
    char *address; /* one line, or "" */
    char *phone;   /* as it is printed, or "" */
    gboolean hours_confirmed;
} GuichetContactPoint;

/* GUICHET_ERROR_MALFORMED or _LIMIT: "<what>: </json/pointer>: reason". */
GuichetContactPoint *guichet_contact_point_new(GBytes *bytes, const char *what, GError **error);
void guichet_contact_point_free(GuichetContactPoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetContactPoint, guichet_contact_point_free)
