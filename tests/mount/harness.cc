// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <sys/mount.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "fs/mount/mount_table.h"
#include "io_uring_switch.h"
#include "sanitizer.h"

namespace checkpointfs::test {
namespace {

std::vector<std::string> mount_arguments(const MountSpec& spec, const std::string& log) {
  std::vector<std::string> arguments = {"mount", "--index", spec.index, "--log", log};
  arguments.insert(arguments.end(), spec.options.begin(), spec.options.end());
  arguments.insert(arguments.end(), spec.sources.begin(), spec.sources.end());
  arguments.push_back(spec.mount_point);
  return arguments;
}

}  // namespace

void MountTest::SetUp() {
  if (::access("/dev/fuse", R_OK | W_OK) != 0) GTEST_SKIP() << "/dev/fuse cannot be used here";
  if (::geteuid() != 0) NEEDS_PROGRAM("fusermount3");
  if (!is_io_uring_wanted()) return;
  static const std::string why_not = why_no_io_uring();
  if (!why_not.empty()) GTEST_SKIP() << why_not;
}

void MountTest::TearDown() {
  if (const std::string complaint = sanitizer_complaint(); !complaint.empty()) {
    ADD_FAILURE() << "a sanitizer complains about the program:\n" << complaint;
  }
}

Mount::Mount(MountSpec spec)
    : mount_point_(spec.mount_point.empty() ? own_ / "mnt" : spec.mount_point),
      index_(spec.index.empty() ? own_ / "index.db" : spec.index),
      log_(own_ / "log") {
  if (spec.mount_point.empty()) stdfs::create_directory(mount_point_);
  spec.mount_point = mount_point_;
  spec.index = index_;
  said_ = checkpointfs(mount_arguments(spec, log_));
  if (said_.code != 0) {
    detach(mount_point_);
    throw std::runtime_error("mount failed with exit code " + std::to_string(said_.code) + ": " + said_.err);
  }
  mounted_ = true;
  pid_ = pid_of_mount(mount_point_);
}

Mount::~Mount() {
  if (mounted_) {
    const RunResult result = checkpointfs({"umount", mount_point_}, Milliseconds(15'000));
    EXPECT_EQ(result.code, 0) << "umount: " << result;
  }
  detach(mount_point_);
  // Waits for a sanitizer's report at the end.
  if (pid_ > 0 && !ends_within(pid_, Milliseconds(15'000))) {
    ADD_FAILURE() << "the process of the mount did not end; it is killed";
    ::kill(pid_, SIGKILL);
  }
}

void Mount::unmount() {
  mounted_ = false;
  const RunResult result = checkpointfs({"umount", mount_point_}, Milliseconds(15'000));
  ASSERT_EQ(result.code, 0) << result;
  ASSERT_EQ(mount_type_at(mount_point_), "");
  ASSERT_TRUE(ends_within(pid_, Milliseconds(15'000))) << "the process outlives its mount";
}

std::string mount_type_at(const std::string& path) {
  const auto mount = fs::mount_at(path);
  return mount ? mount->type : "";
}

void detach(const std::string& path) {
  for (int i = 0; i < 10 && !mount_type_at(path).empty(); ++i) {
    if (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) run({"fusermount3", "-uz", path});
  }
}

pid_t pid_of_mount(const std::string& path) {
  const std::string status = read_file(path + "/.checkpointfs/status");
  const std::string key = "\"pid\":";
  const size_t at = status.find(key);
  if (at == std::string::npos) throw std::runtime_error("no pid in " + status);
  return std::stoi(status.substr(at + key.size()));
}

}  // namespace checkpointfs::test
