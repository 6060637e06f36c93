// SPDX-License-Identifier: Apache-2.0
// The bytes of one key group, as an input.
#pragma once

#include "state/bytes/byte_stream.h"
#include "state/bytes/input.h"
#include "state/keyed/key_group_file.h"

namespace checkpointfs::state {

// As they are stored; compressed ones are a stream of Snappy frames in it.
class GroupInput {
 public:
  GroupInput(const KeyGroupFile& file, const GroupExtent& extent)
      : range_(file.bytes, extent.start, extent.end - extent.start), in_(range_, extent.start) {}
  Input& in() { return in_; }

 private:
  RangeStream range_;
  Input in_;
};

}  // namespace checkpointfs::state
