#define _GNU_SOURCE
#include "CLinuxTimes.h"

bool timestep_parse_timestamp(const char *text, const char *pattern, struct tm *moment) {
  const char *end = strptime(text, pattern, moment);
  return end && *end == '\0';
}
