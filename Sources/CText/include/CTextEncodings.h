#ifndef TIMESTEP_CTEXT_ENCODINGS_H
#define TIMESTEP_CTEXT_ENCODINGS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Finds the characters of an encoding with one byte per character, by the C library's iconv.
///
/// `code_points` [256] receives the Unicode code point of every byte, or UINT32_MAX for bytes that are no character.
/// Returns false if the C library does not know the encoding.
bool timestep_code_page(const char *name, uint32_t *code_points);

#ifdef __cplusplus
}
#endif

#endif
