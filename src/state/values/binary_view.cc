// SPDX-License-Identifier: Apache-2.0
#include "state/values/binary_view.h"

#include <utility>

#include "base/text/message.h"

namespace checkpointfs::state {

bool BinaryView::has(uint64_t position, uint64_t length) const {
  if (position <= bytes_.size() && length <= bytes_.size() - position) return true;
  fail(position, "binary row",
       base::format("{} bytes at {} are needed, there are {}", length, position, bytes_.size()));
  return false;
}

BinaryView BinaryView::part(uint64_t position, uint64_t length) const {
  if (!has(position, length)) return {{}, offset_, *in_};
  return {bytes_.substr(position, length), offset_ + position, *in_};
}

bool BinaryView::bit(uint64_t position, uint64_t index) const {
  return (number<uint8_t>(position + index / 8) >> index % 8 & 1) != 0;
}

void BinaryView::fail(uint64_t position, const char* field, std::string reason) const {
  in_->fail(offset_ + position, field, std::move(reason));
}

}  // namespace checkpointfs::state
