// SPDX-License-Identifier: Apache-2.0
// Names of sources in the projection.
#pragma once

#include <string>

#include "index/read/reader.h"

namespace checkpointfs::cli {

// Returns "checkpoints is /data/a/checkpoints, checkpoints-2 is /data/b/checkpoints", if several sources with
// snapshots have the same last component, so that their names do not tell which is which; else "".
std::string like_named_sources_text(index::Reader& reader);

}  // namespace checkpointfs::cli
