// SPDX-License-Identifier: Apache-2.0
// A job that retains a thousand checkpoints: they are exported in two steps, the storage is deleted, and
// Flink restores five of them.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <stdexcept>

#include "flink.h"
#include "harness.h"
#include "self_contained.h"
#include "tests/support/files.h"

namespace checkpointfs::test {
namespace {

constexpr int kSnapshots = 1000;
constexpr int kRestored = 5;
constexpr Milliseconds kExport{900'000};
const std::vector<std::string> kTiny = {"--keys", "10", "--cold-bytes", "16"};

class ThousandSnapshots : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    if (const std::string reason = missing_for_flink(); !reason.empty()) GTEST_SKIP() << reason;
  }
  // Exports all snapshots of the storage; returns what `--json` says.
  std::string export_all() const {
    const RunResult result = checkpointfs(
        {"export", "--json", "--index", own_ / "index.db", "--source", own_ / "storage", own_ / "target"},
        kExport);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  }
  // A number of the totals, which come first.
  static uint64_t total_of(const std::string& json, const std::string& member) {
    const std::string key = "\"" + member + "\":";
    const size_t at = json.find(key);
    if (at == std::string::npos) throw std::runtime_error("no " + member + " in " + json.substr(0, 300));
    return std::strtoull(json.c_str() + at + key.size(), nullptr, 10);
  }
  static std::vector<std::string> checkpoints_in(const std::string& job) {
    std::vector<std::string> names = names_in(job);
    std::erase_if(names, [](const std::string& name) {
      return !name.starts_with("chk-") || name.find('.') != std::string::npos;
    });
    std::ranges::sort(names, {}, [](const std::string& name) { return std::stoi(name.substr(4)); });
    return names;
  }

  const TempDirectory own_;
};

TEST_F(ThousandSnapshots, of_a_real_job_are_exported_step_by_step_and_restore) {
  const Flink flink{"2.3.0"};
  const std::string job = flink.generate_many(kSnapshots, own_ / "storage", kTiny);
  const std::vector<std::string> all = checkpoints_in(own_ / ("storage/" + job));
  ASSERT_EQ(all.size(), static_cast<size_t>(kSnapshots));

  // The first step sees only half of the job.
  stdfs::create_directory(own_ / "later");
  for (size_t i = all.size() / 2; i < all.size(); ++i)
    stdfs::rename(own_ / ("storage/" + job + "/" + all[i]), own_ / ("later/" + all[i]));
  const std::string first = export_all();
  EXPECT_EQ(checkpoints_in(own_ / ("target/" + job)).size(), all.size() / 2);
  for (size_t i = all.size() / 2; i < all.size(); ++i)
    stdfs::rename(own_ / ("later/" + all[i]), own_ / ("storage/" + job + "/" + all[i]));
  const std::string second = export_all();
  EXPECT_EQ(total_of(second, "kept_bytes"), total_of(first, "bytes"));
  EXPECT_GT(total_of(second, "copied_bytes"), 0u);
  EXPECT_EQ(checkpoints_in(own_ / ("target/" + job)), all);
  EXPECT_EQ(total_of(export_all(), "copied_bytes"), 0u) << "all were there";
  std::cout << all.size() << " snapshots: " << total_of(first, "copied_bytes")
            << " bytes copied for the first half, " << total_of(second, "copied_bytes") << " for the second"
            << std::endl;

  stdfs::remove_all(own_ / "storage");
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  std::vector<std::string> some;
  std::ranges::sample(all, std::back_inserter(some), kRestored, random);
  for (const std::string& name : some) {
    SCOPED_TRACE(name + ", seed " + std::to_string(seed));
    const std::string snapshot = own_ / ("target/" + job + "/" + name);
    EXPECT_EQ(not_self_contained(snapshot), "");
    EXPECT_EQ(flink.restore("rocksdb-incremental", snapshot, own_ / "next", "CLAIM", kTiny), "CLAIM");
    std::cout << name << " restored" << std::endl;
  }
}

}  // namespace
}  // namespace checkpointfs::test
