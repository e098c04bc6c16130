/* Kills the process right before or after (KILL) the rename number KILL_AT to a path that matches KILL_PATH (* and ? as in
   a shell), and writes what is on the disk for certain into the file SYNCED: a line "INODE BYTES" for each synced file.
   cc -shared -fPIC -o renames.so renames.c -ldl; LD_PRELOAD=./renames.so PROGRAM ... */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long seen;

static void kill_if(const char *when, int chosen) {
  const char *wanted = getenv("KILL");
  if (chosen && wanted && !strcmp(wanted, when)) kill(getpid(), SIGKILL);
}
static int chosen(const char *to) {
  const char *path = getenv("KILL_PATH"), *number = getenv("KILL_AT");
  if (!path || !number || fnmatch(path, to, 0) != 0) return 0;
  return atomic_fetch_add(&seen, 1) + 1 == atol(number);
}
static void record(const struct stat *status) {
  const char *path = getenv("SYNCED");
  int list = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
  if (list < 0) return;
  dprintf(list, "%llu %lld\n", (unsigned long long)status->st_ino, (long long)status->st_size);
  close(list);
}

#define RENAME(parameters, to, arguments, name) \
  int name parameters { \
    int(*real) parameters = dlsym(RTLD_NEXT, #name); \
    int now = chosen(to); \
    kill_if("before", now); \
    int result = real arguments; \
    kill_if("after", now); \
    return result; \
  }
RENAME((const char *from, const char *to), to, (from, to), rename)
RENAME((int a, const char *from, int b, const char *to), to, (a, from, b, to), renameat)
RENAME((int a, const char *from, int b, const char *to, unsigned flags), to, (a, from, b, to, flags), renameat2)

#define SYNC(name) \
  int name(int file) { \
    int (*real)(int) = dlsym(RTLD_NEXT, #name); \
    struct stat before; \
    int known = fstat(file, &before) == 0; \
    int result = real(file); \
    if (result == 0 && known) record(&before); \
    return result; \
  }
SYNC(fsync)
SYNC(fdatasync)
