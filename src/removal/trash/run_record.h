// SPDX-License-Identifier: Apache-2.0
// The records of a plan in the trash of a source: the plan itself, the directories that it changes, and how
// far it got (run.json, done and restoring of trash.h). All are written durably, and throw SystemError.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "removal/model/plan.h"
#include "removal/trash/trash.h"
#include "storage/disk_operations.h"

namespace checkpointfs::removal {

// A directory as it was before the plan, to be restored.
struct DirectoryFacts {
  std::string path;  // beneath the source
  uint32_t mode = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  int64_t mtime_ns = 0;
  bool goes = false;  // with the plan, if nothing is left in it
};

// The record of a plan in one source.
struct Run {
  Plan plan;
  std::vector<DirectoryFacts> directories;  // of this source
};

// The times of the last changes, by path.
using DirectoryTimes = std::map<std::string, int64_t>;

// Nothing if the plan never began here. Throws Failure(kInput), Failure(kRefused), SystemError.
std::optional<Run> read_run(const Trash& trash, const std::string& id);
// The same without plan.files, of which there may be many million: for questions about the rest.
std::optional<Run> read_run_without_files(const Trash& trash, const std::string& id);
// The times with which the plan left the directories; empty if they are unknown.
DirectoryTimes read_times(const Trash& trash, const std::string& id);
// The directories that nobody changed since the plan was carried out.
std::set<std::string> read_untouched(const Trash& trash, const std::string& id);

// Makes the directory of the plan, and writes run.json.
void begin_run(const Trash& trash, const Run& run, storage::DiskOperations& disk);
void mark_done(const Trash& trash, const std::string& id, const DirectoryTimes& times,
               storage::DiskOperations& disk);
void mark_restoring(const Trash& trash, const std::string& id, const std::set<std::string>& untouched,
                    storage::DiskOperations& disk);

}  // namespace checkpointfs::removal
