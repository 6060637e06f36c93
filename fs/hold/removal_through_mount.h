// SPDX-License-Identifier: Apache-2.0
// Snapshots that are on their way out of the mount, by `rm -r` or `mv` (-o release).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "fs/hold/holds.h"
#include "fs/hold/release_options.h"
#include "fs/projection/current_projection.h"
#include "removal/apply/apply.h"

namespace checkpointfs::fs {

// The first name that is removed from a snapshot makes it leave: its `_metadata` goes into the trash. It is
// held, so that all other names go on to be there, until each is removed; only then, with its directory, do
// the files go that nobody else needs. Thread-safe. Errors are SystemErrors with what the kernel is told, or
// exceptions of the index.
class RemovalThroughMount {
 public:
  // Nothing is ever released without options. REQUIRES: the references outlive it.
  RemovalThroughMount(std::optional<ReleaseOptions> options, const CurrentProjection& shown, Holds& holds)
      : options_(options), shown_(shown), holds_(holds) {}

  // Goes on with what was begun before and not finished. Throws SystemError.
  void resume();

  // Whether what the projection or a hold shows there has been removed.
  bool hides(Inode parent, const Entry& entry) const;

  // `caller`: whose request it is. EACCES if he could not remove the snapshot himself.
  void unlink(Inode directory, const std::string& name, const removal::Caller& caller);
  void rmdir(Inode parent, const std::string& name, const removal::Caller& caller);

 private:
  struct Leaving {
    std::string plan;
    uid_t uid = 0;                  // of who began it
    std::set<std::string> removed;  // names
  };

  removal::Storage storage(Projection& now) const;
  std::string begin(Projection& now, Inode directory, const removal::Caller& caller);
  void finish(Projection& now, const std::string& plan, const std::string& path);
  // Whether nothing is left in it. REQUIRES: a directory.
  bool is_empty(Projection& now, Inode directory) const;

  const std::optional<ReleaseOptions> options_;
  const CurrentProjection& shown_;
  Holds& holds_;

  std::mutex changing_;       // held while something is moved: one thing after the other
  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  std::map<Inode, Leaving> leaving_;
  std::set<Inode> gone_;  // snapshots; no inode is ever used again
};

}  // namespace checkpointfs::fs
