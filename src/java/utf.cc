// SPDX-License-Identifier: Apache-2.0
#include "java/utf.h"

#include <cstddef>

#include "base/text/ascii.h"

namespace checkpointfs::java {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

bool is_utf(std::string_view text) {
  if (base::is_ascii(text)) return true;  // as nearly all names are
  size_t i = 0;
  while (i < text.size()) {
    const auto first = static_cast<unsigned char>(text[i]);
    const size_t length = first < 0x80 ? 1 : (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 0;
    if (length == 0 || length > text.size() - i) return false;
    for (size_t k = 1; k < length; ++k) {
      if (!is_continuation(text[i + k])) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace checkpointfs::java
