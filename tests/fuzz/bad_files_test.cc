// SPDX-License-Identifier: Apache-2.0
// The inputs in tests/data/bad, and the table of them in its README.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "flink/decode.h"
#include "tests/fuzz/trial.h"
#include "tests/support/metadata_fixtures.h"

namespace checkpointfs::fuzz {
namespace {

std::filesystem::path directory() {
  return test::data_directory() / "bad";
}

// File name to outcome.
std::map<std::string, std::string> table() {
  static const std::regex row(R"(\n\| `([^`]+)` \| `?([^|]*?)`? \|)");
  const std::string text = test::read_file(directory() / "README.md");
  std::map<std::string, std::string> rows;
  for (std::sregex_iterator i(text.begin(), text.end(), row), end; i != end; ++i) rows[(*i)[1]] = (*i)[2];
  return rows;
}

TEST(BadFiles, are_all_in_the_readme) {
  std::set<std::string> named;
  for (const auto& row : table()) named.insert(row.first);
  std::set<std::string> present;
  for (const auto& entry : std::filesystem::directory_iterator(directory())) {
    if (entry.path().filename() != "README.md") present.insert(entry.path().filename());
  }
  EXPECT_EQ(present, named);
  EXPECT_GE(present.size(), 14u);
}

TEST(BadFiles, are_refused_for_the_reason_in_the_readme) {
  for (const auto& [name, outcome] : table()) {
    const std::string bytes = test::read_file(directory() / name);
    const auto metadata = flink::decode(bytes);
    const std::string got = metadata.has_value() ? "round-trips" : base::to_string(metadata.error());
    EXPECT_NE(std::string::npos, got.find(outcome)) << name << ": " << got;
  }
}

TEST(BadFiles, need_linear_memory_and_time_and_round_trip_if_they_are_not_refused) {
  for (const auto& row : table()) {
    Tally tally;
    EXPECT_EQ("", try_bytes(test::read_file(directory() / row.first), &tally)) << row.first;
    EXPECT_EQ(row.second == "round-trips", tally.round_trips == 1) << row.first;
  }
}

}  // namespace
}  // namespace checkpointfs::fuzz
