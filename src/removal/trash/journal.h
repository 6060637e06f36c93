// SPDX-License-Identifier: Apache-2.0
// The journal of a source: a line of JSON for each thing that went into the trash, came back, or was purged.
// Nothing is ever taken out of it.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "removal/model/plan.h"
#include "removal/trash/trash.h"

namespace checkpointfs::removal {

class Journal {
 public:
  // A line that a crash left without an end is cut off. REQUIRES: the trash is locked. Throws SystemError.
  Journal(const Trash& trash, storage::DiskOperations& disk);

  // Events are collected, and written by flush().
  void begin(const Plan& plan);
  void end(const std::string& plan);
  void file(std::string_view event, const std::string& plan, const std::string& path,
            const Identity& identity);
  void directory(std::string_view event, const std::string& plan, const std::string& path);
  void event(std::string_view event, const std::string& plan);
  // Durable when it returns. Throws SystemError.
  void flush();

  // The paths of `event` that are on record for the plan.
  std::set<std::string> paths(std::string_view event, const std::string& plan) const;
  // Returns true if the plan ever began here.
  bool knows(const std::string& plan) const;

 private:
  std::string path_;
  int directory_;
  storage::DiskOperations& disk_;
  base::UniqueFd file_;
  std::string lines_;
};

}  // namespace checkpointfs::removal
