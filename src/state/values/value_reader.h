// SPDX-License-Identifier: Apache-2.0
// Walks one value, whose bytes come from an Input and whose JSON goes to a sink, within limits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "state/bytes/input.h"
#include "state/types/type.h"
#include "state/json/json_sink.h"

namespace checkpointfs::state {

class ValueReader;

// REQUIRES: the type has such a member; its kind tells.
inline const Type& member_of(const Type& type, size_t index) {
  return *type.members[index].type;
}

// Reads one value of a type. It leaves the input behind the value, unless the reader is not ok() then.
using ReadFunction = void (*)(ValueReader&, const Type&);
// One for each TypeKind, in its order.
using ReadFunctions = std::array<ReadFunction, static_cast<size_t>(TypeKind::kJavaObject) + 1>;

// The functions are in the modules of this folder, one for each kind. They share a reader, whose state sticks
// as an Input's error does: after the first problem nothing is read or written any more.
//
// Values nest at most 64 deep. A hostile type can make much out of few bytes (elements of no bytes, long
// names, references): the steps of a walk are at most 16 for each byte of the value and 65536 more; its text
// has at most 256 bytes for each byte, and 1 MiB more. A value beyond these limits is opaque.
class ValueReader {
 public:
  // `text`: null to skip the value. REQUIRES: everything outlives the reader.
  ValueReader(Input& input, const ReadFunctions& functions, JsonSink sink);

  Input& in() { return in_; }
  JsonSink& out() { return out_; }
  bool ok() const { return !opaque_ && in_.ok(); }
  bool is_opaque() const { return opaque_; }
  // The innermost type of a value that cannot be read; null if there is none.
  const Type* opaque_type() const { return opaque_type_; }

  // Reads a value inside of the current one.
  void value(const Type& type);
  // Reads one, or writes null if there is none.
  void value_unless(bool is_null, const Type& type) {
    if (is_null) {
      out_.null();
    } else {
      value(type);
    }
  }
  // Reads a value that fills `bytes`, which were a part of the current value and begin at `offset`. Writes
  // all of them as hex if they cannot be read.
  void framed_value(std::string_view bytes, uint64_t offset, const Type& type);
  // The value, or its class, cannot be read. Nothing happens after an error of the input.
  void set_opaque() { opaque_ = opaque_ || in_.ok(); }
  // An int, not negative, for the elements of `type`.
  uint32_t count(const Type& type, const char* field);

  // Steps of the walk. False if there were too many.
  bool spend(uint64_t steps) {
    steps_ += steps;
    return (steps_ <= allowed_steps_ && out_.size() <= allowed_text_) || extend();
  }
  // Nesting of what is not a value of a Type, such as a field of an Avro record. Counts as a step.
  class Nesting {
   public:
    explicit Nesting(ValueReader& reader) : reader_(reader) {
      ++reader.depth_;
      if (reader.spend(1) && reader.depth_ > kMaxDepth) reader.set_opaque();
    }
    ~Nesting() { --reader_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    ValueReader& reader_;
  };

 private:
  static constexpr int kMaxDepth = 64;

  bool extend();

  Input& in_;
  const ReadFunctions& functions_;
  JsonSink out_;
  bool opaque_ = false;
  const Type* opaque_type_ = nullptr;
  int depth_ = 0;
  uint64_t steps_ = 0;
  uint64_t allowed_steps_;
  uint64_t allowed_text_;
  uint64_t free_steps_;
  uint64_t free_text_;  // size of the sink's text, without what the bytes allow
  uint64_t start_;      // of the value in the input
};

}  // namespace checkpointfs::state
