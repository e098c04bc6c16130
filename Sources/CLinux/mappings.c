#define _GNU_SOURCE
#include "CLinuxMappings.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// Reading a mapped page beyond the end of its file raises SIGBUS: another process may shorten the file at any
// time. The handler puts zeros there and marks the mapping, so that the reader can report an error.

enum { capacity = 4096 };

static struct {
  _Atomic uintptr_t start;
  _Atomic size_t length;
  atomic_bool was_cut;
} mappings[capacity];

static struct sigaction previous;

static void on_bus_error(int number, siginfo_t *info, void *context) {
  (void)context;
  uintptr_t address = (uintptr_t)info->si_addr;
  for (int slot = 0; slot < capacity; slot++) {
    uintptr_t start = atomic_load(&mappings[slot].start);
    size_t length = atomic_load(&mappings[slot].length);
    if (start == 0 || address < start || address - start >= length) continue;
    uintptr_t page = address & ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
    void *zeros = mmap(
        (void *)page, start + length - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (zeros == MAP_FAILED) break;
    atomic_store(&mappings[slot].was_cut, true);
    return;
  }
  // Not one of ours: the instruction is repeated under the handler that was there before.
  sigaction(number, &previous, NULL);
}

static void install(void) {
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGBUS, &action, &previous);
}

int timestep_guard_mapping(const void *start, size_t length) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  for (int slot = 0; slot < capacity; slot++) {
    size_t none = 0;
    // The length reserves the slot; without a start, the handler does not look at it.
    if (!atomic_compare_exchange_strong(&mappings[slot].length, &none, length)) continue;
    atomic_store(&mappings[slot].was_cut, false);
    atomic_store(&mappings[slot].start, (uintptr_t)start);
    return slot;
  }
  return -1;
}

bool timestep_mapping_was_cut(int slot) { return atomic_load(&mappings[slot].was_cut); }

void timestep_release_mapping(int slot) {
  atomic_store(&mappings[slot].start, 0);
  atomic_store(&mappings[slot].length, 0);
}
