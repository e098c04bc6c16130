#ifndef TIMESTEP_CTEXT_DECIMAL_H
#define TIMESTEP_CTEXT_DECIMAL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The kind of a text.
///
/// The enum is closed, so that Swift checks that its switches are exhaustive.
enum __attribute__((enum_extensibility(closed))) timestep_decimal {
  /// A number that Float can hold, including subnormals and numbers that round to 0.
  timestep_decimal_number = 0,
  /// Only blanks, or no bytes at all.
  timestep_decimal_empty = 1,
  /// `nan`, `inf` or `infinity`, in any case, with or without a sign.
  timestep_decimal_not_finite = 2,
  /// A number whose magnitude Float cannot hold.
  timestep_decimal_out_of_range = 3,
  /// Anything else.
  timestep_decimal_not_a_number = 4,
};

/// Reads `length` bytes of text as one decimal number, correctly rounded to Float.
///
/// The whole text must be `[+-]?(digits[.digits]|.digits|digits.)([eE][+-]?digits)?`, with blanks (space,
/// tab) around it.
/// `value` is written for `number` and `not_finite`, and unchanged otherwise. All bytes are allowed; the text
/// needs no terminating zero. It does not depend on the locale, and does not allocate.
enum timestep_decimal timestep_parse_float(const char *text, size_t length, float *value);

/// Does the same as `timestep_parse_float` in double precision, for numbers whose differences Float would lose.
enum timestep_decimal timestep_parse_double(const char *text, size_t length, double *value);

/// Writes `value` as `%.9g`, which reads back as the same Float, and returns the number of characters.
///
/// A `capacity` of 32 is enough for every value. The decimal separator is a point, because nothing calls
/// setlocale.
size_t timestep_format_float(float value, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
