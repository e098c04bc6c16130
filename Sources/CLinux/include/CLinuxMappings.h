#ifndef TIMESTEP_CLINUX_MAPPINGS_H
#define TIMESTEP_CLINUX_MAPPINGS_H

#include <stdbool.h>
#include <stddef.h>

/// Guards the `length` bytes mapped at `start`: if the file is shorter by now, they read as zeros instead of
/// ending the process with SIGBUS.
///
/// Returns the number of the guard, or -1 if too many files are mapped.
int timestep_guard_mapping(const void *start, size_t length);

/// Returns true if a byte beyond the end of the file was read.
bool timestep_mapping_was_cut(int guard);

/// Ends the guard; call it before the bytes are unmapped.
void timestep_release_mapping(int guard);

#endif
