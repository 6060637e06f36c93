// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/input_bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text/message.h"

namespace checkpointfs::state {
namespace {

// Most streams are a key group of a few entries: their buffers come from the heap, not from the kernel.
constexpr size_t kFirstPiece = size_t{16} << 10;
constexpr size_t kPiece = size_t{256} << 10;

}  // namespace

InputBytes::InputBytes(std::string_view bytes, uint64_t offset)
    : next_(bytes.data()),
      start_(next_),
      end_(start_ + bytes.size()),
      held_end_(end_),
      start_offset_(offset) {}

// Not make_unique: the bytes need no zeros.
InputBytes::InputBytes(ByteStream& stream, uint64_t offset)
    : start_offset_(offset), stream_(&stream), buffer_(new char[kFirstPiece]), capacity_(kFirstPiece) {
  start_ = next_ = end_ = held_end_ = buffer_.get();
}

void InputBytes::skip(uint64_t length, const char* field) {
  while (length > held() && mark_ == nullptr && stream_ != nullptr && !error_) {
    length -= held();
    next_ = end_;
    if (!read_more()) break;
  }
  if (need(length, field)) next_ += length;
}

std::string_view InputBytes::peek(uint64_t most) {
  if (most > held()) fill(most);
  return {next_, static_cast<size_t>(std::min<uint64_t>(most, held()))};
}

std::string_view InputBytes::since_mark() {
  const char* mark = std::exchange(mark_, nullptr);
  return {mark, static_cast<size_t>(next_ - mark)};
}

void InputBytes::rewind() {
  next_ = std::exchange(mark_, nullptr);
  end_ = held_end_;
  if (stream_failed_) {
    end_ = next_;
  } else {
    error_.reset();
  }
}

void InputBytes::fail(uint64_t offset, const char* field, std::string reason, bool truncated) {
  stop({offset, field, std::move(reason), truncated});
}

void InputBytes::stop(base::InputError error) {
  if (error_) return;
  error_ = std::move(error);
  end_ = next_;
}

bool InputBytes::refill(uint64_t length, const char* field) {
  if (fill(length)) return true;
  const auto left = held();
  fail(offset(), field, base::format("needs {} bytes, {} are left", length, left), true);
  return false;
}

// Reads until `length` bytes are in memory; false if there are fewer, and after an error.
bool InputBytes::fill(uint64_t length) {
  while (length > held()) {
    if (!read_more()) return false;
  }
  return true;
}

bool InputBytes::read_more() {
  if (stream_ == nullptr || error_) return false;
  make_room();
  const auto used = static_cast<size_t>(held_end_ - start_);
  const size_t read = stream_->read(buffer_.get() + used, capacity_ - used);
  if (read == 0) {
    if (const base::InputError* damage = stream_->error()) {
      stream_failed_ = true;
      stop(*damage);
    }
    stream_ = nullptr;
  }
  held_end_ += read;
  end_ = error_ ? next_ : held_end_;
  return read > 0;
}

// Makes room behind held_end_: drops the bytes before the mark or, without one, those that were read.
void InputBytes::make_room() {
  const char* const keep = mark_ != nullptr ? mark_ : next_;
  const auto kept = static_cast<size_t>(held_end_ - keep);
  const auto used = static_cast<size_t>(held_end_ - start_);
  if (kept > 0 && capacity_ - used >= capacity_ / 4) return;
  const auto moved_next = static_cast<size_t>(next_ - keep);
  start_offset_ += static_cast<uint64_t>(keep - start_);
  const bool is_long = used > 0 && capacity_ < kPiece;
  if (kept > capacity_ / 2 || is_long) {
    capacity_ = std::max(2 * capacity_, kPiece);
    std::unique_ptr<char[]> larger(new char[capacity_]);
    std::memcpy(larger.get(), keep, kept);
    buffer_ = std::move(larger);
  } else {
    std::memmove(buffer_.get(), keep, kept);
  }
  start_ = buffer_.get();
  next_ = start_ + moved_next;
  end_ = held_end_ = start_ + kept;
  if (mark_ != nullptr) mark_ = start_;
}

}  // namespace checkpointfs::state
