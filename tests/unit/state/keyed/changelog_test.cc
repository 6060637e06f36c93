// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/changelog.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "state/keyed/heap_key_groups.h"
#include "state/keyed/replayed_entries.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/keyed/made_file.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::state {
namespace {

using test::announcement;
using test::Bytes;
using test::change;
using test::change_set;
using test::ChangeGroup;
using test::heap_group;
using test::heap_state;
using test::string_value;

enum Operation { kClear, kSet, kSetInternal, kAdd, kMerge, kAddElement, kPut, kRemove };

std::vector<ChangeSet> sets_of(const std::vector<std::string>& sets, bool compressed = false) {
  std::string plain;
  std::vector<ChangeSet> result;
  for (const std::string& set : sets) {
    result.push_back({nullptr, static_cast<int64_t>(plain.size()), ChangeForm::kFile});
    plain += set;
  }
  const auto bytes =
      memory_bytes(compressed ? "\1" + test::snappy_frames(plain) : std::string(1, '\0') + plain, "log");
  for (ChangeSet& set : result) set.bytes = bytes;
  return result;
}

std::shared_ptr<const Changelog> log_of(const std::vector<ChangeSet>& sets) {
  auto log = Changelog::read(sets, Writer::kFlink1);
  return log.has_value() ? *log : nullptr;
}

std::string error_of(const std::vector<ChangeSet>& sets) {
  const auto log = Changelog::read(sets, Writer::kFlink1);
  return log.has_value() ? "no error" : log.error().reason;
}

// One state with the keys of type Integer and the namespaces of type String, over entries of the heap.
class Replay {
 public:
  Replay(const std::string& type, const std::string& value)
      : meta_(test::keyed_state("s", type, value, test::string_type())) {}

  // Entries of key group 0 and 1: namespace | key | value.
  Replay& over(const std::vector<std::string>& entries0, const std::vector<std::string>& entries1 = {}) {
    groups_ = {heap_group(0, {heap_state(0, entries0)}), heap_group(1, {heap_state(0, entries1)})};
    return *this;
  }
  // The text of all entries after changes of key group 0.
  std::string text(const std::vector<std::string>& changes) const {
    return text_of_sets({change_set({{-1, {announcement(meta_, 7)}}, {0, changes}})});
  }
  std::string text_of_sets(const std::vector<std::string>& sets) const {
    const auto made = test::made_file({.states = {meta_}}, 0, groups_);
    const auto log = log_of(sets_of(sets));
    if (!log) return "no log";
    return test::text_of(*replayed_entries(log,
                                           groups_.empty() ? nullptr : heap_entries(made.file, made.proxy, 0),
                                           {0, 127}, made.proxy->key, made.proxy->states[0]));
  }
  const std::string& meta() const { return meta_; }

 private:
  std::string meta_;
  std::vector<std::string> groups_;
};

// key | namespace, of a change
std::string scope(int key, std::string_view name_space) {
  return Bytes().i32(key).raw(string_value(name_space));
}
// namespace | key | value, of the heap
std::string stored(std::string_view name_space, int key, std::string_view value_hex) {
  return Bytes().raw(string_value(name_space)).i32(key).hex(value_hex);
}
std::string scoped(int operation, int key, std::string_view name_space, std::string_view payload_hex = {}) {
  return change(operation, 7, scope(key, name_space) + Bytes().hex(payload_hex).str());
}

TEST(Replay, of_a_value_sets_and_clears_it) {
  Replay replay("VALUE", test::int_type());
  replay.over({stored("a", 1, "0000000A"), stored("a", 2, "0000000B"), stored("a", 3, "0000000C")},
              {stored("a", 4, "0000000D")});
  EXPECT_EQ(
      replay.text({scoped(kSet, 2, "a", "000000FF"), scoped(kClear, 3, "a"), scoped(kSet, 0, "b", "000000EE"),
                   scoped(kClear, 9, "a"), scoped(kSet, 5, "a", "00000001"), scoped(kClear, 5, "a"),
                   scoped(kSet, 5, "a", "00000002")}),
      "0 000000000262=000000EE\n"
      "0 000000010261=0000000A\n"
      "0 000000020261=000000FF\n"
      "0 000000050261=00000002\n"
      "1 000000040261=0000000D\n");
}

TEST(Replay, without_materialised_entries_makes_them) {
  EXPECT_EQ(Replay("VALUE", test::int_type())
                .text({scoped(kSet, 2, "a", "000000FF"), scoped(kSet, 1, "a", "000000EE")}),
            "0 000000010261=000000EE\n"
            "0 000000020261=000000FF\n");
}

TEST(Replay, of_a_list_appends_and_replaces) {
  Replay replay("LIST", test::list_type(test::int_type()));
  replay.over({stored("a", 1, "00000001 0000000A"), stored("a", 2, "00000001 0000000B"),
               stored("a", 3, "00000001 0000000C"), stored("a", 4, "00000001 0000000D"),
               stored("a", 5, "00000000")});
  EXPECT_EQ(replay.text({scoped(kAddElement, 1, "a", "00000001"),
                         scoped(kAdd, 1, "a", "00000002 00000002 00000003"), scoped(kAdd, 1, "a", "00000000"),
                         scoped(kSet, 2, "a", "00000002 00000004 00000005"),
                         scoped(kSetInternal, 3, "a", "00000000"), scoped(kClear, 4, "a"),
                         scoped(kAddElement, 4, "a", "00000006"), scoped(kAddElement, 5, "a", "00000007"),
                         scoped(kAddElement, 6, "a", "00000008")}),
            "0 000000010261=0000000A2C000000012C000000022C00000003\n"
            "0 000000020261=000000042C00000005\n"
            "0 000000040261=00000006\n"
            "0 000000050261=00000007\n"
            "0 000000060261=00000008\n");
}

TEST(Replay, of_a_map_puts_and_removes_user_keys) {
  Replay replay("MAP", test::map_type(test::int_type(), test::int_type()));
  replay.over({stored("a", 1, "00000002 00000001 00 0000000A 00000002 00 0000000B"),
               stored("a", 2, "00000002 00000001 00 0000000C 00000002 01"),
               stored("b", 2, "00000001 00000001 00 0000000D")});
  EXPECT_EQ(replay.text({scoped(kPut, 1, "a", "00000001 000000FF"), scoped(kRemove, 1, "a", "00000002"),
                         scoped(kAddElement, 1, "a", "00000003 000000EE"), scoped(kClear, 2, "a"),
                         scoped(kAdd, 2, "a", "00000002 00000007 00 000000DD 00000008 01"),
                         scoped(kPut, 3, "a", "00000001 00000001"), scoped(kClear, 3, "a")}),
            "0 00000001026100000001=00000000FF\n"
            "0 00000001026100000003=00000000EE\n"
            "0 00000002026100000007=00000000DD\n"
            "0 00000002026100000008=01\n"
            "0 00000002026200000001=000000000D\n");
}

TEST(Replay, of_a_map_that_is_cleared_again_and_again_is_empty) {
  Replay replay("MAP", test::map_type(test::int_type(), test::int_type()));
  replay.over({stored("a", 1, "00000001 00000001 00 0000000A")});
  EXPECT_EQ(replay.text(
                {scoped(kClear, 1, "a"), scoped(kPut, 1, "a", "00000001 00000001"), scoped(kClear, 1, "a")}),
            "");
}

TEST(Replay, of_timers_adds_and_removes_them) {
  const std::string type = test::timer_type(test::int_type(), test::void_namespace());
  const auto timer = [](int64_t timestamp) {
    return test::timer_value(timestamp, test::int_value(1), std::string(1, '\0'));
  };
  const std::string meta = test::timer_state("t", type);
  const auto made =
      test::made_file({.states = {meta}}, 0, {heap_group(0, {heap_state(0, {timer(1), timer(2)})})});
  const auto log =
      log_of(sets_of({change_set({{-1, {announcement(meta, 3)}},
                                  {0,
                                   {change(kRemove, 3, timer(1)),
                                    change(kAddElement, 3, Bytes().i32(2).raw(timer(4)).raw(timer(3)).str()),
                                    change(kAddElement, 3, Bytes().i32(1).raw(timer(5)).str()),
                                    change(kAddElement, 3, Bytes().i32(0).str())}}})}));
  ASSERT_TRUE(log);
  EXPECT_EQ(test::text_of(*replayed_entries(log, heap_entries(made.file, made.proxy, 0), {0, 0},
                                            made.proxy->key, made.proxy->states[0])),
            "0 80000000000000020000000100=\n"
            "0 80000000000000030000000100=\n"
            "0 80000000000000040000000100=\n"
            "0 80000000000000050000000100=\n");
  EXPECT_EQ(to_string(*log->key()), "Integer");
}

TEST(Replay, of_merged_namespaces_moves_what_needs_no_function) {
  const std::string payload =
      Bytes().raw(string_value("t")).i32(2).raw(string_value("a")).raw(string_value("b"));
  const std::string merge = change(kMerge, 7, scope(1, "t") + payload);
  Replay list("LIST", test::list_type(test::int_type()));
  list.over({stored("a", 1, "00000001 0000000A"), stored("b", 1, "00000001 0000000B"),
             stored("t", 1, "00000001 0000000C"), stored("a", 2, "00000001 0000000D")});
  EXPECT_EQ(list.text({merge}), "0 000000010274=0000000C2C0000000A2C0000000B\n0 000000020261=0000000D\n");
  Replay reducing("REDUCING", test::int_type());
  EXPECT_EQ(reducing.over({stored("b", 1, "0000000B")}).text({merge}), "0 000000010274=0000000B\n");
  EXPECT_EQ(reducing.over({stored("t", 1, "0000000C")}).text({merge}), "0 000000010274=0000000C\n");
  EXPECT_EQ(reducing.over({}).text({merge}), "");
}

TEST(Replay, of_what_the_job_alone_can_merge_is_pending_until_it_is_set) {
  const std::string payload = Bytes().raw(string_value("t")).i32(1).raw(string_value("a"));
  const std::string merge = change(kMerge, 7, scope(1, "t") + payload);
  Replay replay("AGGREGATING", test::int_type());
  replay.over({stored("a", 1, "0000000A"), stored("t", 1, "0000000B"), stored("a", 2, "0000000C")});
  EXPECT_EQ(replay.text({merge, scoped(kAdd, 2, "a", "00000001"), scoped(kAdd, 3, "a", "00000001")}),
            "0 000000010274=0000000B pending\n"
            "0 000000020261=0000000C pending\n"
            "0 000000030261= pending\n");
  EXPECT_EQ(replay.text({scoped(kAdd, 2, "a", "00000001"), scoped(kSet, 2, "a", "00000007"), merge,
                         scoped(kClear, 1, "t")}),
            "0 000000020261=00000007\n");
}

TEST(Replay, of_values_that_cannot_be_read_needs_their_bytes_only) {
  Replay value("VALUE", test::unknown_type());
  EXPECT_EQ(value.text({scoped(kSet, 1, "a", "CAFE"), scoped(kSet, 2, "a", "BABE"), scoped(kClear, 1, "a")}),
            "0 000000020261=BABE\n");
}

TEST(Replay, of_a_map_that_cannot_be_read_leaves_the_key_group_in_doubt) {
  Replay map("MAP", test::map_type(test::int_type(), test::unknown_type("com.acme.ValueSnapshot")));
  const std::string text =
      map.text({scoped(kPut, 1, "a", "00000001 CAFE"), scoped(kAdd, 1, "a", "00000001 00000001 00 CAFE")});
  EXPECT_NE(text.find("gap 0: "), std::string::npos) << text;
}

TEST(Replay, of_keys_of_an_unknown_type_gives_up_the_key_group) {
  const std::string meta = test::keyed_state("s", "VALUE", test::int_type());
  const auto log =
      log_of(sets_of({change_set({{-1, {announcement(meta, 7)}}, {3, {scoped(kSet, 1, "a", "00000001")}}})}));
  ASSERT_TRUE(log);
  EXPECT_EQ(log->key(), nullptr);
  EXPECT_EQ(test::text_of(*replayed_entries(log, nullptr, {0, 127}, nullptr, log->states()[0])),
            "gap 3: the log does not say which type the keys have\n");
}

TEST(Replay, with_other_serializers_than_those_of_the_entries_is_not_tried) {
  const std::string materialised = test::keyed_state("s", "VALUE", test::int_type(), test::string_type());
  const std::string logged = test::keyed_state("s", "VALUE", test::long_type(), test::string_type());
  const auto made = test::made_file({.states = {materialised}}, 0,
                                    {heap_group(0, {heap_state(0, {stored("a", 1, "0000000A")})})});
  const auto log = log_of(sets_of(
      {change_set({{-1, {announcement(logged, 7)}}, {0, {scoped(kSet, 1, "a", "0000000000000001")}}})}));
  EXPECT_EQ(test::text_of(*replayed_entries(log, heap_entries(made.file, made.proxy, 0), {0, 0},
                                            made.proxy->key, made.proxy->states[0])),
            "0 000000010261=0000000A pending\n"
            "gap 0: the log writes the state with other serializers\n");
}

TEST(Replay, goes_through_sets_in_order_and_numbers_may_change_their_state) {
  Replay replay("VALUE", test::int_type());
  const std::string other = test::keyed_state("other", "VALUE", test::int_type(), test::string_type());
  const auto set = [](int key, std::string_view hex, int state) {
    return change(kSet, state, scope(key, "a") + Bytes().hex(hex).str());
  };
  EXPECT_EQ(replay.text_of_sets({change_set({{-1, {announcement(replay.meta(), 7), announcement(other, 8)}},
                                             {0, {set(1, "00000001", 7), set(2, "00000002", 8)}}}),
                                 change_set({{0, {set(3, "00000003", 7)}}}),
                                 change_set({{-1, {announcement(other, 7), announcement(replay.meta(), 8)}},
                                             {0, {set(1, "00000004", 7), set(4, "00000005", 8)}}})}),
            "0 000000010261=00000001\n"
            "0 000000030261=00000003\n"
            "0 000000040261=00000005\n");
}

TEST(Replay, skips_key_groups_of_other_handles) {
  const std::string meta = test::keyed_state("s", "VALUE", test::int_type(), test::string_type());
  const auto log = log_of(sets_of({change_set({{-1, {announcement(meta, 7)}},
                                               {1, {scoped(kSet, 1, "a", "00000001")}},
                                               {2, {scoped(kSet, 2, "a", "00000002")}},
                                               {3, {scoped(kSet, 3, "a", "00000003")}}})}));
  const auto made = test::made_file({.states = {meta}}, 0, {});
  EXPECT_EQ(test::text_of(*replayed_entries(log, nullptr, {2, 2}, made.proxy->key, made.proxy->states[0])),
            "2 000000020261=00000002\n");
}

TEST(Replay, of_changes_that_do_not_fit_the_state_is_damage) {
  Replay value("VALUE", test::int_type());
  EXPECT_EQ(value.text({scoped(kPut, 1, "a", "00")}),
            "error: offset 6, operation: operation 6 does not fit the state\n");
  EXPECT_EQ(value.text({change(9, 7, "")}), "error: offset 0, operation: unknown operation 9\n");
  EXPECT_EQ(value.text({change(kSet, 8, "")}), "error: state 8 was not announced\n");
  EXPECT_EQ(value.text({change(kSet, 7, "ab")}), "error: offset 0, int: needs 4 bytes, 2 are left\n");
  EXPECT_EQ(value.text({"ab"}), "error: too short\n");
  EXPECT_EQ(value.text({scoped(kClear, 1, "a", "00")}),
            "error: offset 6, change: bytes are left behind the change\n");
}

TEST(Replay, over_a_key_group_with_hidden_entries_does_not_take_them_for_absent) {
  const std::string meta =
      test::keyed_state("s", "LIST", test::list_type(test::int_type()), test::string_type());
  const std::string unknown = test::keyed_state("u", "VALUE", test::unknown_type(), test::string_type());
  const auto made = test::made_file(
      {.states = {unknown, meta}}, 0,
      {heap_group(0, {heap_state(0, {stored("a", 1, "CAFE")}),
                      heap_state(1, {stored("a", 1, "00000001 0000000A")})}),
       heap_group(1, {heap_state(0, {}), heap_state(1, {stored("a", 2, "00000001 0000000B")})})});
  const auto log = log_of(sets_of(
      {change_set({{-1, {announcement(meta, 7)}},
                   {0, {scoped(kAddElement, 1, "a", "00000001"), scoped(kSet, 5, "a", "00000001 00000005")}},
                   {1, {scoped(kAddElement, 2, "a", "00000002")}}})}));
  const std::string text = test::text_of(*replayed_entries(log, heap_entries(made.file, made.proxy, 1),
                                                           {0, 1}, made.proxy->key, made.proxy->states[1]));
  EXPECT_TRUE(
      text.starts_with("0 000000010261= pending\n"
                       "0 000000050261=00000005\n"
                       "1 000000020261=0000000B2C00000002\n"
                       "gap 0: "))
      << text;
}

TEST(Changelog, of_a_compressed_file_is_read_from_each_set_on) {
  const std::string meta = test::keyed_state("s", "VALUE", test::int_type(), test::string_type());
  // More than a block, and key groups that begin within blocks.
  std::vector<ChangeGroup> many = {{-1, {announcement(meta, 7)}}};
  for (int group = 0; group < 20; ++group) {
    std::vector<std::string> changes;
    for (int i = 0; i < 500; ++i)
      changes.push_back(change(kSet, 7, scope(i, "a") + Bytes().i32(group * 1000 + i).str()));
    many.push_back({group, changes});
  }
  const std::string second = change_set({{5, {change(kClear, 7, scope(3, "a"))}}});
  const std::vector<std::string> sets = {change_set(many), second};
  const auto text = [&](bool compressed) {
    const auto log = log_of(sets_of(sets, compressed));
    return log ? test::text_of(*replayed_entries(log, nullptr, {0, 127},
                                                 test::made_file({}, 0, {}).proxy->key, log->states()[0]))
               : "no log";
  };
  const std::string plain = text(false);
  EXPECT_EQ(std::count(plain.begin(), plain.end(), '\n'), 20 * 500 - 1);
  EXPECT_EQ(plain.find("\n5 000000030261"), std::string::npos);
  EXPECT_NE(plain.find("\n19 000001F30261=00004C2B\n"), std::string::npos);
  EXPECT_EQ(text(true), plain);
}

TEST(Changelog, of_a_handle_in_memory_is_a_list) {
  const std::string meta = test::keyed_state("s", "VALUE", test::int_type(), test::string_type());
  Bytes list;
  list.raw("....")
      .i32(3)
      .i32(-1)
      .block(announcement(meta, 7))
      .i32(4)
      .block(scoped(kSet, 1, "a", "00000001"))
      .i32(2)
      .block(scoped(kSet, 2, "a", "00000002"))
      .raw("more metadata");
  const auto log = log_of({{memory_bytes(list.str(), "metadata"), 4, ChangeForm::kList}});
  ASSERT_TRUE(log);
  EXPECT_EQ(test::text_of(*replayed_entries(log, nullptr, {0, 127}, test::made_file({}, 0, {}).proxy->key,
                                            log->states()[0])),
            "2 000000020261=00000002\n4 000000010261=00000001\n");
}

TEST(Changelog, names_states_with_their_last_description) {
  const std::string before = test::keyed_state("s", "VALUE", test::int_type());
  const std::string after = test::keyed_state("s", "VALUE", test::long_type());
  const std::string timers = test::timer_state("s", test::timer_type(test::long_type(), test::int_type()));
  // The TTL is a Java object, the default a value: nobody needs to read them.
  const auto log =
      log_of(sets_of({change_set({{-1,
                                   {announcement(before, 1, "\1 any bytes"), announcement(timers, 2),
                                    announcement(after, 3, {}, 7)}}})}));
  ASSERT_TRUE(log);
  ASSERT_EQ(log->states().size(), 2);
  EXPECT_EQ(to_string(*log->states()[0].value), "Long");
  EXPECT_EQ(log->states()[1].kind, StateKind::kTimer);
  EXPECT_EQ(to_string(*log->key()), "Long");
}

TEST(Changelog, of_an_unknown_form_is_refused) {
  EXPECT_EQ(error_of({{memory_bytes("", "log"), 0, ChangeForm::kFile}}), "log: the file is empty");
  EXPECT_EQ(error_of({{memory_bytes("\2", "log"), 0, ChangeForm::kFile}}), "log: unknown form 2 of changes");
  EXPECT_EQ(error_of(sets_of({change_set(
                {{-1, {announcement(test::keyed_state("s", "VALUE", test::int_type()), 1, {}, 5)}}})})),
            "log: offset 1, version: unknown version 5 of a description");
  EXPECT_EQ(error_of(sets_of({change_set({{-1, {"\x09"}}})})),
            "log: offset 0, operation: operation 9 announces no state");
  EXPECT_EQ(error_of(sets_of({change_set({{-2, {"x"}}})})), "log: key group -2");
  EXPECT_EQ(error_of(sets_of({change_set({{32768, {"x"}}})})), "log: key group 32768");
}

TEST(Changelog, of_hostile_counts_and_offsets_is_refused) {
  EXPECT_EQ(error_of(sets_of({Bytes().i32(INT32_MAX).str()})), "log: needs 4 bytes, 0 are left");
  EXPECT_EQ(error_of(sets_of({Bytes().i32(1).i32(INT32_MAX).i32(0).str()})),
            "log: needs 4 bytes, 0 are left");
  EXPECT_EQ(error_of(sets_of({Bytes().i32(1).i32(1).i32(0).i32(INT32_MAX).str()})),
            "log: needs 2147483647 bytes, 0 are left");
  EXPECT_EQ(error_of(sets_of({Bytes().i32(-1).str()})), "log: negative count -1");
  for (const bool compressed : {false, true}) {
    std::vector<ChangeSet> sets = sets_of({change_set({})}, compressed);
    for (const int64_t offset : {int64_t{5}, int64_t{1000}, INT64_MAX}) {
      sets[0].offset = offset;
      EXPECT_NE(error_of(sets), "no error") << offset;
    }
    sets[0].offset = -1;
    EXPECT_EQ(error_of(sets), "log: negative offset of changes");
  }
}

TEST(Changelog, that_was_cut_anywhere_is_an_error) {
  const std::string set = change_set(
      {{-1, {announcement(test::keyed_state("s", "VALUE", test::int_type(), test::string_type()), 7)}},
       {0, {scoped(kSet, 1, "a", "00000001")}}});
  for (const bool compressed : {false, true}) {
    const ChangeSet whole = sets_of({set}, compressed)[0];
    std::string bytes(whole.bytes->size(), '\0');
    whole.bytes->read(0, bytes.data(), bytes.size());
    EXPECT_EQ(error_of({whole}), "no error");
    for (size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_NE(error_of({{memory_bytes(bytes.substr(0, length), "log"), 0, ChangeForm::kFile}}), "no error")
          << length;
    }
  }
}

}  // namespace
}  // namespace checkpointfs::state
