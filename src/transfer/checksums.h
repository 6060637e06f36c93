// SPDX-License-Identifier: Apache-2.0
// The check sums of a file's bytes, made while the file is copied or read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "transfer/manifest/crc32c.h"
#include "transfer/manifest/sha256.h"

namespace checkpointfs::transfer {

enum class Checksums : uint8_t { kNone, kCrc32c, kCrc32cAndSha256 };

struct FileSums {
  std::optional<uint32_t> crc32c;
  std::optional<Sha256Sum> sha256;

  friend bool operator==(const FileSums&, const FileSums&) = default;
};

// Not thread-safe.
class Summing {
 public:
  explicit Summing(Checksums wanted);

  bool is_wanted() const { return wanted_ != Checksums::kNone; }
  // Adds the bytes that follow.
  void update(std::string_view bytes);
  // The sums of all bytes.
  FileSums sums();

 private:
  Checksums wanted_;
  Crc32c crc32c_;
  std::unique_ptr<Sha256> sha256_;
};

// Called with the number of bytes that were copied or read since the last call. May throw, to end the work.
using OnBytes = std::function<void(uint64_t)>;

// Adds `length` bytes of the file, from byte `start` on. Throws Failure(kBroken) if the file ends too early,
// Failure(kSource) if it cannot be read. `name`: for messages.
void sum_range(int file, uint64_t start, uint64_t length, std::string_view name, Summing& summing,
               const OnBytes& on_bytes);

// Reads `length` bytes of a file in parts. Throws as sum_range().
void read_range(int file, uint64_t start, uint64_t length, std::string_view name,
                const std::function<void(std::string_view)>& take);

}  // namespace checkpointfs::transfer
