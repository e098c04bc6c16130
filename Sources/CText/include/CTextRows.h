#ifndef TIMESTEP_CTEXT_ROWS_H
#define TIMESTEP_CTEXT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a row looks like.
struct timestep_row_shape {
  /// The byte between fields.
  char delimiter;
  /// The number of fields of a row.
  size_t fields;
  /// For each field whether it is no value, and may hold any text without quote; NULL where all fields are values.
  const bool *dropped;
};

/// Where reading rows has stopped.
struct timestep_row_reading {
  /// The number of bytes of the rows that were read.
  size_t bytes;
  /// The number of rows that were read.
  size_t rows;
  /// Whether something turned up that is no plain number: a quote, a blank field, a text, another number of fields.
  ///
  /// It says nothing about a fault: a reader that knows all rules has to begin at the first byte again.
  bool is_unusual;
};

/// Reads rows of plain numbers, `[+-]?digits[.digits]` and what else `timestep_parse_float` takes, until `row_limit` rows are read or
/// the bytes end. Lines end with a line feed, with or without a carriage return before it; the last one may lack it.
///
/// `values` takes the values of the rows, `row_limit` times those of one row at most. What is read is the same as with libcsv and
/// `timestep_parse_float`, in a fraction of the time: whole registers of bytes are looked at at once where there is AVX2.
struct timestep_row_reading timestep_read_rows(const char *bytes, size_t count, const struct timestep_row_shape *shape,
                                               float *values, size_t row_limit);

/// The same without vector instructions: for other processors, and for tests.
struct timestep_row_reading timestep_read_rows_portably(const char *bytes, size_t count,
                                                        const struct timestep_row_shape *shape, float *values,
                                                        size_t row_limit);

#ifdef __cplusplus
}
#endif

#endif
