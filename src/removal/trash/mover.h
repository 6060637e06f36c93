// SPDX-License-Identifier: Apache-2.0
// Moves files between a source and its trash, and makes that durable.
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/unique_fd.h"
#include "removal/trash/run_record.h"
#include "removal/trash/trash.h"
#include "storage/disk_operations.h"

namespace checkpointfs::removal {

// Moves the files of one plan in one source. REQUIRES: the references outlive it.
class Mover {
 public:
  Mover(const Trash& trash, std::string id, storage::DiskOperations& disk)
      : trash_(trash), id_(std::move(id)), disk_(disk) {}

  // Each returns 0 or an errno. `path` is beneath the source.
  int to_trash(const std::string& path);
  int from_trash(const std::string& path);
  int remove_directory(const std::string& path);
  // Sets the facts of the directories that make_directories() makes. REQUIRES: they outlive this.
  void restore_as(const std::vector<DirectoryFacts>& directories);
  // Makes the directory `path` of the source, and those above it, where they are not there. Each appears with
  // its owner and mode, and none that was there before is given others.
  int make_directories(const std::string& path);
  // Makes durable what happened so far.
  int sync();

  // Look at the file that lies there now. Each returns 0 or an errno.
  int look(const std::string& path, Identity* identity);
  int look_in_trash(const std::string& path, Identity* identity);

 private:
  // Directories of the source or of the trash, held open: there are few, and many files in each.
  int open(std::map<std::string, base::UniqueFd>& opened, int root, const std::string& path);
  int source(const std::string& directory);
  int trash(const std::string& directory);
  int ensure_in_trash(const std::string& directory);
  // Moves the file to the same path on the other side, whose directory is there.
  using Side = int (Mover::*)(const std::string& directory);
  int move(const std::string& path, Side from, Side to);
  // Makes a directory in the trash, with its attributes, and moves it to where it belongs: so it never has
  // others, whenever this process is killed.
  int make_directory(const std::string& path);

  const Trash& trash_;
  const std::string id_;
  storage::DiskOperations& disk_;
  std::map<std::string, const DirectoryFacts*> facts_;
  std::map<std::string, base::UniqueFd> in_source_;
  std::map<std::string, base::UniqueFd> in_trash_;
  std::set<std::string> unsynced_source_;
  std::set<std::string> unsynced_trash_;
};

}  // namespace checkpointfs::removal
