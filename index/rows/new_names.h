// SPDX-License-Identifier: Apache-2.0
// NewNames: the names of the state files that the first scan of an index has written, as long as the database
// has no index by name. Takes 16 to 32 bytes a name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/ordinal_set.h"

namespace checkpointfs::index {

class NewNames {
 public:
  static constexpr size_t kMost = 1'000'000;

  explicit NewNames(size_t most) : most_(most) {}

  bool is_full() const { return size_ >= most_; }

  void add(std::string_view name, int64_t id) {
    names_.insert(hash_of(name), static_cast<uint32_t>(id));
    ++size_;
  }
  // Is true if `is_it(id)` holds for a row that may have this name. Rows of other names are asked for too,
  // but seldom.
  template <typename IsIt>
  bool any(std::string_view name, const IsIt& is_it) const {
    return names_.find(hash_of(name), [&](uint32_t id) { return is_it(int64_t{id}); }).has_value();
  }

 private:
  static size_t hash_of(std::string_view name) { return std::hash<std::string_view>()(name); }

  size_t most_;
  base::OrdinalSet names_;
  size_t size_ = 0;
};

}  // namespace checkpointfs::index
