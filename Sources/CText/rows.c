// Rows of plain numbers to Float: values [rows, fields without the dropped ones], row-major, from `count`
// bytes of text.
//
// Each value is digits 10^-decimals, as in decimal.cpp. With AVX2, 64 bytes at a time are compared with the
// delimiter and the line feed, and each number of up to 16 bytes is computed in one register, from pairs of
// digits, then fours, then eights. Any unusual byte ends the reading.

#include "CTextRows.h"

#include <stdint.h>
#include <string.h>

#include "CTextDecimal.h"

/// Reads one field of a row.
typedef bool field_reader(const char *buffer, const char *first, const char *last, float *value);

/// Reads a field as `timestep_parse_float` does. Returns false for anything but a number: the caller handles
/// it.
static inline bool read_any(const char *first, const char *last, float *value) {
  return timestep_parse_float(first, (size_t)(last - first), value) == timestep_decimal_number;
}

/// Reads a field whose decimal sign is a comma. Returns false for long texts too: the caller reads them slowly.
static __attribute__((noinline)) bool read_any_comma(const char *first, const char *last, float *value) {
  char plain[64];
  const size_t length = (size_t)(last - first);
  if (length > sizeof plain) return false;
  for (size_t i = 0; i < length; ++i) {
    if (first[i] == '.') return false;
    plain[i] = first[i] == ',' ? '.' : first[i];
  }
  return read_any(plain, plain + length, value);
}

/// Reads a field as `read_any` or `read_any_comma` does.
static inline __attribute__((always_inline)) bool read_with(char decimal, const char *first, const char *last,
                                                            float *value) {
  return decimal == '.' ? read_any(first, last, value) : read_any_comma(first, last, value);
}

/// Reads a field as `read_any` does. Returns false unless Float holds the very number that the text states.
/// With a decimal comma, only whole numbers are read: the caller reads the others slowly.
static __attribute__((noinline)) bool read_exact(const char *first, const char *last, bool has_decimal_comma,
                                                 float *value) {
  // Most class numbers are a few digits, which Float always holds.
  unsigned digits = 0;
  const char *p = first;
  for (; p < last && p - first < 7 && (unsigned char)(*p - '0') <= 9; ++p) digits = digits * 10 + (unsigned)(*p - '0');
  if (p == last && p != first) {
    *value = (float)digits;
    return true;
  }
  double number;
  return !has_decimal_comma && read_any(first, last, value) &&
         timestep_parse_double(first, (size_t)(last - first), &number) == timestep_decimal_number &&
         number == (double)*value;
}

/// The state of reading a row.
struct row {
  /// The number of fields that were read.
  size_t field;
  /// The start of the next field.
  const char *start;
  /// The place of the next value.
  float *next;
};

/// Takes the field that ends before `end`. Returns false if it is unusual.
static inline __attribute__((always_inline)) bool take_field(const char *buffer, const char *end,
                                                             const struct timestep_row_shape *shape,
                                                             field_reader *read, struct row *row) {
  if (row->field >= shape->fields) return false;
  if (shape->uses && shape->uses[row->field] != timestep_field_value) {
    if (shape->uses[row->field] == timestep_field_dropped) {
      const size_t length = (size_t)(end - row->start);
      if (memchr(row->start, '"', length) || memchr(row->start, '\r', length)) return false;
    } else if (!read_exact(row->start, end, shape->has_decimal_comma, row->next++)) {
      return false;
    }
  } else if (!read(buffer, row->start, end, row->next++)) {
    return false;
  }
  row->field++;
  row->start = end + 1;
  return true;
}

/// Takes the last field of a row, which ends before `last`; the next row begins at `next`.
static inline __attribute__((always_inline)) bool take_last_field(const char *buffer, const char *last,
                                                                  const char *next,
                                                                  const struct timestep_row_shape *shape,
                                                                  field_reader *read, struct row *row) {
  if (!take_field(buffer, last, shape, read, row) || row->field != shape->fields) return false;
  row->field = 0;
  row->start = next;
  return true;
}

/// Takes the last field of a row whose line feed is at `feed`, with or without a carriage return before it.
static inline __attribute__((always_inline)) bool take_line_end(const char *buffer, const char *feed,
                                                                const struct timestep_row_shape *shape,
                                                                field_reader *read, struct row *row) {
  const char *last = feed > row->start && feed[-1] == '\r' ? feed - 1 : feed;
  return take_last_field(buffer, last, feed + 1, shape, read, row);
}

#if defined(__x86_64__)

#include <immintrin.h>

/// 10 to the power of 0 to -16, rounded to double.
static const double powers_of_ten[] = {1e0,  1e-1, 1e-2,  1e-3,  1e-4,  1e-5,  1e-6,  1e-7, 1e-8,
                                       1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16};

/// `without[p]` is a shuffle that removes byte p of 16; the bytes before it move up by one, and byte 0
/// becomes 0.
static const uint8_t without[16][16] __attribute__((aligned(16))) = {
#define FROM(p, i) ((i) > (p) ? (i) : (i) == 0 ? 0x80 : (i) - 1)
#define SHUFFLE(p)                                                                                                    \
  {FROM(p, 0), FROM(p, 1), FROM(p, 2),  FROM(p, 3),  FROM(p, 4),  FROM(p, 5),  FROM(p, 6),  FROM(p, 7),                \
   FROM(p, 8), FROM(p, 9), FROM(p, 10), FROM(p, 11), FROM(p, 12), FROM(p, 13), FROM(p, 14), FROM(p, 15)}
    SHUFFLE(0), SHUFFLE(1), SHUFFLE(2),  SHUFFLE(3),  SHUFFLE(4),  SHUFFLE(5),  SHUFFLE(6),  SHUFFLE(7),
    SHUFFLE(8), SHUFFLE(9), SHUFFLE(10), SHUFFLE(11), SHUFFLE(12), SHUFFLE(13), SHUFFLE(14), SHUFFLE(15),
#undef SHUFFLE
#undef FROM
};

/// The 16 bytes from `&last_ones[n]`: the last n have all bits set, the others none.
static const uint8_t last_ones[33] = {0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/// Reads `[+-]?digits[.digits]` with up to 16 bytes after the sign, in one register: the 16 bytes before
/// `last`.
///
/// As in `read_plain` of decimal.cpp, the product of the digits and the power of ten is within 3 units in the
/// last place of the number, and is rounded to Float unless a number halfway between two Floats is that near.
__attribute__((target("avx2"), always_inline)) static inline bool read_decimal(char decimal, const char *buffer,
                                                                               const char *first, const char *last,
                                                                               float *value) {
  const char *digits = first + (*first == '-' || *first == '+');
  const size_t length = (size_t)(last - digits);
  if (length - 1 > 15 || last - buffer < 16) return first < last && read_with(decimal, first, last, value);
  const __m128i here = _mm_loadu_si128((const __m128i *)(last - 16));
  const __m128i used = _mm_loadu_si128((const __m128i *)&last_ones[length]);
  __m128i d = _mm_and_si128(_mm_sub_epi8(here, _mm_set1_epi8('0')), used);
  const unsigned others = (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(_mm_xor_si128(d, _mm_set1_epi8((char)0x80)),
                                                                     _mm_set1_epi8((char)(0x80 ^ 9))));
  unsigned decimals = 0;
  if (others) {
    const unsigned point = (unsigned)__builtin_ctz(others);
    // A point alone is not a number, nor is a number with two points.
    if ((others & (others - 1)) || last[(int)point - 16] != decimal || length == 1) return read_with(decimal, first, last, value);
    decimals = 15 - point;
    d = _mm_shuffle_epi8(d, _mm_load_si128((const __m128i *)without[point]));
  }
  const __m128i pairs = _mm_maddubs_epi16(d, _mm_set1_epi16(1 << 8 | 10));
  const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
  const __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10000));
  const uint64_t both = (uint64_t)_mm_cvtsi128_si64(eights);
  const int64_t number = (int64_t)((both & 0xFFFFFFFF) * 100000000 + (both >> 32));
  const double product = (double)number * powers_of_ten[decimals];
  uint64_t bits;
  memcpy(&bits, &product, sizeof bits);
  if (((bits - (0x10000000 - 4)) & 0x1FFFFFFF) <= 8) return read_with(decimal, first, last, value);
  const float magnitude = (float)product;
  uint32_t small;
  memcpy(&small, &magnitude, sizeof small);
  small |= (uint32_t)(*first == '-') << 31;
  memcpy(value, &small, sizeof small);
  return true;
}

__attribute__((target("avx2"), always_inline)) static inline bool read_plain(const char *buffer, const char *first,
                                                                             const char *last, float *value) {
  return read_decimal('.', buffer, first, last, value);
}

__attribute__((target("avx2"), always_inline)) static inline bool read_plain_comma(const char *buffer,
                                                                                   const char *first,
                                                                                   const char *last, float *value) {
  return read_decimal(',', buffer, first, last, value);
}

/// Returns one bit for each of 64 bytes: 1 if the byte ends a field.
__attribute__((target("avx2"), always_inline)) static inline uint64_t ends_in(const char *bytes, __m256i delimiter) {
  const __m256i feed = _mm256_set1_epi8('\n');
  const __m256i low = _mm256_loadu_si256((const __m256i *)bytes);
  const __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + 32));
  const uint32_t a = (uint32_t)_mm256_movemask_epi8(
      _mm256_or_si256(_mm256_cmpeq_epi8(low, delimiter), _mm256_cmpeq_epi8(low, feed)));
  const uint32_t b = (uint32_t)_mm256_movemask_epi8(
      _mm256_or_si256(_mm256_cmpeq_epi8(high, delimiter), _mm256_cmpeq_epi8(high, feed)));
  return (uint64_t)b << 32 | a;
}

__attribute__((target("avx2"), always_inline)) static inline struct timestep_row_reading read_rows_with(
    field_reader *read, const char *bytes, size_t count, const struct timestep_row_shape *shape, float *values,
    size_t row_limit) {
  struct timestep_row_reading reading = {0, 0, false};
  struct row row = {0, bytes, values};
  const __m256i delimiter = _mm256_set1_epi8(shape->delimiter);
  char rest[64];
  for (size_t offset = 0; offset < count; offset += 64) {
    const char *block = bytes + offset;
    uint64_t ends;
    if (count - offset >= 64) {
      ends = ends_in(block, delimiter);
    } else {
      memset(rest, 0, sizeof rest);
      memcpy(rest, block, count - offset);
      ends = ends_in(rest, delimiter) & (((uint64_t)1 << (count - offset)) - 1);
    }
    for (; ends; ends &= ends - 1) {
      const char *end = block + __builtin_ctzll(ends);
      if (*end != '\n') {
        if (!take_field(bytes, end, shape, read, &row)) goto unusual;
        continue;
      }
      if (!take_line_end(bytes, end, shape, read, &row)) goto unusual;
      reading.bytes = (size_t)(row.start - bytes);
      if (++reading.rows == row_limit) return reading;
    }
  }
  if (row.start < bytes + count) {
    if (!take_last_field(bytes, bytes + count, bytes + count, shape, read, &row)) goto unusual;
    reading.bytes = count;
    reading.rows++;
  } else if (row.field) {
    goto unusual;
  }
  return reading;
unusual:
  reading.is_unusual = true;
  return reading;
}

__attribute__((target("avx2"))) static struct timestep_row_reading read_rows_avx2(
    const char *bytes, size_t count, const struct timestep_row_shape *shape, float *values, size_t row_limit) {
  return read_rows_with(read_plain, bytes, count, shape, values, row_limit);
}

__attribute__((target("avx2"))) static struct timestep_row_reading read_comma_rows_avx2(
    const char *bytes, size_t count, const struct timestep_row_shape *shape, float *values, size_t row_limit) {
  return read_rows_with(read_plain_comma, bytes, count, shape, values, row_limit);
}

#endif

static bool read_one(const char *buffer, const char *first, const char *last, float *value) {
  (void)buffer;
  return read_any(first, last, value);
}

static bool read_one_comma(const char *buffer, const char *first, const char *last, float *value) {
  (void)buffer;
  return read_any_comma(first, last, value);
}

struct timestep_row_reading timestep_read_rows_portably(const char *bytes, size_t count,
                                                        const struct timestep_row_shape *shape, float *values,
                                                        size_t row_limit) {
  struct timestep_row_reading reading = {0, 0, false};
  struct row row = {0, bytes, values};
  const char *limit = bytes + count;
  field_reader *const read = shape->has_decimal_comma ? read_one_comma : read_one;
  for (const char *p = bytes; p < limit; ++p) {
    if (*p == '\n') {
      if (!take_line_end(bytes, p, shape, read, &row)) goto unusual;
      reading.bytes = (size_t)(row.start - bytes);
      if (++reading.rows == row_limit) return reading;
    } else if (*p == shape->delimiter && !take_field(bytes, p, shape, read, &row)) {
      goto unusual;
    }
  }
  if (row.start < limit) {
    if (!take_last_field(bytes, limit, limit, shape, read, &row)) goto unusual;
    reading.bytes = count;
    reading.rows++;
  } else if (row.field) {
    goto unusual;
  }
  return reading;
unusual:
  reading.is_unusual = true;
  return reading;
}

struct timestep_row_reading timestep_read_rows(const char *bytes, size_t count, const struct timestep_row_shape *shape,
                                               float *values, size_t row_limit) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    return shape->has_decimal_comma ? read_comma_rows_avx2(bytes, count, shape, values, row_limit)
                                    : read_rows_avx2(bytes, count, shape, values, row_limit);
  }
#endif
  return timestep_read_rows_portably(bytes, count, shape, values, row_limit);
}
