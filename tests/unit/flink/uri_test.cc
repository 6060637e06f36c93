// SPDX-License-Identifier: Apache-2.0
#include "flink/uri.h"

#include <gtest/gtest.h>

namespace checkpointfs::flink {
namespace {

using namespace std::string_view_literals;

std::string canonical(std::string_view text) {
  const std::optional<Uri> uri = parse_uri(text);
  return uri ? to_string(*uri) : "nothing";
}

TEST(ParseUri, spellings_of_one_place_are_equal) {
  for (const std::string_view text : {"/a/b", "file:/a/b", "file:///a/b", "FILE:/a/b", "/a//b/", "/a/./b",
                                      "/a/c/../b", "file:////a/b", "\\a\\b"}) {
    EXPECT_EQ(canonical(text), "file:/a/b") << text;
  }
  for (const std::string_view text :
       {"s3://bucket/a", "s3a://bucket/a", "S3N://bucket//a", "s3p://bucket/a/"}) {
    EXPECT_EQ(canonical(text), "s3://bucket/a") << text;
  }
}

TEST(ParseUri, parts_are_told_apart) {
  const std::optional<Uri> uri = parse_uri("hdfs://nn:8020/flink/chk-1");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->scheme, "hdfs");
  EXPECT_EQ(uri->authority, "nn:8020");
  EXPECT_EQ(uri->path, "/flink/chk-1");
  EXPECT_EQ(canonical("hdfs:/a"), "hdfs:/a");
  EXPECT_EQ(canonical("hdfs:///a"), "hdfs:/a");
  EXPECT_EQ(canonical("abfs://c@account.dfs.core.windows.net/a"), "abfs://c@account.dfs.core.windows.net/a");
}

TEST(ParseUri, roots_are_places_too) {
  EXPECT_EQ(canonical("/"), "file:/");
  EXPECT_EQ(canonical("file:///"), "file:/");
  EXPECT_EQ(canonical("s3://bucket"), "s3://bucket/");
  EXPECT_EQ(canonical("s3://bucket/"), "s3://bucket/");
  EXPECT_EQ(canonical("/a/.."), "file:/");
}

TEST(ParseUri, nothing_is_decoded_and_most_letters_are_plain) {
  EXPECT_EQ(canonical("/a b/%20/?q#f"), "file:/a b/%20/?q#f");
  EXPECT_EQ(canonical("/a:b/c:d"), "file:/a:b/c:d");
  EXPECT_EQ(canonical("/\xC3\xA9\xF0\x9F\x98\x80"), "file:/\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(canonical("/.../..a"), "file:/.../..a");
}

TEST(ParseUri, windows_drives_are_paths) {
  EXPECT_EQ(canonical("C:/flink"), "file:/C:/flink");
  EXPECT_EQ(canonical("file:/C:/flink"), "file:/C:/flink");
}

TEST(ParseUri, what_is_not_absolute_is_nothing) {
  for (const std::string_view text :
       {"", "a/b", "file:", "file:a", "hdfs:a/b", "./a", "../a", "%:/a", "1s:/a"}) {
    EXPECT_FALSE(parse_uri(text)) << text;
  }
}

TEST(ParseUri, paths_that_climb_above_the_root_or_hold_nul_are_nothing) {
  EXPECT_FALSE(parse_uri("/.."));
  EXPECT_FALSE(parse_uri("/a/../../b"));
  EXPECT_FALSE(parse_uri("s3://bucket/../other/a"));
  EXPECT_FALSE(parse_uri("/a\\..\\..\\b"));
  EXPECT_FALSE(parse_uri("/a\0b"sv));
}

TEST(ResolveRelative, is_lexical_as_flink_does_it) {
  EXPECT_EQ(resolve_relative("job/chk-7", "abc"), "job/chk-7/abc");
  EXPECT_EQ(resolve_relative("job/chk-7", "a/b/c"), "job/chk-7/a/b/c");
  EXPECT_EQ(resolve_relative("job/chk-7", "./abc"), "job/chk-7/abc");
  EXPECT_EQ(resolve_relative("job/chk-7", "../shared/abc"), "job/shared/abc");
  EXPECT_EQ(resolve_relative("job/chk-7", "../../x"), "x");
  EXPECT_EQ(resolve_relative("job/chk-7", "/abs/x"), "job/chk-7/abs/x");
  EXPECT_EQ(resolve_relative("job/chk-7", "a//b/"), "job/chk-7/a/b");
  EXPECT_EQ(resolve_relative("job/chk-7", "a\\b"), "job/chk-7/a/b");
  EXPECT_EQ(resolve_relative("", "abc"), "abc");
  EXPECT_EQ(resolve_relative("chk-7", "sub/a:b"), "chk-7/sub/a:b");
  EXPECT_EQ(resolve_relative("a\\b", "c"), "a\\b/c");
}

TEST(ResolveRelative, is_nothing_where_it_leaves_the_root_or_flink_fails) {
  for (const std::string_view path : {""sv, ".."sv, "../.."sv, "../../x"sv, "a/../../../x"sv, "..\\..\\x"sv,
                                      "a\0b"sv, "a:b"sv, "file:/x"sv, "s3://b/x"sv, "C:/x"sv, "//abs/x"sv}) {
    EXPECT_FALSE(resolve_relative("chk-7", path)) << path;
  }
}

}  // namespace
}  // namespace checkpointfs::flink
