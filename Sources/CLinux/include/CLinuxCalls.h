#ifndef TIMESTEP_CLINUX_CALLS_H
#define TIMESTEP_CLINUX_CALLS_H

// glibc has these calls, but declares them only under _GNU_SOURCE, which Swift's Glibc module does not set.

/// Writes everything of the file system that `fd` lies on to the disk.
int syncfs(int fd);

/// With SYNC_FILE_RANGE_WRITE (2): begins writing `fd`'s bytes to the disk, without waiting. `size` 0: to the end.
int sync_file_range(int fd, long offset, long size, unsigned int flags);

/// Makes a pipe whose ends have the flags from the start: no child that another thread starts meanwhile inherits them.
int pipe2(int ends[2], int flags);

/// The command of fcntl that sets how many bytes a pipe holds.
enum { timestep_set_pipe_size = 1031 };  // F_SETPIPE_SZ

// As unistd.h declares it, outside of strict ISO C.
long syscall(long number, ...);

/// A descriptor that becomes readable when the process ends; negative where the kernel has no such thing (before 5.3).
static inline int timestep_open_process(int process) { return (int)syscall(434L, process, 0U); }  // pidfd_open

#endif
