// SPDX-License-Identifier: Apache-2.0
// Damaged files of state: whatever they hold, rows end, and a problem has words.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "base/errors.h"
#include "state/snapshot/inventory.h"
#include "state/snapshot/isolation.h"
#include "state/snapshot/snapshot_positions.h"
#include "state/snapshot/state_rows.h"
#include "tests/unit/state/fixture_snapshot.h"
#include "tests/unit/state/snapshot/made_snapshot.h"

namespace checkpointfs::state {
namespace {

constexpr int kRounds = 25;

// A snapshot of a sample, with its files in memory.
struct Sample {
  std::string metadata;
  std::map<std::string, std::string> files;  // by base name
};

Sample sample_of(const std::string& scenario) {
  for (const test::Fixture& fixture : test::state_fixtures()) {
    if (!fixture.name.starts_with("state-1.20.5/" + scenario + "/")) continue;
    Sample sample{fixture.bytes, {}};
    const auto storage = test::data_directory() / "state-1.20.5" / scenario;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(storage)) {
      if (!entry.is_regular_file() || entry.path().filename() == "_metadata") continue;
      sample.files[entry.path().filename().string()] = test::read_file(entry.path());
    }
    return sample;
  }
  throw std::runtime_error("tests/data has no sample of " + scenario);
}

// Reads everything there is. Returns the number of rows.
uint64_t read_all(const Sample& sample) {
  const test::MadeSnapshot snapshot(sample.metadata, sample.files);
  uint64_t rows = 0;
  for (const OperatorLayout& layout : state_layout(snapshot.bytes().metadata())) {
    for (const std::string& problem : operator_inventory(snapshot.bytes(), layout, Effort::kWhole).problems) {
      EXPECT_FALSE(problem.empty());
    }
    for (const std::string& state : state_names(snapshot.bytes(), layout)) {
      const RowsReport report =
          write_state_rows(snapshot.bytes(), layout, state, {}, {}, [](std::string_view) { return true; });
      rows += report.rows;
    }
    operator_positions(snapshot.bytes(), layout);
  }
  return rows;
}

// Linear congruences (Knuth's MMIX).
class Chance {
 public:
  uint64_t below(uint64_t limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % limit;
  }

 private:
  uint64_t state_ = 1;
};

void damage(Sample& sample, Chance& chance) {
  auto file = sample.files.begin();
  std::advance(file, static_cast<std::ptrdiff_t>(chance.below(sample.files.size())));
  std::string& bytes = file->second;
  if (bytes.empty()) return;
  const size_t at = chance.below(bytes.size());
  switch (chance.below(3)) {
    case 0:
      bytes[at] = static_cast<char>(bytes[at] ^ 1 << chance.below(8));
      break;
    case 1:
      bytes[at] = static_cast<char>(chance.below(2) == 0 ? 0xFF : 0x7F);
      break;
    default:
      for (size_t i = at; i < bytes.size() && i < at + 8; ++i) bytes[i] = '\0';
      break;
  }
}

class DamagedState : public testing::TestWithParam<const char*> {};

TEST_P(DamagedState, is_read_to_its_end_or_refused) {
  const Sample whole = sample_of(GetParam());
  const uint64_t rows = read_all(whole);
  EXPECT_GT(rows, 100u);
  Chance chance;
  for (int i = 0; i < kRounds; ++i) {
    Sample sample = whole;
    for (uint64_t k = 0; k <= chance.below(3); ++k) damage(sample, chance);
    read_all(sample);
  }
}

INSTANTIATE_TEST_SUITE_P(Sample, DamagedState,
                         testing::Values("heap-compressed", "heap-changelog", "rocksdb-canonical-savepoint"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// RocksDB may assert what a damaged file does not hold: its reader has a process of its own.
TEST(DamagedDatabaseState, costs_the_reading_process_at_most) {
  const Sample whole = sample_of("rocksdb-native-savepoint");
  Chance chance;
  int refused = 0;
  for (int i = 0; i < kRounds; ++i) {
    Sample sample = whole;
    damage(sample, chance);
    try {
      run_isolated(
          [&](IsolatedOutput& output) {
            output.doing("a damaged snapshot");
            output.write(std::to_string(read_all(sample)));
            return 0;
          },
          [](std::string_view) { return Wanted::kMore; });
    } catch (const base::Failure& e) {
      EXPECT_EQ(e.kind(), base::FailureKind::kInput) << e.what();
      ++refused;
    }
  }
  EXPECT_LT(refused, kRounds / 2);
}

}  // namespace
}  // namespace checkpointfs::state
