// SPDX-License-Identifier: Apache-2.0
// The few calls that change anything: one place to see what the commands can do to a disk, and where tests
// let them fail or die. And the clock.
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
  virtual int append(int file, std::string_view text);  // all of it, or an error
  virtual int cut(int file, off_t size);
  virtual int sync(int fd);
  virtual int set_attributes(int directory, mode_t mode, uid_t uid, gid_t gid);
  virtual int set_mtime(int directory, int64_t mtime_ns);

  virtual int64_t now_ns() const;  // since the epoch
};

}  // namespace checkpointfs::storage
