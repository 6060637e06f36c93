// SPDX-License-Identifier: Apache-2.0
// A list that only grows, whose elements lie in a SpillFile: its memory does not depend on their number. An
// element type T has two functions:
//
//   void pack(Packer&, const T&);      writes it
//   void unpack(Unpacker&, T*);        reads it into an earlier element
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>

#include "base/spill/packed_record.h"
#include "base/spill/spill_file.h"

namespace checkpointfs::base {

// All functions may throw SystemError.
template <typename T>
class SpilledList {
 public:
  // Goes through the list once. REQUIRES: the list outlives it, and does not grow.
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    Iterator(const SpillFile& bytes, size_t left) : bytes_(bytes), left_(left) {
      if (left_ > 0) read();
    }
    const T& operator*() const { return value_; }
    const T* operator->() const { return &value_; }
    Iterator& operator++() {
      if (--left_ > 0) read();
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

   private:
    void read() {
      uint32_t size = 0;
      std::memcpy(&size, take(sizeof size).data(), sizeof size);
      unpacker_.begin(take(size));
      unpack(unpacker_, &value_);
    }
    std::string_view take(size_t size) {
      while (block_.size() - used_ < size) {
        block_.erase(0, used_);
        used_ = 0;
        const std::string more = bytes_.read(read_, kBlock);
        block_ += more;
        read_ += more.size();
      }
      used_ += size;
      return std::string_view(block_).substr(used_ - size, size);
    }

    static constexpr size_t kBlock = 65536;
    const SpillFile& bytes_;
    size_t left_;
    uint64_t read_ = 0;  // bytes of the file
    std::string block_;  // the last of them
    size_t used_ = 0;    // bytes of the block
    Unpacker unpacker_;
    T value_;
  };

  SpilledList() = default;
  SpilledList(SpilledList&&) = default;
  SpilledList& operator=(SpilledList&&) = default;
  SpilledList(const SpilledList& other) {
    for (const T& value : other) push_back(value);
  }
  SpilledList& operator=(const SpilledList& other) { return *this = SpilledList(other); }
  ~SpilledList() = default;

  void push_back(const T& value) {
    packer_.begin();
    pack(packer_, value);
    const std::string_view record = packer_.bytes();
    const auto size = static_cast<uint32_t>(record.size());
    bytes_.append({reinterpret_cast<const char*>(&size), sizeof size});
    bytes_.append(record);
    ++size_;
  }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Iterator begin() const { return {bytes_, size_}; }
  Iterator end() const { return {bytes_, 0}; }

 private:
  SpillFile bytes_;
  Packer packer_;
  size_t size_ = 0;
};

}  // namespace checkpointfs::base
