// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/link_names.h"

#include <gtest/gtest.h>

#include <set>

namespace checkpointfs::fs {
namespace {

using LinkNames = std::map<std::string, std::string>;

std::set<std::string> texts(const LinkNames& names) {
  std::set<std::string> all;
  for (const auto& [path, name] : names) all.insert(name);
  return all;
}

TEST(LinkNames, of_jobs_are_their_paths) {
  EXPECT_EQ(job_link_names({"team/orders", "a_b", "c", ""}),
            (LinkNames{{"team/orders", "team_orders"}, {"a_b", "a_b"}, {"c", "c"}, {"", "job"}}));
}

TEST(LinkNames, that_two_jobs_want_go_to_neither) {
  const LinkNames two = job_link_names({"team/orders", "team_orders", "other"});
  EXPECT_EQ(texts(two).size(), 3U);
  EXPECT_FALSE(texts(two).contains("team_orders"));
  EXPECT_TRUE(two.at("team/orders").starts_with("team_orders-")) << two.at("team/orders");
  EXPECT_EQ(two.at("other"), "other");
  const LinkNames three = job_link_names({"team/orders", "team_orders", "other", "job", ""});
  for (const auto& [path, name] : two) EXPECT_EQ(three.at(path), name) << "others change nothing";
  EXPECT_NE(three.at("job"), "job");
}

TEST(LinkNames, with_a_suffix_that_another_job_has_are_told_apart_too) {
  const std::string taken = job_link_names({"a/b", "a_b"}).at("a/b");
  const LinkNames names = job_link_names({"a/b", "a_b", taken});
  EXPECT_EQ(texts(names).size(), 3U);
  EXPECT_NE(names.at(taken), taken) << "it led to a/b before";
}

TEST(LinkNames, that_are_too_long_end_with_a_hash) {
  const std::string deep = std::string(200, 'a') + "/" + std::string(100, 'b');
  const std::string deeper = deep + "/c";
  const std::string letters = "x" + [] {
    std::string text;
    for (int i = 0; i < 150; ++i) text += "\xC3\xA4";
    return text;
  }();
  const LinkNames names = job_link_names({deep, deeper, letters});
  EXPECT_EQ(texts(names).size(), 3U);
  for (const auto& [path, name] : names) EXPECT_LE(name.size(), 255U);
  EXPECT_EQ(names.at(letters).substr(names.at(letters).size() - 19, 2), "\xC3\xA4") << "no half character";
}

}  // namespace
}  // namespace checkpointfs::fs
