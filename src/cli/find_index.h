// SPDX-License-Identifier: Apache-2.0
// Which index answers a question about a path: for the commands that are given a snapshot or a file.
#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "index/index.h"

namespace checkpointfs::cli {

struct FoundIndex {
  index::Options options;   // index_file is never empty; no sources: the index knows its own
  std::string mount_point;  // of the checkpointfs mount that the path lies in, or ""
};

// In this order: --index; --source; the index of the mount that `path` lies in; the index in the state
// directory one of whose sources holds `path` (the longest such source); and, where `may_guess`, a new one of
// guess_source(). `path` may be empty: the current directory is taken in its place, and nothing is guessed
// from it. Throws Failure(kUsage) if nothing is found.
FoundIndex find_index(const Invocation& invocation, const std::string& path, bool may_guess);

// refresh_index(), for an index whose sources are known to itself alone too. With --map, from then on
// `found` is another index, beside that one: such mappings hold for one command.
std::optional<index::ScanResult> refresh_found(FoundIndex& found, const std::string& purpose, bool verbose);

}  // namespace checkpointfs::cli
