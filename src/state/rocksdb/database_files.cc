// SPDX-License-Identifier: Apache-2.0
#include "state/rocksdb/database_files.h"

#include <utility>

#include "base/path.h"

namespace checkpointfs::state {

DatabaseFiles::DatabaseFiles(std::vector<DatabaseFile> files) {
  for (DatabaseFile& file : files) {
    std::string name = file.local_name;
    files_.emplace(std::move(name), std::move(file));
  }
}

const DatabaseFile* DatabaseFiles::find(std::string_view path) const {
  const auto found = files_.find(base::last_component(path));
  return found == files_.end() ? nullptr : &found->second;
}

std::vector<std::string> DatabaseFiles::local_names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  return names;
}

std::shared_ptr<const StateBytes> DatabaseFiles::try_open(std::string_view path) const {
  const DatabaseFile* const file = find(path);
  if (file == nullptr) return nullptr;
  try {
    return file->open();
  } catch (...) {
    keep_exception();
    return nullptr;
  }
}

std::optional<uint64_t> DatabaseFiles::try_size(std::string_view path) const {
  const DatabaseFile* const file = find(path);
  if (file == nullptr) return std::nullopt;
  if (file->size) return file->size;
  const auto bytes = try_open(path);
  if (bytes == nullptr) return std::nullopt;
  return bytes->size();
}

void DatabaseFiles::keep_exception() const {
  const std::lock_guard lock(mutex_);
  if (exception_ == nullptr) exception_ = std::current_exception();
}

void DatabaseFiles::rethrow() const {
  std::exception_ptr exception;
  {
    const std::lock_guard lock(mutex_);
    exception = std::exchange(exception_, nullptr);
  }
  if (exception != nullptr) std::rethrow_exception(exception);
}

std::string DatabaseFiles::named_in(std::string_view message) const {
  std::string first;
  size_t place = std::string_view::npos;
  for (const auto& [name, file] : files_) {
    const size_t found = name.empty() ? std::string_view::npos : message.find(name);
    if (found < place || (found == place && name.size() > first.size())) {
      first = name;
      place = found;
    }
  }
  return place == std::string_view::npos ? "" : first;
}

}  // namespace checkpointfs::state
