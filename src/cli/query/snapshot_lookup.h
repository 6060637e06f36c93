// SPDX-License-Identifier: Apache-2.0
// Finds the snapshot, or the references to a file, that the user named.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/query/find_index.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

// Returns the path of a `file:` URI; any other argument unchanged.
std::string local_path(const std::string& argument);

// Does find_index() for a snapshot or a state file. For a URI, chooses a known index with snapshots that name
// its storage; for a short name of a snapshot, the known index that has it. Throws Failure(kUsage), and
// Failure(kSource) if the name is ambiguous.
FoundIndex find_index_of(const Invocation& invocation, const std::string& argument);

// Finds the snapshot of `argument`: its directory or `_metadata` in a source or a mount, its path in the
// projection, its URI as Flink prints it, or a short name (snapshot_names.h). Throws Failure(kSource) if the
// argument is ambiguous.
std::optional<index::Snapshot> find_snapshot(index::Reader& reader, const FoundIndex& found,
                                             const std::string& argument);
// Does find_snapshot(), and throws Failure(kSource) if the index has no such snapshot.
index::Snapshot locate_snapshot(index::Reader& reader, const FoundIndex& found, const std::string& argument);

// An index for questions about snapshots.
class SnapshotIndex {
 public:
  // Finds the index of `argument`, and updates it for the command `purpose`, unless a mount does. Throws as
  // find_index_of(), and Failure(kUsage) if a mapping of the command line is of no use.
  SnapshotIndex(const Invocation& invocation, const std::string& argument, const std::string& purpose);

  const FoundIndex& found() const { return found_; }
  index::Reader& reader() { return reader_; }
  index::Snapshot locate(const std::string& argument) { return locate_snapshot(reader_, found_, argument); }

 private:
  const FoundIndex found_;
  index::Reader reader_;
};

// Finds the references to `argument`: a file in a source or a mount, a URI, or a bare file name. Empty if no
// snapshot needs it.
std::vector<index::Reference> locate_references(index::Reader& reader, const FoundIndex& found,
                                                const std::string& argument);

// True of a URI with a scheme, false of a path.
bool has_scheme(std::string_view argument);

}  // namespace checkpointfs::cli
