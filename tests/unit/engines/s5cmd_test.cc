// SPDX-License-Identifier: Apache-2.0
#include "engines/s5cmd.h"

#include <gtest/gtest.h>

namespace checkpointfs::engines {
namespace {

TEST(S5cmd, lines_are_quoted_for_its_shell_and_know_no_patterns) {
  EXPECT_EQ(s5cmd_remove_line("s3://bucket/*/x[1]"), "rm --raw 's3://bucket/*/x[1]'");
  EXPECT_EQ(s5cmd_remove_line("s3a://bucket/it's"), "rm --raw 's3://bucket/it'\\''s'");
  EXPECT_EQ(s5cmd_remove_line("s3://b/-dash \"\\#"), "rm --raw 's3://b/-dash \"\\#'");
  EXPECT_EQ(s5cmd_copy_line("s3a://b/it's", "s3p://c/x y"), "cp --raw 's3://b/it'\\''s' 's3://c/x y'");
}

TEST(S5cmd, takes_only_s3_and_only_names_that_a_request_can_hold) {
  for (const char* uri : {"hdfs://nn/a", "file:/a", "s3://b/a\nb", "s3://b/cr\r", "s3://b/\x01",
                          "s3://b/\xFF", "s3://b/\xEF\xBF\xBF"})
    EXPECT_NE(s5cmd_problem(uri), "") << uri;
  for (const char* uri : {"s3://b/\t", "s3n://b/r\xC3\xA9", "s3://b/*?[]{}'\"\\"})
    EXPECT_EQ(s5cmd_problem(uri), "") << uri;
}

}  // namespace
}  // namespace checkpointfs::engines
