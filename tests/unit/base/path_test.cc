// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"

#include <gtest/gtest.h>

namespace checkpointfs::base {
namespace {

TEST(Path, parent_is_the_directory_above) {
  EXPECT_EQ(parent("a/b/c"), "a/b");
  EXPECT_EQ(parent("a"), "");
  EXPECT_EQ(parent(""), "");
  EXPECT_EQ(parent("/a/b"), "/a");
  EXPECT_EQ(parent("/a"), "/");
  EXPECT_EQ(parent("/"), "");
  EXPECT_EQ(parent("s3://bucket/a"), "s3://bucket");
}

TEST(Path, parent_is_shorter_than_every_path_so_that_loops_end) {
  for (const std::string_view path : {"a", "/", "/a", "//", "a/", "a//b", "/a/b/c", "file:/a"})
    EXPECT_LT(parent(path).size(), path.size()) << path;
}

TEST(Path, last_component_is_what_stands_behind_the_last_slash) {
  EXPECT_EQ(last_component("a/b"), "b");
  EXPECT_EQ(last_component("b"), "b");
  EXPECT_EQ(last_component("/b"), "b");
  EXPECT_EQ(last_component("/a/"), "");
  EXPECT_EQ(last_component("/"), "");
  EXPECT_EQ(last_component(""), "");
  EXPECT_EQ(last_component("file:/a/b"), "b");
}

TEST(Path, join_puts_one_slash_between_two_paths) {
  EXPECT_EQ(join("a", "b/c"), "a/b/c");
  EXPECT_EQ(join("/", "a"), "/a");
  EXPECT_EQ(join("", "a"), "a");
  EXPECT_EQ(join("a", ""), "a");
  EXPECT_EQ(join("/", ""), "/");
  EXPECT_EQ(join("", ""), "");
}

TEST(Path, components_are_the_names_between_slashes) {
  using Names = std::vector<std::string_view>;
  EXPECT_EQ(components("a/b"), (Names{"a", "b"}));
  EXPECT_EQ(components("/a/b"), (Names{"a", "b"}));
  EXPECT_EQ(components("/"), Names{});
  EXPECT_EQ(components(""), Names{});
}

TEST(Path, lies_below_a_directory_that_holds_it) {
  EXPECT_EQ(path_below("/a/b/c", "/a/b"), "c");
  EXPECT_EQ(path_below("/a/b/c/d", "/a/b"), "c/d");
  EXPECT_EQ(path_below("/a/b", "/a/b"), "");
  EXPECT_EQ(path_below("/a", "/"), "a");
  EXPECT_EQ(path_below("/", "/"), "");
  EXPECT_EQ(path_below("a/b", "a"), "b");
  EXPECT_EQ(path_below("a/b", ""), "a/b");
  EXPECT_EQ(path_below("", ""), "");
}

TEST(Path, lies_below_no_directory_whose_name_only_begins_like_it) {
  EXPECT_EQ(path_below("/a/bc", "/a/b"), std::nullopt);
  EXPECT_EQ(path_below("/a/bc/d", "/a/b"), std::nullopt);
  EXPECT_EQ(path_below("/a/b", "/a/bc"), std::nullopt);
  EXPECT_EQ(path_below("/a", "/a/b"), std::nullopt);
  EXPECT_EQ(path_below("/", "/a"), std::nullopt);
  EXPECT_EQ(path_below("ab", "a"), std::nullopt);
  EXPECT_EQ(path_below("", "a"), std::nullopt);
}

TEST(Path, is_at_or_below_says_the_same) {
  EXPECT_TRUE(is_at_or_below("/a/b", "/a/b"));
  EXPECT_TRUE(is_at_or_below("/a/b", "/a"));
  EXPECT_TRUE(is_at_or_below("/a/b", "/"));
  EXPECT_FALSE(is_at_or_below("/a/bc", "/a/b"));
}

}  // namespace
}  // namespace checkpointfs::base
