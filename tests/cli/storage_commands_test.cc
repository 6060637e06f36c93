// SPDX-License-Identifier: Apache-2.0
// du, diff, chain, show, refs and verify, over storage that Flink wrote, each against a count by hand.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <boost/json.hpp>

#include "storage_commands.h"
#include "tests/support/metadata_fixtures.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

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

// Graphviz reads the graph.
TEST_P(StorageCommands, chain_draws_a_graph_with_the_jobs_and_their_needs) {
  if (std::system("command -v dot >/dev/null") != 0) GTEST_SKIP() << "graphviz is not installed";
  const Output dot = program_.run({"chain", "--dot", source()});
  std::ofstream(directory_ / "chain.dot") << dot.out;
  ASSERT_EQ(std::system(("dot -Tplain " + directory_ / "chain.dot" + " >" + directory_ / "plain").c_str()),
            0);
  std::set<std::string> nodes;
  std::set<std::pair<std::string, std::string>> edges;
  std::ifstream plain(directory_ / "plain");
  for (std::string line; std::getline(plain, line);) {
    std::erase(line, '"');
    std::istringstream words(line);
    std::string kind;
    std::string from;
    std::string to;
    words >> kind >> from >> to;
    if (kind == "node") nodes.insert(from);
    if (kind == "edge") edges.emplace(from, to);
  }
  std::set<std::string> jobs;
  std::set<std::pair<std::string, std::string>> needs;
  const json::value chain = run({"chain", source()});
  for (const json::value& job : chain.at("jobs").as_array()) {
    jobs.insert(text(job, "job"));
    for (const json::value& need : job.at("needs").as_array()) {
      if (text(need, "job") != text(job, "job")) needs.emplace(text(job, "job"), text(need, "job"));
    }
  }
  EXPECT_EQ(nodes, jobs);
  EXPECT_EQ(edges, needs);
}

TEST_P(StorageCommands, verify_finds_nothing_wrong_with_what_flink_wrote) {
  for (const char* depth : {"--verbose", "--deep"}) {
    const json::value result = run({"verify", depth, source()});
    for (const json::value& snapshot : result.at("snapshots").as_array()) {
      EXPECT_TRUE(snapshot.at("usable").as_bool()) << snapshot;
    }
  }
}

// The files and segments that Flink's own reader found in a snapshot: base name, recorded size and start.
using Handles = std::set<std::tuple<std::string, int64_t, uint64_t>>;

Handles handles_that_flink_reads(const std::string& fixture, std::string snapshot) {
  const size_t slash = fixture.find('/');
  snapshot.replace(snapshot.find('/'), 1, "__");
  std::ifstream in(data_directory().string() + "/" + fixture.substr(0, slash) + "/expected" +
                   fixture.substr(slash) + "/" + snapshot + ".tsv");
  EXPECT_TRUE(in) << snapshot;
  Handles handles;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word;
    std::string kind;
    std::string path;
    int64_t size = 0;
    uint64_t start = 0;
    words >> word >> kind;
    if (word != "handle" || (kind != "file" && kind != "relative" && kind != "segment")) continue;
    words >> path >> size >> start;
    handles.emplace(path.substr(path.rfind('/') + 1), size, start);
  }
  return handles;
}

TEST_P(StorageCommands, show_names_the_files_that_flink_reads) {
  const json::value list = run({"list", source()});
  for (const json::value& snapshot : list.at("snapshots").as_array()) {
    const std::string path = text(snapshot, "path");
    const json::value report = run({"show", "--source", source(), path});
    Handles handles;
    uint64_t bytes = 0;
    for (const json::value& file : report.at("files").as_array()) {
      const std::string uri = text(file, "uri");
      handles.emplace(uri.substr(uri.rfind('/') + 1), file.at("recorded_size").as_int64(),
                      number(file, "start"));
      bytes += number(file, "size");
    }
    EXPECT_EQ(handles, handles_that_flink_reads(GetParam(), path)) << path;
    EXPECT_EQ(number(report, "bytes"), bytes);
    uint64_t largest = 0;
    for (const json::value& op : report.at("operators").as_array()) {
      EXPECT_LE(number(op, "bytes"), bytes + number(report, "inline_bytes"));
      largest = std::max(largest, number(op, "bytes"));
    }
    EXPECT_GT(largest, 0u);
  }
}

// An index in memory, where there is such a place: it is made anew many times.
std::string fast_index(const std::string& otherwise) {
  const std::string name = "/dev/shm/checkpointfs-test-" + std::to_string(::getpid());
  return std::ofstream(name) ? name : otherwise;
}

void remove_index(const std::string& index) {
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) fs::remove(index + suffix);
}

// The snapshots that an index made anew calls broken.
std::set<std::string> broken_in(const Program& program, const std::string& source, const std::string& index) {
  remove_index(index);
  std::set<std::string> broken;
  const Output list = program.run({"list", "--json", "--index", index, source});
  const json::value snapshots = list.json();
  for (const json::value& snapshot : snapshots.at("snapshots").as_array()) {
    if (text(snapshot, "status") != "ok") broken.insert(text(snapshot, "path"));
  }
  return broken;
}

#ifdef __SANITIZE_ADDRESS__
constexpr size_t kStep = 7;  // the program takes several times as long
#else
constexpr size_t kStep = 1;
#endif

TEST_P(StorageCommands, refs_names_the_snapshots_that_break_when_the_file_is_deleted) {
  run({"index", source()});
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(source())) {
    if (entry.is_regular_file() && entry.path().filename() != "_metadata") files.push_back(entry.path());
  }
  ASSERT_FALSE(files.empty());
  const std::string index = fast_index(directory_ / "fresh.index");
  std::ranges::sort(files);
  for (size_t i = 0; i < files.size(); i += kStep) {
    const std::string& file = files[i];
    const Output refs = program_.run({"refs", "--json", "--source", source(), file});
    std::set<std::string> needing;
    if (refs.exit_code == 0) {
      const json::value found = refs.json();
      ASSERT_EQ(found.at("files").as_array().size(), 1u);
      for (const json::value& reference : found.at("files").at(0).at("references").as_array()) {
        needing.insert(text(reference, "snapshot"));
      }
    } else {
      EXPECT_EQ(refs.exit_code, 9) << refs.err;
    }
    fs::rename(file, directory_ / "deleted");
    EXPECT_EQ(needing, broken_in(program_, source(), index)) << file;
    fs::rename(directory_ / "deleted", file);
  }
  remove_index(index);
}

INSTANTIATE_TEST_SUITE_P(Storage, StorageCommands, testing::ValuesIn(fixtures()), fixture_name);

}  // namespace
}  // namespace checkpointfs::test
