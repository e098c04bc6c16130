#ifndef TIMESTEP_CTEXT_DECIMAL_H
#define TIMESTEP_CTEXT_DECIMAL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a text turned out to be.
///
/// Closed, so that Swift sees an enum and its switches are checked for completeness.
enum __attribute__((enum_extensibility(closed))) timestep_decimal {
  /// A number that Float holds; subnormals and what rounds to 0 among them.
  timestep_decimal_number = 0,
  /// Nothing but blanks.
  timestep_decimal_empty = 1,
  /// `nan`, `inf` or `infinity` in any case, with or without a sign.
  timestep_decimal_not_finite = 2,
  /// A number whose magnitude Float cannot hold.
  timestep_decimal_out_of_range = 3,
  /// Anything else.
  timestep_decimal_not_a_number = 4,
};

/// Reads `length` bytes of text as one decimal number, correctly rounded to Float.
///
/// The whole text must be `[+-]?(digits[.digits]|.digits|digits.)([eE][+-]?digits)?` with blanks (space, tab)
/// around. `value` is written for `number` and `not_finite`, and left alone otherwise. Any bytes are safe: no
/// locale, no terminating zero, no allocation.
enum timestep_decimal timestep_parse_float(const char *text, size_t length, float *value);

/// Writes `value` as `%.9g`, which reads back as the same Float; gives the number of characters.
///
/// 32 characters of room are enough for every value. The decimal point is a point: nobody calls setlocale.
size_t timestep_format_float(float value, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
