// SPDX-License-Identifier: Apache-2.0
// Commands over storage that Flink wrote.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "program.h"

namespace checkpointfs::test {

// A chain of three jobs, merged files, changelog, and state inside the metadata.
inline std::vector<std::string> fixtures() {
  std::vector<std::string> all;
  for (const char* flink : {"flink-1.20.5/", "flink-2.3.0/"}) {
    for (const char* name : {"chained", "file-merging", "file-merging-across", "changelog", "inline"}) {
      all.push_back(std::string(flink) + name);
    }
  }
  return all;
}

inline std::string fixture_name(const testing::TestParamInfo<std::string>& test) {
  std::string name = test.param;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

class StorageCommands : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { copy_fixture(GetParam(), source()); }

  std::string source() const { return directory_ / "storage"; }

  boost::json::value run(std::vector<std::string> arguments, int exit_code = 0) {
    arguments.push_back("--json");
    const Output output = program_.run(arguments);
    EXPECT_EQ(output.exit_code, exit_code) << output.err;
    return output.json();
  }

  // The files that each snapshot needs, from `show`: the place, the range and the size of each.
  using Files = std::map<std::string, uint64_t>;
  std::map<std::string, Files> all_files() {
    std::map<std::string, Files> snapshots;
    const boost::json::value list = run({"list", source()});
    for (const boost::json::value& snapshot : list.at("snapshots").as_array()) {
      const std::string path = text(snapshot, "path");
      const boost::json::value report = run({"show", "--source", source(), path});
      for (const boost::json::value& file : report.at("files").as_array()) {
        snapshots[path][text(file, "path") + "@" + std::to_string(number(file, "start")) + "+" +
                        std::to_string(number(file, "size"))] = number(file, "size");
      }
    }
    return snapshots;
  }

  static std::string job_of(const std::string& snapshot) {
    return std::filesystem::path(snapshot).parent_path();
  }

  TempDirectory directory_;
  Program program_{directory_ / "state"};
};

}  // namespace checkpointfs::test
