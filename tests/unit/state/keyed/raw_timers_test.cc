// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/raw_timers.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/bytes.h"
#include "tests/unit/state/keyed/made_file.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;

// key | namespace | timestamp
std::string raw_timer(int key, int64_t timestamp) {
  return Bytes().i32(key).u8(0).i64(timestamp);
}

std::string service(std::string_view name, const std::vector<std::string>& event,
                    const std::vector<std::string>& processing, const std::string& key = test::int_type()) {
  Bytes bytes;
  bytes.utf(name).raw(key).raw(test::void_namespace());
  for (const auto* list : {&event, &processing}) {
    bytes.i32(static_cast<int64_t>(list->size()));
    for (const std::string& timer : *list) bytes.raw(timer);
  }
  return bytes;
}

std::string timer_group(const std::vector<std::string>& services, int version = 2) {
  Bytes bytes;
  bytes.hex("F1CD859F").i32(version).i32(static_cast<int64_t>(services.size()));
  for (const std::string& each : services) bytes.raw(each);
  return bytes;
}

KeyGroupFile file_of(int32_t first, const std::vector<std::string>& groups) {
  KeyGroupFile file;
  std::string bytes;  // the first key group is at offset 0
  file.groups = {first, first + static_cast<int32_t>(groups.size()) - 1};
  for (const std::string& group : groups) {
    file.offsets.push_back(group.empty() ? -1 : static_cast<int64_t>(bytes.size()));
    bytes += group;
  }
  file.bytes = memory_bytes(bytes, "memory");
  return file;
}

std::string timers_of(const KeyGroupFile& file, const std::string& name) {
  return test::text_of(*raw_timer_entries(file, Writer::kFlink1, name));
}

KeyGroupFile two_services() {
  return file_of(
      2,
      {timer_group({service("user-timers", {raw_timer(1, 20), raw_timer(2, -10)}, {raw_timer(3, 5)}),
                    service("window-timers", {raw_timer(4, 6)}, {})}),
       "", timer_group({service("user-timers", {}, {raw_timer(5, 7)}), service("window-timers", {}, {})})});
}

TEST(RawTimers, of_each_service_are_two_states) {
  const auto states = raw_timer_states(two_services(), Writer::kFlink1);
  ASSERT_TRUE(states.has_value());
  std::string text;
  for (const StateMeta& state : states->states) text += state.name + " " + to_string(*state.value) + "\n";
  EXPECT_EQ(text,
            "_timer_state/event_user-timers Timer<Integer, VoidNamespace>\n"
            "_timer_state/processing_user-timers Timer<Integer, VoidNamespace>\n"
            "_timer_state/event_window-timers Timer<Integer, VoidNamespace>\n"
            "_timer_state/processing_window-timers Timer<Integer, VoidNamespace>\n");
  EXPECT_EQ(states->hidden, "");
}

TEST(RawTimers, have_the_form_and_order_of_managed_ones) {
  const KeyGroupFile file = two_services();
  EXPECT_EQ(timers_of(file, "_timer_state/event_user-timers"),
            "2 7FFFFFFFFFFFFFF60000000200=\n"
            "2 80000000000000140000000100=\n");
  EXPECT_EQ(timers_of(file, "_timer_state/processing_user-timers"),
            "2 80000000000000050000000300=\n"
            "4 80000000000000070000000500=\n");
  EXPECT_EQ(timers_of(file, "_timer_state/event_window-timers"), "2 80000000000000060000000400=\n");
}

TEST(RawTimers, of_keys_that_cannot_be_read_are_a_gap) {
  // A composite snapshot has an end that can be found.
  const std::string unknown =
      Bytes().utf("com.acme.KeySnapshot").i32(1).i32(911108).i32(1).i32(1333245).i32(1).i32(0);
  const KeyGroupFile file =
      file_of(0, {timer_group({service("a", {"CAFE"}, {}, unknown), service("b", {raw_timer(1, 1)}, {})}),
                  timer_group({service("a", {}, {}, unknown), service("b", {raw_timer(2, 2)}, {})})});
  const std::string text = timers_of(file, "_timer_state/event_b");
  EXPECT_TRUE(text.starts_with("1 80000000000000020000000200=\ngap 0: ")) << text;
  const auto states = raw_timer_states(file, Writer::kFlink1);
  ASSERT_TRUE(states.has_value());
  EXPECT_EQ(states->states.size(), 1);
  EXPECT_NE(states->hidden, "");
}

TEST(RawTimers, are_not_guessed_in_other_raw_state) {
  const auto error_of = [](const std::string& group) {
    const auto states = raw_timer_states(file_of(0, {group}), Writer::kFlink1);
    return states.has_value() ? "no error" : states.error().reason;
  };
  EXPECT_EQ(error_of("something of an operator"),
            "no timers: raw state of an operator has a format of its own");
  EXPECT_EQ(error_of(timer_group({}, 1)), "version 1 of raw timers");
  EXPECT_EQ(error_of(Bytes().hex("F1CD859F 00000002 7FFFFFFF 0000").str()), "2147483647 services");
}

TEST(RawTimers, of_a_file_that_was_cut_anywhere_are_an_error) {
  const std::string group = timer_group({service("user-timers", {raw_timer(1, 20)}, {raw_timer(3, 5)})});
  for (size_t length = 1; length < group.size(); ++length) {
    const KeyGroupFile file = file_of(0, {group.substr(0, length)});
    EXPECT_FALSE(raw_timer_states(file, Writer::kFlink1).has_value()) << length;
    EXPECT_NE(timers_of(file, "_timer_state/processing_user-timers").find("error: "), std::string::npos)
        << length;
  }
}

}  // namespace
}  // namespace checkpointfs::state
