#ifndef TIMESTEP_CLINUX_TIMES_H
#define TIMESTEP_CLINUX_TIMES_H

#include <stdbool.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads `text` by a pattern of `strptime` into `moment`, whose fields that the pattern leaves out stay.
///
/// Swift's view of the C library has no `strptime`. Returns whether the whole of `text` matches.
bool timestep_parse_timestamp(const char *text, const char *pattern, struct tm *moment);

#ifdef __cplusplus
}
#endif

#endif
