// SPDX-License-Identifier: Apache-2.0
// SourceWalk: walks the sources of a scan, and keeps account of what could not be listed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "index/scan/scan_context.h"
#include "storage/types.h"
#include "storage/walk.h"

namespace checkpointfs::index {

class SourceWalk {
 public:
  using TakeFound = std::function<void(int64_t root_id, storage::FoundSnapshot found)>;

  // REQUIRES: `scan` outlives it.
  SourceWalk(ScanContext& scan, TakeFound take) : scan_(scan), take_(std::move(take)) {}

  // All of the source, or one directory of it. Throws Failure(kSource) if the source itself cannot be listed
  // and the scan may not do without it.
  void walk(const storage::Root& root, const std::string& path);
  // The directory, or one above it, could not be listed, or its root is silent: what the index has there
  // stays.
  bool is_unknown(int64_t root_id, const std::string& path) const;

 private:
  void note_unreadable(const storage::Root& root, const std::string& path, int error);
  void note_passed_over(const storage::Root& root, const std::string& path, storage::PassedOver why);

  ScanContext& scan_;
  const TakeFound take_;
  std::vector<storage::Location> unreadable_;
};

}  // namespace checkpointfs::index
