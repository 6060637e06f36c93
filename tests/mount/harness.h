// SPDX-License-Identifier: Apache-2.0
// Mounts made by the real program, gone at the end of the test whatever happens.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "daemons.h"
#include "tests/support/files.h"
#include "process.h"

namespace checkpointfs::test {

// Every test of this directory. Skips, by name, what the machine cannot do, and fails a test in which a
// sanitizer complained about the program.
class MountTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;
};

// Skips the test if PATH has no such program.
#define NEEDS_PROGRAM(name) \
  if (!::checkpointfs::test::have_program(name)) GTEST_SKIP() << name << " is not installed"

// Skips the test if it does not run as root; `why` completes "root is needed to".
#define NEEDS_ROOT(why) \
  if (::geteuid() != 0) GTEST_SKIP() << "root is needed to " << why

struct MountSpec {
  std::vector<std::string> sources;
  std::vector<std::string> options = {};  // before the sources
  std::string index = {};                 // empty: one that is removed with the mount
  std::string mount_point = {};           // empty: likewise
};

// A mount in the background, for the life of the object. The constructor throws std::runtime_error with the
// output of the program.
class Mount {
 public:
  explicit Mount(MountSpec spec);
  // Mounts one source.
  explicit Mount(const std::string& source) : Mount(MountSpec{{source}}) {}
  ~Mount();
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;

  std::string path() const { return mount_point_; }
  std::string operator/(std::string_view name) const { return mount_point_ + "/" + std::string(name); }
  const std::string& index() const { return index_; }
  const std::string& log() const { return log_; }
  const RunResult& said() const { return said_; }
  pid_t pid() const { return pid_; }

  // Unmounts as a user would; the test fails if that does not work.
  void unmount();
  // Used by tests that end the mount in another way: the destructor only clears up.
  void expect_gone() { mounted_ = false; }

 private:
  TempDirectory own_;
  std::string mount_point_;
  std::string index_;
  std::string log_;
  RunResult said_;
  pid_t pid_ = -1;
  bool mounted_ = false;
};

// Type of the topmost mount at exactly `path`, by /proc/self/mountinfo: "fuse.checkpointfs"; "" if none.
std::string mount_type_at(const std::string& path);

// Detaches everything mounted at `path`, without waiting.
void detach(const std::string& path);

// The process that serves the mount at `path`, by its own account.
pid_t pid_of_mount(const std::string& path);

}  // namespace checkpointfs::test
