// SPDX-License-Identifier: Apache-2.0
#include "index/scan/parent_directories.h"

#include <fcntl.h>

#include <string>
#include <utility>

#include "base/beneath.h"
#include "base/path.h"

namespace checkpointfs::index {
namespace {

constexpr size_t kFewFiles = 4;          // are looked at without opening their directory
constexpr size_t kMostDirectories = 64;  // are open at once

RootedPathView parent_of(const storage::Location& file) {
  return {file.root_id, base::parent(file.path)};
}

}  // namespace

void ParentDirectories::add(const storage::Location& file) {
  const RootedPathView parent = parent_of(file);
  const auto known = directories_.find(parent);
  if (known != directories_.end()) {
    ++known->second.files;
  } else if (directories_.size() < kMostDirectories) {
    ++directories_[parent].files;
  }
}

std::shared_ptr<const base::UniqueFd> ParentDirectories::open(const storage::Location& file) {
  const auto known = directories_.find(parent_of(file));
  if (known == directories_.end() || known->second.files < kFewFiles) return nullptr;
  Directory& directory = known->second;
  std::call_once(directory.is_opened, [&] {
    const auto opened = roots_.ask(file.root_id, [path = std::string(base::parent(file.path))](int root) {
      return std::make_shared<const base::UniqueFd>(
          base::try_open_beneath(root, path.empty() ? "." : path.c_str(), O_PATH | O_DIRECTORY));
    });
    if (opened && **opened) directory.fd = *opened;
  });
  return directory.fd;
}

std::optional<storage::StateFileFacts> ParentDirectories::look_at(const storage::Location& file) {
  auto parent = open(file);
  return roots_.ask(file.root_id, [path = file.path, parent = std::move(parent)](int root) {
    return parent ? storage::look_at_name(parent->get(), std::string(base::last_component(path)))
                  : storage::look_at(root, path);
  });
}

}  // namespace checkpointfs::index
