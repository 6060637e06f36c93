// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/change_bytes.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text/message.h"

namespace checkpointfs::state {
namespace {

constexpr size_t kChunkHeader = 4;      // u8 type | u24 length, little-endian
constexpr size_t kChunkCrc = 4;         // of blocks
constexpr size_t kIdentifierSize = 10;  // the chunk that begins a stream
constexpr uint8_t kIdentifierType = 0xFF;

uint64_t byte_at(std::string_view bytes, size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

// The varint at the beginning of a compressed block: its bytes when decompressed.
uint64_t decompressed_size(std::string_view block) {
  uint64_t size = 0;
  for (size_t i = 0; i < block.size() && i < 5; ++i) {
    size |= (byte_at(block, i) & 0x7F) << (7 * i);
    if ((byte_at(block, i) & 0x80) == 0) break;
  }
  return size;
}

}  // namespace

base::Result<std::shared_ptr<const ChangeBytes>> ChangeBytes::open(std::shared_ptr<const StateBytes> bytes,
                                                                   ChangeForm form) {
  std::shared_ptr<ChangeBytes> changes(new ChangeBytes(std::move(bytes)));
  if (form == ChangeForm::kFile) {
    char flag = 0;
    if (changes->bytes_->read(0, &flag, 1) != 1) {
      return base::InputError{0, "compressed", "the file is empty", true};
    }
    changes->start_ = 1;
    changes->compressed_ = flag != 0;
    if (flag != 0 && flag != 1) {
      return base::InputError{0, "compressed", base::format("unknown form {} of changes", int{flag}), false};
    }
  }
  if (changes->compressed_) {
    if (std::optional<base::InputError> error = changes->find_blocks()) return *std::move(error);
  }
  return std::shared_ptr<const ChangeBytes>(std::move(changes));
}

// Walks the chunks of the one stream of Snappy frames that the file is.
std::optional<base::InputError> ChangeBytes::find_blocks() {
  RangeStream range(bytes_, start_, bytes_->size() - start_);
  Input in(range, start_);
  in.skip(kIdentifierSize, "snappy_identifier");
  uint64_t position = 0;
  while (!in.at_end()) {
    const uint64_t offset = in.offset();
    const std::string_view header = in.bytes(kChunkHeader, "snappy_chunk");
    if (!in.ok()) break;
    const uint64_t type = byte_at(header, 0);
    const uint64_t length = byte_at(header, 1) | byte_at(header, 2) << 8 | byte_at(header, 3) << 16;
    if (type == kIdentifierType) break;
    if (type <= 1 && length >= kChunkCrc) {
      blocks_.push_back({position, offset});
      const std::string_view begin = in.peek(std::min<uint64_t>(length, kChunkCrc + 5));
      position +=
          type == 1 ? length - kChunkCrc : decompressed_size(begin.substr(std::min(kChunkCrc, begin.size())));
    }
    in.skip(length, "snappy_chunk");
  }
  if (!in.ok()) return in.error();
  return std::nullopt;
}

// The last block that does not begin behind `position`.
ChangeBytes::Block ChangeBytes::block_at(uint64_t position) const {
  const auto behind =
      std::upper_bound(blocks_.begin(), blocks_.end(), position,
                       [](uint64_t wanted, const Block& block) { return wanted < block.position; });
  return behind == blocks_.begin() ? Block{0, bytes_->size()} : *(behind - 1);
}

StoredInput ChangeBytes::read(uint64_t position, uint64_t length) const {
  if (!compressed_) return {{bytes_, start_ + std::min(position, bytes_->size()), length}, position};
  const Block block = block_at(position);
  return {
      {bytes_, block.offset, bytes_->size()}, SnappyStart::kChunk, block.position, position - block.position};
}

}  // namespace checkpointfs::state
