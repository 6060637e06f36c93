// SPDX-License-Identifier: Apache-2.0
// Which index answers a question about a path: for the commands that are given a snapshot or a file.
#pragma once

#include <optional>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/arguments/command.h"
#include "index/read/reader.h"
#include "index/scan/configuration.h"
#include "index/scan/scan.h"

namespace checkpointfs::cli {

enum class Chosen : uint8_t {
  kByUser,     // by --index, --source, or a mount: it may be narrower than the storage
  kByProgram,  // it is as wide as the storage, as far as that is known
};

struct FoundIndex {
  index::Options options;  // index_file is never empty; no sources: the index knows its own
  Chosen chosen = Chosen::kByUser;
  std::vector<storage::Mapping> given_mappings;  // of the command line
  std::string mount_point;                       // of the checkpointfs mount that the path lies in, or ""
};

// In this order: --index (if somebody was killed in making it, it is made of what is found by the path);
// --source; the index of the mount that `path` lies in; the widest source around `path`: of an index in the
// state directory, or a directory where pins or removals were made; and, where `may_guess`, guess_source(). A
// source that the program finds by itself is widened from a job among others to the directory above (see
// cli/scope.h). `path` may be empty: the current directory is taken in its place, and nothing is guessed from
// it. Throws Failure(kUsage) if nothing is found.
FoundIndex find_index(const Invocation& invocation, const std::string& path, bool may_guess);

// The index of these sources, or --index.
FoundIndex index_of_sources(const Invocation& invocation, const std::vector<std::string>& sources);

// As given, or as the index has them.
std::vector<std::string> sources_of(const FoundIndex& found);

// For commands that delete. Throws Failure(kRefused), with the option to use, if the user chose sources that
// are narrower than the storage.
void require_whole_storage(const FoundIndex& found);

// Throws Failure(kUsage) if a mapping of the command line is for URIs that no snapshot names. REQUIRES: the
// index is up to date.
void require_used_mappings(index::Reader& reader, const FoundIndex& found);

// refresh_index(), for an index whose sources are known to itself alone too. With --map, from then on
// `found` is another index, beside that one: such mappings hold for one command.
std::optional<index::ScanResult> refresh_found(FoundIndex& found, const std::string& purpose, bool verbose);

}  // namespace checkpointfs::cli
