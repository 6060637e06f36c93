// SPDX-License-Identifier: Apache-2.0
// The control directory of a source, `<source>/.checkpointfs`: it holds the pins, the trash, and all that
// later runs believe.
//
// A source may be a directory in which everybody can create things (mode 1777). So a control directory, and
// what lies in it, is believed only if it belongs to root or to the effective user and nobody else can write
// to it. The check is made on the open descriptor.
//
// Pins, trash and the record of known storage stand on it: it makes and opens their directories, and writes
// their files so that a reader sees the old text or the new one, whatever dies meanwhile.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "storage/control_name.h"
#include "storage/disk_operations.h"

namespace checkpointfs::storage {

class ControlDirectory {
 public:
  // Nothing if the source has none. Throws SystemError, Failure(kRefused) if somebody else could have written
  // to it.
  static std::optional<ControlDirectory> open(const std::string& source);
  // Makes it where it is not there. Throws as open().
  static ControlDirectory create(const std::string& source, DiskOperations& disk);
  // Without the check, for those who show what is there and believe nothing of it. Throws SystemError.
  static std::optional<ControlDirectory> open_unchecked(const std::string& source);

  const std::string& source() const { return source_; }
  std::string path() const;
  int source_fd() const { return source_fd_.get(); }
  int fd() const { return fd_.get(); }

  // The directory `name` in `parent`, a directory that this object opened; an empty result and errno if it
  // cannot be opened. `path`: for messages. Throws Failure(kRefused) as open().
  base::UniqueFd try_open(int parent, const std::string& name, const std::string& path) const;
  // The same, and makes it where it is not there, durably and with this mode whatever the umask. Throws
  // SystemError.
  base::UniqueFd make(int parent, const std::string& name, mode_t mode, const std::string& path,
                      DiskOperations& disk) const;

  // A file that a directory of ours gets, by way of another name in it.
  struct NewFile {
    std::string name;
    std::string partial_name;  // of the file as long as it is not whole; left behind by a crash
    std::string path;          // for messages
    mode_t mode = 0600;
  };
  // Writes the file, or replaces the one of that name: durably, with all of the text or not at all. Throws
  // SystemError, Failure(kRefused) if somebody else could have written to the partial file.
  void write(int directory, const NewFile& file, std::string_view text, DiskOperations& disk) const;

  // Throws Failure(kRefused) if somebody else could have written to the open file or directory, or, of a
  // file, if it is no regular one or has other names.
  void require_own(int fd, const std::string& path) const;

 private:
  ControlDirectory(std::string source, base::UniqueFd source_fd);
  bool is_own(const struct stat& st) const;

  std::string source_;
  base::UniqueFd source_fd_;
  base::UniqueFd fd_;
  // The owner and mode of the source, if its file system may show one owner for all files; else nothing.
  std::optional<struct stat> shown_for_all_;
};

// Marks a directory as in use, as long as the descriptor is open; false if another process has. True as well
// on a file system that knows no locks.
bool try_lock_directory(int directory);
// The same, and waits for the other process.
void lock_directory(int directory);

// Removes what lies in the directory `name` of `parent`, and then the directory itself. Returns 0 or an
// errno.
int remove_tree(int parent, const std::string& name, DiskOperations& disk);

// Calls `take` for all that lies below the directory, for the contents of a directory before itself, sorted
// by name. Stops at the first errno, and returns it. `parent`: the open directory of `name`. `path`: below
// the directory.
using TakeEntry =
    std::function<int(int parent, const std::string& name, const std::string& path, const struct stat& st)>;
int each_below(int parent, const std::string& directory, const TakeEntry& take);

}  // namespace checkpointfs::storage
