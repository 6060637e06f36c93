// SPDX-License-Identifier: Apache-2.0
// Power cuts: the storage lies on an ext4 of its own, in a file, which is shut down at once, without writing
// what it has in memory, and mounted again.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/types.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/unique_fd.h"
#include "stepping.h"
#include "steps.h"

namespace checkpointfs::removal {
namespace {

// Defined as in fs/ext4/ext4.h.
constexpr unsigned long kShutdown = _IOR('X', 125, __u32);
constexpr __u32 kWithoutLog = 2;  // not even the journal is written

int run(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str());
}

class Disk {
 public:
  Disk() {
    image_ = directory_.path() + "/image";
    mount_point_ = directory_.path() + "/disk";
    test::make_directory(mount_point_);
    is_made_ = run(base::format("truncate -s 64M {} && mkfs.ext4 -q -F {}", image_, image_)) == 0 && mount();
  }
  ~Disk() { unmount(); }
  bool is_made() const { return is_made_; }
  const std::string& path() const { return mount_point_; }

  void sync() const {
    const base::UniqueFd fd(::open(mount_point_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ::syncfs(fd.get());
  }
  // The power goes. Any process may call it.
  void cut() const {
    const base::UniqueFd fd(::open(mount_point_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    __u32 how = kWithoutLog;
    if (::ioctl(fd.get(), kShutdown, &how) != 0) ::abort();
  }
  bool remount() {
    unmount();
    return mount();
  }

 private:
  bool mount() { return run(base::format("mount -o loop {} {}", image_, mount_point_)) == 0; }
  void unmount() const { run(base::format("umount {}", mount_point_)); }

  test::TempDirectory directory_;
  std::string image_;
  std::string mount_point_;
  bool is_made_ = false;
};

TEST(PowerCut, at_any_call_loses_nothing_and_one_more_run_ends_as_planned) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can mount a disk";
  int cuts = 0;
  std::mt19937 random(11);
  for (int round = 0; round < 24; ++round) {
    Disk disk;
    if (!disk.is_made()) GTEST_SKIP() << "no ext4 can be made and mounted here";
    const Step::Kind kind = Step::kKinds[round % 4];
    Step step(kind, disk.path());
    disk.sync();
    const int at = static_cast<int>(random() % 60);
    const pid_t child = ::fork();
    if (child == 0) {
      SteppingChanges changes(step.clock(), [&](int call) {
        if (call == at) {
          disk.cut();
          ::_exit(1);
        }
        return 0;
      });
      step.run(changes);
      disk.cut();
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(child, ::waitpid(child, &status, 0));
    ASSERT_TRUE(WIFEXITED(status));
    ++cuts;
    ASSERT_TRUE(disk.remount());
    ASSERT_EQ("", step.problem_now()) << Step::name(kind) << ", power cut at call " << at;
    // A step that was reported as done is done.
    ASSERT_TRUE(WEXITSTATUS(status) != 0 || step.is_done()) << Step::name(kind);
    step.run_again();
    ASSERT_EQ("", step.problem_at_end()) << Step::name(kind) << ", power cut at call " << at;
  }
  std::cout << "power cuts during rm, gc, restore and purge: " << cuts << "\n";
}

}  // namespace
}  // namespace checkpointfs::removal
