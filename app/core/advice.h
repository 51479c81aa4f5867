/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "core/procedure.h"

/**
 * What to look at again in an answer that is stored all the same: advice is never a refusal.
 */

/* A sentence or more in French about the stored @value, or NULL when there is nothing to say.
 * @places may be NULL. *@proposal: what could stand there instead, or NULL. Caller frees both. */
char *guichet_field_advise(const GuichetField *field, GuichetPlaces *places, const char *value,
                           char **proposal);
