// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/input.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text/message.h"

namespace checkpointfs::state {
namespace {

constexpr size_t kPiece = size_t{256} << 10;

}  // namespace

Input::Input(std::string_view bytes, uint64_t offset)
    : start_(bytes.data()),
      next_(start_),
      end_(start_ + bytes.size()),
      held_end_(end_),
      start_offset_(offset) {}

// Not make_unique: the bytes need no zeros.
Input::Input(ByteStream& stream, uint64_t offset)
    : start_offset_(offset), stream_(&stream), buffer_(new char[kPiece]), capacity_(kPiece) {
  start_ = next_ = end_ = held_end_ = buffer_.get();
}

std::string_view Input::bytes(uint64_t length, const char* field) {
  if (!need(length, field)) return {};
  const std::string_view view(next_, static_cast<size_t>(length));
  next_ += length;
  return view;
}

std::string_view Input::utf(const char* field) {
  if (!need(2, field)) return {};
  const auto length =
      static_cast<uint64_t>(static_cast<unsigned char>(next_[0]) << 8 | static_cast<unsigned char>(next_[1]));
  if (!need(2 + length, field)) return {};
  next_ += 2;
  return bytes(length, field);
}

void Input::skip(uint64_t length, const char* field) {
  while (length > static_cast<uint64_t>(end_ - next_) && mark_ == nullptr && stream_ != nullptr && !error_) {
    length -= static_cast<uint64_t>(end_ - next_);
    next_ = end_;
    if (!read_more()) break;
  }
  if (need(length, field)) next_ += length;
}

uint32_t Input::count(uint64_t min_item_size, const char* field) {
  const uint64_t start = offset();
  const int32_t n = i32(field);
  if (n < 0) {
    fail(start, field, base::format("negative count {}", n));
    return 0;
  }
  const uint64_t needed = static_cast<uint64_t>(n) * min_item_size;
  const auto left = static_cast<uint64_t>(end_ - next_);
  if (needed > left && stream_ == nullptr && !error_) {
    fail(start, field, base::format("count {} needs at least {} bytes, {} are left", n, needed, left), true);
  }
  return error_ ? 0 : static_cast<uint32_t>(n);
}

std::string_view Input::peek(uint64_t most) {
  if (most > static_cast<uint64_t>(end_ - next_)) fill(most);
  return {next_, static_cast<size_t>(std::min<uint64_t>(most, static_cast<uint64_t>(end_ - next_)))};
}

std::string_view Input::since_mark() {
  const char* mark = std::exchange(mark_, nullptr);
  return {mark, static_cast<size_t>(next_ - mark)};
}

void Input::rewind() {
  next_ = std::exchange(mark_, nullptr);
  end_ = held_end_;
  if (stream_failed_) {
    end_ = next_;
  } else {
    error_.reset();
  }
}

void Input::fail(uint64_t offset, const char* field, std::string reason, bool truncated) {
  stop({offset, field, std::move(reason), truncated});
}

void Input::stop(base::InputError error) {
  if (error_) return;
  error_ = std::move(error);
  end_ = next_;
}

bool Input::refill(uint64_t length, const char* field) {
  if (fill(length)) return true;
  const auto left = static_cast<uint64_t>(end_ - next_);
  fail(offset(), field, base::format("needs {} bytes, {} are left", length, left), true);
  return false;
}

// Reads until `length` bytes are in memory; false if there are fewer, and after an error.
bool Input::fill(uint64_t length) {
  while (length > static_cast<uint64_t>(end_ - next_)) {
    if (!read_more()) return false;
  }
  return true;
}

bool Input::read_more() {
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
void Input::make_room() {
  const char* const keep = mark_ != nullptr ? mark_ : next_;
  const auto kept = static_cast<size_t>(held_end_ - keep);
  const auto used = static_cast<size_t>(held_end_ - start_);
  if (kept > 0 && capacity_ - used >= kPiece / 4) return;
  const auto moved_next = static_cast<size_t>(next_ - keep);
  start_offset_ += static_cast<uint64_t>(keep - start_);
  if (kept > capacity_ / 2) {
    std::unique_ptr<char[]> larger(new char[2 * capacity_]);
    std::memcpy(larger.get(), keep, kept);
    buffer_ = std::move(larger);
    capacity_ *= 2;
  } else {
    std::memmove(buffer_.get(), keep, kept);
  }
  start_ = buffer_.get();
  next_ = start_ + moved_next;
  end_ = held_end_ = start_ + kept;
  if (mark_ != nullptr) mark_ = start_;
}

}  // namespace checkpointfs::state
