// SPDX-License-Identifier: Apache-2.0
#include "storage/watcher.h"

#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/names.h"
#include "storage/walk.h"

namespace checkpointfs::storage {
namespace {

// IN_ATTRIB: what could not be read may be readable now.
constexpr uint32_t kWatchedEvents = IN_ATTRIB | IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM |
                                    IN_MOVED_TO | IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr uint32_t kRootEvents = IN_MOVE_SELF | IN_DELETE_SELF;
// A file that is written to is another file once it is closed.
constexpr uint32_t kStateMask = IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr uint32_t kSelf = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;

// Flink makes these for state files; see walk().
bool holds_state_files(std::string_view name) {
  return name == "shared" || name == "taskowned";
}

// statfs(2)'s f_type, which linux/magic.h does not have all of.
constexpr std::array<std::pair<uint32_t, const char*>, 14> kRemote = {{
    {0x65735546, "FUSE"},
    {0x6969, "NFS"},
    {0xff534d42, "CIFS"},
    {0xfe534d42, "SMB"},
    {0x517b, "SMB"},
    {0x00c36400, "Ceph"},
    {0x01021997, "9P"},
    {0x5346414f, "AFS"},
    {0x0bd00bd0, "Lustre"},
    {0x47504653, "GPFS"},
    {0x01161970, "GFS2"},
    {0x7461636f, "OCFS2"},
    {0x19830326, "BeeGFS"},
    {0x73757245, "Coda"},
}};

}  // namespace

Watcher::Watcher() : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!fd_) base::throw_errno("watch", "the sources");
}

Watcher::Watched& Watcher::watch(const Place& directory, int fd, uint32_t mask) {
  // Uses the descriptor, so that no link can lead elsewhere.
  const std::string path = base::format("/proc/self/fd/{}", fd);
  const int watch = ::inotify_add_watch(fd_.get(), path.c_str(), mask | IN_MASK_ADD);
  if (watch < 0) base::throw_errno("watch", absolute(directory));
  Watched& watched = watched_[watch];
  if (watched.directory != directory) {
    // A new one, or one that has another name now.
    const auto before = watches_.find(watched.directory);
    if (before != watches_.end() && before->second == watch) watches_.erase(before);
    watched = {directory, false, false};
  }
  watches_[directory] = watch;
  return watched;
}

void Watcher::add(const Place& directory, int fd) {
  watch(directory, fd, directory.path.empty() ? kWatchedEvents | kRootEvents : kWatchedEvents).is_walked =
      true;
}

void Watcher::add_state(const Place& directory, int fd) {
  watch(directory, fd, kStateMask).has_state = true;
}

bool Watcher::has_state(const Place& directory) {
  const auto found = watches_.find(directory);
  if (found == watches_.end()) return false;
  watched_.at(found->second).has_state = true;
  return true;
}

bool Watcher::forget_below(const Place& directory) {
  bool had_state = false;
  for (const auto& [watch, watched] : watched_) {
    const Place& scope = watched.directory;
    if (scope.root != directory.root || !base::is_at_or_below(scope.path, directory.path)) continue;
    had_state = had_state || watched.has_state;
    // The kernel confirms it with IN_IGNORED.
    ::inotify_rm_watch(fd_.get(), watch);
  }
  return had_state;
}

void Watcher::note_directory(const Place& in, uint32_t what, const std::string& name, Changes* changes) {
  const Place below{in.root, base::join(in.path, name)};
  // Under its new name it is watched anew.
  if ((what & IN_MOVED_FROM) != 0 && forget_below(below)) changes->state_moved = true;
  if (holds_state_files(name)) {
    changes->state_moved = true;
  } else if (name.front() != '.') {
    changes->scopes.insert(below);
  }
}

void Watcher::note_name(const Watched& in, uint32_t what, const std::string& name, Changes* changes) {
  const Place& directory = in.directory;
  if ((what & IN_ISDIR) != 0) {
    if (in.is_walked) note_directory(directory, what, name, changes);
    return;
  }
  if (in.is_walked && name == flink::kMetadataFile) changes->scopes.insert(directory);
  if (in.has_state && (what & kStateMask) != 0)
    changes->files.insert({directory.root, base::join(directory.path, name)});
}

void Watcher::note(int watch, uint32_t what, const std::string& name, Changes* changes) {
  if ((what & IN_Q_OVERFLOW) != 0) changes->lost = true;
  const auto found = watched_.find(watch);
  if (found == watched_.end()) return;
  const Watched& watched = found->second;
  if ((what & kSelf) != 0) {
    changes->state_moved = changes->state_moved || watched.has_state;
    changes->root_moved = changes->root_moved || watched.directory.path.empty();
  }
  if ((what & IN_IGNORED) != 0) {
    const auto here = watches_.find(watched.directory);
    if (here != watches_.end() && here->second == watch) watches_.erase(here);
    watched_.erase(found);
    return;
  }
  if (!name.empty()) note_name(watched, what, name, changes);
}

Watcher::Changes Watcher::take() {
  Changes changes;
  alignas(inotify_event) std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t n = ::read(fd_.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    for (size_t at = 0; at < static_cast<size_t>(n);) {
      inotify_event event = {};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* const name = buffer.data() + at + sizeof event;
      note(event.wd, event.mask, std::string(name, ::strnlen(name, event.len)), &changes);
      at += sizeof event + event.len;
    }
  }
  return changes;
}

bool is_remote(int fd, std::string* name) {
  struct statfs st = {};
  if (::fstatfs(fd, &st) != 0) return false;
  for (const auto& [type, of] : kRemote) {
    if (static_cast<uint32_t>(st.f_type) != type) continue;
    *name = of;
    return true;
  }
  return false;
}

}  // namespace checkpointfs::storage
