// SPDX-License-Identifier: Apache-2.0
#include "removal/trash/mover.h"

#include <fcntl.h>

#include <cerrno>

#include "base/beneath.h"
#include "base/path.h"

namespace checkpointfs::removal {
namespace {

constexpr size_t kMostOpen = 64;
constexpr const char* kMade = "directory";  // in the plan's directory, beside "files"

std::string above(const std::string& path) {
  return std::string(base::parent(path));
}

}  // namespace

// A descriptor, or -1 and errno.
int Mover::open(std::map<std::string, base::UniqueFd>& opened, int root, const std::string& path) {
  if (const auto known = opened.find(path); known != opened.end()) return known->second.get();
  if (opened.size() >= kMostOpen) opened.clear();
  base::UniqueFd fd = base::try_open_beneath(root, path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY);
  if (!fd) return -1;
  return opened.emplace(path, std::move(fd)).first->second.get();
}

int Mover::source(const std::string& directory) {
  return open(in_source_, trash_.source_fd(), directory);
}

int Mover::trash(const std::string& directory) {
  return open(in_trash_, trash_.fd(), Trash::files_path(id_, directory));
}

int Mover::ensure_in_trash(const std::string& directory) {
  if (trash(directory) >= 0) return 0;
  if (errno != ENOENT || directory.empty()) return errno;
  if (const int error = ensure_in_trash(above(directory)); error != 0) return error;
  const int parent = trash(above(directory));
  if (parent < 0) return errno;
  const std::string name(base::last_component(directory));
  const int error = disk_.make_directory(parent, name.c_str(), 0700);
  if (error != 0 && error != EEXIST) return error;
  unsynced_trash_.insert(above(directory));
  return 0;
}

int Mover::look(const std::string& path, Identity* identity) {
  struct stat st = {};
  const int error = base::stat_beneath(trash_.source_fd(), path.c_str(), &st);
  if (error != 0) return error;
  if (!S_ISREG(st.st_mode)) return EINVAL;
  *identity = identity_of(st);
  return 0;
}

int Mover::look_in_trash(const std::string& path, Identity* identity) {
  struct stat st = {};
  const int error = base::stat_beneath(trash_.fd(), Trash::files_path(id_, path).c_str(), &st);
  if (error == 0) *identity = identity_of(st);
  return error;
}

int Mover::to_trash(const std::string& path) {
  if (const int error = ensure_in_trash(above(path)); error != 0) return error;
  return move(path, &Mover::source, &Mover::trash);
}

int Mover::from_trash(const std::string& path) {
  if (const int error = make_directories(above(path)); error != 0) return error;
  return move(path, &Mover::trash, &Mover::source);
}

int Mover::move(const std::string& path, Side from, Side to) {
  const std::string directory = above(path);
  const int source = (this->*from)(directory);
  if (source < 0) return errno;
  const int target = (this->*to)(directory);
  if (target < 0) return errno;
  const std::string name(base::last_component(path));
  const int error = disk_.move(source, name.c_str(), target, name.c_str());
  if (error != 0) return error;
  unsynced_source_.insert(directory);
  unsynced_trash_.insert(directory);
  return 0;
}

void Mover::restore_as(const std::vector<DirectoryFacts>& directories) {
  for (const DirectoryFacts& facts : directories) facts_[facts.path] = &facts;
}

int Mover::make_directory(const std::string& path) {
  const int parent = source(above(path));
  if (parent < 0) return errno;
  struct stat like = {};
  if (::fstat(parent, &like) != 0) return errno;
  if (const auto facts = facts_.find(path); facts != facts_.end()) {
    like.st_mode = facts->second->mode;
    like.st_uid = facts->second->uid;
    like.st_gid = facts->second->gid;
  }
  const base::UniqueFd run = base::try_open_beneath(trash_.fd(), id_.c_str(), O_RDONLY | O_DIRECTORY);
  if (!run) return errno;
  // One may be left from a process that was killed.
  int error = disk_.make_directory(run.get(), kMade, 0700);
  if (error != 0 && error != EEXIST) return error;
  const base::UniqueFd made = base::try_open_beneath(run.get(), kMade, O_RDONLY | O_DIRECTORY);
  if (!made) return errno;
  error = disk_.set_attributes(made.get(), like.st_mode, like.st_uid, like.st_gid);
  if (error == 0) error = disk_.sync(made.get());
  if (error == 0)
    error = disk_.move(run.get(), kMade, parent, std::string(base::last_component(path)).c_str());
  if (error == 0) unsynced_source_.insert(above(path));
  return error == EEXIST ? 0 : error;
}

int Mover::make_directories(const std::string& path) {
  if (path.empty() || source(path) >= 0) return 0;
  if (errno != ENOENT) return errno;
  if (const int error = make_directories(above(path)); error != 0) return error;
  return make_directory(path);
}

int Mover::remove_directory(const std::string& path) {
  in_source_.erase(path);
  const int parent = source(above(path));
  if (parent < 0) return errno;
  const int error = disk_.remove_directory(parent, std::string(base::last_component(path)).c_str());
  if (error == 0) {
    unsynced_source_.erase(path);
    unsynced_source_.insert(above(path));
  }
  return error;
}

int Mover::sync() {
  for (const std::string& directory : unsynced_trash_) {
    const int fd = trash(directory);
    if (fd < 0) return errno;
    if (const int error = disk_.sync(fd); error != 0) return error;
  }
  unsynced_trash_.clear();
  for (const std::string& directory : unsynced_source_) {
    const int fd = source(directory);
    // Somebody removed it: then it needs no sync.
    if (fd < 0 && errno == ENOENT) continue;
    if (fd < 0) return errno;
    if (const int error = disk_.sync(fd); error != 0) return error;
  }
  unsynced_source_.clear();
  return 0;
}

}  // namespace checkpointfs::removal
