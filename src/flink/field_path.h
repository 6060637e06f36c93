// SPDX-License-Identifier: Apache-2.0
// The place in the grammar at which a decoder stands, so that an error can name its field:
// "operators[2].subtasks[0].meta".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_cursor.h"

namespace checkpointfs::flink {

// A stack of literals and indices, rendered only on an error.
class FieldPath {
 public:
  FieldPath() { steps_.reserve(32); }

  void push(const char* name) { steps_.push_back({name, -1}); }
  void set_index(uint32_t index) { steps_.back().index = index; }
  void pop() { steps_.pop_back(); }

  // "a[1].b." or "".
  std::string prefix() const;

 private:
  struct Step {
    const char* name;  // a string literal
    int64_t index;     // -1: none
  };
  std::vector<Step> steps_;
};

// One step of the path for the life of the scope. Once the cursor has failed, the path stays as it was then.
class FieldScope {
 public:
  FieldScope(const base::ByteCursor& in, FieldPath& path, const char* name) : in_(in), path_(path) {
    if (in_.ok()) path_.push(name);
  }
  ~FieldScope() {
    if (in_.ok()) path_.pop();
  }
  FieldScope(const FieldScope&) = delete;
  FieldScope& operator=(const FieldScope&) = delete;

  void set_index(uint32_t index) {
    if (in_.ok()) path_.set_index(index);
  }

 private:
  const base::ByteCursor& in_;
  FieldPath& path_;
};

}  // namespace checkpointfs::flink
