// SPDX-License-Identifier: Apache-2.0
// Many snapshots: what a mount takes does not grow with them. The storage is made by
// tests/bench/make-storage.
#include <fstream>

#include "fixtures.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr bool kMeasured = false;  // the sanitizer's own memory is greater
#else
constexpr bool kMeasured = true;
#endif

// Resident memory of a process in KiB.
uint64_t resident(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6));
  }
  return 0;
}

class Scale : public MountTest {};

TEST_F(Scale, everything_can_be_listed_in_constant_memory) {
  NEEDS_PROGRAM("python3");
  const TempDirectory directory;
  const std::string source = directory / "source";
  // 100,000 references.
  const RunResult made =
      run({CHECKPOINTFS_MAKE_STORAGE, "--snapshots", "200", "--jobs", "4", "--files", "500", source});
  ASSERT_EQ(made.code, 0) << made;
  const Mount mount(source);
  ASSERT_EQ(run({"ls", "-lR", mount / "00000000000000000000000000000001/chk-1"}).code, 0);
  const uint64_t before = resident(mount.pid());
  ASSERT_GT(before, 0U);
  for (const char* view : {"", ".checkpointfs/jobs", ".checkpointfs/operators", ".checkpointfs/by-time"}) {
    const RunResult listed = run({"sh", "-c", "ls -lR \"$1\" | wc -l", "sh", mount / view});
    ASSERT_EQ(listed.code, 0) << listed;
    EXPECT_GT(std::stoull(listed.out), 200U) << view;
  }
  const uint64_t after = resident(mount.pid());
  if (kMeasured) {
    EXPECT_LT(after, before + 24 * 1024) << "KiB";
    EXPECT_LT(after, 64U * 1024) << "KiB";
  }
}

}  // namespace
}  // namespace checkpointfs::test
