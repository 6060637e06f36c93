// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/state_diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/text/message.h"
#include "state/snapshot/inventory.h"
#include "state/snapshot/state_rows.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"
#include "tests/unit/state/fixture_snapshot.h"
#include "tests/unit/state/snapshot/made_snapshot.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::heap_group;
using test::heap_handle;
using test::heap_state;
using test::int_value;
using test::long_value;
using test::MadeSnapshot;
using test::MetadataBuilder;
using test::string_value;

std::string diff_text(const MadeSnapshot& a, const MadeSnapshot& b, std::string_view state,
                      const EntryRange& range = {}) {
  test::LineKeeper lines;
  try {
    const DiffReport report =
        write_state_diff({a.bytes(), a.layout()}, {b.bytes(), b.layout()}, state, range, {}, lines.sink());
    for (const std::string& hidden : report.hidden) lines.add("hidden: " + hidden);
    lines.add(base::format("{} added, {} removed, {} changed", report.added, report.removed, report.changed));
  } catch (const base::Failure& e) {
    lines.add(e.what());
  }
  return lines.text();
}

using Groups = std::vector<std::map<int, int64_t>>;  // int keys to longs, from key group 0 on

std::string heap_of(const Groups& groups) {
  std::vector<std::string> bytes;
  for (size_t i = 0; i < groups.size(); ++i)
    bytes.push_back(test::long_group(static_cast<int32_t>(i), groups[i]));
  return heap_handle(test::long_states(), 0, bytes);
}

std::string snapshot_of(const std::string& keyed, int32_t max_parallelism = 128) {
  return MetadataBuilder(4)
      .op({.max_parallelism = max_parallelism})
      .subtask({.managed_keyed = keyed})
      .bytes();
}

TEST(StateDiff, tells_added_removed_and_changed_entries_in_the_order_of_keys) {
  const MadeSnapshot a(snapshot_of(heap_of({{{1, 10}, {2, 20}, {3, 30}}, {}, {{4, 40}}})));
  const MadeSnapshot b(snapshot_of(heap_of({{{2, 20}, {3, 31}, {5, 50}}, {{1, 10}}, {}})));
  const std::string lines[] = {
      "{\"diff\":\"removed\",\"operator\":\"op\",\"state\":\"s\",\"key_group\":0,\"key\":1,\"value\":10}\n",
      "{\"diff\":\"changed\",\"operator\":\"op\",\"state\":\"s\",\"key_group\":0,\"key\":3,\"value\":31,\"old_value\":30}\n",
      "{\"diff\":\"added\",\"operator\":\"op\",\"state\":\"s\",\"key_group\":0,\"key\":5,\"value\":50}\n",
      "{\"diff\":\"added\",\"operator\":\"op\",\"state\":\"s\",\"key_group\":1,\"key\":1,\"value\":10}\n",
      "{\"diff\":\"removed\",\"operator\":\"op\",\"state\":\"s\",\"key_group\":2,\"key\":4,\"value\":40}\n"};
  EXPECT_EQ(diff_text(a, b, "s"),
            lines[0] + lines[1] + lines[2] + lines[3] + lines[4] + "2 added, 2 removed, 1 changed\n");
  EXPECT_EQ(diff_text(a, b, "s", {{1, 1}, {}}), lines[3] + "1 added, 0 removed, 0 changed\n");
  EXPECT_EQ(diff_text(a, a, "s"), "0 added, 0 removed, 0 changed\n");
}

TEST(StateDiff, of_a_state_that_one_snapshot_lacks_has_all_its_entries) {
  const MadeSnapshot a(snapshot_of(heap_of({{{1, 10}}})));
  const MadeSnapshot b(snapshot_of(test::null_handle()));
  EXPECT_EQ(
      diff_text(a, b, "s"),
      "{\"diff\":\"removed\",\"operator\":\"op\",\"state\":\"s\",\"key_group\":0,\"key\":1,\"value\":10}\n"
      "0 added, 1 removed, 0 changed\n");
}

TEST(StateDiff, shows_the_times_of_both_values) {
  const auto handle = [](int64_t time, const std::string& value) {
    return snapshot_of(
        heap_handle({.states = {test::keyed_state("s", "VALUE", test::ttl_type(test::string_type()))}}, 0,
                    {heap_group(0, {heap_state(0, {test::kVoidNamespace + int_value(1) + long_value(time) +
                                                   string_value(value)})})}));
  };
  EXPECT_EQ(
      diff_text(MadeSnapshot(handle(70, "a")), MadeSnapshot(handle(71, "b")), "s"),
      "{\"diff\":\"changed\",\"operator\":\"op\",\"state\":\"s\",\"key_group\":0,\"key\":1,\"value\":\"b\",\"ttl_ms\":71,"
      "\"old_value\":\"a\",\"old_ttl_ms\":70}\n0 added, 0 removed, 1 changed\n");
}

TEST(StateDiff, refuses_snapshots_whose_keys_have_no_common_order) {
  const MadeSnapshot a(snapshot_of(heap_of({{{1, 10}}})));
  const MadeSnapshot more_groups(snapshot_of(heap_of({{{1, 10}}}), 256));
  EXPECT_EQ(diff_text(a, more_groups, "s"),
            "cannot compare state s: the snapshots have 128 and 256 key groups (maximum parallelism)\n");
  const MadeSnapshot other_key(snapshot_of(heap_handle(
      {.key = test::string_type(), .states = {test::keyed_state("s", "VALUE", test::long_type())}}, 0,
      {heap_group(0, {heap_state(0, {test::kVoidNamespace + string_value("k") + long_value(1)})})})));
  EXPECT_EQ(diff_text(a, other_key, "s"),
            "cannot compare state s: the keys, namespaces or map keys are of different types\n");
  const MadeSnapshot other_kind(
      snapshot_of(heap_handle({.states = {test::keyed_state("s", "REDUCING", test::long_type())}}, 0,
                              {heap_group(0, {heap_state(0, {})})})));
  EXPECT_EQ(diff_text(a, other_kind, "s"), "cannot compare state s: it is of the kinds value and reducing\n");
}

TEST(StateDiff, takes_null_for_null_whatever_stands_behind_it) {
  const std::string type = test::map_type(test::int_type(), test::long_type());
  const MadeSnapshot heap(
      snapshot_of(heap_handle({.states = {test::keyed_state("s", "MAP", type)}}, 0,
                              {heap_group(0, {heap_state(0, {test::kVoidNamespace + int_value(1) +
                                                             int_value(1) + int_value(7) + "\x01"})})})));
  const std::string proxy = test::keyed_proxy({.states = {test::keyed_state("s", "MAP", type)}});
  const std::string group =
      test::full_group(0, {{0, int_value(1) + test::kVoidNamespace + int_value(7), "\x01\x01"}});
  const MadeSnapshot full(snapshot_of(Bytes()
                                          .u8(7)
                                          .i32(0)
                                          .i32(1)
                                          .i64(static_cast<int64_t>(proxy.size()))
                                          .raw(test::byte("b", proxy + group))));
  EXPECT_EQ(diff_text(heap, full, "s"), "0 added, 0 removed, 0 changed\n");
}

TEST(StateDiff, says_nothing_of_key_groups_that_cannot_be_read_whole) {
  // The second state of the heap stands behind one of unknown length.
  const auto with_opaque = [](const std::string& opaque_entries_of_group1) {
    const test::Proxy proxy = {
        .states = {test::keyed_state("o", "VALUE", test::unknown_type("com.acme.XSnapshot")),
                   test::keyed_state("s", "VALUE", test::long_type())}};
    const std::string entries = heap_state(1, {test::kVoidNamespace + int_value(1) + long_value(10)});
    return snapshot_of(heap_handle(
        proxy, 0,
        {heap_group(0, {heap_state(0, {}), entries}),
         heap_group(1, {opaque_entries_of_group1.empty()
                            ? heap_state(0, {})
                            : heap_state(0, {test::kVoidNamespace + int_value(1) + opaque_entries_of_group1}),
                        heap_state(1, {test::kVoidNamespace + int_value(2) + long_value(20)})})}));
  };
  const MadeSnapshot whole(with_opaque(""));
  const MadeSnapshot hidden(with_opaque("xyz"));
  const std::string text = diff_text(whole, hidden, "s");
  EXPECT_EQ(text.find("hidden: key group 1: "), 0u) << text;
  EXPECT_NE(text.find("\n0 added, 0 removed, 0 changed\n"), std::string::npos) << text;
  EXPECT_EQ(diff_text(hidden, whole, "s"), text);
}

TEST(StateDiff, fails_if_a_handle_cannot_be_read) {
  const MadeSnapshot a(snapshot_of(heap_of({{{1, 10}}})));
  const MadeSnapshot b(snapshot_of(Bytes().u8(3).i32(0).i32(1).i64(500).raw(test::relative("gone", 600))));
  const std::string text = diff_text(a, b, "s");
  EXPECT_NE(text.find("keyed state: open gone: No such file or directory"), std::string::npos) << text;
}

TEST(StateDiff, of_operator_state_does_not_mind_the_subtask) {
  const auto handle = [](const std::vector<std::string>& elements, const std::string& rule) {
    return test::operator_handle({{"list", "SPLIT_DISTRIBUTE", test::string_type(), elements}},
                                 {{"rules", test::string_type(), test::string_type(),
                                   Bytes().i32(1).raw(string_value("r")).raw(string_value(rule))}});
  };
  const MadeSnapshot a(
      MetadataBuilder(4)
          .op()
          .subtask({.managed_operator = handle({string_value("x"), string_value("x")}, "old")})
          .subtask({.managed_operator = handle({string_value("y")}, "old")})
          .bytes());
  const MadeSnapshot b(
      MetadataBuilder(4)
          .op()
          .subtask({.managed_operator = handle({string_value("y")}, "new")})
          .subtask({.managed_operator = handle({string_value("x"), string_value("z")}, "new")})
          .bytes());
  EXPECT_EQ(diff_text(a, b, "list"),
            "{\"diff\":\"removed\",\"operator\":\"op\",\"state\":\"list\",\"value\":\"x\"}\n"
            "{\"diff\":\"added\",\"operator\":\"op\",\"state\":\"list\",\"value\":\"z\"}\n"
            "1 added, 1 removed, 0 changed\n");
  EXPECT_EQ(
      diff_text(a, b, "rules"),
      "{\"diff\":\"added\",\"operator\":\"op\",\"state\":\"rules\",\"map_key\":\"r\",\"value\":\"new\"}\n"
      "{\"diff\":\"removed\",\"operator\":\"op\",\"state\":\"rules\",\"map_key\":\"r\",\"value\":\"old\"}\n"
      "1 added, 1 removed, 0 changed\n");
}

// All rows of a state, by what stands before the value.
std::map<std::string, std::string> rows_by_key(const DiffSide& side, const std::string& state) {
  std::map<std::string, std::string> rows;
  write_state_rows(side.bytes, side.layout, state, {}, {}, [&](std::string_view line) {
    const size_t value = std::min(line.find(",\"value\":"), line.size() - 1);
    rows.emplace(line.substr(0, value), line.substr(value));
    return true;
  });
  return rows;
}

// The lines that a comparison of all rows gives, by what stands before the value.
std::map<std::string, std::string> differences_of_rows(const DiffSide& earlier, const DiffSide& later,
                                                       const std::string& state) {
  const auto before = rows_by_key(earlier, state);
  const auto after = rows_by_key(later, state);
  std::map<std::string, std::string> expected;
  for (const auto& [key, value] : before) {
    const auto found = after.find(key);
    if (found == after.end()) {
      expected[key] = "{\"diff\":\"removed\"," + key.substr(1) + value;
    } else if (found->second != value) {
      std::string old = value;
      old.replace(0, 2, ",\"old_");
      const size_t time = old.find(",\"ttl_ms\":");
      if (time != std::string::npos) old.insert(time + 2, "old_");
      expected[key] =
          "{\"diff\":\"changed\"," + key.substr(1) + found->second.substr(0, found->second.size() - 1) + old;
    }
  }
  for (const auto& [key, value] : after) {
    if (!before.contains(key)) expected[key] = "{\"diff\":\"added\"," + key.substr(1) + value;
  }
  return expected;
}

std::map<std::string, std::string> differences(const DiffSide& earlier, const DiffSide& later,
                                               const std::string& state) {
  std::map<std::string, std::string> found;
  write_state_diff(earlier, later, state, {}, {}, [&](std::string_view line) {
    const std::string row = "{" + std::string(line.substr(line.find(',') + 1));
    found[row.substr(0, std::min(row.find(",\"value\":"), row.size() - 1))] = line;
    return true;
  });
  return found;
}

// Compares all keyed states of two snapshots of one job.
uint64_t check_differences(const test::FixtureSnapshot& a, const test::FixtureSnapshot& b) {
  SCOPED_TRACE(a.name() + " and " + b.name());
  uint64_t count = 0;
  const auto layouts_a = state_layout(a.metadata());
  const auto layouts_b = state_layout(b.metadata());
  for (const OperatorLayout& layout : layouts_a) {
    const auto same = std::ranges::find_if(layouts_b, [&](const OperatorLayout& other) {
      return b.metadata().operators[other.operator_index].id ==
             a.metadata().operators[layout.operator_index].id;
    });
    if (layout.keyed.empty() || same == layouts_b.end()) continue;
    const DiffSide earlier{a.bytes(), layout};
    const DiffSide later{b.bytes(), *same};
    for (const std::string& state : state_names(a.bytes(), layout)) {
      const auto expected = differences_of_rows(earlier, later, state);
      if (!expected.empty() && expected.begin()->first.find("\"subtask\"") != std::string::npos) continue;
      EXPECT_EQ(differences(earlier, later, state), expected) << state;
      count += expected.size();
    }
  }
  return count;
}

// "state-1.20.5"
std::string version_of(const test::FixtureSnapshot& snapshot) {
  return snapshot.name().substr(0, snapshot.name().find('/'));
}

TEST(StateDiff, of_two_checkpoints_of_a_job_is_what_their_rows_tell) {
  uint64_t differences = 0;
  for (const char* const scenario : {"chained", "hashmap", "changelog", "file-merging"}) {
    const auto snapshots = test::fixture_snapshots(scenario);
    for (size_t i = 1; i < snapshots.size(); ++i) {
      if (version_of(*snapshots[i - 1]) != version_of(*snapshots[i])) continue;
      differences += check_differences(*snapshots[i - 1], *snapshots[i]);
    }
  }
  EXPECT_GT(differences, 1000u);
}

// One job, but not one moment: times of TTL differ.
TEST(StateDiff, of_two_backends_is_what_their_rows_tell) {
  const std::pair<const char*, const char*> pairs[] = {
      {"heap", "heap-canonical-savepoint"},
      {"rocksdb-changelog", "heap-changelog"},
      {"heap-compressed", "rocksdb-file-merging"},
      {"rocksdb-native-savepoint", "rocksdb-timers-on-heap"}};
  for (const auto& [a, b] : pairs) {
    const auto earlier = test::state_snapshots(a);
    size_t versions = 0;
    for (const auto& later : test::state_snapshots(b)) {
      const auto same_version = std::ranges::find_if(
          earlier, [&](const auto& snapshot) { return version_of(*snapshot) == version_of(*later); });
      if (same_version == earlier.end()) continue;
      const uint64_t count = check_differences(**same_version, *later);
      EXPECT_GT(count, 10u);
      EXPECT_LT(count, 1000u);
      ++versions;
    }
    EXPECT_GE(versions, 2u) << a;
  }
}

}  // namespace
}  // namespace checkpointfs::state
