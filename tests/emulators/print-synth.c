/* SPDX-License-Identifier: EUPL-1.2 */
#include "print-synth.h"

#include <gio/gio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define RADIUS 9
#define SIDE (2 * RADIUS + 1)
#define ORIENTATIONS 48
#define PERIODS 5
#define PERIOD_MIN 8.2 /* pixels at 512 dpi: 0.41 mm */
#define PERIOD_STEP 0.5
#define ROUNDS 14
#define MARGIN 8

typedef enum { RIGHT_LOOP, LEFT_LOOP, WHORL, ARCH, PATTERNS } Pattern;

typedef struct {
    guint width, height;
    guint64 random;
    Pattern pattern;
    double x, y;    /* of the core, pixels, y down */
    double core2_y; /* whorl: the lower core */
    double delta_x[2], delta_y[2];
    float *ridges, *scratch;
    guint8 *filter; /* which of the bank, a pixel */
    float bank[ORIENTATIONS * PERIODS][SIDE * SIDE];
} Growth;

/* splitmix64: the same everywhere, unlike rand(). */
static guint64
next_random(Growth *growth)
{
    guint64 z = growth->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double
uniform(Growth *growth, double low, double high)
{
    return low + (high - low) * (double)(next_random(growth) >> 11) / 9007199254740992.0;
}

/* Smooth noise in 0…1: random values on a grid of @cell pixels, interpolated. Caller frees. */
static float *
smooth_noise(Growth *growth, guint cell)
{
    guint columns = growth->width / cell + 2, rows = growth->height / cell + 2;
    g_autofree float *grid = g_new(float, columns *rows);
    for (guint i = 0; i < columns * rows; i++)
        grid[i] = (float)uniform(growth, 0, 1);
    float *noise = g_new(float, growth->width * growth->height);
    for (guint y = 0; y < growth->height; y++) {
        for (guint x = 0; x < growth->width; x++) {
            float u = (float)(x % cell) / (float)cell, v = (float)(y % cell) / (float)cell;
            u = u * u * (3 - 2 * u);
            v = v * v * (3 - 2 * v);
            const float *g = grid + y / cell * columns + x / cell;
            noise[y * growth->width + x] = (g[0] * (1 - u) + g[1] * u) * (1 - v) +
                                           (g[columns] * (1 - u) + g[columns + 1] * u) * v;
        }
    }
    return noise;
}

static void
place_singular_points(Growth *growth)
{
    double w = growth->width, h = growth->height;
    growth->pattern = (Pattern)(next_random(growth) % PATTERNS);
    growth->x = w / 2 + uniform(growth, -18, 18);
    growth->y = h * 0.45 + uniform(growth, -12, 12);
    growth->core2_y = growth->y + uniform(growth, 18, 40);
    double side = growth->pattern == LEFT_LOOP ? -1 : 1;
    growth->delta_x[0] = growth->x + side * uniform(growth, 85, 115);
    growth->delta_y[0] = growth->y + uniform(growth, 80, 105);
    growth->delta_x[1] = growth->x - side * uniform(growth, 85, 115);
    growth->delta_y[1] = growth->y + uniform(growth, 80, 105);
}

/* The angle seen from a point, y up. */
static double
angle_from(double px, double py, double x, double y)
{
    return atan2(py - y, x - px);
}

/* Ridge direction at a pixel, in radians, y up, modulo pi. */
static double
orientation_at(const Growth *growth, double x, double y)
{
    if (growth->pattern == ARCH) {
        double u = (x - growth->x) / 75, v = (y - growth->y - 35) / 85;
        double slope = -2 * u * exp(-u * u) * 1.25 * exp(-v * v);
        return atan(slope);
    }
    double sum = angle_from(growth->x, growth->y, x, y) -
                 angle_from(growth->delta_x[0], growth->delta_y[0], x, y);
    if (growth->pattern == WHORL)
        sum += angle_from(growth->x, growth->core2_y, x, y) -
               angle_from(growth->delta_x[1], growth->delta_y[1], x, y);
    return sum / 2;
}

static void
choose_filters(Growth *growth)
{
    g_autofree float *spread = smooth_noise(growth, 60);
    g_autofree float *bend = smooth_noise(growth, 80);
    for (guint y = 0; y < growth->height; y++) {
        for (guint x = 0; x < growth->width; x++) {
            gsize i = (gsize)y * growth->width + x;
            double angle = orientation_at(growth, x, y) + (bend[i] - 0.5) * 0.35;
            int turn = (int)floor(angle / G_PI * ORIENTATIONS + 0.5) % ORIENTATIONS;
            guint orientation = (guint)(turn < 0 ? turn + ORIENTATIONS : turn);
            guint period = MIN((guint)(spread[i] * PERIODS), PERIODS - 1);
            growth->filter[i] = (guint8)(orientation * PERIODS + period);
        }
    }
}

/* An even Gabor filter without response to a constant, of unit gain on its own wave. */
static void
make_filter(float *filter, double angle, double period)
{
    double sigma = period * 0.42, mean = 0, gain = 0;
    for (int dy = -RADIUS; dy <= RADIUS; dy++) {
        for (int dx = -RADIUS; dx <= RADIUS; dx++) {
            double across = dx * sin(angle) + dy * cos(angle); /* y down: across the ridge */
            double value =
                exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)) * cos(2 * G_PI * across / period);
            filter[(dy + RADIUS) * SIDE + dx + RADIUS] = (float)value;
            mean += value / (SIDE * SIDE);
        }
    }
    for (gsize i = 0; i < SIDE * SIDE; i++) {
        filter[i] -= (float)mean;
        gain += fabs(filter[i]);
    }
    for (gsize i = 0; i < SIDE * SIDE; i++)
        filter[i] *= (float)(2.2 / gain);
}

static void
make_bank(Growth *growth)
{
    for (guint o = 0; o < ORIENTATIONS; o++)
        for (guint p = 0; p < PERIODS; p++)
            make_filter(growth->bank[o * PERIODS + p], G_PI * o / ORIENTATIONS,
                        PERIOD_MIN + PERIOD_STEP * p);
}

static float
filtered(const Growth *growth, guint x, guint y)
{
    const float *filter = growth->bank[growth->filter[(gsize)y * growth->width + x]];
    float sum = 0;
    for (int dy = -RADIUS; dy <= RADIUS; dy++) {
        int row = CLAMP((int)y + dy, 0, (int)growth->height - 1);
        const float *line = growth->ridges + (gsize)row * growth->width;
        for (int dx = -RADIUS; dx <= RADIUS; dx++) {
            int column = CLAMP((int)x + dx, 0, (int)growth->width - 1);
            sum += *filter++ * line[column];
        }
    }
    return CLAMP(sum * 1.6f, -1.0f, 1.0f);
}

/* Ridges in -1…1, from noise: each round pulls them closer to waves along the field. */
static void
grow(Growth *growth)
{
    gsize pixels = (gsize)growth->width * growth->height;
    for (gsize i = 0; i < pixels; i++)
        growth->ridges[i] = (float)uniform(growth, -1, 1);
    for (guint round = 0; round < ROUNDS; round++) {
        for (guint y = 0; y < growth->height; y++)
            for (guint x = 0; x < growth->width; x++)
                growth->scratch[(gsize)y * growth->width + x] = filtered(growth, x, y);
        float *swap = growth->ridges;
        growth->ridges = growth->scratch;
        growth->scratch = swap;
    }
}

/* How firmly the skin touches, 0…1: an ellipse with an uneven edge. */
static float
contact_at(const Growth *growth, guint x, guint y, float unevenness)
{
    double u = (x - growth->width / 2.0) / (growth->width * 0.43);
    double v = (y - growth->height / 2.0) / (growth->height / 2.0 - MARGIN);
    double inside = (1 - sqrt(u * u + v * v)) * 9 + (unevenness - 0.5) * 1.2;
    return (float)CLAMP(inside, 0.0, 1.0);
}

static guint8
shade(Growth *growth, gsize i, float contact, float pressure)
{
    float depth = 1 / (1 + expf(-(growth->ridges[i] + (pressure - 0.5f) * 0.5f) * 4.5f));
    float grain = (float)uniform(growth, -1, 1) + (float)uniform(growth, -1, 1);
    float pore = depth > 0.9f && next_random(growth) % 90 == 0 ? 60.0f : 0.0f;
    float ink = contact * depth;
    float grey = 246 - ink * (200 + 25 * pressure) + ink * pore + grain * (2 + 7 * contact);
    return (guint8)CLAMP(grey, 0.0f, 255.0f);
}

static GBytes *
render(Growth *growth)
{
    gsize pixels = (gsize)growth->width * growth->height;
    g_autofree float *edge = smooth_noise(growth, 24);
    g_autofree float *pressure = smooth_noise(growth, 70);
    guint8 *grey = g_malloc(pixels);
    memset(grey, 255, pixels); /* sensors are white where nothing touches */
    for (guint y = MARGIN; y < growth->height - MARGIN; y++) {
        for (guint x = 0; x < growth->width; x++) {
            gsize i = (gsize)y * growth->width + x;
            float contact = contact_at(growth, x, y, edge[i]);
            if (contact > 0)
                grey[i] = shade(growth, i, contact, pressure[i]);
        }
    }
    return g_bytes_new_take(grey, pixels);
}

GBytes *
print_synth(guint32 seed, guint width, guint height)
{
    g_autofree Growth *growth = g_new0(Growth, 1);
    gsize pixels = (gsize)width * height;
    growth->width = width;
    growth->height = height;
    growth->random = seed;
    growth->ridges = g_new(float, pixels);
    growth->scratch = g_new(float, pixels);
    growth->filter = g_new(guint8, pixels);
    place_singular_points(growth);
    make_bank(growth);
    choose_filters(growth);
    grow(growth);
    GBytes *print = render(growth);
    g_free(growth->ridges);
    g_free(growth->scratch);
    g_free(growth->filter);
    return print;
}

GBytes *
print_read_pgm(const char *path, guint width, guint height, GError **error)
{
    g_autofree char *text = NULL;
    gsize size;
    if (!g_file_get_contents(path, &text, &size, error))
        return NULL;
    guint w = 0, h = 0;
    int offset = 0;
    if (sscanf(text, "P5 %5u %5u 255%n", &w, &h, &offset) != 2 || offset == 0 || w != width ||
        h != height || size != (gsize)offset + 1 + (gsize)width * height) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "%s: a binary PGM of %ux%u and 255 levels is expected", path, width, height);
        return NULL;
    }
    return g_bytes_new(text + offset + 1, (gsize)width * height);
}
