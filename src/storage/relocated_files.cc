// SPDX-License-Identifier: Apache-2.0
#include "storage/relocated_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/beneath.h"
#include "base/path.h"
#include "storage/directory_listing.h"
#include "storage/projected_name.h"
#include "storage/self_mounts.h"

namespace checkpointfs::storage {
namespace {

constexpr size_t kUuidLength = 36;

}  // namespace

bool RelocatedFiles::is_unmistakable(std::string_view name) {
  return name.size() == kUuidLength && begins_with_uuid(name);
}

void RelocatedFiles::note(const Root& root, const std::string& path, const std::string& name,
                          const struct stat& st) {
  const auto sought = places_.find({name, static_cast<int64_t>(st.st_size)});
  if (sought == places_.end()) return;
  std::optional<Place>& place = sought->second;
  const std::pair<uint64_t, uint64_t> identity(st.st_dev, st.st_ino);
  if (!place) {
    place = Place{{root.id, base::join(path, name)}, identity};
  } else if (place->identity != identity) {
    place->several = true;
  }
}

void RelocatedFiles::enter(const Root& root, const std::set<std::string>& not_entered,
                           const std::string& path, const std::shared_ptr<const Names>& sought) {
  if (not_entered.contains(path)) return;
  struct Listed {
    std::vector<std::string> subdirectories;
    std::vector<std::pair<std::string, struct stat>> files;
  };
  auto listed = directories_.ask(root.id, [path, sought](int of) {
    Listed result;
    base::UniqueFd fd = base::try_open_beneath(of, path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY);
    if (!fd) return result;
    list_directory(std::move(fd), [&](int directory, const dirent& entry) {
      const std::string name(entry.d_name);
      if (name.front() == '.') return 0;
      struct stat st = {};
      if (is_directory(directory, entry)) {
        result.subdirectories.push_back(base::join(path, name));
      } else if (sought->contains(name) &&
                 ::fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)) {
        result.files.emplace_back(name, st);
      }
      return 0;
    });
    return result;
  });
  if (!listed) return;
  for (const auto& [name, st] : listed->files) note(root, path, name, st);
  std::sort(listed->subdirectories.begin(), listed->subdirectories.end());
  for (const std::string& subdirectory : listed->subdirectories)
    enter(root, not_entered, subdirectory, sought);
}

void RelocatedFiles::search() {
  const auto is_open = [](const auto& sought) { return !sought.second; };
  if (std::none_of(places_.begin(), places_.end(), is_open)) return;
  Names sought;
  for (const auto& [lost, place] : places_) sought.insert(lost.name);
  const auto names = std::make_shared<const Names>(std::move(sought));
  for (const Root& root : roots_) {
    if (root.is_source) enter(root, self_mounts_below(root.path), "", names);
  }
}

std::optional<Location> RelocatedFiles::found(const LostName& lost) const {
  if (directories_.is_any_silent()) return std::nullopt;
  const auto sought = places_.find(lost);
  if (sought == places_.end() || !sought->second || sought->second->several) return std::nullopt;
  return sought->second->location;
}

}  // namespace checkpointfs::storage
