// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/job_listing.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

#include "base/beneath.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "flink/names.h"
#include "removal/model/listing.h"
#include "removal/model/marker_names.h"
#include "removal/model/names.h"
#include "removal/model/rules.h"
#include "removal/model/storage.h"
#include "storage/control_name.h"
#include "storage/directory_listing.h"
#include "storage/self_mounts.h"
#include "storage/walk.h"

namespace checkpointfs::removal {
namespace {

struct Entries {
  std::vector<std::string> directories;
  std::vector<std::string> files;
  bool has_metadata = false;
  bool has_others = false;  // links, devices
  struct stat st = {};
  base::UniqueFd fd;  // of the directory, until those in it are listed

  // REQUIRES: sorted.
  bool has(std::string_view name) const {
    return std::ranges::binary_search(files, name) || std::ranges::binary_search(directories, name);
  }
};

// A directory that is being copied in has its old time in the end.
int64_t time_of(const struct stat& st) {
  return std::max(storage::mtime_ns(st), storage::ctime_ns(st));
}

class Lister {
 public:
  Lister(const Storage& storage, const storage::Root& root, Listing& listing,
         const std::function<void(uint64_t)>& progress)
      : root_(root.path),
        fd_(base::open_directory(root.path)),
        not_entered_(storage::self_mounts_below(root.path)),
        listing_(listing),
        progress_(progress) {
    if (!is_enforced(Rule::kExcludedIsKept)) return;
    for (std::string& excluded : storage.excluded_below(root.path)) not_entered_.insert(std::move(excluded));
  }

  // Seeks jobs in the directory and below it.
  void seek(const std::string& path);

 private:
  // False if it cannot be listed.
  bool list(const std::string& path, Entries* entries);
  void take_files(const std::string& path, const Entries& entries);
  void take_file(const std::string& file, const Entries& entries);
  void note_elsewhere(const std::string& path, const Entries& entries);
  void take_job(const std::string& path, Entries& entries);
  void take_checkpoint(const std::string& path, ListedJob* job);
  // `shared` and its like: all that is below.
  void take_tree(const std::string& path, ListedJob* job);
  void note(const std::string& path, const Entries& entries, ListedJob* job) const;

  const std::string root_;
  const base::UniqueFd fd_;
  std::set<std::string> not_entered_;
  Listing& listing_;
  const std::function<void(uint64_t)>& progress_;
};

bool Lister::list(const std::string& path, Entries* entries) {
  base::UniqueFd fd =
      base::try_open_beneath(fd_.get(), path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY);
  int error = errno;
  if (fd) {
    error = ::fstat(fd.get(), &entries->st) != 0 ? errno : 0;
    if (error == 0) {
      entries->fd = base::UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
      error = storage::list_directory(std::move(fd), [&](int directory, const dirent& entry) {
        const std::string_view name = entry.d_name;
        if (name == "." || name == ".." || (path.empty() && name == storage::kControlDirectory)) return 0;
        if (storage::is_directory(directory, entry)) {
          entries->directories.emplace_back(name);
        } else if (entry.d_type == DT_REG || entry.d_type == DT_UNKNOWN) {
          entries->files.emplace_back(name);
          entries->has_metadata |= name == flink::kMetadataFile;
        } else {
          entries->has_others = true;
        }
        return 0;
      });
    }
  }
  std::ranges::sort(entries->directories);
  std::ranges::sort(entries->files);
  if (error == 0) return true;
  if (error != ENOENT && !(error == EACCES && storage::is_lost_and_found(fd_.get(), path))) {
    listing_.unknown.push_back(base::format("{}: the directory cannot be listed: {}",
                                            base::printable(base::join(root_, path)),
                                            std::generic_category().message(error)));
  }
  return false;
}

void Lister::take_files(const std::string& path, const Entries& entries) {
  for (const std::string& name : entries.files) {
    if (name != flink::kMetadataFile) take_file(base::join(path, name), entries);
  }
}

void Lister::take_file(const std::string& file, const Entries& entries) {
  const std::optional<std::string> owner = owner_of_marker(file);
  // A marker whose owner is there goes or stays with it.
  if (owner && entries.has(base::last_component(*owner))) return;
  struct stat st = {};
  const std::string name(base::last_component(file));
  const bool looked =
      ::fstatat(entries.fd.get(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0;
  const int error = looked ? 0 : errno;
  if (error == ENOENT || (error == 0 && !S_ISREG(st.st_mode))) return;
  if (error != 0) {
    listing_.unknown.push_back(base::format("{}: {}", base::printable(base::join(root_, file)),
                                            std::generic_category().message(error)));
  } else if (owner) {
    listing_.orphaned_markers.push_back({{root_, file}, identity_of(st), {root_, *owner}});
  } else {
    listing_.files.push_back({{root_, file}, identity_of(st)});
    if (progress_) progress_(listing_.files.size());
  }
}

void Lister::note_elsewhere(const std::string& path, const Entries& entries) {
  if (entries.has_metadata) return;
  const auto files = std::ranges::count_if(entries.files, is_state_file_name);
  if (files > 0) listing_.not_looked_at.push_back({{root_, path}, static_cast<uint64_t>(files)});
}

void Lister::note(const std::string& path, const Entries& entries, ListedJob* job) const {
  const int64_t time = time_of(entries.st);
  job->newest_mtime_ns = std::max(job->newest_mtime_ns, time);
  job->has_snapshot |= entries.has_metadata;
  job->only_flinks &= !entries.has_others;
  job->below.push_back({{root_, path}, time});
}

void Lister::take_tree(const std::string& path, ListedJob* job) {
  Entries entries;
  if (not_entered_.contains(path) || !list(path, &entries)) {
    job->only_flinks = false;
    return;
  }
  take_files(path, entries);
  entries.fd.reset();
  for (const std::string& name : entries.directories) take_tree(base::join(path, name), job);
  note(path, entries, job);
}

void Lister::take_checkpoint(const std::string& path, ListedJob* job) {
  Entries entries;
  if (not_entered_.contains(path) || !list(path, &entries)) {
    job->only_flinks = false;
    return;
  }
  take_files(path, entries);
  entries.fd.reset();
  for (const std::string& name : entries.directories) seek(base::join(path, name));
  job->only_flinks &= entries.directories.empty();
  if (!entries.has_metadata) listing_.failed.push_back({{root_, path}, time_of(entries.st)});
  note(path, entries, job);
}

void Lister::take_job(const std::string& path, Entries& entries) {
  ListedJob job;
  job.place = {root_, path};
  for (const std::string& name : entries.files) {
    const bool is_marker = owner_of_marker(name).has_value();
    job.only_flinks &= is_marker;
    if (is_marker) take_file(base::join(path, name), entries);
  }
  entries.fd.reset();
  for (const std::string& name : entries.directories) {
    const std::string below = base::join(path, name);
    if (flink::is_checkpoint_name(name)) {
      take_checkpoint(below, &job);
    } else if (name == "shared" || name == "taskowned" || name == "dstl") {
      take_tree(below, &job);
    } else {
      job.only_flinks = false;
      seek(below);
    }
  }
  note(path, entries, &job);
  listing_.jobs.push_back(std::move(job));
}

void Lister::seek(const std::string& path) {
  if (not_entered_.contains(path) || base::last_component(path).starts_with('.')) return;
  Entries entries;
  if (!list(path, &entries)) return;
  if (storage::is_job(entries.directories)) {
    take_job(path, entries);
    return;
  }
  note_elsewhere(path, entries);
  entries.fd.reset();
  for (const std::string& name : entries.directories) seek(base::join(path, name));
}

}  // namespace

Listing list_jobs(const Storage& storage, const std::function<void(uint64_t)>& progress) {
  Listing listing;
  for (const storage::Root& root : storage.roots) {
    if (root.is_source) Lister(storage, root, listing, progress).seek("");
  }
  return listing;
}

}  // namespace checkpointfs::removal
