/* SPDX-License-Identifier: EUPL-1.2 */
/* print-synth SEED: a synthetic fingerprint as PGM on standard output. */
#include <stdio.h>
#include <stdlib.h>

#include "fingerprint-sensor.h"
#include "print-synth.h"

int
main(int argc, char **argv)
{
    if (argc != 2) {
        g_printerr("usage: print-synth SEED > PRINT.pgm\n");
        return 2;
    }
    g_autoptr(GBytes) print = print_synth((guint32)strtoul(argv[1], NULL, 10),
                                          FINGERPRINT_SENSOR_WIDTH, FINGERPRINT_SENSOR_HEIGHT);
    printf("P5\n%u %u\n255\n", FINGERPRINT_SENSOR_WIDTH, FINGERPRINT_SENSOR_HEIGHT);
    gsize size;
    const void *pixels = g_bytes_get_data(print, &size);
    return fwrite(pixels, 1, size, stdout) == size ? EXIT_SUCCESS : EXIT_FAILURE;
}
