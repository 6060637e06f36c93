// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/composite_key.h"

#include <string>

#include <gtest/gtest.h>

#include "state/meta/proxies.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/keyed/made_file.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::hex;
using test::string_value;

// A proxy with one state.
KeyedProxy proxy_of(const std::string& key, const std::string& state) {
  return *read_keyed_proxy(test::keyed_proxy({.key = key, .states = {state}}), Writer::kFlink1);
}

// "key namespace user-key" in hexadecimal.
std::string split_text(const KeyedProxy& proxy, std::string_view bytes) {
  const KeyParts parts = split_composite_key(bytes, *proxy.key, proxy.states[0]);
  switch (parts.outcome) {
    case Outcome::kRead:
      return hex(parts.key) + " " + hex(parts.name_space) + " " + hex(parts.user_key);
    case Outcome::kOpaque:
      return "opaque";
    case Outcome::kDamaged:
      return "damaged";
  }
  return "";
}

TEST(CompositeKey, of_keys_of_one_length_has_no_lengths) {
  const KeyedProxy proxy =
      proxy_of(test::int_type(), test::keyed_state("v", "VALUE", test::int_type(), test::string_type()));
  EXPECT_EQ(key_form(*proxy.key, *proxy.states[0].name_space), KeyForm::kPlain);
  std::string key;
  append_composite_key(key, test::int_value(7), string_value("ns"), KeyForm::kPlain);
  EXPECT_EQ(hex(key), "00000007036E73");
  EXPECT_EQ(split_text(proxy, key), "00000007 036E73 ");
}

TEST(CompositeKey, a_namespace_of_one_length_needs_no_lengths) {
  const KeyedProxy window =
      proxy_of(test::string_type(), test::keyed_state("v", "VALUE", test::int_type(), test::time_window()));
  EXPECT_EQ(split_text(window, Bytes().raw(string_value("k")).i64(1).i64(2).str()),
            "026B 00000000000000010000000000000002 ");
  // It has the length 0, and one byte.
  const KeyedProxy none = proxy_of(test::string_type(), test::keyed_state("v", "VALUE", test::int_type()));
  EXPECT_EQ(split_text(none, Bytes().raw(string_value("k")).u8(0).str()), "026B 00 ");
}

TEST(CompositeKey, of_keys_and_namespaces_of_any_length_has_both_lengths) {
  const KeyedProxy proxy =
      proxy_of(test::string_type(),
               test::keyed_state("m", "MAP", test::map_type(test::string_type(), test::int_type()),
                                 test::string_type()));
  EXPECT_EQ(key_form(*proxy.key, *proxy.states[0].name_space), KeyForm::kWithLengths);
  std::string key;
  append_composite_key(key, string_value("k"), string_value("ns"), KeyForm::kWithLengths);
  EXPECT_EQ(hex(key), "026B02036E7303");
  EXPECT_EQ(split_text(proxy, key + string_value("u")), "026B 036E73 0275");
}

TEST(CompositeKey, a_length_has_as_many_bytes_as_it_needs) {
  for (const size_t length : {0, 1, 255, 256, 65535, 65536}) {
    std::string key;
    append_composite_key(key, std::string(length, 'k'), "", KeyForm::kWithLengths);
    const size_t length_bytes = length < 256 ? 1 : length < 65536 ? 2 : 3;
    EXPECT_EQ(key.size(), length + length_bytes + 1) << length;
    for (size_t i = 0; i < length_bytes; ++i) {
      EXPECT_EQ(static_cast<unsigned char>(key[length + i]), length >> 8 * i & 0xFF) << length;
    }
  }
}

TEST(CompositeKey, that_does_not_fit_its_types_is_damaged) {
  const KeyedProxy value = proxy_of(test::int_type(), test::keyed_state("v", "VALUE", test::int_type()));
  EXPECT_EQ(split_text(value, Bytes().i32(7).u8(0).str()), "00000007 00 ");
  EXPECT_EQ(split_text(value, Bytes().i32(7).u8(0).u8(1).str()), "damaged");
  EXPECT_EQ(split_text(value, Bytes().i32(7).str()), "damaged");
  EXPECT_EQ(split_text(value, ""), "damaged");
  const KeyedProxy ambiguous =
      proxy_of(test::string_type(), test::keyed_state("v", "VALUE", test::int_type(), test::string_type()));
  EXPECT_EQ(split_text(ambiguous, Bytes().hex("026B 02 036E73 03").str()), "026B 036E73 ");
  EXPECT_EQ(split_text(ambiguous, Bytes().hex("026B 03 036E73 03").str()), "damaged");
  EXPECT_EQ(split_text(ambiguous, Bytes().hex("026B 02 036E73 0203").str()), "damaged");
}

TEST(CompositeKey, of_an_unknown_type_is_opaque) {
  EXPECT_EQ(split_text(proxy_of(test::unknown_type(), test::keyed_state("v", "VALUE", test::int_type())),
                       "anything"),
            "opaque");
  EXPECT_EQ(split_text(proxy_of(test::int_type(),
                                test::keyed_state("v", "VALUE", test::int_type(), test::unknown_type())),
                       "anything"),
            "opaque");
}

TEST(Timer, is_taken_apart_into_what_it_was_made_of) {
  const TypePtr type =
      proxy_of(test::int_type(),
               test::timer_state("t", test::timer_type(test::string_type(), test::time_window())))
          .states[0]
          .value;
  const std::string window = Bytes().i64(10).i64(20);
  std::string before;
  for (const int64_t timestamp :
       {INT64_MIN, int64_t{-1}, int64_t{0}, int64_t{1'700'000'000'000}, INT64_MAX}) {
    std::string timer;
    append_timer(timer, timestamp, string_value("k"), window);
    EXPECT_EQ(timer, test::timer_value(timestamp, string_value("k"), window));
    const TimerParts parts = split_timer(timer, *type);
    EXPECT_EQ(parts.outcome, Outcome::kRead);
    EXPECT_EQ(parts.timestamp, timestamp);
    EXPECT_EQ(parts.key, string_value("k"));
    EXPECT_EQ(parts.name_space, window);
    EXPECT_LT(before, timer) << "timers sort by time";
    before = timer;
    EXPECT_EQ(split_timer(timer + "x", *type).outcome, Outcome::kDamaged);
    EXPECT_EQ(split_timer(timer.substr(0, timer.size() - 1), *type).outcome, Outcome::kDamaged);
  }
  EXPECT_EQ(split_timer(before, Type()).outcome, Outcome::kOpaque);
}

TEST(KeyGroupPrefix, has_two_bytes_for_more_than_128_key_groups) {
  EXPECT_EQ(key_group_prefix_length(1), 1);
  EXPECT_EQ(key_group_prefix_length(128), 1);
  EXPECT_EQ(key_group_prefix_length(129), 2);
  EXPECT_EQ(key_group_prefix_length(32768), 2);
}

}  // namespace
}  // namespace checkpointfs::state
