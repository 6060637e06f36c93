// SPDX-License-Identifier: Apache-2.0
#include "fs/libfuse_options.h"

#include "base/concat.h"

namespace checkpointfs::fs {

std::string libfuse_options(const MountOptions& options, bool io_uring) {
  std::string words = options.release ? "rw,noatime," : "ro,";
  words += "nosuid,nodev,noexec,default_permissions,subtype=checkpointfs,fsname=";
  // A comma inside a word is escaped, so that a source's name cannot add options.
  for (const char c : options.name) {
    if (c == ',' || c == '\\') words.push_back('\\');
    words.push_back(c);
  }
  if (options.allow_other) words += ",allow_other";
  if (io_uring) words += ",io_uring";
  for (const std::string& word : options.fuse_options) words += "," + word;
  return words;
}

base::Failure mount_failure(const std::string& mount_point) {
  return {base::FailureKind::kMount,
          base::concat("cannot mount at ", mount_point,
                       ": libfuse says why above; is /dev/fuse there, and fusermount3 installed?")};
}

}  // namespace checkpointfs::fs
