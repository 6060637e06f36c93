// SPDX-License-Identifier: Apache-2.0
// A second rsync has nothing to do, whatever happened to the mount in between.
#include "fixtures.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class Rsync : public MountTest, public ::testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    NEEDS_PROGRAM("rsync");
  }

  // The itemized changes of another run of rsync.
  std::string again(const Mount& mount) {
    const RunResult result = run({"rsync", GetParam(), "-i", mount.path() + "/", target_ / "copy"});
    EXPECT_EQ(result.code, 0) << result;
    return result.out;
  }

  const Storage storage_{scenarios_called("chained").back()};
  TempDirectory target_;
};

TEST_P(Rsync, copies_nothing_the_second_time) {
  const Mount mount(storage_.path());
  EXPECT_NE(again(mount), "") << "not even the first run did anything";
  EXPECT_EQ(again(mount), "");
}

TEST_P(Rsync, copies_nothing_after_umount_and_mount) {
  const std::string index = target_ / "index.db";
  again(Mount({{storage_.path()}, {}, index}));
  EXPECT_EQ(again(Mount({{storage_.path()}, {}, index})), "");
}

TEST_P(Rsync, copies_nothing_after_the_index_was_made_anew) {
  again(Mount(storage_.path()));
  EXPECT_EQ(again(Mount(storage_.path())), "");
}

TEST_P(Rsync, finds_the_same_checksums_after_the_index_was_made_anew) {
  again(Mount(storage_.path()));
  const Mount mount(storage_.path());
  const RunResult result =
      run({"rsync", GetParam(), "-i", "--checksum", mount.path() + "/", target_ / "copy"});
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_EQ(result.out, "");
}

INSTANTIATE_TEST_SUITE_P(Repeated, Rsync, ::testing::Values("-a", "-aH"),
                         [](const auto& test) { return test.param.substr(1); });

}  // namespace
}  // namespace checkpointfs::test
