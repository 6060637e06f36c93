// SPDX-License-Identifier: Apache-2.0
#include "state_storage.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "tests/support/metadata_fixtures.h"

namespace fs = std::filesystem;

namespace checkpointfs::test {
namespace {

constexpr std::string_view kLines = ".jsonl.gz";

std::string unzipped_text(const fs::path& file) {
  FILE* const pipe = ::popen(("gzip -dc '" + file.string() + "'").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run gzip");
  std::string text;
  char buffer[65536];
  for (size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  if (::pclose(pipe) != 0) throw std::runtime_error("cannot read " + file.string());
  return text;
}

}  // namespace

std::vector<std::string> state_storages() {
  std::vector<std::string> names;
  for (const auto& version : fs::directory_iterator(data_directory())) {
    if (!version.path().filename().string().starts_with("state-")) continue;
    for (const auto& entry : fs::directory_iterator(version.path())) {
      std::string name = fs::relative(entry.path(), data_directory());
      if (name.ends_with(kLines)) names.push_back(name.substr(0, name.size() - kLines.size()));
    }
  }
  if (names.empty()) throw std::runtime_error("tests/data has no state");
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> lines_of_flink(const std::string& storage) {
  return split_lines(unzipped_text(storage_directory(storage) + std::string(kLines)));
}

std::vector<std::string> all_storages() {
  std::vector<std::string> names = state_storages();
  for (const auto& version : fs::directory_iterator(data_directory())) {
    if (!version.path().filename().string().starts_with("flink-")) continue;
    for (const auto& entry : fs::directory_iterator(version.path())) {
      if (entry.is_directory() && entry.path().filename() != "expected")
        names.push_back(fs::relative(entry.path(), data_directory()));
    }
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> snapshots_in(const std::string& directory) {
  std::vector<std::string> snapshots;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.path().filename() == "_metadata") snapshots.push_back(entry.path().parent_path());
  }
  std::ranges::sort(snapshots);
  return snapshots;
}

std::string storage_directory(const std::string& storage) {
  return data_directory() / storage;
}

std::string storage_name(const testing::TestParamInfo<std::string>& test) {
  std::string name = test.param;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

std::string StateCommands::snapshot() const {
  const std::vector<std::string> all = snapshots_in(directory_);
  if (all.size() != 1) throw std::runtime_error(directory_ + " has not one snapshot");
  return all.front();
}

Output StateCommands::run(std::vector<std::string> words) const {
  words.insert(words.begin() + 1, {"--source", directory_});
  return program_.run(words);
}

std::vector<std::string> StateCommands::lines(const std::vector<std::string>& arguments,
                                              int exit_code) const {
  std::vector<std::string> words = {"state"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Output output = run(words);
  EXPECT_EQ(output.exit_code, exit_code) << testing::PrintToString(words) << output.err;
  if (exit_code == 0) {
    EXPECT_EQ(output.err, "") << testing::PrintToString(words);
  }
  return split_lines(output.out);
}

std::vector<std::string> StateCommands::operators(const std::string& snapshot) const {
  std::vector<std::string> ids;
  for (const std::string& line : lines({snapshot})) {
    const size_t start = line.find('\t') + 1;
    const std::string id = line.substr(start, line.find('\t', start) - start);
    if (id != "operator_id" && (ids.empty() || ids.back() != id)) ids.push_back(id);
  }
  return ids;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

std::string last_line(const std::string& text) {
  const std::vector<std::string> lines = split_lines(text);
  return lines.empty() ? "" : lines.back();
}

}  // namespace checkpointfs::test
