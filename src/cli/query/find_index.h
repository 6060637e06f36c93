// SPDX-License-Identifier: Apache-2.0
// Finds the index for a path: the first step of every command that answers a question.
//
// This folder leads from what the user typed to an index that is up to date and wide enough, and reads from
// it what several commands print. In the order of a command: find_index.h chooses the index (from --index,
// --source, the mount around the path, or by itself; scope.h, mount_lookup.h and mount_record.h say what lies
// around a path); update_index.h scans the sources into it; query_target.h does both for operands that are
// sources or a mount, snapshot_lookup.h for operands that are a snapshot or a file, pin_sources.h for pins.
// Then space_usage.h, job_dependencies.h and referenced_files.h add up rows, and index_json.h prints them.
// responsive_sources.h finds sources that hang, before anything waits for them.
//
// scope.h decides how wide a command must look. A command that deletes refuses sources that are narrower than
// the storage (too_narrow() there, through require_whole_storage()): a job outside may need the files.
// The folder relies on index/ for all that is stored and on fs/ only to recognise mounts.
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
  kByUser,     // --index, --source or a mount: may be narrower than the storage
  kByProgram,  // as wide as the storage, as far as the program knows
};

struct FoundIndex {
  index::Options options;  // index_file is never empty; without sources, the index has its own
  Chosen chosen = Chosen::kByUser;
  std::vector<storage::Mapping> given_mappings;  // of the command line
  std::string mount_point;                       // of the checkpointfs mount around the path, or ""
};

// Finds the index in this order: --index (an index that was never completed is built from the sources that
// the path leads to); --source; the index of the mount around `path`; the widest source around `path`, from
// an index in the state directory or from a directory with pins or a trash; and, if `may_guess`,
// guess_source(). A source that the program finds by itself is widened from one job of several to the
// directory above (see scope.h). An empty `path` is the current directory, from which nothing is guessed.
// Throws Failure(kUsage) if nothing is found.
FoundIndex find_index(const Invocation& invocation, const std::string& path, bool may_guess);

// Returns the index of these sources, or that of --index.
FoundIndex index_of_sources(const Invocation& invocation, const std::vector<std::string>& sources);

// Returns the sources of the command line, or else those of the index. Throws Failure(kIndex) if the index
// was never completed.
std::vector<std::string> sources_of(const FoundIndex& found);

// Guards the commands that delete. Throws Failure(kRefused), with the option to use, if the user chose
// sources that are narrower than the storage (see too_narrow()).
void require_whole_storage(const FoundIndex& found);

// Throws Failure(kUsage) if no snapshot names a URI of some mapping of the command line. REQUIRES: the index
// is up to date.
void require_used_mappings(index::Reader& reader, const FoundIndex& found);

// Does refresh_index(), also if only the index knows its sources. With --map, `found` becomes another index
// beside the first, because such mappings hold for one command.
std::optional<index::ScanResult> refresh_found(FoundIndex& found, const std::string& purpose, bool verbose);

}  // namespace checkpointfs::cli
