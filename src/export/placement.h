// SPDX-License-Identifier: Apache-2.0
// The places of a snapshot and its files beneath the target.
#pragma once

#include <cstdint>
#include <string>

#include "flink/rewrite.h"
#include "index/database/types.h"

namespace checkpointfs::exporting {

enum class Layout : uint8_t {
  kSnapshots,  // <path in the mount>/: `_metadata` and files, as the mount shows it
  kJobs,       // <job>/shared/: files of all snapshots, each once; <job>/chk-N/_metadata names them there
  kFilesOnly,  // files right in the target, without `_metadata`
};

struct Placement {
  std::string directory;  // of the snapshot, beneath the target
  std::string files;      // the directory of its files
};

Placement placement_of(const index::Snapshot& snapshot, Layout layout);

// The form of the `_metadata` in the target.
flink::Form form_in_target(const flink::Form& form, Layout layout, const Placement& placement);
// Says the same as text, for the journal.
std::string form_text(const flink::Form& form, Layout layout);

// The name of a file in the target. `projected`: its name in the snapshot; `uri`: canonical.
std::string name_in_target(Layout layout, const std::string& projected, const std::string& uri);

}  // namespace checkpointfs::exporting
