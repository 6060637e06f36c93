// SPDX-License-Identifier: Apache-2.0
#include "fs/follow/source_watch.h"

#include <fcntl.h>

#include <cerrno>
#include <memory>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text/message.h"
#include "storage/watcher.h"
#include "storage/self_mounts.h"

namespace checkpointfs::fs {
namespace {

using base::MountedTree;

std::string name_of(const MountedTree& mount) {
  // Anonymous devices ("0:40") are numbered anew each time.
  const std::string device = mount.device.starts_with("0:") ? "" : mount.device;
  return base::format("{} {} {} {}", mount.type, mount.source, mount.root, device);
}

std::map<std::string, std::string> mounted_below(const std::string& root,
                                                 const std::vector<MountedTree>& mounts) {
  std::map<std::string, std::string> below;
  for (const MountedTree& mount : mounts) {
    const auto path = base::path_below(mount.point, root);
    if (path && !path->empty() && mount.type != storage::kFileSystemType)
      below.emplace(*path, name_of(mount));
  }
  return below;
}

}  // namespace

SourceWatch::SourceWatch(const std::vector<storage::Root>& roots, base::StoreCalls& calls,
                         SourceStates& states)
    : calls_(calls), states_(states), mounts_fd_(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)) {
  for (const storage::Root& root : roots) watched_[root.path];
  const std::vector<MountedTree> mounts = base::mounts();
  for (auto& [root, watched] : watched_) {
    watched.below = mounted_below(root, mounts);
    const auto is_remote = std::make_shared<bool>(true);
    const auto ask = [is_remote, path = root] {
      std::string type;
      *is_remote = storage::is_remote(base::open_directory(path).get(), &type);
    };
    try {
      if (watched_.size() == 1) {
        ask();
      } else if (!calls_.make(root, ask)) {
        watched.is_remote = true;
        continue;
      }
    } catch (const base::SystemError&) {
      watched.is_remote = true;
      continue;
    }
    watched.is_remote = *is_remote;
    watched.identity = identity_of(root, watched.is_remote, mounts);
    if (watched.identity && watched.identity->error != 0) watched.identity.reset();
  }
}

std::optional<SourceWatch::Identity> SourceWatch::identity_of(const std::string& root, bool is_remote,
                                                              const std::vector<MountedTree>& mounts) {
  const auto identity = std::make_shared<Identity>();
  const auto ask = [identity, root, is_remote, mounts] {
    struct stat st = {};
    if (::stat(root.c_str(), &st) != 0) {
      identity->error = errno;
      return;
    }
    identity->device = st.st_dev;
    identity->inode = st.st_ino;
    if (!is_remote) return;
    if (const auto mount = base::mount_of(mounts, root)) identity->mount = name_of(*mount);
  };
  if (!is_remote || watched_.size() == 1) {
    ask();
  } else if (!calls_.make(root, ask)) {
    return std::nullopt;
  }
  return *identity;
}

std::optional<std::string> SourceWatch::trouble(const std::string& root, Watched& watched,
                                                const std::vector<MountedTree>* mounts, const Knows& knows) {
  const auto now =
      identity_of(root, watched.is_remote, mounts != nullptr ? *mounts : std::vector<MountedTree>());
  if (!now || (now->error != 0 && !watched.identity)) return std::nullopt;
  if (now->error == ENOENT || now->error == ENOTDIR || now->error == ELOOP)
    return "is gone: it was moved or deleted; put it back, or mount what should be shown";
  if (now->error != 0) return std::nullopt;
  if (!watched.identity) watched.identity = now;
  const Identity& then = *watched.identity;
  const bool is_same_device =
      then.device == now->device || (watched.is_remote && !then.mount.empty() && then.mount == now->mount);
  if (then.inode != now->inode || !is_same_device) {
    return "is another directory than before: it was replaced, unmounted or mounted over; put it back, or mount "
           "what should be shown";
  }
  watched.identity = now;
  if (mounts == nullptr) return "";
  std::map<std::string, std::string> below = mounted_below(root, *mounts);
  for (const auto& [path, name] : watched.below) {
    const auto found = below.find(path);
    if (found != below.end() && found->second == name) continue;
    if (knows(root, path)) return base::format("has changed: {}/{} is no longer mounted", root, path);
  }
  for (const auto& [path, name] : below) {
    if (!watched.below.contains(path) && knows(root, path))
      return base::format("has changed: {}/{} is mounted over", root, path);
  }
  watched.below = std::move(below);
  return "";
}

bool SourceWatch::look(Which which, const Knows& knows) {
  bool is_back = false;
  const bool all = which == Which::kAll || !states_.lost().empty();
  std::vector<MountedTree> mounts;
  if (all) mounts = base::mounts();
  for (auto& [root, watched] : watched_) {
    if (!all && watched.is_remote) continue;
    const auto why = trouble(root, watched, all ? &mounts : nullptr, knows);
    if (!why || why->empty() == !watched.is_lost) continue;
    watched.is_lost = !why->empty();
    if (watched.is_lost) {
      states_.set_lost(root, *why);
      base::log_error(base::format(
          "source {} {}; until then its snapshots are listed as they were, and none of its files is read",
          root, *why));
    } else {
      states_.set_found(root);
      base::log_warning(base::format("source {} is back", root));
      is_back = true;
    }
  }
  return is_back;
}

std::set<std::string> lost_roots(const SourceStates& states) {
  std::set<std::string> roots;
  for (const auto& [root, lost] : states.lost()) roots.insert(root);
  return roots;
}

}  // namespace checkpointfs::fs
