// SPDX-License-Identifier: Apache-2.0
#include "pins/pin_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/numbers.h"
#include "pins/pin_record.h"
#include "storage/directory_listing.h"

namespace checkpointfs::pins {
namespace {

constexpr std::string_view kPartial = ".partial";
constexpr std::string_view kRecord = ".json";
constexpr mode_t kMode = 0755;

base::UniqueFd try_open_directory(int parent, const char* name) {
  return base::try_open_beneath(parent, name, O_RDONLY | O_DIRECTORY);
}

bool is_running(std::string_view digits) {
  const auto process = base::parse_number<pid_t>(digits);
  if (!process || *process <= 0) return true;
  // The next process in a container may well have the same number: the mark tells whether this one is at
  // work.
  if (*process == ::getpid()) return false;
  return ::kill(*process, 0) == 0 || errno != ESRCH;
}

// ".<name>.<process>.partial", the process being no longer there, or this one.
bool is_abandoned(std::string_view name) {
  if (!name.starts_with('.') || !name.ends_with(kPartial)) return false;
  name.remove_suffix(kPartial.size());
  const size_t dot = name.rfind('.');
  return dot > 0 && !is_running(name.substr(dot + 1));
}

std::vector<std::string> entries_of(int directory) {
  std::vector<std::string> names;
  storage::list_directory(try_open_directory(directory, "."), [&](int, const dirent& entry) {
    const std::string_view name = entry.d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    return 0;
  });
  std::sort(names.begin(), names.end());
  return names;
}

[[noreturn]] void throw_with_advice(const base::SystemError& error) {
  const bool is_denied = error.code() == EACCES || error.code() == EPERM || error.code() == EROFS;
  throw base::SystemError(error.code(), base::format("{}{}", error.what(),
                                                     is_denied ? "; pins lie in their source: do it as a "
                                                                 "user who may write there"
                                                               : ""));
}

}  // namespace

void throw_pin_error(int error, std::string_view action, const std::string& path) {
  throw_with_advice(base::SystemError(error, action, path));
}

std::string partial_name(const std::string& name) {
  return base::format(".{}.{}{}", name, ::getpid(), kPartial);
}

int remove_flat(int parent, const std::string& name, int directory, storage::DiskOperations& disk) {
  for (const std::string& entry : entries_of(directory)) {
    const int error = disk.remove_file(directory, entry.c_str());
    if (error != 0 && error != EISDIR && error != ENOENT) return error;
  }
  return disk.remove_directory(parent, name.c_str());
}

std::optional<PinDirectory> PinDirectory::open(const std::string& source) {
  auto control = storage::ControlDirectory::open_unchecked(source);
  if (!control) return std::nullopt;
  const std::string path = base::format("{}/{}", control->path(), kPins);
  base::UniqueFd fd = try_open_directory(control->fd(), kPins);
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) base::throw_errno("open directory", path);
  return PinDirectory(std::move(*control), std::move(fd), path);
}

std::optional<PinDirectory> PinDirectory::open_own(const std::string& source) {
  auto control = storage::ControlDirectory::open(source);
  if (!control) return std::nullopt;
  const std::string path = base::format("{}/{}", control->path(), kPins);
  base::UniqueFd fd = control->try_open(control->fd(), kPins, path);
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) base::throw_errno("open directory", path);
  return PinDirectory(std::move(*control), std::move(fd), path);
}

PinDirectory PinDirectory::create(const std::string& source, storage::DiskOperations& disk) {
  try {
    storage::ControlDirectory control = storage::ControlDirectory::create(source, disk);
    const std::string path = base::format("{}/{}", control.path(), kPins);
    base::UniqueFd fd = control.make(control.fd(), kPins, kMode, path, disk);
    return {std::move(control), std::move(fd), path};
  } catch (const base::SystemError& e) {
    throw_with_advice(e);
  }
}

PinDirectory::Lock::Lock(const PinDirectory& pins) : fd_(try_open_directory(pins.fd(), ".")) {
  if (!fd_) base::throw_errno("open directory", pins.path());
  storage::lock_directory(fd_.get());
}

base::UniqueFd PinDirectory::try_open_pin(const std::string& name) const {
  return try_open_directory(fd(), name.c_str());
}

bool PinDirectory::has(const std::string& name) const {
  struct stat st = {};
  return ::fstatat(fd(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0;
}

std::vector<std::string> PinDirectory::names() const {
  std::vector<std::string> names;
  for (const std::string& name : entries_of(fd())) {
    struct stat st = {};
    const bool directory =
        ::fstatat(fd(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
    if (directory && !name.starts_with('.')) names.push_back(name);
  }
  return names;
}

void PinDirectory::remove_leftovers(storage::DiskOperations& disk) const {
  const Lock lock(*this);
  for (const std::string& name : entries_of(fd())) {
    if (is_abandoned(name)) {
      const base::UniqueFd directory = try_open_directory(fd(), name.c_str());
      if (!directory) {
        disk.remove_file(fd(), name.c_str());
      } else if (storage::try_lock_directory(directory.get())) {
        remove_flat(fd(), name, directory.get(), disk);
      }
    } else if (!name.starts_with('.') && name.ends_with(kRecord) && name.size() > kRecord.size() &&
               !has(name.substr(0, name.size() - kRecord.size()))) {
      disk.remove_file(fd(), name.c_str());
    }
  }
}

void PinDirectory::write_record(const std::string& name, const PinRecord& record,
                                storage::DiskOperations& disk) const {
  const std::string file = record_name(name);
  control_.write(fd(), {file, partial_name(file), path_of(file), 0644}, to_json(record), disk);
}

void PinDirectory::sync(storage::DiskOperations& disk) const {
  if (const int error = disk.sync(fd()); error != 0)
    throw base::SystemError(error, "write to disk the directory", path_);
}

}  // namespace checkpointfs::pins
