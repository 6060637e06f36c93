// SPDX-License-Identifier: Apache-2.0
// A dry run: the counts of an export that is not made.
#pragma once

#include <optional>
#include <string>

#include "base/threads/parallel_calls.h"
#include "export/options.h"
#include "export/known_files.h"
#include "export/target.h"
#include "index/read/reader.h"

namespace checkpointfs::exporting {

// Not thread-safe.
class ExportPlan {
 public:
  // The target need not be there. Throws as Target::open().
  ExportPlan(const std::string& target, Options options);

  // Changes nothing, and reads no state file. Files in the target that no journal has, and that have the
  // right size, count as kept: an export compares their bytes. Throws Failure(kBroken, kInput) if the
  // snapshot is not sound, Failure(kRefused), SystemError, IndexError.
  Exported plan(index::Reader& reader, const index::Snapshot& snapshot);

 private:
  void read_own(const index::Snapshot& snapshot);
  bool is_shared(const Origin& origin, uint64_t size) const;

  const Options options_;
  const std::optional<Target> target_;
  const std::string path_;
  base::ParallelCalls calls_;
  KnownFiles others_;
  bool knows_others_ = false;
  KnownFiles own_;
  KnownFiles planned_;  // files that an earlier snapshot of the plan has
};

}  // namespace checkpointfs::exporting
