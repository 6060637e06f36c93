// SPDX-License-Identifier: Apache-2.0
#include "storage/walk.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/beneath.h"
#include "base/path.h"
#include "flink/names.h"
#include "storage/access.h"
#include "storage/control_name.h"
#include "storage/directory_listing.h"

namespace checkpointfs::storage {
namespace {

struct Listing {
  std::vector<std::string> subdirectories;  // sorted
  std::vector<std::pair<std::string, PassedOver>> passed_over;
  bool has_metadata = false;
  struct stat metadata = {};
};

// Returns 0 or an errno.
int take_entry(int fd, const dirent& entry, Reach reach, Listing* listing) {
  const std::string_view name(entry.d_name);
  if (name == kNotMounted) return ENOTCONN;
  if (name == "." || name == "..") return 0;
  const bool dotted = name.front() == '.';
  const bool skips_dotted = dotted && (reach == Reach::kShown || is_known_name(name));
  unsigned char type = entry.d_type;
  if (const int error = type_of(fd, entry, &type); error != 0) return error == ENOENT ? 0 : error;
  if (type == DT_DIR) {
    if (!skips_dotted) {
      listing->subdirectories.emplace_back(name);
    } else if (!is_known_name(name)) {
      listing->passed_over.emplace_back(name, PassedOver::kDotted);
    }
  } else if (name == flink::kMetadataFile) {
    const int error = look_beneath(fd, entry.d_name, &listing->metadata);
    listing->has_metadata = error == 0;
    if (error != 0 && error != ENOENT) return error;
  } else if (type == DT_LNK) {
    struct stat st = {};
    if (::fstatat(fd, entry.d_name, &st, 0) != 0) {
      listing->passed_over.emplace_back(name, PassedOver::kDanglingLink);
    } else if (S_ISDIR(st.st_mode)) {
      listing->passed_over.emplace_back(name, PassedOver::kLink);
    }
  }
  return 0;
}

// Returns 0 or an errno.
int list(base::UniqueFd directory, Reach reach, Listing* listing) {
  const int error = list_directory(std::move(directory), [&](int fd, const dirent& entry) {
    return take_entry(fd, entry, reach, listing);
  });
  std::ranges::sort(listing->subdirectories);
  std::ranges::sort(listing->passed_over);
  return error;
}

// Flink's own directories of state files, in a job's directory.
bool is_state_directory(std::string_view name) {
  return name == "shared" || name == "taskowned";
}

class Walker {
 public:
  Walker(int root, const WalkOptions& options, const WalkCallbacks& callbacks)
      : root_(root), options_(options), callbacks_(callbacks) {}

  // The depth is bounded by the length of a path that the kernel takes. False: the store does not answer.
  bool enter(std::shared_ptr<FoundDirectory> parent, std::string path, bool hidden);
  // The directory that holds `path`; null if it cannot be reached. REQUIRES: path is not empty.
  std::shared_ptr<FoundDirectory> leading_to(const std::string& path);

 private:
  bool ask(std::function<void()> call) const {
    if (callbacks_.ask) return callbacks_.ask(std::move(call));
    call();
    return true;
  }
  void report(const std::string& prefix, const Listing& listing) const;
  void report_unreadable(const std::string& path, int error) const;

  int root_;
  const WalkOptions& options_;
  const WalkCallbacks& callbacks_;
};

// The store's answer about a directory. Calls that nobody waits for any more have it too.
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
    if (options_.not_entered.contains(above)) return nullptr;
    const auto visit = std::make_shared<Visit>();
    const bool answers = ask([visit, above, root = root_] {
      visit->error = look_beneath(root, above.empty() ? "." : above.c_str(), &visit->st);
    });
    if (!answers) return nullptr;
    const struct stat& st = visit->st;
    if (visit->error != 0 || !S_ISDIR(st.st_mode)) return nullptr;
    found = std::make_shared<FoundDirectory>(
        FoundDirectory{std::move(found), above, st.st_mode, st.st_uid, st.st_gid, 0});
  }
  return found;
}

void Walker::report(const std::string& prefix, const Listing& listing) const {
  if (!callbacks_.passed_over) return;
  for (const auto& [name, why] : listing.passed_over) {
    if (!options_.not_entered.contains(prefix + name)) callbacks_.passed_over(prefix + name, why);
  }
}

void Walker::report_unreadable(const std::string& path, int error) const {
  const bool vanished = error == ENOENT || error == ENOTDIR || error == ELOOP;
  if (vanished && !path.empty()) return;
  if (error == EACCES && is_lost_and_found(root_, path)) return;
  callbacks_.unreadable(path, error);
}

bool Walker::enter(std::shared_ptr<FoundDirectory> parent, std::string path, bool hidden) {
  if (options_.not_entered.contains(path)) return true;
  const auto visit = std::make_shared<Visit>();
  const bool opens = ask([visit, path, root = root_] {
    visit->fd = base::try_open_beneath(root, path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY);
    if (!visit->fd || ::fstat(visit->fd.get(), &visit->st) != 0) {
      visit->error = errno;
      return;
    }
    visit->st.st_mode = with_closed(visit->st.st_mode, closed_by_list_of(visit->fd.get(), visit->st.st_mode));
  });
  if (!opens) return false;
  if (visit->error == 0) {
    if (callbacks_.entered) callbacks_.entered(path, visit->fd.get());
    const bool lists = ask([visit, reach = options_.reach] {
      visit->error = list(std::move(visit->fd), reach, &visit->listing);
    });
    if (!lists) return false;
  }
  if (visit->error != 0) {
    report_unreadable(path, visit->error);
    return true;
  }
  const struct stat& st = visit->st;
  const Listing& listing = visit->listing;
  const auto here = std::make_shared<FoundDirectory>(
      FoundDirectory{std::move(parent), path, st.st_mode, st.st_uid, st.st_gid, 0});
  const std::string prefix = path.empty() ? "" : path + "/";
  if (listing.has_metadata) callbacks_.snapshot({here, listing.metadata, listing.subdirectories, hidden});
  report(prefix, listing);
  const bool in_job = is_job(listing.subdirectories);
  return std::ranges::all_of(listing.subdirectories, [&](const std::string& name) {
    const bool hides = name.front() == '.' || (in_job && is_state_directory(name));
    if (hides && options_.reach == Reach::kShown) return true;
    return enter(here, prefix + name, hidden || hides);
  });
}

}  // namespace

bool is_known_name(std::string_view name) {
  return name == ".snapshot" || name == ".zfs" || name == ".snap" || name == kControlDirectory;
}

bool is_lost_and_found(int root, const std::string& path) {
  if (base::last_component(path) != "lost+found") return false;
  struct stat st = {};
  if (base::stat_beneath(root, path.c_str(), &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != 0)
    return false;
  const std::string parent(base::parent(path));
  if (parent.empty()) return true;
  struct statx facts = {};
  const base::UniqueFd above = base::try_open_beneath(root, parent.c_str(), O_PATH | O_DIRECTORY);
  return above && ::statx(above.get(), "", AT_EMPTY_PATH, STATX_TYPE, &facts) == 0 &&
         (facts.stx_attributes_mask & facts.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

bool is_job(const std::vector<std::string>& subdirectories) {
  const auto has = [&](const char* name) { return std::ranges::binary_search(subdirectories, name); };
  return (has("shared") && has("taskowned")) ||
         std::ranges::any_of(subdirectories, flink::is_checkpoint_name);
}

void walk(int root, const std::string& start, const WalkOptions& options, const WalkCallbacks& callbacks) {
  Walker walker(root, options, callbacks);
  const auto parent = start.empty() ? nullptr : walker.leading_to(start);
  if (parent || start.empty()) walker.enter(parent, start, false);
}

}  // namespace checkpointfs::storage
