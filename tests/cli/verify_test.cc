// SPDX-License-Identifier: Apache-2.0
// verify, over storage that Flink wrote and that was damaged then.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "storage_commands.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class Verify : public StorageCommands {
 protected:
  // The problems of each file over all snapshots: "kind: reason", by name.
  std::map<std::string, std::string> problems(const json::value& result) {
    std::map<std::string, std::string> found;
    for (const json::value& snapshot : result.at("snapshots").as_array()) {
      for (const json::value& problem : snapshot.at("problems").as_array()) {
        found[text(problem, "file")] = text(problem, "kind") + ": " + text(problem, "reason");
      }
    }
    return found;
  }
  // Files that end a table of RocksDB, of one snapshot: path and where the table ends.
  std::map<std::string, uint64_t> tables(const std::string& snapshot) {
    std::map<std::string, uint64_t> found;
    const json::value report = run({"show", "--source", source(), snapshot});
    for (const json::value& file : report.at("files").as_array()) {
      if (text(file, "part") != "shared") continue;
      found[source() + "/" + text(file, "path")] = number(file, "start") + number(file, "size");
    }
    return found;
  }
};

TEST_P(Verify, names_the_snapshots_that_die_with_a_file) {
  const auto snapshots = all_files();
  const std::string victim = snapshots.begin()->second.begin()->first;
  const std::string path = victim.substr(0, victim.rfind('@') + 1);
  fs::remove(source() + "/" + path.substr(0, path.size() - 1));
  const json::value result = run({"verify", source()}, 10);
  for (const json::value& snapshot : result.at("snapshots").as_array()) {
    const auto& files = snapshots.at(text(snapshot, "snapshot"));
    const bool needs_it =
        std::ranges::any_of(files, [&](const auto& file) { return file.first.starts_with(path); });
    EXPECT_EQ(snapshot.at("usable").as_bool(), !needs_it) << snapshot;
  }
}

TEST_P(Verify, deep_finds_a_table_that_was_overwritten) {
  const auto damaged = tables(all_files().rbegin()->first);
  if (damaged.empty()) {
    EXPECT_NE(GetParam().find("inline"), std::string::npos) << "only inline state is in no file";
    return;
  }
  std::fstream(damaged.begin()->first, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(static_cast<std::streamoff>(damaged.begin()->second) - 8)
      .write("\0\0\0\0\0\0\0\0", 8);
  EXPECT_EQ(program_.run({"verify", source()}).exit_code, 0);
  const Output output = program_.run({"verify", "--deep", source()});
  EXPECT_EQ(output.exit_code, 10);
  EXPECT_NE(output.out.find("no table: it does not end as a table of RocksDB does"), std::string::npos)
      << output.out;
}

TEST_P(Verify, prints_the_newest_usable_snapshot_and_nothing_else) {
  const auto snapshots = all_files();
  std::vector<std::string> by_number;
  for (const auto& [snapshot, files] : snapshots) by_number.push_back(snapshot);
  std::ranges::sort(by_number, {},
                    [](const std::string& path) { return std::stoi(path.substr(path.rfind('-') + 1)); });
  const auto now = fs::file_time_type::clock::now();
  for (size_t i = 0; i < by_number.size(); ++i) {
    fs::last_write_time(source() + "/" + by_number[i] + "/_metadata",
                        now - std::chrono::minutes(by_number.size() - i));
  }
  while (!by_number.empty()) {
    const Output output = program_.run({"verify", "--newest-usable", source()});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_EQ(output.out, source() + "/" + by_number.back() + "\n");
    EXPECT_TRUE(output.err.starts_with("looked at: " + source() + " (")) << output.err;
    std::ofstream(source() + "/" + by_number.back() + "/_metadata") << "broken";
    by_number.pop_back();
  }
  const Output none = program_.run({"verify", "--newest-usable", source()});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(program_.run({"verify", "--newest-usable", "--job", "nobody", source()}).exit_code, 3);
}

TEST_P(Verify, prints_the_newest_usable_snapshot_of_a_job) {
  std::map<std::string, std::map<int, std::string>> jobs;  // snapshots by number
  for (const auto& [snapshot, files] : all_files()) {
    jobs[job_of(snapshot)][std::stoi(snapshot.substr(snapshot.rfind('-') + 1))] = snapshot;
  }
  for (const auto& [job, snapshots] : jobs) {
    const auto now = fs::file_time_type::clock::now();
    for (const auto& [number, snapshot] : snapshots) {
      fs::last_write_time(source() + "/" + snapshot + "/_metadata", now + std::chrono::seconds(number));
    }
    const Output newest = program_.run({"verify", "--newest-usable", "--job", job, source()});
    EXPECT_EQ(newest.exit_code, 0) << newest.err;
    EXPECT_EQ(newest.out, source() + "/" + snapshots.rbegin()->second + "\n");
  }
  const auto& [job, snapshots] = *jobs.begin();
  for (const auto& [number, snapshot] : snapshots) {
    std::ofstream(source() + "/" + snapshot + "/_metadata") << "broken";
  }
  const Output none = program_.run({"verify", "--newest-usable", "--job", job, source()});
  EXPECT_EQ(none.exit_code, 1) << none.err;
  EXPECT_EQ(none.out, "");
}

TEST_P(Verify, deep_reads_the_last_bytes_of_each_table) {
  std::set<std::pair<std::string, uint64_t>> all;
  for (const auto& [snapshot, files] : all_files()) {
    for (const auto& table : tables(snapshot)) all.insert(table);
  }
  const json::value result = run({"verify", "--deep", source()});
  if (all.empty()) {
    EXPECT_GT(number(result, "tables"), 0u) << "those inside the metadata";
  } else {
    EXPECT_GE(number(result, "tables"), all.size());
  }
  uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(source())) {
    if (entry.is_regular_file() && entry.path().filename() != "_metadata") bytes += entry.file_size();
  }
  EXPECT_LE(number(result, "bytes_read"), bytes);
  EXPECT_EQ(number(result, "bytes_read") > 0, number(result, "files") > 0);
}

INSTANTIATE_TEST_SUITE_P(Storage, Verify, testing::ValuesIn(fixtures()), fixture_name);

class DamagedStorage : public Verify {
 protected:
  void SetUp() override {
    Verify::SetUp();
    const json::value report = run({"show", "--source", source(), snapshot()});
    for (const json::value& file : report.at("files").as_array()) {
      names_.push_back(text(file, "name"));
      paths_.push_back(source() + "/" + text(file, "path"));
    }
  }
  std::string snapshot() { return text(run({"list", source()}).at("snapshots").at(0), "path"); }

  // Does each kind of damage to one file.
  void damage() {
    fs::remove(paths_[0]);
    fs::resize_file(paths_[1], fs::file_size(paths_[1]) - 1);
    fs::resize_file(paths_[2], fs::file_size(paths_[2]) + 1);
    fs::rename(paths_[3], directory_ / "elsewhere");
    fs::create_symlink(directory_ / "elsewhere", paths_[3]);
    fs::remove(paths_[4]);
    ASSERT_EQ(::mkfifo(paths_[4].c_str(), 0600), 0);
  }
  void expect_damage(const std::map<std::string, std::string>& found) {
    ASSERT_EQ(found.size(), 5u);
    EXPECT_EQ(found.at(names_[0]), "missing: there is no such file");
    EXPECT_EQ(found.at(names_[1]).substr(0, 7), "short: ");
    EXPECT_EQ(found.at(names_[2]).substr(0, 6), "long: ");
    EXPECT_TRUE(found.at(names_[3]).starts_with("outside: ")) << found.at(names_[3]);
    EXPECT_TRUE(found.at(names_[3]).ends_with("it is a symbolic link")) << found.at(names_[3]);
    EXPECT_EQ(found.at(names_[4]), "not a regular file: it is not a regular file");
  }

  std::vector<std::string> names_;
  std::vector<std::string> paths_;
};

TEST_P(DamagedStorage, is_told_file_by_file_whether_the_index_saw_it_sound_or_not) {
  damage();
  expect_damage(problems(run({"verify", source()}, 10)));
  expect_damage(problems(run({"verify", "--index", directory_ / "fresh.index", source()}, 10)));
  const Output five = program_.run({"verify", source()});
  EXPECT_NE(five.out.find("  " + names_[0] + ": missing: there is no such file\n"), std::string::npos)
      << five.out;
}

TEST_P(DamagedStorage, is_told_of_metadata_too) {
  std::ofstream(source() + "/" + snapshot() + "/_metadata") << "nonsense";
  const json::value result = run({"verify", source()}, 10);
  EXPECT_EQ(problems(result).at("_metadata").substr(0, 12), "unreadable: ");
}

TEST_P(DamagedStorage, deep_finds_what_can_be_looked_at_and_not_opened) {
  ASSERT_EQ(::chmod(paths_[0].c_str(), 0), 0);
  std::string user;
  if (::geteuid() == 0) {
    ASSERT_EQ(std::system(("chmod -R go+rX " + source() + " && chmod 755 " + directory_.path() +
                           " && chmod 0 " + paths_[0] + " && mkdir -m 777 " + directory_ / "nobodys")
                              .c_str()),
              0);
    user = "setpriv --reuid 65534 --regid 65534 --clear-groups ";
  }
  const std::string out = directory_ / "out";
  const std::string command = "HOME=/nonexistent XDG_STATE_HOME=" + directory_ / "nobodys" + " " + user +
                              "$CHECKPOINTFS verify --deep --json " + source() + " >" + out;
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 10);
  std::ifstream in(out);
  const json::value result = json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
  EXPECT_EQ(problems(result).at(names_[0]), "unreadable: it cannot be opened: Permission denied");
}

INSTANTIATE_TEST_SUITE_P(Storage, DamagedStorage,
                         testing::Values("flink-1.20.5/chained", "flink-2.3.0/changelog"), fixture_name);

}  // namespace
}  // namespace checkpointfs::test
