// SPDX-License-Identifier: Apache-2.0
// The snapshots that name a file, as bytes: two for each, if they follow one another.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/spill/packed_record.h"

namespace checkpointfs::removal {

// A snapshot names a file.
struct Need {
  uint32_t snapshot = 0;  // its number
  int64_t size = -1;      // that it records, if it is not that of the file
};

class Needs {
 public:
  // The last size that differs counts if a snapshot names the file several times. REQUIRES: snapshots are
  // added in the order of their numbers.
  void add(const Need& need) {
    if (last_ && last_->snapshot == need.snapshot) {
      if (need.size >= 0) last_->size = need.size;
      return;
    }
    pack_last();
    last_ = need;
  }
  // The bytes; valid until a need is added.
  std::string_view bytes() {
    pack_last();
    last_.reset();
    return packer_.bytes();
  }

 private:
  void pack_last() {
    if (!last_) return;
    packer_.number(uint64_t{last_->snapshot - packed_} << 1 | (last_->size >= 0 ? 1 : 0));
    if (last_->size >= 0) packer_.number(static_cast<uint64_t>(last_->size));
    packed_ = last_->snapshot;
  }

  base::Packer packer_;
  std::optional<Need> last_;  // that is not in the bytes yet
  uint32_t packed_ = 0;       // the snapshot of the last one in the bytes
};

template <typename Take>
void each_need(std::string_view bytes, const Take& take) {
  base::Unpacker unpacker;
  Need need;
  for (unpacker.begin(bytes); !unpacker.at_end();) {
    const uint64_t number = unpacker.number();
    need.snapshot += static_cast<uint32_t>(number >> 1);
    need.size = (number & 1) != 0 ? static_cast<int64_t>(unpacker.number()) : -1;
    take(need);
  }
}

}  // namespace checkpointfs::removal
