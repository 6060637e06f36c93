// SPDX-License-Identifier: Apache-2.0
// The two exceptions of the program: the world is wrong (SystemError), and the user must decide (Failure).
// Wrong *input* is never an exception, see input_error.h.
//
// The folder has the tools that all others use, and knows nothing of checkpoints. Begin here; then
// unique_fd.h and beneath.h (descriptors, and opening files beneath a directory through no link), path.h
// (paths as text), byte_cursor.h (reading hostile bytes), byte_window.h (a long text of which a part is in
// memory) and named_file.h (files that the user names). The log is log.h, with log_throttle.h and
// systemd_journal.h; sd_notify.h tells the service manager how far the work is. Containers:
// generation_cache.h, ordinal_set.h, prefix_tree.h. The system: mounts.h, same_trees.h, fd_limit.h. Texts for
// messages are in text/, threads in threads/. Exceptions become an errno in fs/fuse/request_guard.h and an
// exit code in src/cli/main.cc, and nowhere else.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace checkpointfs::base {

// A system call failed. what() is "<action> <path>: <strerror>".
class SystemError : public std::runtime_error {
 public:
  SystemError(int code, std::string_view action, std::string_view path);
  // what() is `message`.
  SystemError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  // errno of the call that failed.
  int code() const { return code_; }

 private:
  int code_;
};

// Throws SystemError with the current errno.
[[noreturn]] void throw_errno(std::string_view action, std::string_view path);

// Returns true if the errno says that this process or the host has run out of something, and says nothing
// about the file that was asked for.
bool is_shortage(int error);
// Returns true if the errno says nothing about the file that was asked for: after a shortage, or if the store
// could not be asked.
bool says_nothing_of_the_file(int error);

// The kind of decision that a Failure asks for; each kind is one exit code of the program.
enum class FailureKind {
  kUsage,       // the command line
  kSource,      // a source directory cannot be read, or a named snapshot or file is not there
  kMountPoint,  // the mount point is missing, not a directory, not empty, or not a mount of ours
  kIndex,       // the index cannot be opened, is damaged, foreign or newer than this program
  kInUse,       // another process holds the index
  kMount,       // the kernel or libfuse refused the mount
  kInput,       // metadata that cannot be read or rewritten
  kBroken,      // a snapshot lacks files, or has wrong ones
  kRefused,     // nothing is removed, as that would not be safe
};

// Something the user has to change; what() says what is wrong and what to do next.
class Failure : public std::runtime_error {
 public:
  Failure(FailureKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  FailureKind kind() const { return kind_; }

 private:
  FailureKind kind_;
};

// A Failure that is about one file or directory.
class PathFailure : public Failure {
 public:
  // `message` names the path too, as people read it.
  PathFailure(FailureKind kind, const std::string& message, std::string path)
      : Failure(kind, message), path_(std::move(path)) {}
  // As the user or the system named it; not made printable.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace checkpointfs::base
