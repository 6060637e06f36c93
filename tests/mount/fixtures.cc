// SPDX-License-Identifier: Apache-2.0
#include "fixtures.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace checkpointfs::test {
namespace {

// The checkpoint and savepoint directories of the jobs that wrote the fixtures.
constexpr std::string_view kWrittenTo[] = {"file:/data/flink/checkpoints/", "file:/data/flink/savepoints/"};

std::string data_directory() {
  const char* given = std::getenv("CHECKPOINTFS_TEST_DATA");
  if (given == nullptr) throw std::runtime_error("CHECKPOINTFS_TEST_DATA must name tests/data");
  return given;
}

std::vector<std::string> sorted_names(const std::string& directory) {
  std::vector<std::string> names = names_in(directory);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<ExpectedHandle> read_expected(const std::string& file, const std::string& snapshot) {
  std::vector<ExpectedHandle> handles;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> words = split(line, '\t');
    if (words[0] != "handle") continue;
    if (words[1] != "file" && words[1] != "relative" && words[1] != "segment") continue;
    handles.push_back(
        {words.at(1), words.at(2), std::stoll(words.at(3)), std::stoll(words.at(4)), words.at(5), snapshot});
  }
  return handles;
}

// "<job>__chk-3.tsv" -> "<job>/chk-3"
std::string snapshot_of(std::string file) {
  file.resize(file.size() - std::string(".tsv").size());
  if (const size_t at = file.find("__"); at != std::string::npos) file.replace(at, 2, "/");
  return file;
}

int checkpoint_number(const std::string& snapshot) {
  const size_t dash = snapshot.rfind("chk-");
  return dash == std::string::npos ? 0 : std::stoi(snapshot.substr(dash + 4));
}

}  // namespace

std::vector<Scenario> all_scenarios() {
  std::vector<Scenario> scenarios;
  for (const std::string& version : sorted_names(data_directory())) {
    if (!version.starts_with("flink-")) continue;
    for (const std::string& name : sorted_names(data_directory() + "/" + version)) {
      if (name != "expected") scenarios.push_back(version + "/" + name);
    }
  }
  return scenarios;
}

std::vector<Scenario> scenarios_called(const std::string& name) {
  std::vector<Scenario> found = all_scenarios();
  std::erase_if(found, [&](const Scenario& scenario) { return !scenario.ends_with("/" + name); });
  return found;
}

std::string test_name(const Scenario& scenario) {
  std::string name = scenario;
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

std::string ExpectedHandle::name() const {
  const std::string base = uri.substr(uri.rfind('/') + 1);
  return kind == "segment" ? base + "-" + std::to_string(start) + "-" + std::to_string(size) : base;
}

std::string ExpectedHandle::key() const {
  std::string place = kind == "relative" ? snapshot + "/" + uri : uri;
  for (const std::string_view prefix : kWrittenTo) {
    if (place.starts_with(prefix)) place.erase(0, prefix.size());
  }
  return kind == "segment" ? place + " " + std::to_string(start) + " " + std::to_string(size) : place;
}

Storage::Storage(const Scenario& scenario) {
  stdfs::copy(data_directory() + "/" + scenario, path(), stdfs::copy_options::recursive);
  const size_t slash = scenario.find('/');
  const std::string expected =
      data_directory() + "/" + scenario.substr(0, slash) + "/expected" + scenario.substr(slash);
  for (const std::string& file : names_in(expected)) {
    const std::string snapshot = snapshot_of(file);
    snapshots_[snapshot] = read_expected(expected + "/" + file, snapshot);
  }
  if (snapshots_.empty()) throw std::runtime_error("no expected snapshots in " + expected);
}

std::vector<std::string> Storage::snapshot_paths() const {
  std::vector<std::string> paths;
  for (const auto& [path, handles] : snapshots_) paths.push_back(path);
  return paths;
}

std::vector<std::string> Storage::jobs() const {
  std::set<std::string> jobs;
  for (const auto& [path, handles] : snapshots_) jobs.insert(path.substr(0, path.find('/')));
  return {jobs.begin(), jobs.end()};
}

std::string Storage::newest_snapshot() const {
  return std::ranges::max(snapshot_paths(), {}, checkpoint_number);
}

std::string Storage::snapshot_before() const {
  const std::vector<std::string> names = snapshots_of(newest_job());
  return newest_job() + "/" + names.at(names.size() - 2);
}

std::vector<std::string> Storage::snapshots_of(const std::string& job) const {
  std::vector<std::string> names;
  for (const std::string& path : snapshot_paths()) {
    if (path.starts_with(job + "/")) names.push_back(path.substr(job.size() + 1));
  }
  std::ranges::sort(names, {}, checkpoint_number);
  return names;
}

std::string Storage::newest_job() const {
  const std::string newest = newest_snapshot();
  return newest.substr(0, newest.find('/'));
}

std::string Storage::file_of(const ExpectedHandle& handle) const {
  const std::string key = handle.key();
  return path() + "/" + key.substr(0, key.find(' '));
}

std::map<std::string, std::string> Storage::expected_files(const std::string& snapshot) const {
  std::map<std::string, std::string> files;
  for (const ExpectedHandle& handle : snapshots_.at(snapshot)) {
    const std::string whole = read_file(file_of(handle));
    files[handle.name()] = handle.kind == "segment" ? whole.substr(static_cast<size_t>(handle.start),
                                                                   static_cast<size_t>(handle.size))
                                                    : whole;
  }
  return files;
}

std::map<std::string, uint64_t> Storage::expected_links(const std::string& snapshot) const {
  std::map<std::string, std::set<std::string>> users;
  for (const auto& [path, handles] : snapshots_) {
    for (const ExpectedHandle& handle : handles) users[handle.key()].insert(path);
  }
  std::map<std::string, uint64_t> links;
  for (const ExpectedHandle& handle : snapshots_.at(snapshot))
    links[handle.name()] = users[handle.key()].size();
  return links;
}

}  // namespace checkpointfs::test
