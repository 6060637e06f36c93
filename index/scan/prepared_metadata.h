// SPDX-License-Identifier: Apache-2.0
// Everything that can be computed from a snapshot's metadata without the index: pure functions, run by
// threads ahead of the one that writes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "flink/metadata.h"
#include "storage/metadata_file.h"
#include "storage/resolver.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::index {

// The relation of a projected name to the other names of its file.
struct NameFacts {
  std::string_view base_name;     // of its path
  bool is_base_name = false;      // the projected name is that
  bool begins_with_uuid = false;  // and it is one that Flink makes
};

struct ProjectedSnapshot {
  storage::SnapshotFiles files;
  std::vector<NameFacts> names;                   // for each of files.files
  std::vector<const storage::FilePlace*> places;  // each location once
  std::vector<uint32_t> place_of;                 // for each of files.files
};

ProjectedSnapshot project_snapshot(const flink::Metadata& metadata, const storage::Location& snapshot,
                                   const storage::Resolver& resolver);

// The size of the metadata as the projection shows it, or why there is none.
base::Result<uint64_t> size_of_rewrite(const flink::Metadata& metadata,
                                       const std::vector<std::string>& names);

struct PreparedMetadata {
  base::Result<storage::MetadataFile> file;
  // These are there if the one before is there, and has a value.
  std::optional<base::Result<flink::Metadata>> metadata;
  std::shared_ptr<const storage::Resolver> resolver;  // that the rest was made with
  std::optional<ProjectedSnapshot> projected;
  std::optional<base::Result<uint64_t>> rewritten_size;
};

// Does all of it for a `_metadata` that was read.
std::unique_ptr<PreparedMetadata> prepare(base::Result<storage::MetadataFile> file,
                                          const storage::Location& snapshot,
                                          std::shared_ptr<const storage::Resolver> resolver);

}  // namespace checkpointfs::index
