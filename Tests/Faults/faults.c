/* Counts the system calls of a program, or makes the Nth of one kind fail, do less than it was asked to, or kill the
   process before or after it.

   cc -shared -fPIC -O2 -o faults.so faults.c
   FAULT_COUNTS=FILE LD_PRELOAD=./faults.so PROGRAM ...         writes "NAME NUMBER" for every kind of call
   FAULT_CALL=NAME FAULT_NUMBER=N FAULT_ACTION=ACTION ...       ACTION: an errno, "short", "before" or "after" */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
  OPEN, READ, PREAD, WRITE, WRITEV, PWRITE, FSYNC, SYNCFS, RENAME, RENAMEAT2, UNLINK, MKDIR, RMDIR, FTRUNCATE, STAT, FSTAT,
  LSTAT, OPENDIR, READDIR, FLOCK, LINK, MMAP, CLOSE, FCHOWN, FCHMOD, SYNC_FILE_RANGE, THREAD, KINDS
};
static const char *const names[KINDS] = {
  "open", "read", "pread", "write", "writev", "pwrite", "fsync", "syncfs", "rename", "renameat2", "unlink", "mkdir",
  "rmdir", "ftruncate", "stat", "fstat", "lstat", "opendir", "readdir", "flock", "link", "mmap", "close", "fchown",
  "fchmod", "sync_file_range", "pthread_create",
};
static _Atomic long counts[KINDS];
static int wanted = -1, action;  // action: an errno, or one of the following
enum { SHORT = -1, BEFORE = -2, AFTER = -3 };
static long number;

__attribute__((constructor)) static void begin(void) {
  const char *call = getenv("FAULT_CALL"), *what = getenv("FAULT_ACTION"), *n = getenv("FAULT_NUMBER");
  if (!call || !what || !n) return;
  for (int kind = 0; kind < KINDS; kind++) if (!strcmp(names[kind], call)) wanted = kind;
  number = atol(n);
  action = !strcmp(what, "short") ? SHORT : !strcmp(what, "before") ? BEFORE : !strcmp(what, "after") ? AFTER : atoi(what);
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("FAULT_COUNTS");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  long known[KINDS];
  for (int kind = 0; kind < KINDS; kind++) known[kind] = counts[kind];
  for (int kind = 0; kind < KINDS; kind++) fprintf(file, "%s %ld\n", names[kind], known[kind]);
  fclose(file);
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/// True if this is the call to disturb.
static int is_due(enum kind kind) {
  int due = atomic_fetch_add(&counts[kind], 1) + 1 == number && (int)kind == wanted;
  if (due && action == BEFORE) die();
  return due;
}

#define REAL(type, name, ...) type (*real)(__VA_ARGS__) = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)
#define FAIL(due, value) if ((due) && action > 0) { errno = action; return value; }
#define DONE(due) if ((due) && action == AFTER) die()
#define LESS(due, size) if ((due) && action == SHORT && size > 1) size = size / 2

#define OPENED(symbol) \
  int symbol(const char *path, int flags, ...) { \
    va_list list; va_start(list, flags); \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0; \
    va_end(list); \
    int due = is_due(OPEN); FAIL(due, -1); \
    REAL(int, #symbol, const char *, int, ...); \
    int result = real(path, flags, mode); DONE(due); return result; \
  }
OPENED(open)
OPENED(open64)

#define MOVED(kind, symbol, constness, ...) \
  ssize_t symbol(int file, constness void *bytes, size_t size) { \
    int due = is_due(kind); FAIL(due, -1); LESS(due, size); \
    REAL(ssize_t, #symbol, int, constness void *, size_t); \
    ssize_t result = real(file, bytes, size); DONE(due); return result; \
  }
MOVED(READ, read, )
MOVED(WRITE, write, const)

#define PLACED(kind, symbol, constness) \
  ssize_t symbol(int file, constness void *bytes, size_t size, off_t offset) { \
    int due = is_due(kind); FAIL(due, -1); LESS(due, size); \
    REAL(ssize_t, #symbol, int, constness void *, size_t, off_t); \
    ssize_t result = real(file, bytes, size, offset); DONE(due); return result; \
  }
PLACED(PREAD, pread, )
PLACED(PREAD, pread64, )
PLACED(PWRITE, pwrite, const)
PLACED(PWRITE, pwrite64, const)

ssize_t writev(int file, const struct iovec *parts, int count) {
  int due = is_due(WRITEV); FAIL(due, -1);
  struct iovec part = parts[0];
  if (due && action == SHORT) { LESS(due, part.iov_len); parts = &part; count = 1; }
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  ssize_t result = real(file, parts, count); DONE(due); return result;
}

#define PLAIN(type, kind, symbol, failure, parameters, arguments, ...) \
  type symbol parameters { \
    int due = is_due(kind); FAIL(due, failure); \
    REAL(type, #symbol, __VA_ARGS__); \
    type result = real arguments; DONE(due); return result; \
  }
PLAIN(int, FSYNC, fsync, -1, (int file), (file), int)
PLAIN(int, SYNCFS, syncfs, -1, (int file), (file), int)
PLAIN(int, RENAME, rename, -1, (const char *from, const char *to), (from, to), const char *, const char *)
PLAIN(int, RENAMEAT2, renameat2, -1, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags),
      int, const char *, int, const char *, unsigned)
PLAIN(int, UNLINK, unlink, -1, (const char *path), (path), const char *)
PLAIN(int, MKDIR, mkdir, -1, (const char *path, mode_t mode), (path, mode), const char *, mode_t)
PLAIN(int, RMDIR, rmdir, -1, (const char *path), (path), const char *)
PLAIN(int, FTRUNCATE, ftruncate, -1, (int file, off_t size), (file, size), int, off_t)
PLAIN(int, FTRUNCATE, ftruncate64, -1, (int file, off_t size), (file, size), int, off_t)
PLAIN(int, STAT, stat, -1, (const char *path, struct stat *status), (path, status), const char *, struct stat *)
PLAIN(int, FSTAT, fstat, -1, (int file, struct stat *status), (file, status), int, struct stat *)
PLAIN(int, LSTAT, lstat, -1, (const char *path, struct stat *status), (path, status), const char *, struct stat *)
PLAIN(DIR *, OPENDIR, opendir, NULL, (const char *path), (path), const char *)
PLAIN(struct dirent *, READDIR, readdir, NULL, (DIR *folder), (folder), DIR *)
PLAIN(int, FLOCK, flock, -1, (int file, int operation), (file, operation), int, int)
PLAIN(int, LINK, link, -1, (const char *from, const char *to), (from, to), const char *, const char *)
PLAIN(int, FCHOWN, fchown, -1, (int file, uid_t user, gid_t group), (file, user, group), int, uid_t, gid_t)
PLAIN(int, FCHMOD, fchmod, -1, (int file, mode_t mode), (file, mode), int, mode_t)
PLAIN(int, SYNC_FILE_RANGE, sync_file_range, -1, (int file, off_t offset, off_t size, unsigned flags),
      (file, offset, size, flags), int, off_t, off_t, unsigned)
PLAIN(void *, MMAP, mmap, MAP_FAILED, (void *where, size_t size, int protection, int flags, int file, off_t offset),
      (where, size, protection, flags, file, offset), void *, size_t, int, int, int, off_t)

int close(int file) {
  int due = is_due(CLOSE);
  REAL(int, "close", int);
  int result = real(file);  // a close that fails has closed nevertheless
  DONE(due); FAIL(due, -1); return result;
}

#include <pthread.h>
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  int due = is_due(THREAD);
  if (due && action > 0) return action;
  REAL(int, "pthread_create", pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  int result = real(thread, attributes, body, argument); DONE(due); return result;
}
