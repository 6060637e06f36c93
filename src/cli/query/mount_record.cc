// SPDX-License-Identifier: Apache-2.0
#include "cli/query/mount_record.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "base/log.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/unique_fd.h"
#include "cli/arguments/paths.h"
#include "index/database/index_file.h"
#include "index/scan/default_file.h"
#include "storage/projected_name.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kLargest = 64 * 1024;

// Records lie beside the indexes.
std::string record_of(const std::string& mount_point) {
  return base::format("{}/{}.mount", index::index_directory(), storage::hash_digits(mount_point, 16));
}

}  // namespace

void record_mount_point(const std::string& mount_point, const std::vector<std::string>& sources) {
  // The mount point and the sources, each ended by NUL.
  std::string text = mount_point + '\0';
  for (const std::string& source : sources) text += source + '\0';
  try {
    const std::string file = record_of(mount_point);
    index::create_directory_of(file);
    const std::string partial = base::format("{}.{}", file, ::getpid());
    const base::UniqueFd fd(
        ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    const bool written =
        fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (written && ::rename(partial.c_str(), file.c_str()) == 0) return;
    if (fd) ::unlink(partial.c_str());
  } catch (const std::exception& e) {
    base::log_info(base::format("the mount point is not recorded: {}", e.what()));
  }
}

std::optional<std::vector<std::string>> recorded_sources(const std::string& directory) {
  const base::UniqueFd fd(
      ::open(record_of(directory).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::string text(kLargest, '\0');
  const ssize_t length = ::read(fd.get(), text.data(), text.size());
  if (length <= 0) return std::nullopt;
  text.resize(static_cast<size_t>(length));
  std::vector<std::string> paths;
  for (size_t from = 0, end = 0; (end = text.find('\0', from)) != std::string::npos; from = end + 1)
    paths.push_back(text.substr(from, end - from));
  if (paths.empty() || paths.front() != directory) return std::nullopt;
  paths.erase(paths.begin());
  return paths;
}

}  // namespace checkpointfs::cli
