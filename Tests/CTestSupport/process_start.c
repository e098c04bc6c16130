// Takes the place of the C library's functions that start a process, in the program that runs the tests: each tells
// TestSupport first (`ProcessTrait`), then calls the library's. So no way of starting one needs to be remembered: the
// tests' own, `ChildProcess`, and readers and trainers that use it. (Exit tests use posix_spawn and are not counted.)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <spawn.h>
#include <stdlib.h>

void timestep_tests_start_process(void);  // in ProcessTrait.swift

int posix_spawnp(pid_t *process, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  int (*library)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[],
                 char *const[]) = dlsym(RTLD_NEXT, "posix_spawnp");
  timestep_tests_start_process();
  return library(process, file, actions, attributes, arguments, environment);
}

int system(const char *command) {
  int (*library)(const char *) = dlsym(RTLD_NEXT, "system");
  timestep_tests_start_process();
  return library(command);
}
