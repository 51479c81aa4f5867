/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <gio/gio.h>

/**
 * station.json: who this station is, read once and immutable. Made by service/enrolment.h.
 */
typedef struct _GuichetStation GuichetStation;

GuichetStation *guichet_station_load(const char *root, GError **error);
void guichet_station_free(GuichetStation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GuichetStation, guichet_station_free)
const char *guichet_station_get_root(GuichetStation *self);
const char *guichet_station_get_id(GuichetStation *self);   /* CN of its certificates */
const char *guichet_station_get_name(GuichetStation *self); /* "Mairie de Démo, guichet 1" */
const char *guichet_station_get_centre_url(GuichetStation *self);
gboolean guichet_station_has_tpm(GuichetStation *self);
/* Where its TPM is (drivers/tpm/tpm.h), NULL without one; and the index of its counter in it. */
const char *guichet_station_get_tpm(GuichetStation *self);
guint32 guichet_station_get_tpm_counter(GuichetStation *self);
/* The device chosen for a family ("camera" …), "auto" by default. */
const char *guichet_station_get_device(GuichetStation *self, const char *family);
