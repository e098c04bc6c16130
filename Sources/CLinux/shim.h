#ifndef TIMESTEP_CLINUX_H
#define TIMESTEP_CLINUX_H

// glibc has these calls, but declares them only under _GNU_SOURCE, which Swift's Glibc module does not set.

/// Writes everything of the file system that `fd` lies on to the disk.
int syncfs(int fd);

#endif
