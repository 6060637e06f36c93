// SPDX-License-Identifier: Apache-2.0
// `state` over state that is damaged, hidden or hostile.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/text/characters.h"
#include "state_storage.h"
#include "tests/support/files.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* kIncomplete = "checkpointfs: the output is incomplete: ";

// True if `text` is UTF-8 without characters that control a terminal or reorder text, but for tabs and line
// feeds.
bool is_plain(std::string_view text) {
  while (!text.empty()) {
    const bool is_space = text.front() == '\n' || text.front() == '\t';
    const size_t length = is_space ? 1 : base::printable_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// Replaces each `from` in all files by `to`, which is as long.
void replace_in_files(const std::string& directory, const std::string& from, const std::string& to) {
  ASSERT_EQ(from.size(), to.size());
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::string bytes = read_file(entry.path());
    for (size_t at = 0; (at = bytes.find(from, at)) != std::string::npos; at += to.size()) {
      bytes.replace(at, from.size(), to);
    }
    write_file(entry.path(), bytes);
  }
}

class DamagedState : public testing::Test {
 protected:
  const std::string& copy(const std::string& storage) {
    copy_fixture(storage, directory_ / "storage");
    commands_ = std::make_unique<StateCommands>(directory_ / "storage");
    return commands_->directory();
  }
  // The file of the storage with the most bytes that has `marker` in it, and is no metadata.
  std::string largest_file_with(const std::string& marker) const {
    std::string largest;
    for (const auto& entry : fs::recursive_directory_iterator(commands_->directory())) {
      if (!entry.is_regular_file() || entry.path().filename() == "_metadata") continue;
      if (!contains(read_file(entry.path()), marker)) continue;
      if (largest.empty() || entry.file_size() > fs::file_size(largest)) largest = entry.path();
    }
    return largest;
  }
  // A table of RocksDB, which names its state and ends with a number that all tables have.
  std::string table_of(const std::string& state) const {
    const std::string end = "\xF7\xCF\xF4\x85\xB7\x41\xE2\x88";
    for (const auto& entry : fs::recursive_directory_iterator(commands_->directory())) {
      if (!entry.is_regular_file()) continue;
      const std::string bytes = read_file(entry.path());
      if (bytes.ends_with(end) && contains(bytes, state)) return entry.path();
    }
    return "";
  }
  // Expects that what can be read of `objects` is there, and an error at the end.
  void expect_incomplete(const std::vector<std::string>& before, int exit_code) const {
    const Output after = commands_->run({"state", commands_->snapshot(), "objects"});
    EXPECT_EQ(after.exit_code, exit_code) << after.err;
    EXPECT_EQ(last_line(after.err).find(kIncomplete), 0u) << after.err;
    const std::vector<std::string> lines = split_lines(after.out);
    EXPECT_GT(lines.size(), 0u);
    EXPECT_LT(lines.size(), before.size());
    const std::set<std::string> known(before.begin(), before.end());
    for (const std::string& line : lines) EXPECT_TRUE(known.contains(line)) << line;
  }
  std::vector<std::string> lines() const { return commands_->lines({commands_->snapshot(), "objects"}); }

  TempDirectory directory_;
  std::unique_ptr<StateCommands> commands_;
};

TEST_F(DamagedState, of_rocksdb_that_is_truncated_ends_with_an_error) {
  copy("state-2.3.0/rocksdb-incremental");
  const std::vector<std::string> before = lines();
  const std::string file = table_of("named-row");
  ASSERT_NE(file, "");
  fs::resize_file(file, fs::file_size(file) / 2);
  expect_incomplete(before, 8);
}

TEST_F(DamagedState, of_rocksdb_with_other_bytes_ends_with_an_error) {
  copy("state-2.3.0/rocksdb-incremental");
  const std::vector<std::string> before = lines();
  const std::string file = table_of("named-row");
  ASSERT_NE(file, "");
  std::string bytes = read_file(file);
  for (size_t i = 8; i < 200; ++i) bytes[i] = static_cast<char>(~bytes[i]);  // in the first block of data
  write_file(file, bytes);
  expect_incomplete(before, 8);
}

TEST_F(DamagedState, of_rocksdb_without_a_file_ends_with_an_error) {
  copy("state-2.3.0/rocksdb-incremental");
  const std::vector<std::string> before = lines();
  const std::string file = table_of("named-row");
  fs::remove(file);
  expect_incomplete(before, 8);
}

TEST_F(DamagedState, of_the_heap_that_is_truncated_ends_with_an_error) {
  copy("state-2.3.0/heap");
  const std::vector<std::string> before = lines();
  const std::string file = largest_file_with("named-row");
  ASSERT_NE(file, "");
  fs::resize_file(file, fs::file_size(file) - 100);
  expect_incomplete(before, 8);
}

TEST_F(DamagedState, of_one_subtask_is_a_problem_of_the_inventory_too) {
  copy("state-2.3.0/heap");
  const std::vector<std::string> before = lines();
  const std::string file = largest_file_with("named-row");
  write_file(file, std::string(fs::file_size(file), '\xFF'));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"state", commands_->snapshot()},
                                                {"state", "--json", commands_->snapshot()}}) {
    const Output output = commands_->run(words);
    EXPECT_EQ(output.exit_code, 8) << output.err;
    EXPECT_TRUE(contains(output.err, "subtask")) << output.err;
    EXPECT_TRUE(contains(output.out, "named-row")) << output.out;
  }
  expect_incomplete(before, 8);
}

TEST_F(DamagedState, makes_differences_fail) {
  copy("state-2.3.0/rocksdb-incremental");
  const std::string sound = storage_directory("state-2.3.0/rocksdb-incremental");
  const std::vector<std::string> words = {
      "state", "--source", sound, "--diff", commands_->snapshot(), snapshots_in(sound).front(), "objects"};
  const Output before = commands_->run(words);
  EXPECT_EQ(before.exit_code, 0) << before.err;
  EXPECT_EQ(before.out, "");
  fs::remove(table_of("named-row"));
  const Output output = commands_->run(words);
  EXPECT_EQ(output.exit_code, 8) << output.err;
}

// As with a serializer that is not Flink's.
TEST_F(DamagedState, of_an_unknown_type_hides_entries_on_the_heap_only) {
  const auto lines_of = [&](int exit_code) {
    return commands_->lines({commands_->snapshot(), "basic"}, exit_code);
  };
  replace_in_files(copy("state-2.3.0/heap"), "BigDecSerializer$", "BigXyzSerializer$");
  const Output output = commands_->run({"state", commands_->snapshot(), "basic"});
  EXPECT_EQ(output.exit_code, 12) << output.err;
  EXPECT_EQ(last_line(output.err).find(kIncomplete), 0u) << output.err;
  EXPECT_TRUE(contains(output.err, "key group")) << output.err;
  const std::vector<std::string> on_the_heap = split_lines(output.out);
  const json::value list = commands_->run({"state", "--json", commands_->snapshot()}).json();
  const auto state = std::ranges::find_if(list.at("states").as_array(), [](const json::value& found) {
    return found.at("state") == json::value("big-decimal");
  });
  ASSERT_NE(state, list.at("states").as_array().end());
  EXPECT_EQ(text(*state, "readable"), "no");
  EXPECT_TRUE(contains(text(*state, "reason"), "BigXyzSerializer")) << text(*state, "reason");

  fs::remove_all(directory_ / "storage");
  replace_in_files(copy("state-2.3.0/heap-canonical-savepoint"), "BigDecSerializer$", "BigXyzSerializer$");
  const std::vector<std::string> framed = lines_of(0);
  EXPECT_GT(framed.size(), on_the_heap.size());
  size_t opaque = 0;
  for (const std::string& line : framed) {
    const json::object object = json::parse(line).as_object();
    if (object.at("state") != json::value("big-decimal")) continue;
    ++opaque;
    EXPECT_TRUE(object.at("value").as_string().starts_with("0x")) << line;
    EXPECT_TRUE(contains(text(object, "opaque"), "BigXyzSerializer")) << line;
  }
  EXPECT_EQ(opaque, 10u);
}

TEST_F(DamagedState, with_hostile_names_does_no_harm_to_a_terminal) {
  const std::string& storage = copy("state-2.3.0/heap-canonical-savepoint");
  replace_in_files(storage, "kinds", "k\x1B[1m");                      // the operator
  replace_in_files(storage, "pair list", "\xC2\x9B]2;xyz-");           // a state
  replace_in_files(storage, "tuple/map", "\xE2\x80\xAE\xC2\x9B/map");  // reorders text; controls it
  const std::string snapshot = commands_->snapshot();
  for (const std::vector<std::string>& words : {std::vector<std::string>{"state", snapshot},
                                                {"state", "--json", snapshot},
                                                {"state", snapshot, "k"},
                                                {"state", snapshot, "nowhere"},
                                                {"state", snapshot, "k", "nowhere"},
                                                {"positions", snapshot},
                                                {"state", "--diff", snapshot, snapshot, "k", "nowhere"}}) {
    const Output output = commands_->run(words);
    EXPECT_TRUE(is_plain(output.out)) << testing::PrintToString(words) << output.out;
    EXPECT_TRUE(is_plain(output.err)) << testing::PrintToString(words) << output.err;
  }
  const std::vector<std::string> found = commands_->lines({snapshot, "k\x1B[1m", "\xC2\x9B]2;xyz-"});
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(text(json::parse(found.front()), "state"), "\xC2\x9B]2;xyz-");
  EXPECT_EQ(text(json::parse(found.front()), "operator"), "k\x1B[1m");
}

}  // namespace
}  // namespace checkpointfs::test
