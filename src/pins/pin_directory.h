// SPDX-License-Identifier: Apache-2.0
// The directory of the pins of a source, `<source>/.checkpointfs/pins`: making it, and what is half made in
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/path.h"
#include "base/unique_fd.h"
#include "pins/pin_record.h"
#include "storage/control_directory.h"
#include "storage/disk_operations.h"

namespace checkpointfs::pins {

// The name of the directory of pins in the control directory of a source.
inline constexpr char kPins[] = "pins";

// Throws SystemError, and says what to do if that is a lack of permission.
[[noreturn]] void throw_pin_error(int error, std::string_view action, const std::string& path);

// Holds the directory open: it stays the same one, whatever is renamed. No symbolic link leads to it or below
// it.
class PinDirectory {
 public:
  // Opens the directory to show its pins, whoever put them there. Nothing if the source has none. Throws
  // SystemError.
  static std::optional<PinDirectory> open(const std::string& source);
  // Opens the directory to change something: throws Failure(kRefused) as well if somebody else could have
  // written there (control_directory.h).
  static std::optional<PinDirectory> open_own(const std::string& source);
  // The same, and makes it where it is not there.
  static PinDirectory create(const std::string& source, storage::DiskOperations& disk);

  int fd() const { return fd_.get(); }
  // The path of the directory; absolute if the path of the source is.
  const std::string& path() const { return path_; }
  std::string path_of(const std::string& name) const { return base::join(path_, name); }

  // The lock of the names: they appear and vanish under this lock only, which is held for a moment each time.
  class Lock {
   public:
    explicit Lock(const PinDirectory& pins);

   private:
    base::UniqueFd fd_;
  };

  // The directory of a pin, or an empty result and errno.
  base::UniqueFd try_open_pin(const std::string& name) const;
  bool has(const std::string& name) const;
  std::vector<std::string> names() const;

  // Removes what a process that is no longer there has left half made or half removed. Leaves alone whatever
  // cannot be removed.
  void remove_leftovers(storage::DiskOperations& disk) const;

  // Writes the record of a pin, durably. Throws SystemError, Failure(kRefused).
  void write_record(const std::string& name, const PinRecord& record, storage::DiskOperations& disk) const;

  // Makes the entries durable. Throws SystemError.
  void sync(storage::DiskOperations& disk) const;

 private:
  PinDirectory(storage::ControlDirectory control, base::UniqueFd fd, std::string path)
      : control_(std::move(control)), fd_(std::move(fd)), path_(std::move(path)) {}

  storage::ControlDirectory control_;
  base::UniqueFd fd_;
  std::string path_;
};

// The name of something half made of this process: no pin's, and recognised by remove_leftovers().
std::string partial_name(const std::string& name);

// Removes a directory of `parent` and what lies in it, directories in it excepted. Returns 0 or an errno.
int remove_flat(int parent, const std::string& name, int directory, storage::DiskOperations& disk);

}  // namespace checkpointfs::pins
