// SPDX-License-Identifier: Apache-2.0
// The seam under all that writes into a source: the few system calls of pins, trash, journal and records.
// Tests derive from it to let each call fail, or to kill the process there. And the clock.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "base/unique_fd.h"

namespace checkpointfs::storage {

// Each returns 0 or an errno.
class DiskOperations {
 public:
  virtual ~DiskOperations() = default;
  virtual int make_directory(int parent, const char* name, mode_t mode);
  // Fails with EEXIST if there is something of that name.
  virtual int move(int from, const char* name, int to, const char* new_name);
  // Replaces a file of ours.
  virtual int replace(int directory, const char* name, const char* new_name);
  virtual int remove_file(int directory, const char* name);
  virtual int remove_directory(int parent, const char* name);  // fails if it is not empty
  virtual int create_file(int directory, const char* name, base::UniqueFd* file);
  // Fails with EEXIST if there is something of that name. The umask takes bits from `mode`.
  virtual int create_new_file(int directory, const char* name, mode_t mode, base::UniqueFd* file);
  // Gives the open file one more name, whatever its first one leads to by now.
  virtual int link(int file, int directory, const char* name);
  virtual int append(int file, std::string_view text);  // all of it, or an error
  // Makes `to` share the blocks of a range of `from` (reflink).
  virtual int share_range(int from, uint64_t start, uint64_t length, int to);
  // Appends a range of `from` to `to` within the kernel. `*copied`: the bytes that were copied, also on
  // failure.
  virtual int copy_range(int from, uint64_t start, uint64_t length, int to, uint64_t* copied);
  virtual int cut(int file, off_t size);
  virtual int sync(int fd);
  virtual int sync_file_system(int fd);  // of the open file
  virtual int set_attributes(int directory, mode_t mode, uid_t uid, gid_t gid);
  virtual int set_owner(int fd, uid_t uid, gid_t gid);
  virtual int set_mode(int fd, mode_t mode);
  virtual int set_mtime(int fd, int64_t mtime_ns);

  virtual int64_t now_ns() const;  // since the epoch
};

}  // namespace checkpointfs::storage
