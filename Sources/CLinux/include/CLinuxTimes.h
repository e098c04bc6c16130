#ifndef TIMESTEP_CLINUX_TIMES_H
#define TIMESTEP_CLINUX_TIMES_H

#include <stdbool.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads `text` by a pattern of `strptime` into `timestamp`; fields that are not in the pattern keep their
/// values.
///
/// Returns true if all of `text` matches. (Swift's Glibc module does not have `strptime`.)
bool timestep_parse_timestamp(const char *text, const char *pattern, struct tm *timestamp);

#ifdef __cplusplus
}
#endif

#endif
