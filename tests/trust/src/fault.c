// Makes the disk of one program fail: loaded before libc (LD_PRELOAD), it refuses writes to the files below one folder as
// long as a control file says so. Its first octet: '-' nothing fails; 'w' writes fail (EIO); 'q' writes are over quota
// (EDQUOT); 's' nothing reaches the disk (fsync: EIO); 'r' the file system is read-only (EROFS); 'x' one write or fsync in
// four fails (EIO).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const volatile char *control;
static const char *folder;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SEAMLESS_FAULT_CONTROL");
    folder = getenv("SEAMLESS_FAULT_FOLDER");
    if (!path || !folder) return;
    int file = open(path, O_RDONLY);
    if (file < 0) return;
    void *seen = mmap(NULL, 1, PROT_READ, MAP_SHARED, file, 0);
    if (seen != MAP_FAILED) control = seen;
    close(file);
}

static char mode(void) { return control ? *control : '-'; }

static int is_below(const char *path) { return folder && strncmp(path, folder, strlen(folder)) == 0; }

static int is_ours(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static int one_in_four(void) { return (random() & 3) == 0; }

// The error of a write to this file; 0 if it may go on.
static int on_write(int file) {
    char now = mode();
    if (now == '-' || now == 's' || !is_ours(file)) return 0;
    if (now == 'w') return EIO;
    if (now == 'q') return EDQUOT;
    if (now == 'r') return EROFS;
    return now == 'x' && one_in_four() ? EIO : 0;
}

static int on_sync(int file) {
    char now = mode();
    if ((now != 's' && now != 'x') || !is_ours(file)) return 0;
    return now == 's' || one_in_four() ? EIO : 0;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define REFUSE(error) \
    do { int why = (error); if (why) { errno = why; return -1; } } while (0)

ssize_t write(int f, const void *b, size_t n) { REAL(write); REFUSE(on_write(f)); return real(f, b, n); }
ssize_t pwrite(int f, const void *b, size_t n, off_t o) { REAL(pwrite); REFUSE(on_write(f)); return real(f, b, n, o); }
ssize_t pwrite64(int f, const void *b, size_t n, off64_t o) { REAL(pwrite64); REFUSE(on_write(f)); return real(f, b, n, o); }
int ftruncate(int f, off_t o) { REAL(ftruncate); REFUSE(on_write(f)); return real(f, o); }
int ftruncate64(int f, off64_t o) { REAL(ftruncate64); REFUSE(on_write(f)); return real(f, o); }
int fsync(int f) { REAL(fsync); REFUSE(on_sync(f)); return real(f); }
int fdatasync(int f) { REAL(fdatasync); REFUSE(on_sync(f)); return real(f); }

static int on_open(const char *path, int flags) {
    return mode() == 'r' && (flags & O_ACCMODE) != O_RDONLY && is_below(path) ? EROFS : 0;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        int permissions = va_arg(rest, int); \
        va_end(rest); \
        REFUSE(on_open(path, flags)); \
        return real(path, flags, permissions); \
    }
OPEN(open)
OPEN(open64)
