// SPDX-License-Identifier: Apache-2.0
// CRC32C (Castagnoli, RFC 3720), the check sum that HDFS (COMPOSITE-CRC32C), S3 and Google's storage compute,
// too. Sums of parts can be put together, so that threads read the parts of a file at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::transfer {

class Crc32c {
 public:
  // Adds the bytes that follow.
  void update(std::string_view bytes);
  // Adds the bytes that follow, known by their sum only.
  void append(const Crc32c& next);

  uint32_t value() const { return value_; }
  // The number of bytes that were added.
  uint64_t length() const { return length_; }

 private:
  uint32_t value_ = 0;
  uint64_t length_ = 0;
};

// Eight lower-case hexadecimal digits, as HDFS prints the sum, and back: nothing for any other text.
std::string crc32c_text(uint32_t sum);
std::optional<uint32_t> crc32c_from_text(std::string_view text);

}  // namespace checkpointfs::transfer
