// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/fuse_session.h"

#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/text/message.h"

namespace checkpointfs::fs {
namespace {

bool users_may_allow_others() {
  std::ifstream file("/etc/fuse.conf");
  std::string word;
  for (std::string line; std::getline(file, line);) {
    if (std::istringstream(line) >> word && word == "user_allow_other") return true;
  }
  return false;
}

struct Arguments {
  explicit Arguments(const std::vector<std::string>& words) {
    for (const std::string& word : words) fuse_opt_add_arg(&list, word.c_str());
  }
  ~Arguments() { fuse_opt_free_args(&list); }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  fuse_args list = FUSE_ARGS_INIT(0, nullptr);
};

// The list for libfuse's -o.
std::string option_words(const MountOptions& options, bool io_uring) {
  std::string words = options.release ? "rw,noatime," : "ro,";
  words += "nosuid,nodev,noexec,default_permissions,subtype=checkpointfs,fsname=";
  // Commas inside a word are escaped, so that the name of a source cannot add options.
  for (const char c : options.name) {
    if (c == ',' || c == '\\') words.push_back('\\');
    words.push_back(c);
  }
  if (options.allow_other) words += ",allow_other";
  if (io_uring) words += ",io_uring";
  for (const std::string& word : options.fuse_options) words += "," + word;
  return words;
}

}  // namespace

FuseSession new_fuse_session(const MountOptions& options, bool io_uring, const fuse_lowlevel_ops& callbacks,
                             void* userdata) {
  const std::string words = option_words(options, io_uring);
  Arguments arguments({"checkpointfs", "-o", words});
  FuseSession session(fuse_session_new(&arguments.list, &callbacks, sizeof callbacks, userdata),
                      &fuse_session_destroy);
  if (!session) {
    throw base::Failure(base::FailureKind::kUsage,
                        base::format("libfuse refused the mount options {}", words));
  }
  return session;
}

base::Failure mount_failure(const MountOptions& options) {
  const bool asks_root = options.allow_other && ::geteuid() != 0 && !users_may_allow_others();
  return {
      base::FailureKind::kMount,
      base::format("cannot mount at {}{}", options.mount_point,
                   asks_root ? ": allow_other is for root only; let root add the line user_allow_other to "
                               "/etc/fuse.conf, or leave allow_other out"
                             : ": libfuse says why above; is /dev/fuse there, and fusermount3 installed?")};
}

}  // namespace checkpointfs::fs
