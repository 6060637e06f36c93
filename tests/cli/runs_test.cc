// SPDX-License-Identifier: Apache-2.0
// A job directory that two runs of one job id have written: every command has the same newest checkpoint.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "program.h"
#include "tests/support/metadata_builder.h"
#include "tests/support/indexed_storage.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using Names = std::set<std::string>;

const std::string kJob(32, '0');  // as in application mode with high availability

class OneJobId : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* directory : {"shared", "taskowned"})
      test::make_directory(source() + "/" + kJob + "/" + directory);
  }
  void TearDown() override {
    if (mounted_) program_.run({"umount", "--lazy", mount_point()});
  }

  std::string source() const { return directory_ / "source"; }
  std::string mount_point() const { return directory_ / "mnt"; }
  std::string chk(int number) const { return kJob + "/chk-" + std::to_string(number); }
  std::string path(int number) const { return source() + "/" + chk(number); }
  // The file that only the checkpoint of that number needs.
  std::string file_of(int number) const {
    const std::string digits = std::to_string(1000 + number);
    return source() + "/" + kJob + "/shared/" + digits + digits + "-0000-4000-8000-000000000000";
  }

  void checkpoint(int number, std::chrono::seconds age) {
    test::replace_file(file_of(number), "0123456789");
    test::replace_file(path(number) + "/_metadata",
                       test::metadata_with({file("file:" + file_of(number), 10)}, number));
    const auto time = fs::file_time_type::clock::now() - age;
    fs::last_write_time(file_of(number), time);
    fs::last_write_time(path(number) + "/_metadata", time);
  }
  void two_runs() {
    for (const int n : {102, 103, 104}) checkpoint(n, std::chrono::hours(24 * (130 - n)));
    for (const int n : {1, 2, 3}) checkpoint(n, std::chrono::hours(24 * (4 - n)));
  }

  std::string newest_usable() {
    const std::string out = program_.run({"verify", "--newest-usable", source()}).out;
    return out.empty() ? out : fs::path(out.substr(0, out.size() - 1)).filename().string();
  }
  Names newest_in_list() {
    Names newest;
    const json::value list = program_.run({"list", "--json", source()}).json();
    for (const json::value& snapshot : list.at("snapshots").as_array()) {
      if (snapshot.at("newest").as_bool())
        newest.insert(fs::path(text(snapshot, "path")).filename().string());
    }
    return newest;
  }
  Names going(const std::string& keep_last) {
    const Output output =
        program_.run({"gc", "--source", source(), "--keep-last", keep_last, "--grace", "0", "--json"});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    Names names;
    const json::value plan = output.json();
    for (const json::value& snapshot : plan.at("snapshots").as_array())
      names.insert(fs::path(text(snapshot, "path")).filename().string());
    return names;
  }
  bool is_refused(int number) {
    const Output output = program_.run({"rm", "--source", source(), path(number)});
    EXPECT_EQ(output.exit_code == 11, output.err.find("--force-newest") != std::string::npos) << output.err;
    return output.exit_code == 11;
  }

  const test::TempDirectory directory_;
  const Program program_{directory_ / "state"};
  bool mounted_ = false;
};

TEST_F(OneJobId, has_one_newest_checkpoint_in_every_command) {
  two_runs();
  EXPECT_EQ(newest_usable(), "chk-3");
  EXPECT_EQ(newest_in_list(), Names{"chk-3"});
  EXPECT_TRUE(program_.run({"show", "--source", source(), "--json", chk(3)}).json().at("newest").as_bool());
  EXPECT_FALSE(
      program_.run({"show", "--source", source(), "--json", chk(104)}).json().at("newest").as_bool());
  EXPECT_EQ(going("3"), Names{});
  EXPECT_EQ(going("1"), (Names{"chk-1", "chk-2", "chk-102", "chk-103"}));
  EXPECT_TRUE(is_refused(3));
  EXPECT_TRUE(is_refused(104));
  EXPECT_FALSE(is_refused(103));

  const std::string note = "note: " + kJob + ": 2 runs share";
  EXPECT_NE(program_.run({"list", source()}).out.find(note), std::string::npos);
  const json::value runs = program_.run({"list", "--json", source()}).json().at("unclear_runs");
  ASSERT_EQ(runs.as_array().size(), 1U);
  EXPECT_EQ(runs.at(0).at("runs").as_array().size(), 2U);

  if (::access("/dev/fuse", R_OK | W_OK) != 0) GTEST_SKIP() << "/dev/fuse cannot be used here";
  fs::create_directory(mount_point());
  const Output mounted = program_.run({"mount", source(), mount_point()});
  ASSERT_EQ(mounted.exit_code, 0) << mounted.err;
  mounted_ = true;
  EXPECT_NE(mounted.out.find(note), std::string::npos) << mounted.out;
  EXPECT_EQ(fs::read_symlink(mount_point() + "/.checkpointfs/latest/" + kJob).string(), "../../" + chk(3));
  EXPECT_EQ(program_.run({"verify", "--newest-usable", mount_point()}).out,
            mount_point() + "/" + chk(3) + "\n");
}

TEST_F(OneJobId, that_has_lost_a_file_of_its_newest_checkpoint_keeps_the_last_usable_one) {
  two_runs();
  fs::remove(file_of(3));
  EXPECT_EQ(newest_usable(), "chk-2");
  EXPECT_EQ(going("1"), (Names{"chk-1", "chk-102", "chk-103"}));
  EXPECT_TRUE(is_refused(2));
  EXPECT_TRUE(is_refused(3)) << "the job may be running from it";
}

TEST_F(OneJobId, with_shuffled_times_goes_by_number) {
  int place = 0;
  for (const int n : {13, 11, 15, 12, 14})
    checkpoint(n, std::chrono::hours(24 * 9) - std::chrono::seconds(10 * place++));
  EXPECT_EQ(newest_usable(), "chk-15");
  EXPECT_EQ(newest_in_list(), Names{"chk-15"});
  EXPECT_NE(program_.run({"list", source()}).out.find("do not follow their numbers"), std::string::npos);
  EXPECT_EQ(going("1"), (Names{"chk-11", "chk-12", "chk-13"})) << "the last by number, and the last by time";
}

TEST_F(OneJobId, that_goes_on_after_a_restart_is_one_run) {
  for (const int n : {7, 8}) checkpoint(n, std::chrono::hours(24 * (40 - n)));
  for (const int n : {9, 10}) checkpoint(n, std::chrono::hours(24 * (15 - n)));
  EXPECT_EQ(newest_usable(), "chk-10");
  EXPECT_EQ(going("2"), (Names{"chk-7", "chk-8"}));
  EXPECT_EQ(program_.run({"list", source()}).out.find("note:"), std::string::npos);
}

}  // namespace
}  // namespace checkpointfs::test
