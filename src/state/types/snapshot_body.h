// SPDX-License-Identifier: Apache-2.0
// The body of one serializer snapshot, as its reader sees it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state/bytes/input.h"
#include "state/types/type.h"

namespace checkpointfs::state {

struct SnapshotBody {
  // Reads a SNAP, `depth` deep.
  using ReadSnapshot = TypePtr (*)(Input& in, Writer writer, int depth);

  Input& in;
  Writer writer;
  int depth;
  ReadSnapshot read;
  uint64_t start;  // the offset of the name of the class
  std::string snapshot_class;
  int32_t version;

  TypePtr nested() { return read(in, writer, depth + 1); }
  // The SNAP that fills `frame`, which began at `offset`; opaque if it cannot be read.
  TypePtr framed(std::string_view frame, uint64_t offset) const;
  // UTF, as UTF-8. Fails if it is not modified UTF-8.
  std::string text(const char* field);
  // Fails where the snapshot begins: its end is not known.
  void fail(std::string reason) { in.fail(start, "serializer_snapshot", std::move(reason)); }
};

// A type that is only a name.
TypePtr opaque_type(std::string snapshot_class);

}  // namespace checkpointfs::state
