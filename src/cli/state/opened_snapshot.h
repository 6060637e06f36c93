// SPDX-License-Identifier: Apache-2.0
// A snapshot whose state can be read: its metadata, and the files that the metadata leads to.
//
// This folder answers what the commands `state` and `positions` ask about the keys and values in a snapshot;
// `show`, `diff` and `report` ask for a part of it. All state is read in a process of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "index/read/decoded_metadata.h"
#include "index/read/reader.h"
#include "state/snapshot/snapshot_bytes.h"
#include "storage/resolver.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::cli {

class OpenedSnapshot {
 public:
  // Reads the metadata; files are opened when they are needed, at the places that the index knows. Throws
  // Failure(kInput) if the metadata cannot be read or decoded, SystemError if the source cannot be opened.
  OpenedSnapshot(index::Reader& reader, const index::Snapshot& snapshot);
  OpenedSnapshot(const OpenedSnapshot&) = delete;
  OpenedSnapshot& operator=(const OpenedSnapshot&) = delete;

  const index::Snapshot& snapshot() const { return snapshot_; }
  const flink::Metadata& metadata() const { return decoded_->metadata; }
  const state::SnapshotBytes& bytes() const { return bytes_; }

 private:
  std::optional<storage::Location> locate(const storage::ProjectedFile& file) const;

  const index::Snapshot snapshot_;
  const std::unique_ptr<const index::DecodedMetadata> decoded_;
  const storage::SnapshotFiles files_;
  // Files that a scan has found in another place than their URI says, by projected name.
  const std::unordered_map<std::string, storage::Location> relocated_;
  const state::RootOpener opener_;
  const state::SnapshotBytes bytes_;
};

}  // namespace checkpointfs::cli
