// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engines/path_list.h"
#include "engines/rclone.h"
#include "engines/uri_kinds.h"

namespace checkpointfs::engines {
namespace {

TEST(RcloneList, is_read_as_it_is) {
  for (const char* name :
       {"*", "x[1]", "a{b,c}", "#no comment", ";", " blanks ", "-", "\\'\"", "r\xC3\xA9"}) {
    EXPECT_EQ(rclone_problem(name), "") << name;
    EXPECT_EQ(rclone_line(name), name);
  }
}

TEST(RcloneList, has_no_names_that_rclone_reads_differently) {
  // CR, a quote of rclone's, a wide dot, the picture of a control character.
  for (const char* name : {"a\nb", "cr\r", "\xFF", "\xE2\x80\x9B", "\xEF\xBC\x8E", "\xE2\x90\x80"})
    EXPECT_NE(rclone_problem(name), "") << name;
}

TEST(PathList, holds_all_but_line_feeds) {
  EXPECT_EQ(path_problem("/a\r\xFF"), "");
  EXPECT_NE(path_problem("/a\nb"), "");
}

TEST(Csv, quotes_a_field_only_if_it_must) {
  EXPECT_EQ(csv_field("s3://b/a b"), "s3://b/a b");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("a\"b\nc"), "\"a\"\"b\nc\"");
  EXPECT_EQ(csv_field(" a"), "\" a\"");
  EXPECT_EQ(csv_field(""), "");
}

TEST(StoreUri, tells_s3_and_this_host_from_other_stores) {
  EXPECT_EQ(s3_scheme("s3p://b/a"), "s3p://");
  EXPECT_EQ(s3_scheme("s3:/b"), "");
  EXPECT_EQ(s3_scheme("hdfs://b"), "");
  EXPECT_TRUE(is_local("file:///a"));
  EXPECT_FALSE(is_local("files://a"));
}

}  // namespace
}  // namespace checkpointfs::engines
