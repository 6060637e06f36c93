// SPDX-License-Identifier: Apache-2.0
#include "engines/hadoop.h"

#include <gtest/gtest.h>

namespace checkpointfs::engines {
namespace {

TEST(Hadoop, escapes_the_characters_of_patterns) {
  EXPECT_EQ(hadoop_line("file:/a/*/x[1]"), "file:/a/\\*/x\\[1\\]");
  EXPECT_EQ(hadoop_line("hdfs://ns1:8020/a{b,c}/why?"), "hdfs://ns1:8020/a\\{b\\,c\\}/why\\?");
  EXPECT_EQ(hadoop_line("hdfs:///a\\b^"), "hdfs:///a\\\\b\\^");
  EXPECT_EQ(hadoop_line("file:/a b'\"#%20;\r"), "file:/a b'\"#%20;\r");
}

TEST(Hadoop, has_one_scheme_for_s3) {
  EXPECT_EQ(hadoop_line("s3://bucket/a"), "s3a://bucket/a");
  EXPECT_EQ(hadoop_line("s3p://bucket/a"), "s3a://bucket/a");
  EXPECT_EQ(distcp_line("s3://bucket/a"), "s3a://bucket/a");
}

TEST(Hadoop, takes_neither_line_feeds_nor_colons_nor_several_name_nodes) {
  for (const char* uri : {"file:/a\nb", "file:/a/b:c", "s3://b/2026-11-22T10:24", "hdfs://a:8020,b:8020/x",
                          "file:/\xFF", "hdfs://nn"}) {
    EXPECT_NE(hadoop_problem(uri), "") << uri;
    EXPECT_NE(distcp_problem(uri), "") << uri;
  }
}

TEST(Hadoop, puts_files_by_encoded_names) {
  EXPECT_EQ(hadoop_put_argument("1b4e28ba-2fa1"), "./1b4e28ba-2fa1");
  EXPECT_EQ(hadoop_put_argument("q[1] %'\xC3\xA9"), "./q%5B1%5D%20%25%27%C3%A9");
}

TEST(DistCp, takes_no_pattern_and_no_file_of_this_host) {
  for (const char* uri : {"hdfs://nn:8020/q[1]", "hdfs://nn:8020/c{x,y}", "hdfs://nn:8020/*", "s3://b/a?",
                          "hdfs://nn:8020/a\\b", "file:/data/a", "hdfs://nn:8020/cr\r"})
    EXPECT_NE(distcp_problem(uri), "") << uri;
}

TEST(DistCp, reads_other_names_as_they_are) {
  for (const char* uri : {"hdfs://nn:8020/a b'\"#%20;,^", "hdfs:///r\xC3\xA9", "s3a://b/-"}) {
    EXPECT_EQ(distcp_problem(uri), "") << uri;
    EXPECT_EQ(distcp_line(uri), uri);
  }
}

}  // namespace
}  // namespace checkpointfs::engines
