// SPDX-License-Identifier: Apache-2.0
// Reads descriptions of states, and goes on behind serializers that cannot be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/input_error.h"
#include "state/bytes/input.h"
#include "state/meta/resynchronisation.h"
#include "state/meta/state_meta.h"
#include "state/types/serializer_snapshot.h"

namespace checkpointfs::state {

class StateMetaReader {
 public:
  // REQUIRES: `bytes` outlive it.
  StateMetaReader(std::string_view bytes, Writer writer);

  // For the fields between descriptions. REQUIRES: end() has a value.
  Input& in() { return *in_; }
  bool ok() const { return in_->ok(); }
  // REQUIRES: !ok().
  base::InputError error() const;

  // PSNAP. A serializer that cannot be read gives an opaque type; then its end is where `follower` begins.
  TypePtr type(Follower follower);
  // UTF name | i32 kind | i32 n x (UTF key, UTF value) | i32 n x (UTF key, PSNAP)
  StateMeta state(Follower follower);
  // i16 number of states, 0 if end() is lost.
  uint32_t state_count(const char* field);
  // The offset of the next byte. Nothing behind an unreadable serializer that has no certain follower.
  std::optional<uint64_t> end() const;

 private:
  struct Parts;
  void read_serializers(Parts& parts, Follower follower);
  StateMeta assembled(const Parts& parts);
  TypePtr resynchronised(uint64_t start, Follower follower, TypePtr type);
  std::string class_at(uint64_t offset) const;
  void restart(uint64_t offset) { in_.emplace(bytes_.substr(offset), offset); }

  std::string_view bytes_;
  Writer writer_;
  std::optional<Input> in_;
  std::string context_;  // names the state of an error
  bool lost_ = false;
};

}  // namespace checkpointfs::state
