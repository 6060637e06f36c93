// SPDX-License-Identifier: Apache-2.0
// Checkpoint storage written by real Flinks (tests/data), and what Flink's own reader finds in it: the truth
// that the projection is compared with.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/files.h"

namespace checkpointfs::test {

// A scenario of one version, e.g. "flink-2.3.0/chained".
using Scenario = std::string;

// All scenarios below tests/data, in order.
std::vector<Scenario> all_scenarios();
// The scenarios whose name ends in `name` ("chained"), of each version. A test that gets none fails.
std::vector<Scenario> scenarios_called(const std::string& name);
// "flink_2_3_0_chained", as names of tests may have it.
std::string test_name(const Scenario& scenario);

// One handle as Flink reads it.
struct ExpectedHandle {
  std::string kind;  // "file", "relative", "segment"; handles that name no file are left out
  std::string uri;   // or the relative path
  int64_t size = 0;  // recorded
  int64_t start = 0;
  std::string position;  // "shared", "private", "changelog", ...

  // The name in the projection, as long as no two files of the snapshot have the same.
  std::string name() const;
  // Two handles with one key are one file or segment, in whichever snapshots they are.
  std::string key() const;

  std::string snapshot;  // whose handle it is
};

// A copy of a scenario's storage, removed at the end, and its snapshots.
class Storage {
 public:
  explicit Storage(const Scenario& scenario);

  std::string path() const { return directory_ / "storage"; }
  std::string operator/(std::string_view name) const { return path() + "/" + std::string(name); }

  // Snapshots by path ("<job>/chk-3"), each with all handles that name a file, in Flink's order.
  const std::map<std::string, std::vector<ExpectedHandle>>& snapshots() const { return snapshots_; }
  std::vector<std::string> snapshot_paths() const;
  // The directories of jobs (the first components), in order; `newest_job` is the newest of a chain.
  std::vector<std::string> jobs() const;
  std::string newest_job() const;
  // Names of the snapshots of a job, oldest first.
  std::vector<std::string> snapshots_of(const std::string& job) const;
  // The last snapshot of the newest job, and the one before it of the same job.
  std::string newest_snapshot() const;
  std::string snapshot_before() const;

  // The file in the storage that holds the bytes of a handle.
  std::string file_of(const ExpectedHandle& handle) const;
  // The files that a projected snapshot must hold beside `_metadata`: bytes by name, read from the storage.
  std::map<std::string, std::string> expected_files(const std::string& snapshot) const;
  // The number of snapshots that refer to each file or segment (by key) of `snapshot`, by name.
  std::map<std::string, uint64_t> expected_links(const std::string& snapshot) const;

 private:
  TempDirectory directory_;
  std::map<std::string, std::vector<ExpectedHandle>> snapshots_;
};

}  // namespace checkpointfs::test
