// SPDX-License-Identifier: Apache-2.0
#include "tests/support/metadata_fixtures.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace checkpointfs::test {
namespace {

// `flink-VERSION/SCENARIO/a/b` -> `flink-VERSION/expected/SCENARIO/a__b.tsv`
std::filesystem::path expected_of(const std::filesystem::path& name) {
  const std::vector<std::filesystem::path> parts(name.begin(), name.end());
  std::string file;
  for (size_t i = 2; i < parts.size(); ++i) file += (file.empty() ? "" : "__") + parts[i].string();
  return data_directory() / parts[0] / "expected" / parts[1] / (file + ".tsv");
}

// The snapshots in the directories of versions that begin with `prefix`.
std::vector<Fixture> fixtures_of(std::string_view prefix) {
  const std::filesystem::path data = data_directory();
  std::vector<Fixture> fixtures;
  for (const auto& version : std::filesystem::directory_iterator(data)) {
    if (!version.path().filename().string().starts_with(prefix)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(version)) {
      if (entry.path().filename() != "_metadata") continue;
      const std::filesystem::path directory = entry.path().parent_path();
      const std::filesystem::path name = directory.lexically_relative(data);
      fixtures.push_back({name.string(), directory, expected_of(name), read_file(entry.path())});
    }
  }
  std::sort(fixtures.begin(), fixtures.end(),
            [](const Fixture& a, const Fixture& b) { return a.name < b.name; });
  return fixtures;
}

}  // namespace

std::filesystem::path data_directory() {
  const char* directory = std::getenv("CHECKPOINTFS_TEST_DATA");
  return directory != nullptr ? directory : CHECKPOINTFS_TEST_DATA;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<Fixture> metadata_fixtures() {
  return fixtures_of("flink-");
}

std::vector<Fixture> state_fixtures() {
  return fixtures_of("state-");
}

}  // namespace checkpointfs::test
