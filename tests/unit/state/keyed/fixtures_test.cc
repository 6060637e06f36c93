// SPDX-License-Identifier: Apache-2.0
// The keyed state of the verifying job (tests/flink) in snapshots of each backend. All of it follows from how
// many elements each key has counted.
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "state/bytes/input.h"
#include "state/snapshot/key_hash.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/fixture_snapshot.h"
#include "tests/unit/state/keyed/loaded_states.h"
#include "tests/unit/state/verifying_job.h"

namespace checkpointfs::test {
namespace {

constexpr char kKeyedCheck[] = "cf525c2733008aa18843b9f69d139ce6";
std::string composite_key(int32_t key) {
  return Bytes().i32(key).u8(0);
}

// KeyState.
struct Hot {
  int64_t count0 = 0;
  int64_t count1 = 0;
  std::string proof;
  int64_t timer = 0;
  int64_t generations = 0;
};

// A POJO: i8 2 | fields by name, each with boolean "is null".
Hot hot_of(const std::string& value) {
  state::Input in(value);
  Hot hot;
  EXPECT_EQ(in.u8("flags"), 2);
  const auto number = [&] { return in.boolean("is null") ? -1 : in.i64("number"); };
  hot.count0 = number();
  hot.count1 = number();
  hot.generations = number();
  EXPECT_FALSE(in.boolean("is null"));
  hot.proof = in.bytes(in.count(1, "proof"), "proof");
  hot.timer = number();
  EXPECT_TRUE(in.ok() && in.at_end());
  return hot;
}

// The last elements of each split that a key has seen, by slot.
std::map<int32_t, int64_t> recent_of(int32_t key, const Hot& hot) {
  std::map<int32_t, int64_t> slots;
  for (const int split : {0, 1}) {
    const int64_t count = split == 0 ? hot.count0 : hot.count1;
    for (int64_t i = std::max<int64_t>(0, count - kSlots); i < count; ++i) {
      slots[static_cast<int32_t>(split * kSlots + i % kSlots)] = key + i * kKeys + split * kHalf;
    }
  }
  return slots;
}

void expect_contents(const LoadedStates& states) {
  const auto entries = [&](const std::string& name) {
    const auto found = states.find(name);
    return found == states.end() ? std::vector<LoadedEntry>() : found->second;
  };
  std::map<int32_t, Hot> hot;
  for (const LoadedEntry& entry : entries("hot")) {
    const int32_t key = state::Input(entry.key).i32("key");
    EXPECT_EQ(entry.key, composite_key(key));
    EXPECT_EQ(entry.key_group, state::murmur_hash(key) % kMaxParallelism);
    hot[key] = hot_of(entry.value);
  }
  ASSERT_EQ(hot.size(), kKeys);
  std::set<std::pair<std::string, std::string>> recent;
  std::set<std::string> timers;
  std::map<std::string, std::set<std::pair<std::string, std::string>>> cold;
  for (const auto& [key, state] : hot) {
    EXPECT_TRUE(0 <= key && key < kKeys);
    EXPECT_GT(state.count0 + state.count1, 0);
    EXPECT_EQ(state.proof, proof_of(key, state.count0, state.count1));
    for (const auto& [slot, number] : recent_of(key, state)) {
      recent.insert({composite_key(key) + Bytes().i32(slot).str(), Bytes().u8(0).i64(number)});
    }
    if (state.timer != 0) timers.insert(Bytes().i64(state.timer ^ INT64_MIN).i32(key).u8(0));
    EXPECT_NE(state.generations, 0);
    for (int g = 0; g < 8; ++g) {
      if ((state.generations >> g & 1) == 0) continue;
      cold["cold-" + std::to_string(g)].insert(
          {composite_key(key),
           Bytes().block(bytes_of_seed(key * int64_t{31} + g * int64_t{15'485'863} + 5, 64))});
    }
  }
  const auto pairs = [&](const std::string& name) {
    std::set<std::pair<std::string, std::string>> found;
    for (const LoadedEntry& entry : entries(name)) {
      EXPECT_FALSE(entry.pending);
      EXPECT_TRUE(found.insert({entry.key, entry.value}).second) << name << " has an entry twice";
    }
    return found;
  };
  EXPECT_EQ(pairs("recent"), recent);
  for (const auto& [name, expected] : cold) EXPECT_EQ(pairs(name), expected) << name;
  std::set<std::string> found_timers;
  for (const auto& [key, value] : pairs("_timer_state/processing_user-timers")) {
    EXPECT_EQ(value, "");
    found_timers.insert(key);
  }
  EXPECT_EQ(found_timers, timers);
  EXPECT_EQ(pairs("_timer_state/event_user-timers").size(), 0);
  for (const auto& [name, all] : states) {
    EXPECT_TRUE(name == "hot" || name == "recent" || name.starts_with("_timer_state/") || cold.contains(name))
        << name << " has " << all.size() << " entries";
  }
}

class KeyedFixtures : public testing::TestWithParam<const char*> {};

TEST_P(KeyedFixtures, contain_what_the_job_has_counted) {
  size_t snapshots = 0;
  for (const auto& snapshot : fixture_snapshots(GetParam())) {
    SCOPED_TRACE(snapshot->name());
    std::map<std::string, LoadedStates> operators = load(*snapshot);
    expect_contents(operators[kKeyedCheck]);
    ++snapshots;
  }
  EXPECT_GE(snapshots, 2);
}

INSTANTIATE_TEST_SUITE_P(Of, KeyedFixtures,
                         testing::Values("hashmap", "canonical-savepoint", "native-savepoint", "changelog",
                                         "chained", "inline", "file-merging", "file-merging-across",
                                         "unaligned", "no-job-id"),
                         [](const auto& scenario) {
                           std::string name = scenario.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Removes what differs between a heap entry and its canonical form.
void normalise(LoadedStates& states) {
  for (auto& [name, entries] : states) {
    for (LoadedEntry& entry : entries) {
      // A null user value; the canonical writer puts the serializer's null behind the flag.
      if (name == "map" && entry.value[0] != 0) entry.value.resize(1);
      // Times of access.
      if (name.starts_with("ttl-")) entry.value.assign(entry.value.size(), '?');
    }
  }
  // The order of two inputs that arrived at the same time.
  states.erase("window-contents");
}

TEST(KeyedFixtures, have_the_same_entries_on_the_heap_and_in_a_canonical_savepoint) {
  const auto heap = state_snapshots("heap");
  const auto canonical = state_snapshots("heap-canonical-savepoint");
  ASSERT_EQ(heap.size(), canonical.size());
  for (size_t i = 0; i < heap.size(); ++i) {
    SCOPED_TRACE(heap[i]->name());
    auto on_heap = load(*heap[i]);
    auto in_savepoint = load(*canonical[i]);
    size_t entries = 0;
    for (auto& [id, states] : on_heap) {
      for (const auto& [name, all] : states) entries += all.size();
      normalise(states);
      normalise(in_savepoint[id]);
      for (const auto& [name, all] : states) {
        EXPECT_TRUE(all == in_savepoint[id][name]) << id << " " << name;
      }
    }
    EXPECT_EQ(entries, 3701);  // lines with a key group in tests/data/state-*/heap.jsonl.gz
    // The savepoint has an operator more: values that need their class.
    EXPECT_EQ(on_heap.size() + 1, in_savepoint.size());
  }
}

}  // namespace
}  // namespace checkpointfs::test
