/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "drivers/examine.h"

/**
 * The language between guichet-device and its parent, both ends of it. PROTOCOL.md is the
 * reference. Private to drivers/ and its tests.
 *
 * The reader is pure: bytes in, events out, no clock and no file. It trusts nothing: the child
 * runs device libraries and may say anything.
 */
#define GUICHET_PROTOCOL_MAX_LINE (64 * 1024) /* bytes, without the line feed */
#define GUICHET_PROTOCOL_MAX_TEXT 1024        /* bytes of any one string for people or records */

typedef enum {
    GUICHET_EVENT_PROGRESS,
    GUICHET_EVENT_DEVICE,   /* one line of a list */
    GUICHET_EVENT_LISTED,   /* the list is complete */
    GUICHET_EVENT_ADDED,    /* watch: arrival */
    GUICHET_EVENT_REMOVED,  /* watch: departure */
    GUICHET_EVENT_CAPTURED, /* final, followed by the content */
    GUICHET_EVENT_EXAMINED, /* final */
    GUICHET_EVENT_ERROR,    /* final */
} GuichetEventKind;

/* Only the members of its kind are set. */
typedef struct {
    GuichetEventKind kind;
    char *phase; /* PROGRESS */
    double fraction;
    char *sentence;
    GuichetDeviceInfo *info;         /* DEVICE, ADDED, REMOVED */
    GuichetCapture *capture;         /* CAPTURED */
    GuichetExamination *examination; /* EXAMINED */
    GError *error;                   /* ERROR: GUICHET_ERROR or GUICHET_RETRY */
} GuichetEvent;

GuichetDeviceInfo *guichet_device_info_new(GuichetDeviceFamily family, const char *id,
                                           const char *label);
/* The plain texts of an examination, by their members: the same table for both ends. */
typedef struct {
    const char *member;
    gsize offset; /* of a char* in GuichetExamination */
} GuichetExaminationText;
extern const GuichetExaminationText guichet_examination_texts[]; /* ended by member NULL */

GuichetEvent *guichet_event_new(GuichetEventKind kind);
void guichet_event_free(GuichetEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetEvent, guichet_event_free)

/* Writes one event whole to @fd (blocking). GUICHET_ERROR_IO when the parent is gone. */
gboolean guichet_event_write(const GuichetEvent *event, int fd, GError **error);

typedef struct _GuichetProtocolReader GuichetProtocolReader;
/* Takes ownership of @event. */
typedef void (*GuichetEventFunc)(GuichetEvent *event, gpointer user_data);

GuichetProtocolReader *guichet_protocol_reader_new(void);
void guichet_protocol_reader_free(GuichetProtocolReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetProtocolReader, guichet_protocol_reader_free)
/* Any cut of the stream into pieces gives the same events. After an error (GUICHET_ERROR_DEVICE)
 * the stream is lost: don't feed again. */
gboolean guichet_protocol_reader_feed(GuichetProtocolReader *self, const void *bytes, gsize size,
                                      GuichetEventFunc func, gpointer user_data, GError **error);
