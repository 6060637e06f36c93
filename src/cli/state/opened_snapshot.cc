// SPDX-License-Identifier: Apache-2.0
#include "cli/state/opened_snapshot.h"

#include "base/beneath.h"
#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::cli {
namespace {

using Relocated = std::unordered_map<std::string, storage::Location>;

std::unique_ptr<const index::DecodedMetadata> read_decoded(const index::Snapshot& snapshot) {
  if (!index::is_decodable(snapshot.status)) {
    throw base::Failure(base::FailureKind::kInput,
                        base::format("cannot read the state of {}: {}", base::printable(snapshot.path),
                                     base::printable(snapshot.reason)));
  }
  const base::UniqueFd source = base::open_directory(snapshot.source.path);
  return index::decode_metadata(snapshot, source.get());
}

storage::SnapshotFiles projected_files(index::Reader& reader, const index::Snapshot& snapshot,
                                       const flink::Metadata& metadata) {
  const storage::Resolver resolver(reader.roots(), reader.mappings());
  return storage::project_files(metadata, {snapshot.source.id, snapshot.source_path}, resolver);
}

// The index has the files in the same order.
Relocated relocated_files(index::Reader& reader, const index::Snapshot& snapshot,
                          const storage::SnapshotFiles& files) {
  Relocated relocated;
  auto projected = files.files.begin();
  reader.snapshots().files_of(snapshot.id, [&](const std::string& name, const index::FileLocation& found) {
    if (projected == files.files.end()) return;
    const storage::ProjectedFile& file = *projected++;
    const storage::Location location{found.root.id, found.path};
    if (file.name == name && found.root.id != 0 && file.place->location != location) {
      relocated.emplace(name, location);
    }
  });
  return relocated;
}

}  // namespace

OpenedSnapshot::OpenedSnapshot(index::Reader& reader, const index::Snapshot& snapshot)
    : snapshot_(snapshot),
      decoded_(read_decoded(snapshot)),
      files_(projected_files(reader, snapshot, decoded_->metadata)),
      relocated_(relocated_files(reader, snapshot, files_)),
      opener_(reader.roots(), [this](const storage::ProjectedFile& file) { return locate(file); }),
      bytes_(decoded_->metadata, files_, opener_) {}

std::optional<storage::Location> OpenedSnapshot::locate(const storage::ProjectedFile& file) const {
  const auto found = relocated_.find(file.name);
  return found != relocated_.end() ? found->second : file.place->location;
}

}  // namespace checkpointfs::cli
