// SPDX-License-Identifier: Apache-2.0
// The bytes of one state handle, readable at any position.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace checkpointfs::state {

// A whole file, a segment of a merged file, or a range of the metadata itself. Any thread may read.
class StateBytes {
 public:
  virtual ~StateBytes() = default;

  virtual uint64_t size() const = 0;
  // Reads at most `length` bytes from `offset` on. Returns fewer than `length` only at the end of the bytes.
  // Throws base::SystemError if the file cannot be read.
  virtual size_t read(uint64_t offset, char* out, size_t length) const = 0;
  // For messages: the path of the file, with the range if the bytes are a segment of it.
  virtual const std::string& name() const = 0;
};

// The bytes from `start` on, `length` of them. The descriptor's file must stay readable.
std::shared_ptr<const StateBytes> file_bytes(int fd, std::string name, uint64_t start, uint64_t length);
// A copy of `bytes`.
std::shared_ptr<const StateBytes> memory_bytes(std::string_view bytes, std::string name);

}  // namespace checkpointfs::state
