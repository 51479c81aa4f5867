/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * observe-window PROGRAM ARGUMENT…
 *
 * Starts PROGRAM on the present X display and looks at it from outside, the same way for any
 * toolkit: the time from fork to its window being mapped, the time to the first frame that is not
 * one flat colour, and its proportional memory (smaps_rollup) SETTLE_MS after that frame. Prints
 * one JSON object, then ends the program that it started.
 */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_US 2000
#define SETTLE_MS 1500
#define PATIENCE_US (20 * G_USEC_PER_SEC)
#define SMALLEST_SIDE 200
#define DRAWN_PIXELS 40 /* a few letters */
#define SAMPLE_STEP 2

static int
ignore_x_error(Display *display, XErrorEvent *event)
{
    return 0; /* a window may vanish between two questions */
}

/* The first mapped window below the root that is large enough to be an application's. */
static Window
find_window(Display *display, XWindowAttributes *attributes)
{
    Window root = 0, parent = 0, *children = NULL, found = 0;
    unsigned count = 0;
    if (!XQueryTree(display, DefaultRootWindow(display), &root, &parent, &children, &count))
        return 0;
    for (unsigned i = 0; i < count && !found; i++)
        if (XGetWindowAttributes(display, children[i], attributes) &&
            attributes->map_state == IsViewable && attributes->class == InputOutput &&
            attributes->width >= SMALLEST_SIDE && attributes->height >= SMALLEST_SIDE)
            found = children[i];
    if (children)
        XFree(children);
    return found;
}

static gboolean
has_frame(Display *display, Window window, const XWindowAttributes *size)
{
    XImage *image = XGetImage(display, window, 0, 0, (unsigned)size->width, (unsigned)size->height,
                              AllPlanes, ZPixmap);
    if (!image)
        return FALSE;
    guint different = 0;
    unsigned long middle = XGetPixel(image, image->width / 4, image->height / 4);
    for (int y = 0; y < image->height && different < DRAWN_PIXELS; y += SAMPLE_STEP)
        for (int x = 0; x < image->width && different < DRAWN_PIXELS; x += SAMPLE_STEP)
            different += XGetPixel(image, x, y) != middle;
    XDestroyImage(image);
    return different >= DRAWN_PIXELS;
}

static long
read_pss_kb(pid_t process)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/smaps_rollup", process);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return -1;
    const char *line = strstr(text, "\nPss:");
    return line ? (long)g_ascii_strtoll(line + strlen("\nPss:"), NULL, 10) : -1;
}

/* FALSE when no frame came in time. Times are µs since @started. */
static gboolean
watch(Display *display, gint64 started, gint64 *mapped, gint64 *frame)
{
    while (g_get_monotonic_time() - started < PATIENCE_US) {
        XWindowAttributes attributes;
        Window window = find_window(display, &attributes);
        gint64 now = g_get_monotonic_time() - started;
        if (window && *mapped == 0)
            *mapped = now;
        if (window && has_frame(display, window, &attributes)) {
            *frame = g_get_monotonic_time() - started;
            return TRUE;
        }
        g_usleep(POLL_US);
    }
    return FALSE;
}

int
main(int argc, char **argv)
{
    Display *display = argc > 1 ? XOpenDisplay(NULL) : NULL;
    if (!display) {
        g_printerr("usage: observe-window PROGRAM ARGUMENT… (with DISPLAY)\n");
        return 2;
    }
    XSetErrorHandler(ignore_x_error);
    gint64 started = g_get_monotonic_time(), mapped = 0, frame = 0;
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    gboolean seen = watch(display, started, &mapped, &frame);
    g_usleep(SETTLE_MS * 1000);
    long pss = read_pss_kb(child);
    kill(child, SIGTERM);
    g_usleep(100 * 1000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    XCloseDisplay(display);
    if (!seen || pss < 0) {
        g_printerr("%s: no window with a frame was seen\n", argv[1]);
        return 1;
    }
    printf("{\"mapped_ms\": %.1f, \"frame_ms\": %.1f, \"pss_kb\": %ld}\n", (double)mapped / 1000,
           (double)frame / 1000, pss);
    return 0;
}
