// SPDX-License-Identifier: Apache-2.0
// restic, which stores each content once, knows the files of a mount again, whatever happened to the mount in
// between.
#include <boost/json.hpp>

#include <filesystem>

#include "fixtures.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class Restic : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    NEEDS_PROGRAM("restic");
    std::filesystem::create_directories(mount_point_);
    ASSERT_EQ(restic({"init"}).code, 0);
  }

  // Run beside the mount point: restic stores the directories above a path as well.
  RunResult restic(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"env", "-C", directory_.path(), "RESTIC_PASSWORD=checkpoints",
                      "RESTIC_REPOSITORY=repository", "RESTIC_CACHE_DIR=cache", "restic", "--json"});
    return run(arguments);
  }

  // Backs a new mount with a new index up; the last line that restic prints.
  boost::json::object back_up() {
    const Mount mount({{storage_.path()}, {}, {}, mount_point_});
    const RunResult result = restic({"backup", "mnt"});
    EXPECT_EQ(result.code, 0) << result;
    const size_t end = result.out.find_last_not_of('\n');
    const size_t begin = result.out.rfind('\n', end) + 1;  // npos + 1 is 0
    return boost::json::parse(result.out.substr(begin, end + 1 - begin)).as_object();
  }

  const Storage storage_{scenarios_called("chained").back()};
  TempDirectory directory_;
  const std::string mount_point_ = directory_ / "mnt";
};

TEST_F(Restic, stores_no_data_the_second_time) {
  const boost::json::object first = back_up();
  EXPECT_GT(first.at("files_new").as_int64(), 0);
  EXPECT_GT(first.at("data_blobs").as_int64(), 0);
  const boost::json::object second = back_up();
  EXPECT_EQ(second.at("files_unmodified"), first.at("files_new"));
  EXPECT_EQ(second.at("files_new"), 0);
  EXPECT_EQ(second.at("files_changed"), 0);
  EXPECT_EQ(second.at("data_blobs"),
            0);  // directories have the number of the device, which may be another one
}

TEST_F(Restic, restores_what_the_mount_shows) {
  back_up();
  ASSERT_EQ(restic({"restore", "latest", "--target", "restored"}).code, 0);
  const Mount mount({{storage_.path()}, {}, {}, mount_point_});
  const RunResult difference = run({"diff", "-r", mount_point_, directory_ / "restored/mnt"});
  EXPECT_EQ(difference.code, 0) << difference;
}

}  // namespace
}  // namespace checkpointfs::test
