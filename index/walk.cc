// SPDX-License-Identifier: Apache-2.0
#include "index/walk.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/beneath.h"
#include "index/directory_listing.h"

namespace checkpointfs::index {
namespace {

struct Listing {
  std::vector<std::string> subdirectories;  // sorted
  bool has_metadata = false;
  struct stat metadata = {};
};

// Returns 0 or an errno.
int list(base::UniqueFd directory, Listing* listing) {
  const int error = list_directory(std::move(directory), [&](int fd, const dirent& entry) {
    const std::string_view name(entry.d_name);
    if (name == kNotMounted) return ENOTCONN;
    if (name.front() == '.') return 0;
    if (is_directory(fd, entry)) {
      listing->subdirectories.emplace_back(name);
    } else if (name == "_metadata") {
      listing->has_metadata = ::fstatat(fd, entry.d_name, &listing->metadata, AT_SYMLINK_NOFOLLOW) == 0;
      if (!listing->has_metadata && errno != ENOENT) return errno;
    }
    return 0;
  });
  std::sort(listing->subdirectories.begin(), listing->subdirectories.end());
  return error;
}

// Takes Flink's own directories of state files out of `names`.
void leave_out_state(std::vector<std::string>* names) {
  if (!is_job(*names)) return;
  names->erase(
      std::remove_if(names->begin(), names->end(),
                     [](const std::string& name) { return name == "shared" || name == "taskowned"; }),
      names->end());
}

class Walker {
 public:
  Walker(int root, const std::set<std::string>& not_entered, const WalkCallbacks& callbacks)
      : root_(root), not_entered_(not_entered), callbacks_(callbacks) {}

  // The depth is bounded by the length of a path that the kernel takes. False: the store does not answer.
  bool enter(std::shared_ptr<FoundDirectory> parent, std::string path);
  // The directory that holds `path`; null if it cannot be reached. REQUIRES: path is not empty.
  std::shared_ptr<FoundDirectory> leading_to(const std::string& path);

 private:
  bool ask(std::function<void()> call) const {
    if (callbacks_.ask) return callbacks_.ask(std::move(call));
    call();
    return true;
  }

  int root_;
  const std::set<std::string>& not_entered_;
  const WalkCallbacks& callbacks_;
};

// What the store said of a directory. Calls that nobody waits for any more have it too.
struct Visit {
  base::UniqueFd fd;
  struct stat st = {};
  Listing listing;
  int error = 0;
};

std::shared_ptr<FoundDirectory> Walker::leading_to(const std::string& path) {
  std::shared_ptr<FoundDirectory> found;
  for (size_t end = 0; end != std::string::npos; end = path.find('/', end + 1)) {
    const std::string above = path.substr(0, end);
    if (not_entered_.contains(above)) return nullptr;
    const auto visit = std::make_shared<Visit>();
    const bool answers = ask([visit, above, root = root_] {
      visit->error = base::stat_beneath(root, above.empty() ? "." : above.c_str(), &visit->st);
    });
    if (!answers) return nullptr;
    const struct stat& st = visit->st;
    if (visit->error != 0 || !S_ISDIR(st.st_mode)) return nullptr;
    found = std::make_shared<FoundDirectory>(
        FoundDirectory{std::move(found), above, st.st_mode, st.st_uid, st.st_gid, 0});
  }
  return found;
}

bool Walker::enter(std::shared_ptr<FoundDirectory> parent, std::string path) {
  if (not_entered_.contains(path)) return true;
  const auto visit = std::make_shared<Visit>();
  const bool opens = ask([visit, path, root = root_] {
    visit->fd = base::try_open_beneath(root, path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY);
    if (!visit->fd || ::fstat(visit->fd.get(), &visit->st) != 0) visit->error = errno;
  });
  if (!opens) return false;
  if (visit->error == 0) {
    if (callbacks_.entered) callbacks_.entered(path, visit->fd.get());
    const bool lists = ask([visit] { visit->error = list(std::move(visit->fd), &visit->listing); });
    if (!lists) return false;
  }
  if (const int error = visit->error; error != 0) {
    const bool vanished = error == ENOENT || error == ENOTDIR || error == ELOOP;
    if (!vanished || path.empty()) callbacks_.unreadable(path, error);
    return true;
  }
  const struct stat& st = visit->st;
  Listing& listing = visit->listing;
  const auto here = std::make_shared<FoundDirectory>(
      FoundDirectory{std::move(parent), path, st.st_mode, st.st_uid, st.st_gid, 0});
  if (listing.has_metadata) callbacks_.snapshot({here, listing.metadata, listing.subdirectories});
  leave_out_state(&listing.subdirectories);
  const std::string prefix = path.empty() ? "" : path + "/";
  return std::ranges::all_of(listing.subdirectories,
                             [&](const std::string& name) { return enter(here, prefix + name); });
}

}  // namespace

bool is_checkpoint_name(std::string_view name) {
  return name.size() > 4 && name.substr(0, 4) == "chk-" &&
         std::all_of(name.begin() + 4, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_job(const std::vector<std::string>& subdirectories) {
  const auto has = [&](const char* name) { return std::ranges::binary_search(subdirectories, name); };
  return (has("shared") && has("taskowned")) || std::ranges::any_of(subdirectories, is_checkpoint_name);
}

bool is_at_or_below(std::string_view path, std::string_view directory) {
  if (directory.empty()) return true;
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

void walk(int root, const std::string& start, const std::set<std::string>& not_entered,
          const WalkCallbacks& callbacks) {
  Walker walker(root, not_entered, callbacks);
  if (const auto parent = start.empty() ? nullptr : walker.leading_to(start); parent || start.empty())
    walker.enter(parent, start);
}

}  // namespace checkpointfs::index
