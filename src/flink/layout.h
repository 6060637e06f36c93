// SPDX-License-Identifier: Apache-2.0
// Layout: the differences between the versions of `_metadata`, and between the three layouts of version 3.
#pragma once

#include <cstdint>
#include <span>

#include "base/byte_cursor.h"
#include "base/input_error.h"
#include "flink/decoder_limits.h"
#include "flink/metadata.h"

namespace checkpointfs::flink {

struct Layout {
  Dialect dialect = Dialect::kOnly;
  bool coordinators = true;           // from version 3: coordinator and channel state; no more legacy fields
  bool finished = true;               // Flink 1.14: markers of finished operators and subtasks
  bool channel_subtask_index = true;  // Flink 1.12
  bool changelog_1_14 = false;        // the first layout of the changelog tags 8, 9 and 10
  bool properties = false;            // version 4: Java serialisation stream at the end
  bool names = false;                 // version 5: name and uid of each operator
  bool channel_types = false;         // version 6: type byte before each channel handle
  int newest_tag = 255;               // handles with greater tags did not exist
};

struct VersionLayouts {
  int32_t version = 0;
  std::span<const Layout> layouts;  // the first one that fits is right
};

// Reads the beginning of a metadata. Refuses versions 0, 1, 7 and unknown ones by name, and what is too
// large.
base::Result<VersionLayouts> read_version(base::ByteCursor in, const Limits& limits);

}  // namespace checkpointfs::flink
