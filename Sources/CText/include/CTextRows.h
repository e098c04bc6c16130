#ifndef TIMESTEP_CTEXT_ROWS_H
#define TIMESTEP_CTEXT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The uses of a field.
enum timestep_field_use {
  /// The field is a value.
  timestep_field_value = 0,
  /// The field is not a value. It may hold any text without quotes and carriage returns.
  timestep_field_dropped = 1,
  /// The field is a value that Float must hold as it is, such as the number of a class: 2.00000001, which would
  /// become 2, is unusual.
  timestep_field_exact = 2,
};

/// The shape of a row.
struct timestep_row_shape {
  /// The byte between fields.
  char delimiter;
  /// The number of fields of a row.
  size_t fields;
  /// [fields]: the use of every field. NULL if all are `timestep_field_value`.
  const unsigned char *uses;
  /// True if a comma is the decimal sign of numbers, and a point is none.
  bool has_decimal_comma;
};

/// The extent of the rows that were read.
struct timestep_row_reading {
  /// The number of bytes of the rows that were read.
  size_t bytes;
  /// The number of rows that were read.
  size_t rows;
  /// True if reading stopped at something other than a plain number: a quote, a blank field, a text, a wrong
  /// number of fields.
  ///
  /// This need not be an error: a reader that knows all rules must start again at the first byte.
  bool is_unusual;
};

/// Reads rows of numbers, until `row_limit` rows are read or the bytes end.
///
/// Numbers are those of `timestep_parse_float`, without blanks. Lines end with a line feed, with or without a
/// carriage return before it; the last line need not end with one.
/// `values` [row_limit, values of one row] receives the values, row after row. The result is the same as with
/// libcsv and `timestep_parse_float`, in a fraction of the time: with AVX2, whole registers of bytes are
/// processed at a time.
struct timestep_row_reading timestep_read_rows(const char *bytes, size_t count, const struct timestep_row_shape *shape,
                                               float *values, size_t row_limit);

/// Does the same as `timestep_read_rows` without vector instructions: for other CPUs, and for tests.
struct timestep_row_reading timestep_read_rows_portably(const char *bytes, size_t count,
                                                        const struct timestep_row_shape *shape, float *values,
                                                        size_t row_limit);

#ifdef __cplusplus
}
#endif

#endif
