// SPDX-License-Identifier: Apache-2.0
// The record of a source, `<source>/.checkpointfs/known.json`: what had snapshots when something was last
// removed from it. It grows; a job leaves it only when a removal of ours took its last snapshot, or when
// somebody asks for that (--forget). checkpointfs-trash(1) describes the format.
//
// The record lies in the storage and not in a cache: so every host has it, and a source that is not mounted
// is missed by the records of the sources beside it.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "removal/model/identity.h"
#include "storage/control_directory.h"
#include "storage/disk_operations.h"

namespace checkpointfs::removal {

// The identity of a directory. Device numbers change with a restart, and some file systems make their id of
// those numbers.
struct DirectoryId {
  uint64_t file_system = 0;  // statfs f_fsid; 0: the file system has none that lasts
  uint64_t device = 0;
  uint64_t inode = 0;
  friend bool operator==(const DirectoryId&, const DirectoryId&) = default;
};

struct KnownSource {
  std::string id;  // that of its record
  DirectoryId directory;
  friend bool operator==(const KnownSource&, const KnownSource&) = default;
};

// The directory right above snapshots.
struct KnownJob {
  DirectoryId directory;
  bool is_mount_point = false;  // it lies on another file system than its source
  friend bool operator==(const KnownJob&, const KnownJob&) = default;
};

struct KnownStorage {
  std::string id;                              // of this source, made once
  std::map<std::string, KnownSource> sources;  // that were removed from together, by path
  std::map<std::string, KnownJob> jobs;        // by path beneath the source
  // Jobs that had snapshots and are not missed: a removal took the last, or they were forgotten.
  std::set<std::string> gone;
  std::set<std::string> gone_sources;  // that were forgotten, absolute
  friend bool operator==(const KnownStorage&, const KnownStorage&) = default;
};

// Nothing if the source has no record. Throws Failure(kInput) if it cannot be understood, Failure(kRefused)
// if somebody else could have written it, SystemError.
std::optional<KnownStorage> read_known(const storage::ControlDirectory& control);

// Replaces the record, durably and all at once. REQUIRES: the trash is locked. Throws SystemError.
void write_known(const storage::ControlDirectory& control, const KnownStorage& known,
                 storage::DiskOperations& disk);

// 32 hexadecimal digits.
std::string new_source_id();

// The identity of an opened directory. Throws SystemError.
DirectoryId directory_id(int directory, const std::string& path);
// Returns true if both may be the same directory: inodes are equal, and so are the ids of the file systems,
// where both have one.
bool may_be_same(const DirectoryId& a, const DirectoryId& b);

// The facts of a job's directory as it is now; nothing if there is none. Throws SystemError.
std::optional<KnownJob> look_at_job(int source, const std::string& source_path, const std::string& job);

}  // namespace checkpointfs::removal
