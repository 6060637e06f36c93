// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/state/state_seeds.h"

#include <algorithm>
#include <utility>

#include "base/text/message.h"
#include "tests/fuzz/state/changelog_check.h"
#include "tests/fuzz/state/connectors_check.h"
#include "tests/fuzz/state/keyed_check.h"
#include "tests/fuzz/state/values_check.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/keyed/made_file.h"
#include "tests/unit/state/serializer_samples.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::fuzz {
namespace {

using test::Bytes;
using test::full_group;
using test::heap_group;
using test::heap_state;
using test::string_value;

std::string no_namespace() {
  return std::string(1, '\0');
}

// States of each kind, with time to live, and one that cannot be read.
test::Proxy all_kinds(bool compressed) {
  const std::string ttl = test::ttl_type(test::string_type());
  return {
      .compressed = compressed,
      .key = test::string_type(),
      .states = {test::keyed_state("v", "VALUE", test::tuple2_type(test::int_type(), test::string_type())),
                 test::keyed_state("l", "LIST", test::list_type(ttl), test::string_type()),
                 test::keyed_state("m", "MAP", test::map_type(test::string_type(), ttl), test::time_window()),
                 test::timer_state("t", test::timer_type(test::string_type(), test::void_namespace())),
                 test::keyed_state("u", "VALUE", test::unknown_type())}};
}

std::string heap_seed(bool compressed) {
  const std::string key = string_value("k");
  const auto group = [&](int number, bool unknown) {
    return heap_group(
        number,
        {heap_state(0, {no_namespace() + key + Bytes().hex("00000007 0261").str(),
                        no_namespace() + string_value("j") + Bytes().hex("00000008 0262").str()}),
         heap_state(1, {string_value("ns") + key +
                        Bytes().hex("00000002 0000000000000001 0261 0000000000000002 00").str()}),
         heap_state(
             2, {Bytes().i64(1).i64(2).raw(key).hex("00000002 0261 00 0000000000000001 0262 0263 01").str()}),
         heap_state(3,
                    {test::timer_value(5, key, no_namespace()), test::timer_value(-5, key, no_namespace())}),
         heap_state(4, {unknown ? no_namespace() + key + "CAFE" : ""})},
        compressed);
  };
  return keyed_input(test::made_file(all_kinds(compressed), 3, {group(3, false), group(4, true)}).file,
                     state::Writer::kFlink1, 1);
}

std::string full_seed(bool compressed, size_t prefix_length) {
  const auto group = [&](int number) {
    const std::string pairs =
        full_group(number,
                   {{0, string_value("k") + no_namespace(), Bytes().hex("00000007 0261")},
                    {0, string_value("j") + no_namespace(), Bytes().hex("00000008 0262")},
                    {1, string_value("k") + "\2" + string_value("ns") + "\3",
                     Bytes().hex("0000000000000001 0261 2C 0000000000000002 00")},
                    {3, test::timer_value(5, string_value("k"), no_namespace()), ""}},
                   prefix_length);
    return compressed ? test::snappy_frames(pairs) : pairs;
  };
  const int first = prefix_length == 2 ? 300 : 3;
  return keyed_input(test::made_file(all_kinds(compressed), first, {group(first), "", group(first + 2)}).file,
                     state::Writer::kFlink2, prefix_length);
}

std::string raw_timers_seed() {
  Bytes group;
  group.hex("F1CD859F").i32(2).i32(1).utf("user-timers").raw(test::int_type()).raw(test::void_namespace());
  group.i32(2).i32(1).u8(0).i64(20).i32(2).u8(0).i64(-10).i32(1).i32(3).u8(0).i64(5);
  state::KeyGroupFile file;
  file.groups = {0, 0};
  file.offsets = {1};
  file.bytes = state::memory_bytes("." + group.str(), "memory");
  return keyed_input(file, state::Writer::kFlink1, 1);
}

std::string operator_less_states_seed() {
  return keyed_input(test::made_file({.states = {}}, 0, {heap_group(0, {}), heap_group(1, {})}).file,
                     state::Writer::kFlink2, 1);
}

// A change of the materialised states of changelog_check.h.
std::string changed(int operation, int state, int key, std::string_view payload_hex) {
  return test::change(operation, state, Bytes().i32(key).raw(string_value("n")).hex(payload_hex));
}

std::vector<test::ChangeGroup> change_groups() {
  test::ChangeGroup announcements{-1, {}};
  for (size_t i = 0; i < materialised_states().size(); ++i) {
    announcements.changes.push_back(
        test::announcement(materialised_states()[i], static_cast<int>(i), std::string(2, '\0')));
  }
  const std::string timer = test::timer_value(3, test::int_value(1), no_namespace());
  return {
      announcements,
      {0,
       {changed(1, 0, 1, "000000FF"), changed(0, 0, 2, ""), changed(1, 1, 1, "00000002 0263 0264"),
        changed(3, 1, 2, "00000001 0265"), changed(5, 1, 3, "0266"),
        changed(4, 1, 1, "026F 00000002 026E 0270")}},
      {1,
       {changed(6, 2, 1, "00000003 0000000C"), changed(7, 2, 1, "00000001"),
        changed(3, 2, 2, "00000002 00000001 00 0000000A 00000002 01"), changed(0, 2, 1, ""),
        changed(2, 3, 1, "00000001"), changed(3, 3, 2, "00000001"), changed(4, 3, 1, "026F 00000001 026E")}},
      {2,
       {test::change(5, 4,
                     Bytes().i32(2).raw(timer).raw(test::timer_value(4, test::int_value(2), no_namespace()))),
        test::change(7, 4, timer)}}};
}

std::string changelog_file_seed(bool compressed) {
  const std::string first = test::change_set(change_groups());
  const std::string second = test::change_set({{0, {changed(1, 0, 7, "00000001")}}});
  const std::string log =
      compressed ? "\1" + test::snappy_frames(first + second) : std::string(1, '\0') + first + second;
  return changelog_input({0, static_cast<int32_t>(first.size())}, log, state::Writer::kFlink2, false);
}

std::string changelog_list_seed() {
  Bytes list;
  int32_t count = 0;
  for (const test::ChangeGroup& group : change_groups()) {
    for (const std::string& change : group.changes) {
      list.i32(group.key_group).block(change);
      ++count;
    }
  }
  return changelog_input({0}, Bytes().i32(count).raw(list).str(), state::Writer::kFlink1, true);
}

Bytes kafka_split_bytes() {
  return Bytes().utf("orders").i32(3).i64(42).i64(INT64_MIN);
}

Bytes nullable_string(std::string_view text) {
  return Bytes().u8(1).u8(static_cast<int>(text.size()) + 1).raw(text);
}

Bytes file_split_bytes() {
  return Bytes()
      .utf("1")
      .u8(1)
      .raw(nullable_string("file"))
      .hex("00 00 FFFFFFFF")
      .raw(nullable_string("/in/x"))
      .hex("00 00")
      .i64(0)
      .i64(9)
      .i64(1)
      .i64(9)
      .i32(1)
      .utf("h")
      .u8(1)
      .i64(4)
      .i64(2);
}

Bytes kinesis_split_bytes() {
  return Bytes()
      .utf("arn:aws:kinesis:r:1:stream/s")
      .utf("shard")
      .utf("AFTER_SEQUENCE_NUMBER")
      .hex("01 00 01")
      .utf("49")
      .i32(1)
      .utf("parent")
      .utf("0")
      .utf("9")
      .u8(0);
}

std::string little(uint32_t value) {
  return Bytes().u8(value & 0xFF).u8(value >> 8 & 0xFF).u8(value >> 16 & 0xFF).u8(value >> 24);
}

std::vector<Seed> connector_seeds() {
  const auto seed = [](const char* name, SourceState kind, int version, const std::string& state) {
    return Seed{name, connectors_input(kind, version, state)};
  };
  const std::string kafka = kafka_split_bytes();
  const std::string file = file_split_bytes();
  const Bytes kafka_enumerator = Bytes().i32(2).utf("a").i32(0).i32(0).utf("b").i32(1).i32(1).u8(1);
  const Bytes dynamic_kafka = Bytes()
                                  .i32(1)
                                  .utf("s")
                                  .i32(1)
                                  .utf("east")
                                  .i32(1)
                                  .utf("a")
                                  .utf("h:9")
                                  .hex("00 01 00000001 AA")
                                  .i32(2)
                                  .i32(1)
                                  .utf("east")
                                  .block(kafka_enumerator.str())
                                  .i32(1)
                                  .utf("west")
                                  .i64(7)
                                  .block(kafka_enumerator.str());
  const std::string proxy = Bytes()
                                .i32(5)
                                .i16(1)
                                .raw(test::state_meta("tokens", 1, "OPERATOR_STATE_DISTRIBUTION_MODE",
                                                      "UNION", {{"VALUE_SERIALIZER", test::long_type()}}))
                                .i16(0);
  const auto start = static_cast<int>(proxy.size());
  using enum SourceState;
  return {seed("kafka", kSplit, 0, kafka),
          seed("dynamic-kafka", kSplit, 2, Bytes().utf("east").u8(1).i64(5).i32(0).raw(kafka)),
          seed("file", kSplit, 1, file),
          seed("numbers", kSplit, 1, Bytes().utf("1").i64(5).i64(9)),
          seed("kinesis", kSplit, 2, kinesis_split_bytes()),
          seed("hybrid", kSplit, 1, Bytes().i32(1).utf("id").i32(0).block(kafka).u8(0)),
          seed("kafka-assignments", kEnumerator, 0, Bytes().i32(0).i32(1).i32(4).i32(1).block(kafka)),
          seed("kafka-partitions", kEnumerator, 1, Bytes().i32(1).utf("a").i32(0)),
          seed("kafka-status", kEnumerator, 2, kafka_enumerator),
          seed("kafka-splits", kEnumerator, 3, Bytes().i32(1).i32(0).block(kafka).i32(1).u8(0)),
          seed("dynamic-kafka-clusters", kEnumerator, 3, dynamic_kafka),
          seed("files", kEnumerator, 1,
               little(0xDEADBEEF) + little(1) + little(1) + little(1) +
                   little(static_cast<uint32_t>(file.size())) + file + little(2) + "/y"),
          seed("number-splits", kEnumerator, 1, Bytes().i32(1).utf("1").i64(5).i64(9)),
          seed("kinesis-shards", kEnumerator, 1,
               Bytes().u8(1).utf("last").i32(1).i32(2).block(kinesis_split_bytes().str()).i32(1)),
          seed("hybrid-enumerator", kEnumerator, 0, Bytes().i32(1).i32(2).block(kafka_enumerator.str())),
          seed("coordinator", kCoordinator, 0, Bytes().i32(1).i32(2).block(kafka_enumerator.str())),
          seed("legacy", kLegacyElement, 0, Bytes().hex("57 01 0a 06 01 6f72646572f3").i64(41)),
          seed("handle", kHandle, 0, Bytes().u8(2).u8(start).u8(start + 8).raw(proxy).i64(1).i64(2))};
}

// Each value of each serializer that real Flinks wrote.
std::vector<Seed> value_seeds() {
  std::vector<Seed> seeds;
  for (const test::SerializerSample& sample : test::serializer_samples()) {
    for (const test::SampleValue& value : sample.values) {
      std::string name = base::format("{} {}", sample.name, seeds.size());
      std::replace(name.begin(), name.end(), '/', '-');
      seeds.push_back({std::move(name), values_input(sample.writer, sample.snapshot, value.bytes)});
    }
  }
  return seeds;
}

}  // namespace

std::vector<Seed> state_seeds(std::string_view harness) {
  if (harness == "connectors") return connector_seeds();
  if (harness == "keyed") {
    return {{"heap", heap_seed(false)},
            {"heap-compressed", heap_seed(true)},
            {"full", full_seed(false, 1)},
            {"full-compressed", full_seed(true, 1)},
            {"full-two-bytes", full_seed(false, 2)},
            {"raw-timers", raw_timers_seed()},
            {"no-states", operator_less_states_seed()}};
  }
  if (harness == "values") return value_seeds();
  return {{"file", changelog_file_seed(false)},
          {"file-compressed", changelog_file_seed(true)},
          {"list", changelog_list_seed()}};
}

}  // namespace checkpointfs::fuzz
