/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "service/desk.h"

/**
 * What will stop the station one day, said in time: certificates from 60 days before their end,
 * and again at 30 and 7; a store that was put back.
 */
/* French sentences (char*), the most urgent first; empty when all is well. */
GPtrArray *guichet_desk_list_warnings(GuichetDesk *self);
