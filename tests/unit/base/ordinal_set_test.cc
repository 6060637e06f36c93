// SPDX-License-Identifier: Apache-2.0
#include "base/ordinal_set.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace checkpointfs::base {
namespace {

class Words {
 public:
  explicit Words(std::function<size_t(const std::string&)> hash) : hash_(std::move(hash)) {}

  std::optional<uint32_t> find(const std::string& word) const {
    return set_.find(hash_(word), [&](uint32_t number) { return words_[number] == word; });
  }
  void add(const std::string& word) {
    set_.insert(hash_(word), static_cast<uint32_t>(words_.size()));
    words_.push_back(word);
  }

 private:
  std::function<size_t(const std::string&)> hash_;
  std::vector<std::string> words_;
  OrdinalSet set_;
};

void expect_to_keep_thousands(Words words) {
  for (uint32_t i = 0; i < 3000; ++i) {
    EXPECT_EQ(std::nullopt, words.find(std::to_string(i)));
    words.add(std::to_string(i));
  }
  for (uint32_t i = 0; i < 3000; ++i) EXPECT_EQ(i, words.find(std::to_string(i)));
  EXPECT_EQ(std::nullopt, words.find("3000"));
}

TEST(OrdinalSet, finds_what_was_inserted_and_nothing_else) {
  expect_to_keep_thousands(Words(std::hash<std::string>()));
}

TEST(OrdinalSet, tells_things_with_one_hash_apart) {
  expect_to_keep_thousands(Words([](const std::string&) { return size_t{7}; }));
}

}  // namespace
}  // namespace checkpointfs::base
