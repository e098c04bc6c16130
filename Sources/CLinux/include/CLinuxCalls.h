#ifndef TIMESTEP_CLINUX_CALLS_H
#define TIMESTEP_CLINUX_CALLS_H

#include <sys/resource.h>

// glibc defines these calls, but declares them only under _GNU_SOURCE, which Swift's Glibc module does not
// set.

/// Writes all changes of the file system of `fd` to the disk. Returns 0, or -1 and sets errno.
int syncfs(int fd);

/// With the flag SYNC_FILE_RANGE_WRITE (2), starts writing the `size` bytes of `fd` from `offset` to the
/// disk, without waiting. `size` 0: to the end of the file.
int sync_file_range(int fd, long offset, long size, unsigned int flags);

/// Renames `from` to `to`, both relative to a directory or to AT_FDCWD; with the flag `timestep_exchange`,
/// both must exist, and exchange their names in one step. Returns 0, or -1 and sets errno.
int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned int flags);

/// The flag RENAME_EXCHANGE of renameat2.
enum { timestep_exchange = 2 };

/// The flag O_PATH of open: the descriptor can be neither read nor written.
enum { timestep_open_path_only = 010000000 };

/// Sets a parameter of the heap, as malloc.h declares it. Returns 0 on failure.
int mallopt(int parameter, int value);

/// The parameter M_ARENA_MAX: the number of heaps that threads share.
enum { timestep_heap_count = -8 };

/// Returns the limit of the address space in bytes; -1 without a limit.
static inline long timestep_address_space_limit(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ? -1 : (long)limit.rlim_cur;
}

/// Makes a pipe whose ends have the flags from the start, so that a child that another thread starts at the
/// same time does not inherit them.
int pipe2(int ends[2], int flags);

/// The command of fcntl that sets the capacity of a pipe in bytes.
enum { timestep_set_pipe_size = 1031 };  // F_SETPIPE_SZ

/// Opens a file for reading and writing that has no name and is closed on exec, in memory. Returns a descriptor, or -1
/// and sets errno.
int timestep_open_memory(void);

/// Opens such a file in `directory`. It has no name there at any time, unless the file system does not know such files.
int timestep_open_unnamed(const char *directory);

// As unistd.h declares it, except in strict ISO C.
long syscall(long number, ...);

/// Returns a descriptor that becomes readable when the process ends; negative on failure, as on kernels
/// before 5.3.
static inline int timestep_open_process(int process) { return (int)syscall(434L, process, 0U); }  // pidfd_open

#endif
