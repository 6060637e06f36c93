// SPDX-License-Identifier: Apache-2.0
// The state of snapshots below tests/data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flink/metadata.h"
#include "state/snapshot/snapshot_bytes.h"
#include "storage/snapshot_files.h"
#include "tests/support/metadata_fixtures.h"

namespace checkpointfs::test {

// A decoded snapshot, with its files as they lie below tests/data.
class FixtureSnapshot {
 public:
  explicit FixtureSnapshot(const Fixture& fixture);
  FixtureSnapshot(const FixtureSnapshot&) = delete;
  FixtureSnapshot& operator=(const FixtureSnapshot&) = delete;

  const std::string& name() const { return name_; }
  const flink::Metadata& metadata() const { return metadata_; }
  const state::SnapshotBytes& bytes() const { return bytes_; }

 private:
  const std::string name_;
  const std::string metadata_bytes_;
  const flink::Metadata metadata_;
  const storage::SnapshotFiles files_;
  const state::RootOpener opener_;
  const state::SnapshotBytes bytes_;
};

// The lines that Flink's own reader found in a snapshot with state,
// tests/data/state-VERSION/SCENARIO.jsonl.gz.
struct StateSample {
  std::string name;  // "state-1.20.5/heap"
  std::unique_ptr<FixtureSnapshot> snapshot;
  std::vector<std::string> lines;  // sorted by their bytes
};
// All of them, sorted by name. Throws if there is none.
std::vector<StateSample> state_samples();

// The snapshots of the verifying job of a scenario (such as "chained") that all versions wrote, sorted by
// name. Throws if there is none.
std::vector<std::unique_ptr<FixtureSnapshot>> fixture_snapshots(const std::string& scenario);
// The same of the samples of state (such as "heap").
std::vector<std::unique_ptr<FixtureSnapshot>> state_snapshots(const std::string& scenario);

}  // namespace checkpointfs::test
