#include "CTextEncodings.h"

#include <iconv.h>
#include <stddef.h>

bool timestep_code_page(const char *name, uint32_t *code_points) {
  // The order of the bytes is named, so that no byte-order mark is written.
  iconv_t conversion = iconv_open("UTF-32LE", name);
  if (conversion == (iconv_t)-1) return false;
  for (unsigned byte = 0; byte < 256; ++byte) {
    char in = (char)byte;
    unsigned char out[8];
    char *from = &in, *to = (char *)out;
    size_t from_left = 1, to_left = sizeof out;
    iconv(conversion, NULL, NULL, NULL, NULL);
    const size_t result = iconv(conversion, &from, &from_left, &to, &to_left);
    code_points[byte] = result == 0 && to_left == sizeof out - 4
                            ? (uint32_t)out[0] | (uint32_t)out[1] << 8 | (uint32_t)out[2] << 16 | (uint32_t)out[3] << 24
                            : UINT32_MAX;
  }
  iconv_close(conversion);
  return true;
}
