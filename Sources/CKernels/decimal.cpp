#include "CKernelsDecimal.h"

#include <cmath>
#include <limits>

#include <fast_float/fast_float.h>

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Whether the text is `word`, which is in small letters, in any case.
bool is_word(const char *first, const char *last, const char *word) {
  for (; first != last && *word; ++first, ++word) {
    // Setting bit 5 makes small letters of capital ones; only letters can then equal a letter, '@' and '['
    // to '_' become '`' and '{' to DEL.
    if ((*first | 0x20) != *word) return false;
  }
  return first == last && !*word;
}

}  // namespace

extern "C" timestep_decimal timestep_parse_float(const char *text, size_t length, float *value) {
  const char *first = text;
  const char *last = text + length;
  while (first != last && is_blank(*first)) ++first;
  while (first != last && is_blank(last[-1])) --last;
  if (first == last) return timestep_decimal_empty;

  // The sign is taken off here: fast_float refuses '+', and what follows a sign must not be another one.
  const bool negative = *first == '-';
  if (negative || *first == '+') {
    if (++first == last) return timestep_decimal_not_a_number;
  }
  if (static_cast<unsigned char>(*first - '0') > 9 && *first != '.') {
    // fast_float takes `nan(abc)` too, so its words are not asked for.
    float word;
    if (is_word(first, last, "nan")) {
      word = std::numeric_limits<float>::quiet_NaN();
    } else if (is_word(first, last, "inf") || is_word(first, last, "infinity")) {
      word = std::numeric_limits<float>::infinity();
    } else {
      return timestep_decimal_not_a_number;
    }
    *value = negative ? -word : word;
    return timestep_decimal_not_finite;
  }

  float magnitude;
  const auto result = fast_float::from_chars(first, last, magnitude);
  // It stops where the number ends, which must be the end of the text: `0x1F` stops after the 0.
  if (result.ptr != last) return timestep_decimal_not_a_number;
  // Before version 4 it hands out infinity for `1e999` without an error, later with one, and the same error
  // for what rounds to 0: the value tells them apart in all versions.
  if (std::isinf(magnitude)) return timestep_decimal_out_of_range;
  if (result.ec == std::errc::invalid_argument) return timestep_decimal_not_a_number;
  *value = negative ? -magnitude : magnitude;
  return timestep_decimal_number;
}
