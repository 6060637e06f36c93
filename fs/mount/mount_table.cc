// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/mount_table.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string_view>
#include <vector>

#include "base/errors.h"
#include "base/text/numbers.h"
#include "storage/self_mounts.h"

namespace checkpointfs::fs {
namespace {

using base::MountedTree;

std::optional<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  if (!real) return std::nullopt;
  return std::string(real.get());
}

// Later mounts lie on top.
template <typename Condition>
std::optional<MountedTree> last_of(const std::vector<MountedTree>& mounts, const Condition& condition) {
  const auto found = std::ranges::find_if(mounts.rbegin(), mounts.rend(), condition);
  return found == mounts.rend() ? std::nullopt : std::optional(*found);
}

}  // namespace

std::optional<uid_t> mounter_of(const MountedTree& mount) {
  static constexpr std::string_view kKey = "user_id=";
  std::istringstream words(mount.super_options);
  for (std::string word; std::getline(words, word, ',');) {
    if (!word.starts_with(kKey)) continue;
    if (const auto user = base::parse_number<uid_t>(std::string_view(word).substr(kKey.size()))) return user;
  }
  return std::nullopt;
}

bool is_trusted(const MountedTree& mount) {
  const auto user = mounter_of(mount);
  return user && (*user == 0 || *user == ::geteuid());
}

std::optional<MountedTree> mount_at(const std::string& path) {
  return last_of(base::mounts(), [&](const MountedTree& mount) { return mount.point == path; });
}

std::optional<MountedTree> mount_in(std::istream& table, const std::string& path) {
  return last_of(base::mounts_in(table), [&](const MountedTree& mount) { return mount.point == path; });
}

std::optional<MountedTree> mount_of_connection(const std::string& device) {
  return last_of(base::mounts(), [&](const MountedTree& mount) {
    return mount.type == storage::kFileSystemType && (device.empty() || mount.device == device);
  });
}

std::string real_mount_path(const std::string& path) {
  if (const std::optional<std::string> whole = real_path(path)) return *whole;
  const int error = errno;
  std::string trimmed = path;
  while (trimmed.size() > 1 && trimmed.back() == '/') trimmed.pop_back();
  const size_t slash = trimmed.rfind('/');
  const std::string above = slash == std::string::npos ? "." : trimmed.substr(0, slash + 1);
  const std::optional<std::string> real_above = real_path(above);
  if (error != ENOTCONN || !real_above) {
    throw base::PathFailure(base::FailureKind::kMountPoint,
                            base::SystemError(error, "mount point", path).what(), path);
  }
  return (*real_above == "/" ? "" : *real_above) + "/" +
         trimmed.substr(slash == std::string::npos ? 0 : slash + 1);
}

}  // namespace checkpointfs::fs
