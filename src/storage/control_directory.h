// SPDX-License-Identifier: Apache-2.0
// The control directory of a source, `<source>/.checkpointfs`: it holds the pins, the trash, and all that
// later runs believe.
//
// A source may be a directory in which everybody can create things (mode 1777). So a control directory, and
// what lies in it, is believed only if it belongs to root or to the effective user and nobody else can write
// to it. The check is made on the open descriptor.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "base/unique_fd.h"
#include "storage/control_name.h"

namespace checkpointfs::storage {

class ControlDirectory {
 public:
  // Makes a directory; returns 0 or an errno.
  using Make = std::function<int(int parent, const char* name, mode_t mode)>;

  // Nothing if the source has none. Throws SystemError, Failure(kRefused) if somebody else could have written
  // to it.
  static std::optional<ControlDirectory> open(const std::string& source);
  // Makes it where it is not there. Throws as open().
  static ControlDirectory create(const std::string& source, const Make& make);
  // Without the check, for those who show what is there and believe nothing of it. Throws SystemError.
  static std::optional<ControlDirectory> open_unchecked(const std::string& source);

  const std::string& source() const { return source_; }
  std::string path() const;
  int source_fd() const { return source_fd_.get(); }
  int fd() const { return fd_.get(); }

  // The directory `name` in `parent`, a directory that this object opened; an empty result and errno if it
  // cannot be opened. `path`: for messages. Throws Failure(kRefused) as open().
  base::UniqueFd try_open(int parent, const std::string& name, const std::string& path) const;
  // The same, and makes it where it is not there. Throws SystemError.
  base::UniqueFd make(int parent, const std::string& name, mode_t mode, const std::string& path,
                      const Make& make) const;

  // Throws Failure(kRefused) if somebody else could have written to the open file or directory, or, of a
  // file, if it is no regular one or has other names.
  void require_own(int fd, const std::string& path) const;

 private:
  ControlDirectory(std::string source, base::UniqueFd source_fd);
  bool is_own(const struct stat& st) const;

  std::string source_;
  base::UniqueFd source_fd_;
  base::UniqueFd fd_;
  // Of a file system that shows one owner for all that it holds: that owner, and the mode of the source.
  std::optional<struct stat> shown_for_all_;
};

}  // namespace checkpointfs::storage
