// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/mount_table.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string_view>

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

// 36 35 98:0 /root /mount/point options [optional fields] - type source super-options (proc(5))
MountEntry entry_of(const std::string& line) {
  std::istringstream words(line);
  std::string word;
  MountEntry entry;
  words >> word >> word >> entry.device >> word >> entry.point >> entry.options;
  while (words >> word && word != "-") {
  }
  words >> entry.type >> entry.source >> entry.super_options;
  entry.point = unescape(entry.point);
  entry.source = unescape(entry.source);
  return entry;
}

// Later mounts lie on top.
template <typename Condition>
std::optional<MountEntry> last_in(std::istream& table, const Condition& condition) {
  std::optional<MountEntry> found;
  for (std::string line; std::getline(table, line);) {
    MountEntry entry = entry_of(line);
    if (condition(entry)) found = std::move(entry);
  }
  return found;
}

}  // namespace

std::optional<uid_t> mounter_of(const MountEntry& mount) {
  static constexpr std::string_view kKey = "user_id=";
  std::istringstream words(mount.super_options);
  for (std::string word; std::getline(words, word, ',');) {
    uid_t user = 0;
    const char* const end = word.data() + word.size();
    if (!word.starts_with(kKey)) continue;
    const auto [at, error] = std::from_chars(word.data() + kKey.size(), end, user);
    if (error == std::errc() && at == end) return user;
  }
  return std::nullopt;
}

bool is_trusted(const MountEntry& mount) {
  const auto user = mounter_of(mount);
  return user && (*user == 0 || *user == ::geteuid());
}

std::optional<MountEntry> mount_at(const std::string& path) {
  std::ifstream table("/proc/self/mountinfo");
  return mount_in(table, path);
}

std::optional<MountEntry> mount_in(std::istream& table, const std::string& path) {
  return last_in(table, [&](const MountEntry& entry) { return entry.point == path; });
}

std::optional<MountEntry> mount_of_connection(const std::string& device) {
  std::ifstream table("/proc/self/mountinfo");
  return last_in(table, [&](const MountEntry& entry) {
    return entry.type == kFileSystemType && (device.empty() || entry.device == device);
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
    throw base::Failure(base::FailureKind::kMountPoint, base::SystemError(error, "mount point", path).what());
  }
  return (*real_above == "/" ? "" : *real_above) + "/" +
         trimmed.substr(slash == std::string::npos ? 0 : slash + 1);
}

}  // namespace checkpointfs::fs
