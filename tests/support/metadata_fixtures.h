// SPDX-License-Identifier: Apache-2.0
// Metadata of the checkpoint storage below tests/data, which real Flinks wrote; see tests/data/README.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace checkpointfs::test {

struct Fixture {
  std::string name;                 // "flink-1.20.5/chained/<job>/chk-4"
  std::filesystem::path directory;  // of the snapshot
  std::filesystem::path expected;   // the findings of Flink's own reader; may be missing
  std::string bytes;                // of its `_metadata`
};

// tests/data: the environment variable CHECKPOINTFS_TEST_DATA, else where the sources were compiled.
std::filesystem::path data_directory();

// The snapshots of tests/data/flink-VERSION, sorted by name. Throws if there is no test data.
std::vector<Fixture> metadata_fixtures();
// The same of tests/data/state-VERSION: state of every kind.
std::vector<Fixture> state_fixtures();

// The content of a file. Throws if it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace checkpointfs::test
