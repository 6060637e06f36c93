// SPDX-License-Identifier: Apache-2.0
#include "index/watcher.h"

#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/concat.h"
#include "base/errors.h"
#include "index/walk.h"

namespace checkpointfs::index {
namespace {

// IN_ATTRIB: what could not be read may be readable now.
constexpr uint32_t kMask = IN_ATTRIB | IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                           IN_ONLYDIR | IN_EXCL_UNLINK;

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

void Watcher::add(const Scope& directory, int fd) {
  // By its descriptor, so that no link can lead elsewhere.
  const std::string path = base::concat("/proc/self/fd/", fd);
  const int watch = ::inotify_add_watch(fd_.get(), path.c_str(), kMask);
  if (watch < 0) base::throw_errno("watch", directory.source + "/" + directory.path);
  watched_.insert_or_assign(watch, directory);
}

void Watcher::forget_below(const Scope& directory) {
  for (const auto& [watch, scope] : watched_) {
    // The kernel confirms it with IN_IGNORED.
    if (scope.source == directory.source && is_at_or_below(scope.path, directory.path))
      ::inotify_rm_watch(fd_.get(), watch);
  }
}

void Watcher::note(int watch, uint32_t what, const std::string& name, Changes* changes) {
  if ((what & IN_Q_OVERFLOW) != 0) changes->lost = true;
  const auto found = watched_.find(watch);
  if (found == watched_.end()) return;
  if ((what & IN_IGNORED) != 0) {
    watched_.erase(found);
    return;
  }
  const Scope& directory = found->second;
  if ((what & IN_ISDIR) == 0) {
    if (name == "_metadata") changes->scopes.insert(directory);
    return;
  }
  if (name.empty() || name.front() == '.' || holds_state_files(name)) return;
  const Scope below{directory.source, directory.path.empty() ? name : directory.path + "/" + name};
  // Under its new name it is watched anew.
  if ((what & IN_MOVED_FROM) != 0) forget_below(below);
  changes->scopes.insert(below);
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

}  // namespace checkpointfs::index
