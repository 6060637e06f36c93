// SPDX-License-Identifier: Apache-2.0
// SHA-256 of bytes that come in order. Sums of parts cannot be put together.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::transfer {

using Sha256Sum = std::array<unsigned char, 32>;

class Sha256 {
 public:
  // Throws std::bad_alloc.
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  // Adds the bytes that follow. Throws SystemError if the library refuses, as sum() does.
  void update(std::string_view bytes);
  // The sum of all bytes; the next update() begins a new one.
  Sha256Sum sum();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// 64 lower-case hexadecimal digits, as sha256sum(1) prints the sum, and back: nothing for any other text.
std::string sha256_text(const Sha256Sum& sum);
std::optional<Sha256Sum> sha256_from_text(std::string_view text);

}  // namespace checkpointfs::transfer
