// SPDX-License-Identifier: Apache-2.0
// A storage that a chain of jobs wrote, and what `list` and `show` say of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "tests/cli/program.h"

namespace checkpointfs::test {

class Commands : public testing::Test {
 protected:
  std::string source() const { return directory_ / "storage"; }

  boost::json::array snapshots() {
    const Output output = program_.run({"list", "--json", source()});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return output.json().at("snapshots").as_array();
  }

  // The snapshot whose files come from the most directories.
  std::string newest() {
    std::string best;
    size_t most = 0;
    for (const boost::json::value& snapshot : snapshots()) {
      const std::string path = text(snapshot, "path");
      const size_t n = origins(path).size();
      if (n > most) best = path;
      most = std::max(most, n);
    }
    return best;
  }

  boost::json::value show(const std::string& snapshot) {
    const Output output = program_.run({"show", "--json", "--source", source(), snapshot});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return output.json();
  }

  std::vector<std::string> origins(const std::string& snapshot) {
    std::vector<std::string> directories;
    const boost::json::value report = show(snapshot);
    for (const boost::json::value& file : report.at("files").as_array()) {
      directories.push_back(std::filesystem::path(text(file, "path")).parent_path());
    }
    std::ranges::sort(directories);
    directories.erase(std::ranges::unique(directories).begin(), directories.end());
    return directories;
  }

  // Returns the path of a file of a snapshot's report.
  static std::string place(const boost::json::value& file) {
    return text(file, "root") + "/" + text(file, "path");
  }

  TempDirectory directory_;
  Program program_{directory_ / "state"};
};

class ChainedStorage : public Commands {
 protected:
  void SetUp() override { copy_fixture("chained", source()); }
};

}  // namespace checkpointfs::test
