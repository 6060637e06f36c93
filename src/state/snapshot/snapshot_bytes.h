// SPDX-License-Identifier: Apache-2.0
// Opens the files of a snapshot, and its state inside the metadata.
//
// The room has the state of a whole snapshot, from its decoded metadata and its projected files. In the order
// in which one reads it: this file opens bytes, state_layout.h says where each operator's state lies,
// open_keyed_part.h opens the keyed state of one handle, of whatever backend (database_part.h,
// key_group_part.h, changelog_part.h). state_entries.h is one ordered stream over all subtasks; on it stand
// state_rows.h (lines of JSON, made by keyed_rows.h and operator_rows.h), state_diff.h and key_lookup.h with
// key_hash.h. inventory.h and snapshot_positions.h answer for all states at once. All of them run inside of
// isolation.h: the files are hostile input, and a crash must cost nobody else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/lru_cache.h"
#include "base/unique_fd.h"
#include "flink/metadata.h"
#include "state/bytes/state_bytes.h"
#include "state/rocksdb/database_files.h"
#include "storage/resolver.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::state {

// Leads from a projected file to its bytes on the disk.
class FileOpener {
 public:
  struct Opened {
    base::UniqueFd fd;
    std::string path;  // absolute, for messages
  };
  virtual ~FileOpener() = default;
  // A regular file, opened to read. Throws base::SystemError. Any thread may call it.
  virtual Opened open(const storage::ProjectedFile& file) const = 0;
};

// Opens files beneath their roots, through no link.
class RootOpener : public FileOpener {
 public:
  // The place of a file: FilePlace::location, or where the index has found the file. Nothing: unmapped.
  using Locate = std::function<std::optional<storage::Location>(const storage::ProjectedFile&)>;
  RootOpener(std::vector<storage::Root> roots, Locate locate);

  Opened open(const storage::ProjectedFile& file) const override;

 private:
  struct Directory {
    std::string path;
    base::UniqueFd fd;  // opened when first needed
  };
  const Locate locate_;
  mutable std::mutex mutex_;
  mutable std::map<int64_t, Directory> roots_;
};

class KeyedPart;
class OperatorHandle;

// The handles that were opened last. They stay open, as most operators have several states. Null: a handle
// without state.
struct OpenedHandles {
  static constexpr uint64_t kMost = 8;                                                      // of each
  base::LruCache<uint32_t, std::shared_ptr<KeyedPart>> keyed{kMost};                        // by position in
  base::LruCache<uint32_t, std::shared_ptr<const OperatorHandle>> operator_handles{kMost};  // the metadata
};

// The bytes of the handles of one snapshot. Any thread may call it. Throws base::SystemError if a file is not
// there, cannot be read, or is shorter than the metadata records.
class SnapshotBytes {
 public:
  // REQUIRES: all three, and the metadata's bytes, outlive the object and all that it has opened.
  SnapshotBytes(const flink::Metadata& metadata, const storage::SnapshotFiles& files,
                const FileOpener& opener)
      : metadata_(metadata), files_(files), opener_(opener) {}

  const flink::Metadata& metadata() const { return metadata_; }

  // `index`: into Metadata::files, and into Metadata::inlines.
  std::shared_ptr<const StateBytes> file(uint32_t index) const;
  // The position of its file in SnapshotFiles::files: equal for two handles of one file or segment.
  uint32_t projected_file(uint32_t index) const { return files_.file_of_handle[index]; }
  std::shared_ptr<const StateBytes> inline_state(uint32_t index) const;
  // The only file or inline state of a handle; null if there is none, as in handles of empty state.
  std::shared_ptr<const StateBytes> only(const flink::HandleSpan& span) const;
  // The meta of an incremental handle, null if there is none; and the files of its database.
  std::shared_ptr<const StateBytes> meta(const flink::HandleSpan& span) const;
  std::vector<DatabaseFile> database(const flink::HandleSpan& span) const;
  // For open_keyed_part() and open_operator_handle().
  OpenedHandles& opened() const { return opened_; }
  // Recorded bytes of the files and inline states; a file of unknown size counts nothing.
  uint64_t recorded_bytes(const flink::HandleSpan& span) const;

 private:
  const flink::Metadata& metadata_;
  const storage::SnapshotFiles& files_;
  const FileOpener& opener_;
  mutable OpenedHandles opened_;
};

}  // namespace checkpointfs::state
