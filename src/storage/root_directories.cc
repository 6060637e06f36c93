// SPDX-License-Identifier: Apache-2.0
#include "storage/root_directories.h"

#include "base/beneath.h"
#include "base/errors.h"
#include "base/text/message.h"
#include "storage/watcher.h"

namespace checkpointfs::storage {

ScanRoots::ScanRoots(const std::vector<Root>& roots, base::StoreCalls* calls,
                     const std::set<std::string>& refused)
    : calls_(roots.size() > 1 ? calls : nullptr) {
  for (const Root& root : roots) {
    Directory& directory = directories_[root.id];
    directory.path = root.path;
    if (refused.contains(root.path)) {
      directory.is_silent = true;
      is_any_silent_ = true;
      continue;
    }
    if (calls_ == nullptr) {
      directory.fd = std::make_shared<const base::UniqueFd>(base::open_directory(root.path));
      continue;
    }
    struct Opened {
      std::shared_ptr<const base::UniqueFd> fd;
      bool is_remote = false;
    };
    const auto opened = std::make_shared<Opened>();
    try {
      const bool answered = make(directory, [opened, path = root.path] {
        std::string type;
        opened->fd = std::make_shared<const base::UniqueFd>(base::open_directory(path));
        opened->is_remote = is_remote(opened->fd->get(), &type);
      });
      if (!answered) continue;
    } catch (const base::SystemError& e) {
      if (base::is_shortage(e.code())) throw;
      give_up(root.id, e.what());
      continue;
    }
    directory.fd = opened->fd;
    directory.may_hang = opened->is_remote;
  }
}

bool ScanRoots::is_of_the_file(int error, int64_t root_id, const std::string& path) const {
  if (!base::says_nothing_of_the_file(error)) return true;
  const base::SystemError failure(error, "look at",
                                  base::format("{}/{}", directories_.at(root_id).path, path));
  if (base::is_shortage(error) || !does_without()) throw failure;
  give_up(root_id, failure.what());
  return false;
}

void ScanRoots::give_up(int64_t root_id, const std::string& why) const {
  if (directories_.at(root_id).is_silent) return;
  directories_.at(root_id).is_silent = true;
  is_any_silent_ = true;
  failures_.push_back(why);
}

bool ScanRoots::make(const Directory& directory, std::function<void()> call) const {
  if (calls_->make(directory.path, std::move(call))) return true;
  directory.is_silent = true;
  is_any_silent_ = true;
  return false;
}

std::vector<std::string> ScanRoots::silent() const {
  std::vector<std::string> paths;
  for (const auto& [id, directory] : directories_) {
    if (directory.is_silent) paths.push_back(directory.path);
  }
  return paths;
}

}  // namespace checkpointfs::storage
