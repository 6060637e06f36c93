// SPDX-License-Identifier: Apache-2.0
// Decides how wide a command must look. A job may need files that the job beside it wrote, so a decision to
// delete is made from the whole storage and never from less.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/json.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

// True if a directory looks like that of one job: it holds a chk-N, or both shared and taskowned.
bool looks_like_job(const std::string& directory);

// Returns the storage that `directory` belongs to, as far as the disk shows: goes up from a checkpoint to its
// job, and from a job to the directory above if that holds other jobs. REQUIRES: a real path.
std::string storage_around(const std::string& directory);

// Returns the widest directory at or above `directory`, below the root directory, that has pins or a trash of
// checkpointfs; "" if none. A control directory counts only if it belongs to root or to the user.
std::string marked_around(const std::string& directory);

// An index in the state directory.
struct KnownIndex {
  std::string file;
  std::vector<std::string> sources;
};
// Returns the indexes that can be read, by name, without those of the whole host.
std::vector<KnownIndex> known_indexes();

// Returns why a deletion that is decided from these sources alone is refused, with the option to use instead;
// "" if the sources are wide enough: none is one job of several, or lies within a known source.
std::string too_narrow(const std::vector<std::string>& sources);

// A source that a command has read, with what it found.
struct ScannedSource {
  std::string source;
  uint64_t snapshots = 0;
  uint64_t jobs = 0;  // the number of directories that hold snapshots
};
std::vector<ScannedSource> scanned_sources(index::Reader& reader);
// Returns a line for each source: "looked at: DIR (N snapshots, M jobs)".
std::string scanned_sources_text(const std::vector<ScannedSource>& all);
JsonArray scanned_sources_json(const std::vector<ScannedSource>& all);

}  // namespace checkpointfs::cli
