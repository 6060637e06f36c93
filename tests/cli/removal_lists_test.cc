// SPDX-License-Identifier: Apache-2.0
#include "cli/removals/removal_lists.h"

#include <gtest/gtest.h>

#include <functional>
#include <sstream>

#include "base/errors.h"

namespace checkpointfs::cli {
namespace {

// The refusal's text; "" if there is none.
std::string refusal(const std::function<std::string(std::string_view)>& line, const std::string& name) {
  try {
    line(name);
  } catch (const base::Failure& failure) {
    EXPECT_EQ(failure.kind(), base::FailureKind::kRefused) << failure.what();
    return failure.what();
  }
  return {};
}

TEST(HadoopList, escapes_what_makes_a_pattern) {
  EXPECT_EQ(hadoop_line("file:/a/*/x[1]"), "file:/a/\\*/x\\[1\\]");
  EXPECT_EQ(hadoop_line("hdfs://ns1:8020/a{b,c}/why?"), "hdfs://ns1:8020/a\\{b\\,c\\}/why\\?");
  EXPECT_EQ(hadoop_line("hdfs:///a\\b^"), "hdfs:///a\\\\b\\^");
  EXPECT_EQ(hadoop_line("file:/a b'\"#%20;\r"), "file:/a b'\"#%20;\r");
}

TEST(HadoopList, names_s3_as_apache_hadoop_does) {
  EXPECT_EQ(hadoop_line("s3://bucket/a"), "s3a://bucket/a");
  EXPECT_EQ(hadoop_line("s3p://bucket/a"), "s3a://bucket/a");
}

TEST(HadoopList, refuses_names_that_hadoop_does_not_take) {
  for (const char* name : {"file:/a\nb", "file:/a/b:c", "s3://b/2026-11-22T10:24", "hdfs://a:8020,b:8020/x",
                           "file:/\xFF", "hdfs://nn"})
    EXPECT_NE(refusal(hadoop_line, name), "") << name;
}

TEST(S5cmdList, quotes_for_its_shell_and_knows_no_patterns) {
  EXPECT_EQ(s5cmd_line("s3://bucket/*/x[1]"), "rm --raw 's3://bucket/*/x[1]'");
  EXPECT_EQ(s5cmd_line("s3a://bucket/it's"), "rm --raw 's3://bucket/it'\\''s'");
  EXPECT_EQ(s5cmd_line("s3://b/-dash \"\\#"), "rm --raw 's3://b/-dash \"\\#'");
}

TEST(S5cmdList, refuses_names_that_a_request_cannot_hold) {
  for (const char* name : {"s3://b/a\nb", "s3://b/cr\r", "s3://b/\x01", "s3://b/\xFF", "s3://b/\xEF\xBF\xBF"})
    EXPECT_NE(refusal(s5cmd_line, name), "") << name;
}

TEST(RcloneList, is_read_as_it_is) {
  for (const char* name : {"*", "x[1]", "a{b,c}", "#no comment", ";", " blanks ", "-", "\\'\"", "r\xC3\xA9"})
    EXPECT_EQ(rclone_line(name), name);
}

TEST(RcloneList, refuses_names_that_rclone_reads_differently) {
  // CR, a quote of rclone's, a wide dot, the picture of a control character.
  for (const char* name : {"a\nb", "cr\r", "\xFF", "\xE2\x80\x9B", "\xEF\xBC\x8E", "\xE2\x90\x80"})
    EXPECT_NE(refusal(rclone_line, name), "") << name;
}

TEST(PathList, holds_all_but_line_feeds) {
  EXPECT_EQ(path_line("/a\r\xFF"), "/a\r\xFF");
  EXPECT_NE(refusal(path_line, "/a\nb").find("$'/a\\012b'"), std::string::npos);
}

TEST(Lists, print_nothing_if_one_name_cannot_be_said) {
  removal::Plan plan;
  plan.sources = {{"/src", 1}};
  removal::PlannedFile file;
  file.place = {"/src", "job/shared/a"};
  plan.files = {file, file};
  plan.files[1].place.path = "job/shared/b\n";
  for (const char* format : {"hadoop", "rclone", "paths"}) {
    std::ostringstream out;
    EXPECT_THROW(print_list(out, plan, format), base::Failure) << format;
    EXPECT_EQ(out.str(), "") << format;
  }
  plan.files.pop_back();
  std::ostringstream out;
  print_list(out, plan, "paths");
  EXPECT_EQ(out.str(), "/src/job/shared/a\n");
}

}  // namespace
}  // namespace checkpointfs::cli
