// SPDX-License-Identifier: Apache-2.0
#include "index/root_directories.h"

#include "base/beneath.h"
#include "index/watcher.h"

namespace checkpointfs::index {

RootDirectories::RootDirectories(const std::vector<Root>& roots, StoreCalls* calls)
    : calls_(roots.size() > 1 ? calls : nullptr) {
  for (const Root& root : roots) {
    Directory& directory = directories_[root.id];
    directory.path = root.path;
    if (calls_ == nullptr) {
      directory.fd = std::make_shared<const base::UniqueFd>(base::open_directory(root.path));
      continue;
    }
    struct Opened {
      std::shared_ptr<const base::UniqueFd> fd;
      bool is_remote = false;
    };
    const auto opened = std::make_shared<Opened>();
    const bool answered = make(directory, [opened, path = root.path] {
      std::string type;
      opened->fd = std::make_shared<const base::UniqueFd>(base::open_directory(path));
      opened->is_remote = is_remote(opened->fd->get(), &type);
    });
    if (!answered) continue;
    directory.fd = opened->fd;
    directory.may_hang = opened->is_remote;
  }
}

bool RootDirectories::make(const Directory& directory, std::function<void()> call) const {
  if (calls_->make(directory.path, std::move(call))) return true;
  directory.is_silent = true;
  is_any_silent_ = true;
  return false;
}

std::vector<std::string> RootDirectories::silent() const {
  std::vector<std::string> paths;
  for (const auto& [id, directory] : directories_) {
    if (directory.is_silent) paths.push_back(directory.path);
  }
  return paths;
}

}  // namespace checkpointfs::index
