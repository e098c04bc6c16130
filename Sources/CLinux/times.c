// Timestamps by the patterns of strptime, which glibc declares only under _GNU_SOURCE. Text and pattern end
// with 0.

#define _GNU_SOURCE
#include "CLinuxTimes.h"

bool timestep_parse_timestamp(const char *text, const char *pattern, struct tm *timestamp) {
  const char *end = strptime(text, pattern, timestamp);
  return end && *end == '\0';
}
