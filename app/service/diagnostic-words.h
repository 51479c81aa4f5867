/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/diagnostic.h"

/** The sentences for each cause of a silent device: a table, so that a new family is a column. */
typedef struct {
    GuichetFindingState state;
    const char *conclusion, *remedy; /* French, translated; with {subject} and {detail} */
} GuichetCauseWords;

/* The cause's number is that of the reference: DIAG-SCAN-02 is "denied". */
const GuichetCauseWords *guichet_cause_words(GuichetDeviceFamily family, GuichetDeviceCause cause);
/* @words, translated, with {subject} and {detail} replaced; caller frees. */
char *guichet_fill_words(const char *words, const char *subject, const char *detail);
