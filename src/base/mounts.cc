// SPDX-License-Identifier: Apache-2.0
#include "base/mounts.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string_view>

namespace checkpointfs::base {
namespace {

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// The kernel writes space, tab, newline and back slash as \ooo.
std::string unescape(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) && is_octal(text[i + 2]) &&
        is_octal(text[i + 3])) {
      result.push_back(
          static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0')));
      i += 3;
    } else {
      result.push_back(text[i]);
    }
  }
  return result;
}

}  // namespace

std::vector<MountedTree> mounts_in(std::istream& table) {
  std::vector<MountedTree> mounts;
  for (std::string line; std::getline(table, line);) {
    // id parent major:minor root POINT options [optional fields] - TYPE source options
    std::istringstream fields(line);
    std::string skipped;
    MountedTree mount;
    fields >> mount.id >> skipped >> mount.device >> mount.root >> mount.point >> mount.options;
    while (fields >> skipped && skipped != "-") {
    }
    fields >> mount.type >> mount.source >> mount.super_options;
    mount.root = unescape(mount.root);
    mount.point = unescape(mount.point);
    mount.source = unescape(mount.source);
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

std::vector<MountedTree> mounts() {
  std::ifstream table("/proc/self/mountinfo");
  return mounts_in(table);
}

std::optional<MountedTree> mount_of(const std::vector<MountedTree>& mounts, const std::string& path) {
  struct statx st = {};
  if (::statx(AT_FDCWD, path.c_str(), AT_STATX_DONT_SYNC, STATX_MNT_ID, &st) != 0) return std::nullopt;
  if ((st.stx_mask & STATX_MNT_ID) == 0) return std::nullopt;
  const auto found = std::ranges::find(mounts, std::to_string(st.stx_mnt_id), &MountedTree::id);
  return found == mounts.end() ? std::nullopt : std::optional(*found);
}

}  // namespace checkpointfs::base
