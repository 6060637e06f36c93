// SPDX-License-Identifier: Apache-2.0
#include "index/lost_names.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/beneath.h"
#include "index/directory_listing.h"
#include "index/own_mounts.h"
#include "index/projected_name.h"

namespace checkpointfs::index {
namespace {

constexpr size_t kUuidLength = 36;

}  // namespace

bool LostNames::is_unmistakable(std::string_view name) {
  return name.size() == kUuidLength && begins_with_uuid(name);
}

void LostNames::look_at(int directory, const Root& root, const std::string& path, const std::string& name) {
  const auto first = places_.lower_bound({name, INT64_MIN});
  if (first == places_.end() || first->first.name != name) return;
  struct stat st = {};
  if (::fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode)) return;
  const auto sought = places_.find({name, static_cast<int64_t>(st.st_size)});
  if (sought == places_.end()) return;
  std::optional<Place>& place = sought->second;
  const std::pair<uint64_t, uint64_t> identity(st.st_dev, st.st_ino);
  if (!place) {
    place = Place{{root.id, path.empty() ? name : path + "/" + name}, identity};
  } else if (place->identity != identity) {
    place->several = true;
  }
}

void LostNames::enter(const Root& root, const std::set<std::string>& not_entered, const std::string& path) {
  if (not_entered.contains(path)) return;
  base::UniqueFd fd = base::try_open_beneath(directories_.fd(root.id), path.empty() ? "." : path.c_str(),
                                             O_RDONLY | O_DIRECTORY);
  if (!fd) return;
  std::vector<std::string> subdirectories;
  list_directory(std::move(fd), [&](int directory, const dirent& entry) {
    const std::string name(entry.d_name);
    if (name.front() == '.') return 0;
    if (is_directory(directory, entry)) {
      subdirectories.push_back(path.empty() ? name : path + "/" + name);
    } else {
      look_at(directory, root, path, name);
    }
    return 0;
  });
  std::sort(subdirectories.begin(), subdirectories.end());
  for (const std::string& subdirectory : subdirectories) enter(root, not_entered, subdirectory);
}

void LostNames::search() {
  const auto is_open = [](const auto& sought) { return !sought.second; };
  if (std::none_of(places_.begin(), places_.end(), is_open)) return;
  for (const Root& root : roots_) {
    if (root.is_source) enter(root, own_mounts_below(root.path), "");
  }
}

std::optional<Location> LostNames::found(const LostName& lost) const {
  const auto sought = places_.find(lost);
  if (sought == places_.end() || !sought->second || sought->second->several) return std::nullopt;
  return sought->second->location;
}

}  // namespace checkpointfs::index
