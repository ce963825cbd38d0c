/*
 * Records what a process writes to the files of one folder, and what it flushes, so that a test can build the files
 * as a power cut might have left them. Preloaded into the process; the format is read by trace.rs.
 *
 * POWERCUT_FOLDER  the folder that is watched
 * POWERCUT_TRACE   the file that the events are appended to
 * POWERCUT_FAIL    while a file of this name exists, flushes of watched files fail with EIO
 *
 * A write is recorded after it was made and before the process goes on. A flush has two events: it covers the writes
 * recorded before its begin, and only once its end is there. Writes through a memory map are not seen; SQLite makes
 * them only to its -shm file, which no one reads after a power cut.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { CREATE = 1, WRITE, TRUNCATE, FLUSH_BEGIN, FLUSH_END, FOLDER_FLUSH_BEGIN, FOLDER_FLUSH_END, UNLINK, RENAME };

/* `name` and then `data` follow; numbers are in the machine's order. */
struct event {
    uint32_t kind;
    uint32_t name_len;
    uint64_t file;   /* the inode */
    uint64_t number; /* an offset, a size, or the number of a flush */
    uint64_t data_len;
};

#define MAX_FDS 65536
#define FOLDER (1ull << 63)

static _Atomic uint64_t watched_fd[MAX_FDS]; /* the inode, with FOLDER for a folder; 0: not watched */
static _Atomic uint64_t flushes;
static int trace = -1;
static char folder[PATH_MAX];
static const char *fail;

#define REAL(result, name, ...)                                              \
    static result (*real_##name)(__VA_ARGS__);                               \
    if (!real_##name) *(void **)&real_##name = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void start(void) {
    const char *watched = getenv("POWERCUT_FOLDER"), *path = getenv("POWERCUT_TRACE");
    REAL(int, open, const char *, int, ...);
    fail = getenv("POWERCUT_FAIL");
    if (!watched || !path || !realpath(watched, folder)) return;
    trace = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void record(enum kind kind, uint64_t file, uint64_t number, const char *name, const void *data, size_t data_len) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    struct event event = {kind, name ? (uint32_t)strlen(name) : 0, file, number, data_len};
    struct iovec parts[3] = {{&event, sizeof event}, {(void *)name, event.name_len}, {(void *)data, data_len}};
    int saved = errno;
    /* One call with O_APPEND: events of several threads do not mix. A trace with a hole would prove nothing. */
    if (real_writev(trace, parts, 3) != (ssize_t)(sizeof event + event.name_len + data_len)) abort();
    errno = saved;
}

/* The path inside the watched folder ("" is the folder itself); 0 when it is elsewhere. */
static const char *inside(int at, const char *path, char out[PATH_MAX]) {
    char whole[PATH_MAX], link[64], base[PATH_MAX] = "";
    ssize_t len = 0;
    size_t folder_len = strlen(folder);
    if (trace < 0 || !path) return 0;
    if (path[0] != '/') {
        if (at == AT_FDCWD) strcpy(link, "/proc/self/cwd");
        else {
            char digits[16]; int n = 0, fd = at;
            do digits[n++] = '0' + fd % 10; while ((fd /= 10) > 0);
            strcpy(link, "/proc/self/fd/");
            char *end = link + strlen(link);
            while (n > 0) *end++ = digits[--n];
            *end = 0;
        }
        len = readlink(link, whole, sizeof whole - 2);
        if (len < 0) return 0;
        whole[len++] = '/';
    }
    if (len + strlen(path) >= sizeof whole) return 0;
    strcpy(whole + len, path);
    /* The file need not exist (any more): resolve its folder, and add its name. */
    if (!realpath(whole, out)) {
        char *slash = strrchr(whole, '/');
        if (!slash) return 0;
        strcpy(base, slash + 1);
        slash[slash == whole] = 0;
        if (!realpath(whole, out) || strlen(out) + strlen(base) + 2 > PATH_MAX) return 0;
        strcat(strcat(out, "/"), base);
    }
    if (strncmp(out, folder, folder_len)) return 0;
    if (out[folder_len] == 0) return out + folder_len;
    return out[folder_len] == '/' ? out + folder_len + 1 : 0;
}

/* Asks the system whether the descriptor still is that file: libc also closes some without passing by here. */
static uint64_t file_of(int fd) {
    struct stat stat;
    uint64_t file = fd >= 0 && fd < MAX_FDS && trace >= 0 ? watched_fd[fd] : 0;
    return file && !fstat(fd, &stat) && stat.st_ino == (file & ~FOLDER) ? file : 0;
}

static void follow(int fd, uint64_t file) {
    if (fd >= 0 && fd < MAX_FDS) watched_fd[fd] = file;
}

static void opened(int fd, const char *name, int flags, int existed) {
    struct stat stat;
    if (fd < 0 || !name || fstat(fd, &stat)) return;
    if (S_ISDIR(stat.st_mode)) {
        follow(fd, stat.st_ino | FOLDER);
    } else if (S_ISREG(stat.st_mode)) {
        if (!existed) record(CREATE, stat.st_ino, 0, name, 0, 0);
        else if (flags & O_TRUNC) record(TRUNCATE, stat.st_ino, 0, 0, 0, 0);
        follow(fd, stat.st_ino);
    }
}

static int open_any(int (*real)(int, const char *, int, mode_t), int at, const char *path, int flags, mode_t mode) {
    char buffer[PATH_MAX];
    const char *name = inside(at, path, buffer);
    int existed = name && !faccessat(at, path, F_OK, 0);
    int fd = real(at, path, flags, mode);
    int saved = errno;
    if (fd >= 0) follow(fd, 0);
    opened(fd, name, flags, existed);
    errno = saved;
    return fd;
}

static int real_openat_call(int at, const char *path, int flags, mode_t mode) {
    REAL(int, openat, int, const char *, int, ...);
    return real_openat(at, path, flags, mode);
}

#define MODE_ARGUMENT                                                        \
    mode_t mode = 0;                                                         \
    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) {             \
        va_list arguments;                                                   \
        va_start(arguments, flags);                                          \
        mode = va_arg(arguments, mode_t);                                    \
        va_end(arguments);                                                   \
    }
#define OPEN(name)                                                           \
    int name(const char *path, int flags, ...) {                             \
        MODE_ARGUMENT return open_any(real_openat_call, AT_FDCWD, path, flags, mode); \
    }
#define OPENAT(name)                                                         \
    int name(int at, const char *path, int flags, ...) {                     \
        MODE_ARGUMENT return open_any(real_openat_call, at, path, flags, mode); \
    }
#define CREAT(name)                                                          \
    int name(const char *path, mode_t mode) {                                \
        return open_any(real_openat_call, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); \
    }
OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64) CREAT(creat) CREAT(creat64)

/* Where a write without an offset of its own goes. */
static uint64_t place_of(int fd) {
    struct stat stat;
    REAL(int, fcntl, int, int, ...);
    if ((real_fcntl(fd, F_GETFL) & O_APPEND) && !fstat(fd, &stat)) return (uint64_t)stat.st_size;
    return (uint64_t)lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *data, size_t len) {
    REAL(ssize_t, write, int, const void *, size_t);
    uint64_t file = file_of(fd), at = file ? place_of(fd) : 0;
    ssize_t done = real_write(fd, data, len);
    if (file && done > 0) record(WRITE, file, at, 0, data, (size_t)done);
    return done;
}

static ssize_t record_parts(uint64_t file, uint64_t at, const struct iovec *parts, int count, ssize_t done) {
    ssize_t left = done;
    for (int i = 0; file && i < count && left > 0; i++) {
        size_t len = parts[i].iov_len < (size_t)left ? parts[i].iov_len : (size_t)left;
        record(WRITE, file, at, 0, parts[i].iov_base, len);
        at += len;
        left -= (ssize_t)len;
    }
    return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    uint64_t file = file_of(fd), at = file ? place_of(fd) : 0;
    return record_parts(file, at, parts, count, real_writev(fd, parts, count));
}

#define PWRITE(name, offset_type)                                            \
    ssize_t name(int fd, const void *data, size_t len, offset_type at) {     \
        REAL(ssize_t, name, int, const void *, size_t, offset_type);         \
        uint64_t file = file_of(fd);                                         \
        ssize_t done = real_##name(fd, data, len, at);                       \
        if (file && done > 0) record(WRITE, file, (uint64_t)at, 0, data, (size_t)done); \
        return done;                                                         \
    }
#define PWRITEV(name, offset_type)                                           \
    ssize_t name(int fd, const struct iovec *parts, int count, offset_type at) { \
        REAL(ssize_t, name, int, const struct iovec *, int, offset_type);    \
        return record_parts(file_of(fd), (uint64_t)at, parts, count, real_##name(fd, parts, count, at)); \
    }
#define TRUNCATE_TO(name, offset_type)                                       \
    int name(int fd, offset_type size) {                                     \
        REAL(int, name, int, offset_type);                                   \
        int result = real_##name(fd, size);                                  \
        if (!result && file_of(fd)) record(TRUNCATE, file_of(fd), (uint64_t)size, 0, 0, 0); \
        return result;                                                       \
    }
PWRITE(pwrite, off_t) PWRITE(pwrite64, off64_t) PWRITEV(pwritev, off_t) PWRITEV(pwritev64, off64_t)
TRUNCATE_TO(ftruncate, off_t) TRUNCATE_TO(ftruncate64, off64_t)

static int flush(int (*real)(int), int fd) {
    uint64_t file = file_of(fd), number = atomic_fetch_add(&flushes, 1) + 1;
    if (!file) return real(fd);
    if (fail && !access(fail, F_OK)) {
        errno = EIO;
        return -1;
    }
    int is_folder = (file & FOLDER) != 0;
    record(is_folder ? FOLDER_FLUSH_BEGIN : FLUSH_BEGIN, file & ~FOLDER, number, 0, 0, 0);
    int result = real(fd);
    if (!result) record(is_folder ? FOLDER_FLUSH_END : FLUSH_END, file & ~FOLDER, number, 0, 0, 0);
    return result;
}

int fsync(int fd) {
    REAL(int, fsync, int);
    return flush(real_fsync, fd);
}

int fdatasync(int fd) {
    REAL(int, fdatasync, int);
    return flush(real_fdatasync, fd);
}

int unlinkat(int at, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    char buffer[PATH_MAX];
    const char *name = flags & AT_REMOVEDIR ? 0 : inside(at, path, buffer);
    int result = real_unlinkat(at, path, flags);
    if (!result && name) record(UNLINK, 0, 0, name, 0, 0);
    return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
    const char *from_name = inside(from_at, from, from_buffer), *to_name = inside(to_at, to, to_buffer);
    int result = real_renameat2(from_at, from, to_at, to, flags);
    if (!result && from_name && to_name) record(RENAME, 0, 0, from_name, to_name, strlen(to_name));
    return result;
}

int renameat(int from_at, const char *from, int to_at, const char *to) {
    return renameat2(from_at, from, to_at, to, 0);
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int close(int fd) {
    REAL(int, close, int);
    follow(fd, 0);
    return real_close(fd);
}

static int duplicated(int from, int to) {
    if (to >= 0) follow(to, file_of(from));
    return to;
}

int dup(int fd) {
    REAL(int, dup, int);
    return duplicated(fd, real_dup(fd));
}

int dup2(int from, int to) {
    REAL(int, dup2, int, int);
    return duplicated(from, real_dup2(from, to));
}

int dup3(int from, int to, int flags) {
    REAL(int, dup3, int, int, int);
    return duplicated(from, real_dup3(from, to, flags));
}

/* Rust's File::try_clone duplicates with fcntl. Its third argument is an int or a pointer: passed on as it came. */
#define FCNTL(name)                                                          \
    int name(int fd, int command, ...) {                                     \
        REAL(int, name, int, int, ...);                                      \
        va_list arguments;                                                   \
        va_start(arguments, command);                                        \
        void *argument = va_arg(arguments, void *);                          \
        va_end(arguments);                                                   \
        int result = real_##name(fd, command, argument);                     \
        return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? duplicated(fd, result) : result; \
    }
FCNTL(fcntl) FCNTL(fcntl64)
