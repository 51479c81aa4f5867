/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gtk/gtk.h>

/** A widget as it is drawn, on a sheet of its own: also the part that is scrolled out of sight. */
typedef struct {
    cairo_surface_t *surface;
    GtkWidget *widget;
    graphene_point_t origin; /* of the sheet in the widget's coordinates: before its padding */
    int width, height;
} AuditSheet;

AuditSheet *audit_sheet_new(GtkWidget *widget);
void audit_sheet_free(AuditSheet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditSheet, audit_sheet_free)

/* WCAG 2.1 contrast of two 0xRRGGBB colours, 1 to 21. */
double audit_contrast(guint32 a, guint32 b);
/* Contrast between the commonest colour of @area and the colour in it that differs most and is
 * there in at least a few pixels; 1 when there is one colour only. */
double audit_sheet_text_contrast(const AuditSheet *self, const graphene_rect_t *area);
/* Pixels of @area where @self and @other differ by at least @contrast. */
guint audit_sheet_count_changed(const AuditSheet *self, const AuditSheet *other,
                                const graphene_rect_t *area, double contrast);
