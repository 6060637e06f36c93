// SPDX-License-Identifier: Apache-2.0
#include "export/exporter.h"

#include <utility>

#include "export/past_exports.h"
#include "export/snapshot_export.h"

namespace checkpointfs::exporting {
namespace {

constexpr size_t kMostKnown = 1'500'000;
constexpr size_t kMostJournals = 512;

}  // namespace

Exporter::Exporter(const std::string& target, Options options, storage::DiskOperations& disk)
    : options_(std::move(options)),
      disk_(disk),
      target_(Target::create(target, disk)),
      calls_(options_.threads) {
  if (options_.layout != Layout::kFilesOnly) remove_stale_notes(target_, disk_);
}

Exporter::~Exporter() {
  if (options_.layout == Layout::kFilesOnly) target_.remove_empty(disk_);
}

Exported Exporter::run(index::Reader& reader, const index::Snapshot& snapshot) {
  SnapshotExport one(target_, known_, calls_, options_, disk_, reader, snapshot);
  if (auto complete = one.find_complete()) return std::move(*complete);
  // Memory and descriptors have a limit: then only the latest are known.
  if (!knows_others_ || known_.size() > kMostKnown || known_.journals() > kMostJournals) {
    known_ = {};
    read_other_exports(target_, snapshot, known_);
    knows_others_ = true;
  }
  return one.run();
}

}  // namespace checkpointfs::exporting
