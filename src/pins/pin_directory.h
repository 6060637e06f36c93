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

namespace checkpointfs::pins {

// In the control directory of a source.
inline constexpr char kPins[] = "pins";

// Throws SystemError with the current errno, and says what to do if that is a lack of permission.
[[noreturn]] void throw_pin_error(std::string_view action, const std::string& path);

// Held open: it stays the same one, whatever is renamed. No symbolic link leads to it or below it.
class PinDirectory {
 public:
  // To show what is there, whoever put it there. Nothing if the source has none. Throws SystemError.
  static std::optional<PinDirectory> open(const std::string& source);
  // To change something: throws Failure(kRefused) as well if somebody else could have written there
  // (control_directory.h).
  static std::optional<PinDirectory> open_own(const std::string& source);
  // The same, and makes it where it is not there.
  static PinDirectory create(const std::string& source);

  int fd() const { return fd_.get(); }
  // Absolute if that of the source is.
  const std::string& path() const { return path_; }
  std::string path_of(const std::string& name) const { return base::join(path_, name); }

  // What nobody else changes meanwhile: names appear and vanish under this lock only, for a moment each.
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

  // Removes what a process that is no longer there has left half made or half removed. What cannot be removed
  // is left alone.
  void remove_leftovers() const;

  // Makes the entries durable. Throws SystemError.
  void sync() const;

 private:
  PinDirectory(base::UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  base::UniqueFd fd_;
  std::string path_;
};

// The name of something half made of this process: no pin's, and recognised by remove_leftovers().
std::string partial_name(const std::string& name);

// Marks a directory as in use, as long as the descriptor is open; false if somebody else has.
bool try_mark_used(int directory);

// Removes a directory of `parent` and what lies in it, directories in it excepted. Returns 0 or an errno.
int remove_flat(int parent, const std::string& name, int directory);

}  // namespace checkpointfs::pins
