// SPDX-License-Identifier: Apache-2.0
// Storage of tests/data whose state the commands read, and the lines that Flink's own reader found in it.
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <vector>

#include "program.h"

namespace checkpointfs::test {

// "state-1.20.5/heap": storages whose lines are known; sorted. Throws if there is none.
std::vector<std::string> state_storages();
// The lines of a storage of state_storages(), sorted by their bytes.
std::vector<std::string> lines_of_flink(const std::string& storage);

// All storages of tests/data: those of state_storages(), and "flink-1.20.5/chained" and such.
std::vector<std::string> all_storages();

// The directories of the snapshots of a storage; sorted.
std::vector<std::string> snapshots_in(const std::string& directory);
// The directory of a storage.
std::string storage_directory(const std::string& storage);

std::string storage_name(const testing::TestParamInfo<std::string>& test);

// Commands about snapshots of one directory.
class StateCommands {
 public:
  explicit StateCommands(std::string directory) : directory_(std::move(directory)) {}

  const std::string& directory() const { return directory_; }
  // The only snapshot.
  std::string snapshot() const;
  // Runs `words`; the storage is that of the directory.
  Output run(std::vector<std::string> words) const;
  // `state SNAPSHOT ARGUMENT...`; expects `exit_code`.
  std::vector<std::string> lines(const std::vector<std::string>& arguments, int exit_code = 0) const;
  // Ids of the operators that have state, as the inventory lists them.
  std::vector<std::string> operators(const std::string& snapshot) const;

 private:
  const std::string directory_;
  TempDirectory temporary_;
  Program program_{temporary_ / "state"};
};

std::vector<std::string> split_lines(const std::string& text);
std::string last_line(const std::string& text);

}  // namespace checkpointfs::test
