/*
 * Makes every flush of a process take BENCH_FLUSH_MICROS longer. Preloaded into the server and its yardstick alike,
 * because some machines flush so fast that waiting for it costs nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static struct timespec delay;

__attribute__((constructor)) static void start(void) {
    const char *text = getenv("BENCH_FLUSH_MICROS");
    long micros = text ? atol(text) : 0;
    delay.tv_sec = micros / 1000000;
    delay.tv_nsec = micros % 1000000 * 1000;
}

#define SLOW(name)                                                          \
    int name(int fd) {                                                      \
        static int (*real)(int);                                            \
        if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name);               \
        nanosleep(&delay, 0);                                               \
        return real(fd);                                                    \
    }

SLOW(fsync)
SLOW(fdatasync)
