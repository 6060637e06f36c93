// SPDX-License-Identifier: Apache-2.0
#include "fs/mount_table.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include <sys/stat.h>

#include "base/errors.h"

namespace checkpointfs::fs {
namespace {

// mountinfo writes space, tab, newline and back slash as \040, \011, \012 and \134.
std::string unescape(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out.push_back(static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8)));
      i += 3;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::optional<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  if (!real) return std::nullopt;
  return std::string(real.get());
}

}  // namespace

std::optional<MountEntry> mount_at(const std::string& path) {
  std::ifstream table("/proc/self/mountinfo");
  return mount_in(table, path);
}

std::optional<MountEntry> mount_in(std::istream& table, const std::string& path) {
  std::optional<MountEntry> found;
  for (std::string line; std::getline(table, line);) {
    // 36 35 98:0 /root /mount/point options [optional fields] - type source super-options (proc(5))
    std::istringstream words(line);
    std::string word;
    std::string mount_point;
    for (int i = 0; i < 5 && words >> word; ++i) mount_point = word;
    if (unescape(mount_point) != path) continue;
    while (words >> word && word != "-") {
    }
    MountEntry entry;
    words >> entry.type >> word;
    entry.source = unescape(word);
    found = entry;  // a later line lies on top
  }
  return found;
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
    throw base::Failure(base::FailureKind::kMountPoint, base::SystemError(error, "mount point", path).what());
  }
  return (*real_above == "/" ? "" : *real_above) + "/" +
         trimmed.substr(slash == std::string::npos ? 0 : slash + 1);
}

}  // namespace checkpointfs::fs
