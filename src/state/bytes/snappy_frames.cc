// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/snappy_frames.h"

#include <algorithm>
#include <cstring>

#include <boost/endian/conversion.hpp>
#include <snappy.h>

#include "base/text/message.h"
#include "state/bytes/crc32c.h"

namespace checkpointfs::state {
namespace {

constexpr uint8_t kCompressed = 0x00;
constexpr uint8_t kPlain = 0x01;
constexpr uint8_t kFirstSkippable = 0x80;
constexpr uint8_t kIdentifierChunk = 0xFF;
constexpr std::string_view kIdentifier = "sNaPpY";
constexpr size_t kHeader = 4;  // u8 type | u24 length, little-endian
constexpr size_t kCrc = 4;
constexpr size_t kMostPlain = 65536;  // of a block

uint32_t masked_crc(std::string_view bytes) {
  const uint32_t value = crc32c(bytes);
  return (value >> 15 | value << 17) + 0xA282EAD8;
}

uint32_t chunk_length(std::string_view header) {
  return static_cast<uint8_t>(header[1]) | static_cast<uint32_t>(static_cast<uint8_t>(header[2])) << 8 |
         static_cast<uint32_t>(static_cast<uint8_t>(header[3])) << 16;
}

}  // namespace

size_t SnappyFrames::read(char* out, size_t most) {
  while (in_.ok()) {
    if (used_ < block_.size()) {
      const size_t n = std::min(most, block_.size() - used_);
      std::memcpy(out, block_.data() + used_, n);
      used_ += n;
      return n;
    }
    const std::optional<uint8_t> type = next_chunk();
    if (!type) break;
    // An empty block is not the end.
    if (const size_t n = block(*type, out, most); n > 0) return n;
  }
  return 0;
}

bool SnappyFrames::next_stream() {
  block_.clear();
  used_ = 0;
  while (const std::optional<uint8_t> type = next_chunk()) {
    in_.skip(kHeader + chunk_length(in_.peek(kHeader)), "snappy_chunk");
  }
  if (!in_.ok() || in_.at_end()) return false;
  identifier();
  return in_.ok();
}

// The type of the block that comes next; nothing at the end of the stream. Chunks without data are skipped.
std::optional<uint8_t> SnappyFrames::next_chunk() {
  while (!in_.at_end()) {
    const auto type = static_cast<uint8_t>(in_.peek(1)[0]);
    if (type == kIdentifierChunk && inside_) return std::nullopt;
    if (!inside_) {
      identifier();
    } else if (in_.peek(kHeader).size() < kHeader) {
      in_.skip(kHeader, "snappy_chunk");  // says how much is missing
    } else if (type == kCompressed || type == kPlain) {
      return type;
    } else if (type >= kFirstSkippable) {
      in_.skip(kHeader + chunk_length(in_.peek(kHeader)), "snappy_chunk");
    } else {
      in_.fail("snappy_chunk", base::format("unknown type {}", static_cast<int>(type)));
    }
  }
  return std::nullopt;
}

void SnappyFrames::identifier() {
  const uint64_t offset = in_.offset();
  const std::string_view chunk = in_.bytes(kHeader + kIdentifier.size(), "snappy_identifier");
  if (!in_.ok()) return;
  inside_ = true;
  if (static_cast<uint8_t>(chunk[0]) != kIdentifierChunk || chunk_length(chunk) != kIdentifier.size() ||
      chunk.substr(kHeader) != kIdentifier) {
    in_.fail(offset, "snappy_identifier", "no stream of Snappy frames begins here");
  }
}

// Decompresses a block to `out` if it fits there, else to block_. Returns the bytes in `out`.
size_t SnappyFrames::block(uint8_t type, char* out, size_t most) {
  const uint64_t offset = in_.offset();
  const std::string_view header = in_.bytes(kHeader, "snappy_chunk");
  const uint32_t length = chunk_length(header);
  if (length < kCrc) in_.fail(offset, "snappy_chunk", base::format("length {} has no checksum", length));
  const std::string_view chunk = in_.bytes(length, "snappy_chunk");
  if (!in_.ok()) return 0;
  const uint32_t crc = boost::endian::load_little_u32(reinterpret_cast<const unsigned char*>(chunk.data()));
  const std::string_view data = chunk.substr(kCrc);
  size_t size = data.size();
  if (type == kCompressed && !snappy::GetUncompressedLength(data.data(), data.size(), &size)) {
    in_.fail(offset, "snappy_chunk", "not a compressed block");
  } else if (size > kMostPlain) {
    in_.fail(offset, "snappy_chunk", base::format("a block of {} bytes, more than {}", size, kMostPlain));
  }
  if (!in_.ok()) return 0;
  block_.clear();
  used_ = 0;
  const bool fits = size <= most;
  if (!fits) block_.resize(size);
  char* const plain = fits ? out : block_.data();
  if (type == kPlain) {
    std::memcpy(plain, data.data(), size);
  } else if (!snappy::RawUncompress(data.data(), data.size(), plain)) {
    in_.fail(offset, "snappy_chunk", "damaged: the block does not decompress");
    return 0;
  }
  check(crc, {plain, size}, offset);
  return fits && in_.ok() ? size : 0;
}

void SnappyFrames::check(uint32_t masked, std::string_view plain, uint64_t offset) {
  if (masked_crc(plain) != masked) in_.fail(offset, "snappy_chunk", "damaged: the checksum differs");
}

}  // namespace checkpointfs::state
