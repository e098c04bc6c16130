// Decimal text to Float, correctly rounded, and back: value = (-1)^sign digits 10^(exponent - decimals).
//
// Plain numbers take a short path with two multiplications; everything else goes to fast_float (Lemire 2021).
// `text` is `length` bytes, not terminated.

#include "CTextDecimal.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>

#include <fast_float/fast_float.h>

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Returns true if the text is `word` in any case; `word` is in lower case.
bool is_word(const char *first, const char *last, const char *word) {
  for (; first != last && *word; ++first, ++word) {
    // Setting bit 5 turns upper case into lower case, and no other character into a letter: '@' and '[' to
    // '_' become '`' and '{' to DEL.
    if ((*first | 0x20) != *word) return false;
  }
  return first == last && !*word;
}

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

/// Returns `magnitude` with its sign bit set if `negative`. No branch: signs of data are unpredictable.
float with_sign(float magnitude, bool negative) {
  std::uint32_t bits;
  std::memcpy(&bits, &magnitude, sizeof bits);
  bits |= static_cast<std::uint32_t>(negative) << 31;
  std::memcpy(&magnitude, &bits, sizeof bits);
  return magnitude;
}

/// 10 to the power of 0 to -19, rounded to double.
const double powers_of_ten[] = {1e0,   1e-1,  1e-2,  1e-3,  1e-4,  1e-5,  1e-6,  1e-7,  1e-8,  1e-9,
                                1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16, 1e-17, 1e-18, 1e-19};

/// Reads plain numbers, `digits[.digits]` of at most 19 digits. Most data are; it takes a third of
/// fast_float's time.
///
/// The digits, the power of ten and their product are each rounded to double, so the product is within 3
/// units in the last place of the number. Unless a number halfway between two Floats is that near, rounding
/// the product to Float gives the same result as rounding the number itself. Returns false if one is, and for
/// every other text. (It is a product, not Clinger's exact quotient, because a division takes three times as
/// long.)
bool read_plain(const char *first, const char *last, float *magnitude) {
  if (last - first > 20) return false;
  std::uint64_t digits = 0;
  const char *p = first;
  for (; p != last && is_digit(*p); ++p) digits = digits * 10 + static_cast<std::uint64_t>(*p - '0');
  std::ptrdiff_t count = p - first;
  std::ptrdiff_t decimals = 0;
  if (p != last && *p == '.') {
    const char *point = p++;
    for (; p != last && is_digit(*p); ++p) digits = digits * 10 + static_cast<std::uint64_t>(*p - '0');
    decimals = p - point - 1;
    count += decimals;
  }
  if (p != last || count == 0 || count > 19 || digits >> 63) return false;
  const double number = static_cast<double>(static_cast<std::int64_t>(digits)) * powers_of_ten[decimals];
  std::uint64_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  // Float has 29 bits fewer than double: a one and 28 zeros in them is halfway. The number is 0 or lies
  // between 1e-19 and 2^63, far from Float's subnormals and its largest value.
  if (((bits - (0x10000000 - 4)) & 0x1FFFFFFF) <= 8) return false;
  *magnitude = static_cast<float>(number);
  return true;
}

/// Reads texts that are not plain numbers: exponents, many digits, words, invalid texts. It is not inlined,
/// so that the registers that it needs are not saved for plain numbers.
template <typename Number>
__attribute__((noinline)) timestep_decimal read_other(const char *first, const char *last, Number *magnitude) {
  if (!is_digit(*first) && *first != '.') {
    // fast_float accepts `nan(abc)` too, so words do not go to it.
    if (is_word(first, last, "nan")) {
      *magnitude = std::numeric_limits<Number>::quiet_NaN();
    } else if (is_word(first, last, "inf") || is_word(first, last, "infinity")) {
      *magnitude = std::numeric_limits<Number>::infinity();
    } else {
      return timestep_decimal_not_a_number;
    }
    return timestep_decimal_not_finite;
  }
  const auto result = fast_float::from_chars(first, last, *magnitude);
  // It stops where the number ends, which must be the end of the text: for `0x1F` it stops after the 0.
  if (result.ptr != last) return timestep_decimal_not_a_number;
  // For `1e999` it returns infinity: before version 4 without an error, since then with the error that it
  // also returns for numbers that round to 0. The value distinguishes the two in all versions.
  if (std::isinf(*magnitude)) return timestep_decimal_out_of_range;
  if (result.ec == std::errc::invalid_argument) return timestep_decimal_not_a_number;
  return timestep_decimal_number;
}

/// Removes the blanks around a number and its sign, because fast_float rejects '+'. The text that is left must
/// not begin with another sign. Returns false if there are only blanks.
inline bool trim(const char *&first, const char *&last, bool &negative) {
  while (first != last && is_blank(*first)) ++first;
  while (first != last && is_blank(last[-1])) --last;
  if (first == last) return false;
  negative = *first == '-';
  first += static_cast<int>(negative) | static_cast<int>(*first == '+');
  return true;
}

}  // namespace

extern "C" timestep_decimal timestep_parse_float(const char *text, size_t length, float *value) {
  const char *first = text;
  const char *last = text + length;
  bool negative;
  if (!trim(first, last, negative)) return timestep_decimal_empty;
  if (first == last) return timestep_decimal_not_a_number;
  float magnitude;
  timestep_decimal kind = timestep_decimal_number;
  if (!read_plain(first, last, &magnitude)) {
    kind = read_other(first, last, &magnitude);
    if (kind != timestep_decimal_number && kind != timestep_decimal_not_finite) return kind;
  }
  *value = with_sign(magnitude, negative);
  return kind;
}

extern "C" timestep_decimal timestep_parse_double(const char *text, size_t length, double *value) {
  const char *first = text;
  const char *last = text + length;
  bool negative;
  if (!trim(first, last, negative)) return timestep_decimal_empty;
  if (first == last) return timestep_decimal_not_a_number;
  double magnitude;
  const timestep_decimal kind = read_other(first, last, &magnitude);
  if (kind == timestep_decimal_number || kind == timestep_decimal_not_finite) *value = negative ? -magnitude : magnitude;
  return kind;
}

extern "C" size_t timestep_format_float(float value, char *text, size_t capacity) {
  return static_cast<size_t>(std::snprintf(text, capacity, "%.9g", static_cast<double>(value)));
}
