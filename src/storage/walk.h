// SPDX-License-Identifier: Apache-2.0
// Finds the snapshots in a source.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/path.h"
#include "flink/names.h"

namespace checkpointfs::storage {

// A directory that holds an entry of this name is a mount point where nothing is mounted: it cannot be
// listed.
inline constexpr char kNotMounted[] = ".checkpointfs-not-mounted";

// A directory that leads to a snapshot, or is one.
struct FoundDirectory {
  std::shared_ptr<FoundDirectory> parent;  // null for the source itself
  std::string path;                        // below the source, "" for itself
  uint32_t mode = 0;                       // with_closed() by its list
  uint32_t uid = 0;
  uint32_t gid = 0;
  int64_t row = 0;  // for the finder's own use
};

struct FoundSnapshot {
  std::shared_ptr<FoundDirectory> directory;
  struct stat metadata = {};  // of `_metadata`, which need not be a regular file; mode with_closed()
  std::vector<std::string> subdirectories;  // their names
  bool hidden = false;                      // it lies where only Reach::kNeeding enters
};

// The part of a tree that a walk enters.
enum class Reach : uint8_t {
  // The directories that a projection shows: none with a dot at the head of its name, and neither `shared`
  // nor `taskowned` where they are Flink's (beside a chk-N or beside each other), which may have millions of
  // files.
  kShown,
  // All directories that could hold a `_metadata`, but for those of is_known_name().
  kNeeding,
};

// An entry that may lead to snapshots, and is not entered.
enum class PassedOver : uint8_t {
  kLink,          // a symbolic link to a directory
  kDanglingLink,  // a symbolic link to something that is not there, or cannot be looked at
  kDotted,        // a directory with a dot at the head of its name
};

// ".snapshot", ".zfs", ".snap", ".checkpointfs": directories that file systems and this program make, which
// hold earlier states, pins and trash.
bool is_known_name(std::string_view name);

// Is true if a directory with these sub-directories is that of a job: with a chk-N, or with both `shared` and
// `taskowned`. REQUIRES: they are sorted.
bool is_job(const std::vector<std::string>& subdirectories);

struct WalkCallbacks {
  // Each directory that is entered, before it is listed. May be empty.
  std::function<void(const std::string& path, int fd)> entered;
  // Directories before what is in them, by the bytes of their names.
  std::function<void(FoundSnapshot)> snapshot;
  // A directory that cannot be listed, and why (an errno). A directory that vanishes meanwhile is not
  // reported, nor is a `lost+found` that is_lost_and_found().
  std::function<void(const std::string& path, int error)> unreadable;
  // Each entry that may lead to snapshots and is not entered. May be empty.
  std::function<void(const std::string& path, PassedOver why)> passed_over = {};
  // Makes a call that waits for the store; false if that does not answer. May be empty: the call is just
  // made. The call may be made later and anywhere, if the root's descriptor is open then.
  std::function<bool(std::function<void()> call)> ask = {};
};

struct WalkOptions {
  Reach reach = Reach::kShown;
  // Paths below the root, which need not be there: neither the directories nor what lies below is entered,
  // and nothing is reported of them.
  std::set<std::string> not_entered = {};
};

// The `lost+found` of fsck: root's, at the root of a file system, or right below `root`. It holds no storage
// of Flink's, and only root may list it.
bool is_lost_and_found(int root, const std::string& path);

// Walks the tree beneath `root`, from the directory `start` on ("" for all of it), which need not be there;
// no symbolic link is followed. The walk ends where the store does not answer.
void walk(int root, const std::string& start, const WalkOptions& options, const WalkCallbacks& callbacks);

}  // namespace checkpointfs::storage
