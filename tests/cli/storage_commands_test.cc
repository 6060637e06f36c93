// SPDX-License-Identifier: Apache-2.0
// du, diff, chain and verify, over storage that Flink wrote: three jobs, each restored from the one before.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "program.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string text(const json::value& value, const char* key) {
  return std::string(value.at(key).as_string());
}

uint64_t number(const json::value& value, const char* key) {
  return value.at(key).to_number<uint64_t>();
}

class StorageCommands : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { copy_fixture(GetParam(), source()); }

  std::string source() const { return directory_ / "storage"; }

  json::value run(std::vector<std::string> words, int exit_code = 0) {
    words.push_back("--json");
    const Output output = program_.run(words);
    EXPECT_EQ(output.exit_code, exit_code) << output.err;
    return output.json();
  }

  // What each snapshot needs, by `show`: for each file its place and range, and its size.
  using Files = std::map<std::string, uint64_t>;
  std::map<std::string, Files> all_files() {
    std::map<std::string, Files> snapshots;
    const json::value list = run({"list", source()});
    for (const json::value& snapshot : list.at("snapshots").as_array()) {
      const std::string path = text(snapshot, "path");
      const json::value report = run({"show", "--source", source(), path});
      for (const json::value& file : report.at("files").as_array()) {
        snapshots[path][text(file, "path") + "@" + std::to_string(number(file, "start")) + "+" +
                        std::to_string(number(file, "size"))] = number(file, "size");
      }
    }
    return snapshots;
  }

  static std::string job_of(const std::string& snapshot) { return fs::path(snapshot).parent_path(); }

  TemporaryDirectory directory_;
  Program program_{directory_ / "state"};
};

TEST_P(StorageCommands, du_agrees_with_a_count_by_hand) {
  const auto snapshots = all_files();
  std::map<std::string, std::set<std::string>> users;      // snapshots by file
  std::map<std::string, std::set<std::string>> user_jobs;  // jobs by file
  Files sizes;
  for (const auto& [snapshot, files] : snapshots) {
    for (const auto& [file, size] : files) {
      users[file].insert(snapshot);
      user_jobs[file].insert(job_of(snapshot));
      sizes[file] = size;
    }
  }
  const json::value du = run({"du", source()});
  uint64_t all = 0;
  for (const auto& [file, size] : sizes) all += size;
  EXPECT_EQ(number(du, "total"), all);
  EXPECT_EQ(number(du, "files"), sizes.size());
  ASSERT_EQ(du.at("snapshots").as_array().size(), snapshots.size());
  for (const json::value& row : du.at("snapshots").as_array()) {
    uint64_t exclusive = 0;
    uint64_t shared = 0;
    uint64_t other = 0;
    for (const auto& [file, size] : snapshots.at(text(row, "snapshot"))) {
      (user_jobs[file].size() > 1 ? other : users[file].size() > 1 ? shared : exclusive) += size;
    }
    EXPECT_EQ(number(row, "exclusive"), exclusive) << row;
    EXPECT_EQ(number(row, "shared"), shared) << row;
    EXPECT_EQ(number(row, "other_jobs"), other) << row;
    EXPECT_EQ(number(row, "total"), exclusive + shared + other) << row;
  }
  for (const json::value& row : du.at("jobs").as_array()) {
    uint64_t exclusive = 0;
    uint64_t other = 0;
    for (const auto& [file, jobs] : user_jobs) {
      if (jobs.contains(text(row, "job"))) (jobs.size() > 1 ? other : exclusive) += sizes[file];
    }
    EXPECT_EQ(number(row, "exclusive"), exclusive) << row;
    EXPECT_EQ(number(row, "other_jobs"), other) << row;
    EXPECT_EQ(number(row, "total"), exclusive + other) << row;
  }
}

TEST_P(StorageCommands, diff_agrees_with_a_count_by_hand) {
  const auto snapshots = all_files();
  for (const auto& [a, files_a] : snapshots) {
    for (const auto& [b, files_b] : snapshots) {
      Files only_a;
      Files both;
      std::set_difference(files_a.begin(), files_a.end(), files_b.begin(), files_b.end(),
                          std::inserter(only_a, only_a.end()));
      std::set_intersection(files_a.begin(), files_a.end(), files_b.begin(), files_b.end(),
                            std::inserter(both, both.end()));
      const json::value diff = run({"diff", "--source", source(), a, b});
      EXPECT_EQ(diff.at("only_a").at("files").as_array().size(), only_a.size());
      EXPECT_EQ(diff.at("both").at("files").as_array().size(), both.size());
      EXPECT_EQ(diff.at("only_b").at("files").as_array().size(), files_b.size() - both.size());
    }
  }
}

TEST_P(StorageCommands, chain_agrees_with_where_the_files_lie) {
  std::map<std::string, std::map<std::string, std::set<std::string>>> expected;
  for (const auto& [snapshot, files] : all_files()) {
    for (const auto& [file, size] : files) {
      // "<job>/shared/<name>@...", "<job>/chk-3/<name>@..."
      expected[job_of(snapshot)][*fs::path(file).begin()].insert(file);
    }
  }
  const json::value chain = run({"chain", source()});
  for (const json::value& job : chain.at("jobs").as_array()) {
    const auto& needs = expected.at(text(job, "job"));
    EXPECT_EQ(job.at("needs").as_array().size(), needs.size()) << job;
    for (const json::value& need : job.at("needs").as_array()) {
      EXPECT_EQ(number(need, "files"), needs.at(text(need, "job")).size()) << job;
    }
  }
  const Output dot = program_.run({"chain", "--dot", source()});
  EXPECT_TRUE(dot.out.starts_with("digraph chain {")) << dot.out;
  for (const auto& [job, needs] : expected) {
    for (const auto& [owner, files] : needs) {
      const std::string edge = "\"" + job + "\" -> \"" + owner + "\"";
      EXPECT_EQ(dot.out.find(edge) != std::string::npos, owner != job) << edge;
    }
  }
}

TEST_P(StorageCommands, verify_finds_nothing_wrong_with_what_flink_wrote) {
  for (const char* depth : {"--verbose", "--deep"}) {
    const json::value result = run({"verify", depth, source()});
    for (const json::value& snapshot : result.at("snapshots").as_array()) {
      EXPECT_TRUE(snapshot.at("usable").as_bool()) << snapshot;
    }
  }
  EXPECT_GT(number(run({"verify", "--deep", source()}), "tables"), 0u);
}

INSTANTIATE_TEST_SUITE_P(Storage, StorageCommands,
                         testing::Values("chained", "file-merging-across", "changelog"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

class Verify : public StorageCommands {};

TEST_P(Verify, names_the_snapshots_that_die_with_a_file) {
  const auto snapshots = all_files();
  const std::string victim = snapshots.begin()->second.begin()->first;
  const std::string path = victim.substr(0, victim.rfind('@'));
  fs::remove(source() + "/" + path);
  const json::value result = run({"verify", source()}, 10);
  for (const json::value& snapshot : result.at("snapshots").as_array()) {
    EXPECT_EQ(snapshot.at("usable").as_bool(), !snapshots.at(text(snapshot, "snapshot")).contains(victim));
  }
}

TEST_P(Verify, deep_finds_a_table_that_was_overwritten) {
  const auto snapshots = all_files();
  const json::value report = run({"show", "--source", source(), snapshots.rbegin()->first});
  size_t found = 0;
  for (const json::value& file : report.at("files").as_array()) {
    if (text(file, "part") != "shared") continue;
    const std::string path = source() + "/" + text(file, "path");
    std::ofstream(path, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(-8, std::ios::end)
        .write("\0\0\0\0\0\0\0\0", 8);
    ++found;
    break;
  }
  ASSERT_EQ(found, 1u);
  EXPECT_EQ(program_.run({"verify", source()}).exit_code, 0);
  const Output output = program_.run({"verify", "--deep", source()});
  EXPECT_EQ(output.exit_code, 10);
  EXPECT_NE(output.out.find("it does not end as a table of RocksDB does"), std::string::npos) << output.out;
}

TEST_P(Verify, prints_the_newest_usable_snapshot_and_nothing_else) {
  const auto snapshots = all_files();
  std::vector<std::string> by_number;
  for (const auto& [snapshot, files] : snapshots) by_number.push_back(snapshot);
  std::ranges::sort(by_number, {},
                    [](const std::string& path) { return std::stoi(path.substr(path.rfind('-') + 1)); });
  while (!by_number.empty()) {
    const Output output = program_.run({"verify", "--newest-usable", source()});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_EQ(output.out, source() + "/" + by_number.back() + "\n");
    std::ofstream(source() + "/" + by_number.back() + "/_metadata") << "broken";
    by_number.pop_back();
  }
  const Output none = program_.run({"verify", "--newest-usable", source()});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(program_.run({"verify", "--newest-usable", "--job", "nobody", source()}).exit_code, 3);
}

INSTANTIATE_TEST_SUITE_P(Storage, Verify, testing::Values("chained"));

}  // namespace
}  // namespace checkpointfs::test
