// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/paths.h"

#include <gtest/gtest.h>

#include "base/path.h"

namespace checkpointfs::cli {
namespace {

constexpr const char* kJob = "0123456789abcdef0123456789abcdef";

TEST(Paths, absolute_path_resolves_dots_and_doubled_slashes) {
  EXPECT_EQ(absolute_path("/a//b/./c/../d/"), "/a/b/d");
  EXPECT_EQ(absolute_path("/../.."), "/");
  EXPECT_EQ(absolute_path("//"), "/");
}

TEST(Paths, absolute_path_starts_at_the_current_directory_when_relative) {
  EXPECT_EQ(absolute_path("x"), absolute_path(".") + "/x");
}

TEST(Paths, real_path_of_a_missing_file_is_in_its_directory) {
  EXPECT_EQ(real_path("/proc/../proc/no-such-file"), "/proc/no-such-file");
  EXPECT_EQ(real_path("/no-such-directory/x"), "/no-such-directory/x");
}

TEST(Paths, within_compares_whole_components) {
  EXPECT_EQ(base::path_below("/a/b/c", "/a/b"), "c");
  EXPECT_EQ(base::path_below("/a/b", "/a/b"), "");
  EXPECT_EQ(base::path_below("/a/b", "/"), "a/b");
  EXPECT_EQ(base::path_below("/a/bc", "/a/b"), std::nullopt);
  EXPECT_EQ(base::path_below("/a", "/a/b"), std::nullopt);
}

TEST(Paths, guess_source_is_above_the_job_when_there_is_one) {
  const std::string job = std::string("/data/flink/") + kJob;
  EXPECT_EQ(guess_source(job + "/chk-42"), "/data/flink");
  EXPECT_EQ(guess_source(job + "/shared/file"), "/data/flink");
  EXPECT_EQ(guess_source(job), "/data/flink");
}

TEST(Paths, guess_source_is_above_the_snapshot_when_there_is_no_job) {
  EXPECT_EQ(guess_source("/data/savepoints/savepoint-ab12"), "/data/savepoints");
  EXPECT_EQ(guess_source("/data/flink/chk-42"), "/data/flink");
  EXPECT_EQ(guess_source("/data/flink/chk-42/file"), "/data/flink");
  EXPECT_EQ(guess_source("/data/flink/shared/file"), "/data/flink");
  EXPECT_EQ(guess_source("/chk-1"), "/");
}

TEST(Paths, guess_source_is_not_misled_by_names_that_are_nearly_a_job) {
  EXPECT_EQ(guess_source("/data/0123456789ABCDEF0123456789ABCDEF/chk-1"),
            "/data/0123456789ABCDEF0123456789ABCDEF");
  EXPECT_EQ(guess_source("/data/x/chk-1a/file"), "/data/x/chk-1a");
}

}  // namespace
}  // namespace checkpointfs::cli
