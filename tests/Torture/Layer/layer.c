// A layer between a program and its disk, for LD_PRELOAD: it writes down what is done to one folder and what is synced of it, kills at a named step, and says no as a bad card does.
//
//   LYNCEUS_LAYER_ROOT=FOLDER     only what lies below is touched
//   LYNCEUS_LAYER_LOG=FILE        every step, with its bytes: "STEP INODE OFFSET LENGTH NANOSECONDS PATH[\tPATH]\n" and then LENGTH bytes
//   LYNCEUS_LAYER_DIE=WHEN:N:RE   SIGKILL before or after the N-th step whose "STEP PATH" matches the extended regular expression
//   LYNCEUS_LAYER_CONTROL=FILE    struct control, mapped: it may be changed while the program runs
//
// One lock is held from a step to its line, so the log has the order in which things happened.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
  int32_t write_errno;   // of write, pwrite, ftruncate, fallocate
  int32_t sync_errno;    // of fsync, fdatasync
  int32_t name_errno;    // of open for writing, rename, link, unlink, mkdir, rmdir
  int32_t slow_sync_ms;  // before each sync
  int64_t clock_seconds; // added to the wall clock
  int32_t folder_sync_errno; // of fsync of a folder only
  int32_t unused;
};

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static const struct control *control;
static char root[PATH_MAX], promises[PATH_MAX];
static size_t root_length;
static int log_handle = -1, die_after, die_at, die_seen;
static regex_t die_at_what;

static void *real_dlsym(void *library, const char *name) {
  static void *(*real)(void *, const char *);
  const char *versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"};
  for (int i = 0; !real && i < 3; i++) real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", versions[i]);
  return real(library, name);
}

#define REAL(name) ({ static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)real_dlsym(RTLD_NEXT, #name); real; })

__attribute__((constructor)) static void begin(void) {
  const char *text;
  if ((text = getenv("LYNCEUS_LAYER_ROOT")) && realpath(text, root)) root_length = strlen(root);
  if ((text = getenv("LYNCEUS_PROMISES"))) snprintf(promises, sizeof promises, "%s", text);
  if ((text = getenv("LYNCEUS_LAYER_LOG"))) log_handle = REAL(open)(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if ((text = getenv("LYNCEUS_LAYER_CONTROL"))) {
    int handle = REAL(open)(text, O_RDONLY | O_CLOEXEC);
    void *mapped = handle < 0 ? MAP_FAILED : mmap(NULL, sizeof *control, PROT_READ, MAP_SHARED, handle, 0);
    if (mapped == MAP_FAILED) { fprintf(stderr, "layer: %s: %m\n", text); _exit(97); }
    control = mapped;
    REAL(close)(handle);
  }
  if ((text = getenv("LYNCEUS_LAYER_DIE"))) {
    const char *number = strchr(text, ':'), *what = number ? strchr(number + 1, ':') : NULL;
    if (!what || regcomp(&die_at_what, what + 1, REG_EXTENDED | REG_NOSUB)) { fprintf(stderr, "layer: LYNCEUS_LAYER_DIE=%s\n", text); _exit(97); }
    die_after = strncmp(text, "after", 5) == 0;
    die_at = atoi(number + 1);
  }
}

static int below(const char *path) {
  return root_length && ((strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || !path[root_length])) || (promises[0] && strcmp(path, promises) == 0));
}

// The whole path, whether or not there is something; 0 if it is none of ours.
static int ours(const char *path, char *whole) {
  if (!root_length || !path) return 0;
  if (path[0] == '/') snprintf(whole, PATH_MAX, "%s", path);
  else {
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here)) return 0;
    if (snprintf(whole, PATH_MAX, "%s/%s", here, path) >= PATH_MAX) return 0;
  }
  size_t length = strlen(whole);
  while (length > 1 && whole[length - 1] == '/') whole[--length] = 0;
  return below(whole);
}

static int ours_handle(int handle, char *whole) {
  if (!root_length) return 0;
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
  ssize_t length = readlink(link, whole, PATH_MAX - 1);
  if (length <= 0) return 0;
  whole[length] = 0;
  char *gone = strstr(whole, " (deleted)");
  if (gone && !gone[10]) *gone = 0;
  return below(whole);
}

static void die_if(const char *step, const char *path, int after) {
  if (!die_at || die_after != after) return;
  char line[PATH_MAX + 32];
  snprintf(line, sizeof line, "%s %s", step, path);
  if (regexec(&die_at_what, line, 0, NULL, 0) == 0 && ++die_seen == die_at) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
}

static void say(const char *step, uint64_t inode, int64_t offset, const void *bytes, size_t length, const char *path, const char *other) {
  if (log_handle >= 0) {
    struct timespec now;
    REAL(clock_gettime)(CLOCK_MONOTONIC, &now);
    char line[2 * PATH_MAX + 128];
    int n = snprintf(line, sizeof line, "%s %llu %lld %zu %lld %s%s%s\n", step, (unsigned long long)inode, (long long)offset, length,
      now.tv_sec * 1000000000LL + now.tv_nsec, path, other ? "\t" : "", other ? other : "");
    struct iovec parts[] = {{line, n}, {(void *)bytes, length}};
    if (REAL(writev)(log_handle, parts, 2) != (ssize_t)(n + length)) { fprintf(stderr, "layer: the log is full\n"); _exit(97); }
  }
  die_if(step, path, 1);
}

static uint64_t inode_of(int handle) { struct stat s; return fstat(handle, &s) == 0 ? s.st_ino : 0; }
static uint64_t inode_at(const char *path) { struct stat s; return lstat(path, &s) == 0 ? s.st_ino : 0; }

#define NO(field) if (control && control->field && !is_promise) { errno = control->field; return -1; }
#define IS_PROMISE int is_promise = promises[0] && strcmp(path, promises) == 0

static int open_ours(const char *path, int flags, mode_t mode, const char *given, int (*real)(const char *, int, ...)) {
  int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
  if (!writes) return real(given, flags, mode);
  IS_PROMISE;
  pthread_mutex_lock(&lock);
  if (control && control->name_errno && !is_promise) { errno = control->name_errno; pthread_mutex_unlock(&lock); return -1; }
  struct stat before;
  int was = lstat(path, &before) == 0;
  if (!was) die_if("create", path, 0);
  int handle = real(given, flags, mode);
  int error = errno;
  if (handle >= 0) {
    struct stat after;
    fstat(handle, &after);
    if (!was && (flags & O_CREAT)) say("create", after.st_ino, 0, NULL, 0, path, NULL);
    else if (was && (flags & O_TRUNC) && before.st_size > 0) say("truncate", after.st_ino, 0, NULL, 0, path, NULL);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return handle;
}

#define OPEN(name)                                                                            \
  int name(const char *given, int flags, ...) {                                               \
    mode_t mode = 0;                                                                          \
    if (flags & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    char path[PATH_MAX];                                                                      \
    return ours(given, path) ? open_ours(path, flags, mode, given, REAL(name)) : REAL(name)(given, flags, mode); \
  }
OPEN(open)
OPEN(open64)

static ssize_t wrote(int handle, const char *path, const void *bytes, ssize_t n, int64_t offset) {
  if (n > 0) say("write", inode_of(handle), offset, bytes, (size_t)n, path, NULL);
  return n;
}

ssize_t write(int handle, const void *bytes, size_t length) {
  char path[PATH_MAX];
  if (!ours_handle(handle, path)) return REAL(write)(handle, bytes, length);
  IS_PROMISE;
  NO(write_errno)
  pthread_mutex_lock(&lock);
  die_if("write", path, 0);
  ssize_t n = REAL(write)(handle, bytes, length);
  int error = errno;
  wrote(handle, path, bytes, n, lseek(handle, 0, SEEK_CUR) - (n > 0 ? n : 0));
  pthread_mutex_unlock(&lock);
  errno = error;
  return n;
}

#define PWRITE(name, type)                                                     \
  ssize_t name(int handle, const void *bytes, size_t length, type offset) {    \
    char path[PATH_MAX];                                                       \
    if (!ours_handle(handle, path)) return REAL(name)(handle, bytes, length, offset); \
    IS_PROMISE;                                                                \
    NO(write_errno)                                                            \
    pthread_mutex_lock(&lock);                                                 \
    die_if("write", path, 0);                                                  \
    ssize_t n = REAL(name)(handle, bytes, length, offset);                     \
    int error = errno;                                                         \
    wrote(handle, path, bytes, n, offset);                                     \
    pthread_mutex_unlock(&lock);                                               \
    errno = error;                                                             \
    return n;                                                                  \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

// Pieces one after the other: what is written is the same, and each has its line.
#define PWRITEV(name, type)                                                    \
  ssize_t name(int handle, const struct iovec *parts, int count, type offset) { \
    char path[PATH_MAX];                                                       \
    if (!ours_handle(handle, path)) return REAL(name)(handle, parts, count, offset); \
    ssize_t all = 0;                                                           \
    for (int i = 0; i < count; i++) {                                          \
      ssize_t n = pwrite64(handle, parts[i].iov_base, parts[i].iov_len, offset + all); \
      if (n < 0) return all ? all : n;                                         \
      all += n;                                                                \
      if ((size_t)n < parts[i].iov_len) break;                                 \
    }                                                                          \
    return all;                                                                \
  }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

static int sync_ours(int handle, const char *path, const char *step, int (*real)(int)) {
  IS_PROMISE;
  if (control && control->slow_sync_ms && !is_promise) usleep(1000 * control->slow_sync_ms);
  NO(sync_errno)
  struct stat what;
  if (control && control->folder_sync_errno && fstat(handle, &what) == 0 && S_ISDIR(what.st_mode)) { errno = control->folder_sync_errno; return -1; }
  pthread_mutex_lock(&lock);
  die_if(step, path, 0);
  int result = real(handle), error = errno;
  if (result == 0) say(step, inode_of(handle), 0, NULL, 0, path, NULL);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int fsync(int handle) { char path[PATH_MAX]; return ours_handle(handle, path) ? sync_ours(handle, path, "sync", REAL(fsync)) : REAL(fsync)(handle); }
int fdatasync(int handle) { char path[PATH_MAX]; return ours_handle(handle, path) ? sync_ours(handle, path, "sync", REAL(fdatasync)) : REAL(fdatasync)(handle); }

#define TRUNCATE(name, type)                                                   \
  int name(int handle, type length) {                                          \
    char path[PATH_MAX];                                                       \
    if (!ours_handle(handle, path)) return REAL(name)(handle, length);         \
    IS_PROMISE;                                                                \
    NO(write_errno)                                                            \
    pthread_mutex_lock(&lock);                                                 \
    die_if("truncate", path, 0);                                               \
    int result = REAL(name)(handle, length), error = errno;                    \
    if (result == 0) say("truncate", inode_of(handle), length, NULL, 0, path, NULL); \
    pthread_mutex_unlock(&lock);                                               \
    errno = error;                                                             \
    return result;                                                             \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

// A file that is given its room beforehand: its length is a matter of the file, as after a truncate.
#define ALLOCATE(name, type)                                                   \
  int name(int handle, type offset, type length) {                             \
    char path[PATH_MAX];                                                       \
    if (!ours_handle(handle, path)) return REAL(name)(handle, offset, length); \
    if (control && control->write_errno) return control->write_errno;          \
    pthread_mutex_lock(&lock);                                                 \
    int result = REAL(name)(handle, offset, length);                           \
    struct stat now;                                                           \
    if (result == 0 && fstat(handle, &now) == 0) say("truncate", now.st_ino, now.st_size, NULL, 0, path, NULL); \
    pthread_mutex_unlock(&lock);                                               \
    return result;                                                             \
  }
ALLOCATE(posix_fallocate, off_t)
ALLOCATE(posix_fallocate64, off64_t)

#define NAMES(step, call, undo)                                                \
    IS_PROMISE;                                                                \
    NO(name_errno)                                                             \
    pthread_mutex_lock(&lock);                                                 \
    die_if(step, undo, 0);                                                     \
    uint64_t inode = inode_at(path);                                           \
    int result = call, error = errno;                                          \
    if (result == 0) say(step, inode ? inode : inode_at(path), 0, NULL, 0, path, other); \
    pthread_mutex_unlock(&lock);                                               \
    errno = error;                                                             \
    return result;

int rename(const char *from, const char *to) {
  char path[PATH_MAX], other[PATH_MAX];
  if (!ours(from, path) || !ours(to, other)) return REAL(rename)(from, to);
  // A step is named by what it makes.
  IS_PROMISE;
  NO(name_errno)
  pthread_mutex_lock(&lock);
  die_if("rename", other, 0);
  uint64_t inode = inode_at(path);
  int result = REAL(rename)(from, to), error = errno;
  if (result == 0) {
    int dies = die_at;
    die_at = 0;
    say("rename", inode, 0, NULL, 0, path, other);
    die_at = dies;
    die_if("rename", other, 1);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int link(const char *from, const char *to) {
  char path[PATH_MAX], other[PATH_MAX];
  if (!ours(from, path) || !ours(to, other)) return REAL(link)(from, to);
  NAMES("link", REAL(link)(from, to), other)
}

int unlink(const char *given) {
  char path[PATH_MAX], *other = NULL;
  if (!ours(given, path)) return REAL(unlink)(given);
  NAMES("unlink", REAL(unlink)(given), path)
}

int mkdir(const char *given, mode_t mode) {
  char path[PATH_MAX], *other = NULL;
  if (!ours(given, path)) return REAL(mkdir)(given, mode);
  NAMES("mkdir", REAL(mkdir)(given, mode), path)
}

int rmdir(const char *given) {
  char path[PATH_MAX], *other = NULL;
  if (!ours(given, path)) return REAL(rmdir)(given);
  NAMES("rmdir", REAL(rmdir)(given), path)
}

// What goes over a socket is a step without a path.
static void at_link(const char *step, int after) {
  if (!die_at) return;
  pthread_mutex_lock(&lock);
  die_if(step, "link", after);
  pthread_mutex_unlock(&lock);
}

ssize_t send(int handle, const void *bytes, size_t length, int flags) {
  at_link("send", 0);
  ssize_t n = REAL(send)(handle, bytes, length, flags);
  int error = errno;
  if (n > 0) at_link("send", 1);
  errno = error;
  return n;
}

ssize_t sendmsg(int handle, const struct msghdr *message, int flags) {
  at_link("send", 0);
  ssize_t n = REAL(sendmsg)(handle, message, flags);
  int error = errno;
  if (n > 0) at_link("send", 1);
  errno = error;
  return n;
}

ssize_t recv(int handle, void *bytes, size_t length, int flags) {
  ssize_t n = REAL(recv)(handle, bytes, length, flags);
  int error = errno;
  if (n > 0) at_link("receive", 1);
  errno = error;
  return n;
}

ssize_t recvmsg(int handle, struct msghdr *message, int flags) {
  ssize_t n = REAL(recvmsg)(handle, message, flags);
  int error = errno;
  if (n > 0) at_link("receive", 1);
  errno = error;
  return n;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = REAL(clock_gettime)(clock, now);
  if (result == 0 && control && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += control->clock_seconds;
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  int result = REAL(gettimeofday)(now, zone);
  if (result == 0 && control) now->tv_sec += control->clock_seconds;
  return result;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}

// A runtime that asks libc itself for a function, as .NET does for what is declared in C#, is given ours.
void *dlsym(void *library, const char *name) {
#define OURS(f) if (strcmp(name, #f) == 0) return (void *)f;
  if (library != RTLD_NEXT && root_length) {
    OURS(open) OURS(open64) OURS(write) OURS(pwrite) OURS(pwrite64) OURS(fsync) OURS(fdatasync) OURS(ftruncate) OURS(ftruncate64)
    OURS(rename) OURS(link) OURS(unlink) OURS(mkdir) OURS(rmdir)
  }
  return real_dlsym(library, name);
}
