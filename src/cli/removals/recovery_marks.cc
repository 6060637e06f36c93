// SPDX-License-Identifier: Apache-2.0
#include "cli/removals/recovery_marks.h"

#include <utility>

#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "storage/resolver.h"

namespace checkpointfs::cli {

RecoveryMarks recovery_marks(index::Reader& reader, const std::vector<std::string>& directories) {
  RecoveryMarks marks;
  if (directories.empty()) return marks;
  marks.are_known = true;
  std::map<std::string, int64_t> snapshots;  // ids by directory
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    snapshots[base::join(snapshot.source.path, snapshot.source_path)] = snapshot.id;
  });
  const storage::Resolver resolver(reader.roots(), reader.mappings());
  for (const removal::RecoveryPointer& pointer : removal::recovery_pointers(directories)) {
    bool is_here = false;
    for (const storage::Location& location : resolver.resolve_all(pointer.uri)) {
      const auto found = snapshots.find(std::string(base::parent(resolver.absolute(location))));
      if (found == snapshots.end()) continue;
      marks.files[found->second].push_back(pointer.file);
      is_here = true;
    }
    if (!is_here) marks.elsewhere.push_back(pointer);
  }
  return marks;
}

std::string elsewhere_text(const removal::RecoveryPointer& pointer) {
  const std::string file = base::printable(pointer.file);
  if (pointer.uri.empty())
    return base::format("a cluster would recover from {} itself, which has all the state", file);
  return base::format("a cluster would recover from {}, which is no snapshot of these sources: {}",
                      base::printable(pointer.uri), file);
}

}  // namespace checkpointfs::cli
