// SPDX-License-Identifier: Apache-2.0
// Sums that list, du and chain print: of what is shown, each byte once.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include <boost/json.hpp>

#include "program.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class Sums : public testing::Test {
 protected:
  std::string source() const { return directory_ / "storage"; }
  json::value run(std::vector<std::string> arguments) const {
    arguments.push_back("--json");
    const Output output = program_.run(arguments);
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return output.json();
  }
  // Makes `to` of `from` as `cp -al` does, below the source.
  void link_all(const std::string& from, const std::string& to) const {
    const fs::path base = source() + "/" + from;
    fs::create_directories(source() + "/" + to);
    for (const auto& entry : fs::recursive_directory_iterator(base)) {
      const fs::path target = fs::path(source()) / to / entry.path().lexically_relative(base);
      entry.is_directory() ? void(fs::create_directory(target)) : fs::create_hard_link(entry.path(), target);
    }
  }
  // The jobs that a job needs files of, but for itself.
  std::set<std::string> needs(const std::string& job) const {
    std::set<std::string> others;
    const json::value chain = run({"chain", source()});
    for (const json::value& one : chain.at("jobs").as_array()) {
      if (text(one, "job") != job) continue;
      for (const json::value& need : one.at("needs").as_array()) {
        if (text(need, "job") != job) others.insert(text(need, "job"));
      }
    }
    return others;
  }

  TempDirectory directory_;
  Program program_{directory_ / "state"};
};

TEST_F(Sums, du_and_list_count_hard_links_once) {
  fs::create_directory(source());
  copy_fixture("native-savepoint", source() + "/savepoints");
  const std::string name = fs::directory_iterator(source() + "/savepoints")->path().filename();
  const json::value before = run({"du", source()});
  link_all("savepoints", "copies");
  const json::value du = run({"du", source()});
  EXPECT_EQ(du.at("total"), before.at("total"));
  EXPECT_EQ(du.at("files"), before.at("files"));
  ASSERT_EQ(du.at("snapshots").as_array().size(), 2u);
  for (const json::value& row : du.at("snapshots").as_array()) {
    EXPECT_EQ(row.at("total"), before.at("total"));
    EXPECT_EQ(number(row, "exclusive"), 0u) << "neither frees anything by itself";
    EXPECT_EQ(row.at("other_jobs"), before.at("total"));
  }
  const json::value list = run({"list", source()});
  EXPECT_EQ(list.at("totals").at("bytes"), before.at("total"));
  EXPECT_EQ(list.at("snapshots").at(0).at("exclusive_bytes").to_number<uint64_t>(), 0u);
}

TEST_F(Sums, list_and_du_count_the_state_inside_the_metadata) {
  copy_fixture("inline", source());
  const json::value list = run({"list", source()});
  uint64_t all = 0;
  for (const json::value& snapshot : list.at("snapshots").as_array()) {
    const json::value shown = run({"show", "--source", source(), text(snapshot, "path")});
    EXPECT_GT(number(shown, "inline_bytes"), 0u);
    EXPECT_EQ(snapshot.at("inline_bytes"), shown.at("inline_bytes"));
    all += number(shown, "inline_bytes");
  }
  EXPECT_EQ(number(list.at("totals"), "inline_bytes"), all);
  EXPECT_EQ(number(run({"du", source()}), "inline_bytes"), all);
}

TEST_F(Sums, chain_has_no_snapshot_need_itself) {
  fs::create_directory(source());
  copy_fixture("native-savepoint", source() + "/savepoints");
  EXPECT_EQ(needs("savepoints"), std::set<std::string>());
}

TEST_F(Sums, chain_takes_a_changelog_elsewhere_for_the_job_of_its_id) {
  copy_fixture("changelog", directory_ / "fixture");
  const std::string job = fs::directory_iterator(directory_ / "fixture")->path().filename();
  fs::create_directories(source() + "/checkpoints");
  fs::create_directories(source() + "/changelog/" + job);
  fs::rename(directory_ / ("fixture/" + job), source() + "/checkpoints/" + job);
  fs::rename(source() + "/checkpoints/" + job + "/dstl", source() + "/changelog/" + job + "/dstl");
  const std::string uri = "file:/data/flink/checkpoints";
  const json::value list =
      run({"list", "--map", uri + "=" + source() + "/checkpoints", "--map",
           uri + "/" + job + "/dstl=" + source() + "/changelog/" + job + "/dstl", source()});
  ASSERT_EQ(text(list.at("snapshots").at(0), "status"), "ok") << list;
  EXPECT_EQ(needs("checkpoints/" + job), std::set<std::string>());
}

}  // namespace
}  // namespace checkpointfs::test
