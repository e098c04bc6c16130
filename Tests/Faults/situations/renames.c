/* Kills the process right before or after (KILL) the rename number KILL_AT to a path that contains KILL_PATH.
   cc -shared -fPIC -o renames.so renames.c -ldl; LD_PRELOAD=./renames.so PROGRAM ... */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long seen;

static void kill_if(const char *when, int chosen) {
  const char *wanted = getenv("KILL");
  if (chosen && wanted && !strcmp(wanted, when)) kill(getpid(), SIGKILL);
}
static int chosen(const char *to) {
  const char *path = getenv("KILL_PATH"), *number = getenv("KILL_AT");
  if (!path || !number || !strstr(to, path)) return 0;
  return atomic_fetch_add(&seen, 1) + 1 == atol(number);
}

int rename(const char *from, const char *to) {
  int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
  int now = chosen(to);
  kill_if("before", now);
  int result = real(from, to);
  kill_if("after", now);
  return result;
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  int (*real)(int, const char *, int, const char *, unsigned) = dlsym(RTLD_NEXT, "renameat2");
  int now = chosen(to);
  kill_if("before", now);
  int result = real(a, from, b, to, flags);
  kill_if("after", now);
  return result;
}
