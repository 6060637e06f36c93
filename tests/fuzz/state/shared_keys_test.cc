// SPDX-License-Identifier: Apache-2.0
// Entries whose keys share a long part need its memory once.
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "state/keyed/heap_key_groups.h"
#include "state/keyed/replayed_entries.h"
#include "tests/fuzz/allocations.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/keyed/made_file.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::fuzz {
namespace {

// A key of 20 kB, and 20000 parts of a few bytes that share it: 400 MB if each had a copy.
class SharedKeys : public testing::Test {
 protected:
  static constexpr int kParts = 20'000;
  static constexpr uint64_t kMostMemory = uint64_t{32} << 20;

  std::string key() const { return test::Bytes().hex("A19C01").raw(std::string(20'000, 'k')); }
  std::string int_namespace(int i) const { return test::Bytes().i32(i); }
  std::string map_value() const {
    test::Bytes bytes;
    bytes.i32(kParts);
    for (int i = 0; i < kParts; ++i) bytes.i32(i).u8(1);
    return bytes;
  }
  test::Proxy proxy(const std::string& state) const {
    return {.key = test::string_type(), .states = {state}};
  }

  void expect_entries(const std::function<std::unique_ptr<state::KeyedEntries>()>& make, uint64_t expected) {
    const AllocationPeak peak;
    const auto entries = make();
    uint64_t count = 0;
    while (entries->next()) ++count;
    EXPECT_EQ(entries->error(), std::nullopt);
    EXPECT_EQ(count, expected);
    EXPECT_LT(peak.bytes(), kMostMemory);
  }
  // Has one change of the state number 0.
  std::shared_ptr<const state::Changelog> log_of(const std::string& state, const std::string& change) {
    const auto bytes = state::memory_bytes(
        std::string(1, '\0') + test::change_set({{-1, {test::announcement(state, 0)}}, {0, {change}}}),
        "log");
    return *state::Changelog::read({{bytes, 0, state::ChangeForm::kFile}}, state::Writer::kFlink1);
  }
  std::unique_ptr<state::KeyedEntries> replayed(const std::string& state, const std::string& change) {
    const test::MadeFile made = test::made_file(proxy(state), 0, {});
    return state::replayed_entries(log_of(state, change), nullptr, {0, 0}, made.proxy->key,
                                   made.proxy->states[0]);
  }
};

TEST_F(SharedKeys, of_a_map_on_the_heap_stand_in_memory_once) {
  const std::string state = test::keyed_state("m", "MAP", test::map_type(test::int_type(), test::int_type()));
  const test::MadeFile made = test::made_file(
      proxy(state), 0,
      {test::heap_group(0, {test::heap_state(0, {std::string(1, '\0') + key() + map_value()})})});
  expect_entries([&] { return state::heap_entries(made.file, made.proxy, 0); }, kParts);
}

TEST_F(SharedKeys, of_a_map_in_the_log_stand_in_memory_once) {
  const std::string state = test::keyed_state("m", "MAP", test::map_type(test::int_type(), test::int_type()));
  const std::string change = test::change(3, 0, key() + std::string(1, '\0') + map_value());
  expect_entries([&] { return replayed(state, change); }, kParts);
}

TEST_F(SharedKeys, of_a_map_that_the_log_changes_stand_in_memory_once) {
  const std::string state = test::keyed_state("m", "MAP", test::map_type(test::int_type(), test::int_type()));
  const test::MadeFile made = test::made_file(
      proxy(state), 0,
      {test::heap_group(0, {test::heap_state(0, {std::string(1, '\0') + key() + map_value()})})});
  const std::string remove = test::change(7, 0, key() + std::string(1, '\0') + test::int_value(7));
  const auto log = log_of(state, remove);
  expect_entries(
      [&] {
        return state::replayed_entries(log, state::heap_entries(made.file, made.proxy, 0), {0, 0},
                                       made.proxy->key, made.proxy->states[0]);
      },
      kParts - 1);
}

TEST_F(SharedKeys, of_merged_namespaces_stand_in_memory_once) {
  const std::string state =
      test::keyed_state("l", "LIST", test::list_type(test::int_type()), test::int_type());
  test::Bytes merge;
  merge.raw(key()).raw(int_namespace(-1)).raw(int_namespace(-1)).i32(kParts);
  for (int i = 0; i < kParts; ++i) merge.raw(int_namespace(i));
  expect_entries([&] { return replayed(state, test::change(4, 0, merge)); }, 0);
}

}  // namespace
}  // namespace checkpointfs::fuzz
