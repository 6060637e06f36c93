// SPDX-License-Identifier: Apache-2.0
#include "pins/pins.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "flink/names.h"
#include "pins/pin_contents.h"
#include "pins/pin_directory.h"
#include "pins/pin_record.h"
#include "storage/control_name.h"
#include "storage/directory_listing.h"
#include "storage/state_file.h"

namespace checkpointfs::pins {
namespace {

constexpr size_t kLongestName = 200;  // with what partial_name() adds, every file system takes it

struct Entry {
  std::string name;
  struct stat st = {};
};

std::vector<Entry> read_entries(const PinDirectory& pins, const std::string& name) {
  std::vector<Entry> entries;
  base::UniqueFd directory = pins.try_open_pin(name);
  const int error =
      !directory ? errno : storage::list_directory(std::move(directory), [&](int fd, const dirent& found) {
        Entry entry{found.d_name, {}};
        if (entry.name == "." || entry.name == "..") return 0;
        if (::fstatat(fd, found.d_name, &entry.st, AT_SYMLINK_NOFOLLOW) != 0)
          return errno == ENOENT ? 0 : errno;
        entries.push_back(std::move(entry));
        return 0;
      });
  if (error != 0) throw base::SystemError(error, "list", pins.path_of(name));
  return entries;
}

Pin describe(const PinDirectory& pins, const std::string& name, const std::vector<Entry>& entries) {
  Pin pin;
  pin.name = name;
  pin.directory = pins.path_of(name);
  for (const Entry& entry : entries) {
    if (entry.name == flink::kMetadataFile || !S_ISREG(entry.st.st_mode)) continue;
    const auto size = static_cast<uint64_t>(entry.st.st_size);
    ++pin.files;
    pin.bytes += size;
    if (entry.st.st_nlink == 1) pin.exclusive_bytes += size;
  }
  if (const auto record = read_pin_record(pins.fd(), name)) {
    pin.snapshot = record->snapshot;
    pin.checkpoint_id = record->checkpoint_id;
    pin.pinned_at_ns = record->pinned_at_ns;
    return pin;
  }
  const base::UniqueFd directory = pins.try_open_pin(name);
  struct stat st = {};
  if (!directory || ::fstat(directory.get(), &st) != 0) return pin;
  pin.pinned_at_ns = storage::mtime_ns(st);
  if (const auto contents = read_pin_contents(directory.get())) pin.checkpoint_id = contents->checkpoint_id;
  return pin;
}

// Throws if one of the entries is none of the pin's.
void check_entries(const PinDirectory& pins, const std::string& name, int directory,
                   const std::vector<Entry>& entries) {
  const bool has_metadata = std::ranges::find(entries, flink::kMetadataFile, &Entry::name) != entries.end();
  PinContents contents;
  if (has_metadata) {
    base::Result<PinContents> read = read_pin_contents(directory);
    if (!read) {
      throw base::Failure(
          base::FailureKind::kInput,
          base::format("{}/{}: {}; so what belongs to the pin is not known, and nothing is removed",
                       pins.path_of(name), flink::kMetadataFile, base::to_string(read.error())));
    }
    contents = std::move(*read);
  }
  for (const Entry& entry : entries) {
    const bool ours = S_ISREG(entry.st.st_mode) &&
                      (entry.name == flink::kMetadataFile || contents.files.contains(entry.name));
    if (ours) continue;
    throw base::SystemError(ENOTEMPTY, base::format("{}/{} does not belong to the pin; nothing is removed",
                                                    pins.path_of(name), entry.name));
  }
}

// Removes the entries of a pin that is called `doomed` by now, its metadata last.
void remove_entries(const PinDirectory& pins, const std::string& doomed, int directory,
                    std::vector<Entry> entries, storage::DiskOperations& disk) {
  std::ranges::stable_partition(entries,
                                [](const Entry& entry) { return entry.name != flink::kMetadataFile; });
  for (const Entry& entry : entries) {
    const int error = disk.remove_file(directory, entry.name.c_str());
    if (error != 0 && error != ENOENT)
      throw base::SystemError(error, "remove", base::join(pins.path_of(doomed), entry.name));
  }
  if (const int error = disk.remove_directory(pins.fd(), doomed.c_str()); error != 0)
    throw base::SystemError(error, "remove directory", pins.path_of(doomed));
}

void add_held(HeldFiles* held, const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    if (entry.name == flink::kMetadataFile || !S_ISREG(entry.st.st_mode)) continue;
    HeldFile& file = (*held)[{entry.st.st_dev, entry.st.st_ino}];
    file.size = static_cast<uint64_t>(entry.st.st_size);
    file.links = entry.st.st_nlink;
    ++file.names;
  }
}

}  // namespace

uint64_t bytes_held_alone(const HeldFiles& held) {
  uint64_t bytes = 0;
  for (const auto& [inode, file] : held) {
    if (file.names >= file.links) bytes += file.size;
  }
  return bytes;
}

std::vector<Pin> list_pins(const std::string& source, HeldFiles* held) {
  std::vector<Pin> found;
  const auto pins = PinDirectory::open(source);
  if (!pins) return found;
  for (const std::string& name : pins->names()) {
    try {
      const std::vector<Entry> entries = read_entries(*pins, name);
      found.push_back(describe(*pins, name, entries));
      if (held != nullptr) add_held(held, entries);
    } catch (const base::SystemError& e) {
      if (e.code() != ENOENT) throw;  // else somebody removed it just now
    }
  }
  return found;
}

std::string_view pin_name_problem(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.front() == '.') return "it begins with a dot";
  if (name.find('/') != std::string_view::npos) return "it has a slash in it";
  if (name.find('\0') != std::string_view::npos) return "it has a NUL in it";
  if (name.ends_with(".json")) return "it ends in .json, as the records of pins do";
  if (name.size() > kLongestName) return "it is longer than 200 bytes";
  return "";
}

std::string pin_path(std::string_view name) {
  return base::join(base::join(storage::kControlDirectory, kPins), name);
}

std::string default_pin_name(const index::Snapshot& snapshot) {
  std::string name =
      snapshot.path.empty() ? std::string(base::last_component(snapshot.source.path)) : snapshot.path;
  std::ranges::replace(name, '/', '-');
  return name;
}

namespace {

// A pin that may be removed, marked as in use.
struct Removable {
  PinDirectory pins;
  base::UniqueFd directory;
  std::vector<Entry> entries;
  Pin pin;
};

std::optional<Removable> removable_pin(const std::string& source, const std::string& name) {
  auto pins = PinDirectory::open_own(source);
  if (!pins || !pins->has(name)) return std::nullopt;
  base::UniqueFd directory = pins->try_open_pin(name);
  if (!directory) base::throw_errno("open the pin", pins->path_of(name));
  if (!storage::try_lock_directory(directory.get())) {
    throw base::SystemError(EBUSY, base::format("{}: somebody else is removing it", pins->path_of(name)));
  }
  std::vector<Entry> entries = read_entries(*pins, name);
  check_entries(*pins, name, directory.get(), entries);
  Pin pin = describe(*pins, name, entries);
  // Nothing can be unlinked in it: better known before it has lost its name.
  if (::faccessat(directory.get(), ".", W_OK | X_OK, AT_EACCESS) != 0)
    throw_pin_error(errno, "change the directory", pins->path_of(name));
  return Removable{std::move(*pins), std::move(directory), std::move(entries), std::move(pin)};
}

}  // namespace

std::optional<Pin> check_pin(const std::string& source, const std::string& name) {
  auto removable = removable_pin(source, name);
  if (!removable) return std::nullopt;
  return std::move(removable->pin);
}

std::vector<std::string> files_of_pin(const std::string& source, const std::string& name) {
  std::vector<std::string> names;
  const auto pins = PinDirectory::open(source);
  if (!pins) return names;
  for (Entry& entry : read_entries(*pins, name)) names.push_back(std::move(entry.name));
  return names;
}

std::optional<Pin> remove_pin(const std::string& source, const std::string& name,
                              storage::DiskOperations& disk) {
  auto removable = removable_pin(source, name);
  if (!removable) return std::nullopt;
  const PinDirectory* const pins = &removable->pins;
  const std::string doomed = partial_name(name);
  {
    const PinDirectory::Lock lock(*pins);
    if (const int error = disk.move(pins->fd(), name.c_str(), pins->fd(), doomed.c_str()); error != 0)
      throw_pin_error(error, "rename", pins->path_of(name));
    pins->sync(disk);
  }
  remove_entries(*pins, doomed, removable->directory.get(), std::move(removable->entries), disk);
  const PinDirectory::Lock lock(*pins);
  if (!pins->has(name)) disk.remove_file(pins->fd(), record_name(name).c_str());
  pins->sync(disk);
  return std::move(removable->pin);
}

void remove_pin_leftovers(const std::string& source, storage::DiskOperations& disk) {
  try {
    if (const auto pins = PinDirectory::open_own(source)) pins->remove_leftovers(disk);
  } catch (const base::Failure&) {
    // The pins belong to somebody else, and so do their leftovers.
  }
}

}  // namespace checkpointfs::pins
