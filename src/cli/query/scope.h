// SPDX-License-Identifier: Apache-2.0
// How wide a command has to look. A file that one job wrote may be needed by the job beside it, so an answer
// that deletes is made from the whole storage, and never from less.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/json.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

// Whether a directory looks like that of one job: it holds a chk-N, or both shared and taskowned.
bool looks_like_job(const std::string& directory);

// The directory of the storage that `directory` belongs to, as far as the disk tells: from a checkpoint up to
// its job, and from a job up to the directory that holds others beside it. REQUIRES: a real path.
std::string storage_around(const std::string& directory);

// The widest directory above `directory`, or itself, that this program made pins or removals in before; ""
// if none. The control directory counts only if it belongs to root or to the user.
std::string marked_around(const std::string& directory);

// An index in the state directory.
struct KnownIndex {
  std::string file;
  std::vector<std::string> sources;
};
// All that can be read, by name.
std::vector<KnownIndex> known_indexes();

// Why deleting from what these sources show is refused, with the option to use instead; "" if they are wide
// enough: none of them is a job among others, or lies within a source that is known.
std::string too_narrow(const std::vector<std::string>& sources);

// What a command has looked at.
struct ScannedSource {
  std::string source;
  uint64_t snapshots = 0;
  uint64_t jobs = 0;  // directories that hold snapshots
};
std::vector<ScannedSource> scanned_sources(index::Reader& reader);
// "looked at: DIR (N snapshots, M jobs)", a line for each source.
std::string scanned_sources_text(const std::vector<ScannedSource>& all);
JsonArray scanned_sources_json(const std::vector<ScannedSource>& all);

}  // namespace checkpointfs::cli
