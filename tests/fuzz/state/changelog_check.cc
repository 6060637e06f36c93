// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/state/changelog_check.h"

#include <memory>

#include "state/bytes/input.h"
#include "state/keyed/heap_key_groups.h"
#include "state/keyed/replayed_entries.h"
#include "tests/fuzz/state/entries_check.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/keyed/made_file.h"

namespace checkpointfs::fuzz {
namespace {

using namespace state;  // of checkpointfs

constexpr size_t kMostSets = 8;
constexpr size_t kMostLogStates = 8;
constexpr uint8_t kIsList = 1;  // flags
constexpr uint8_t kLogOfFlink2 = 2;

// namespace | key | state
std::string stored(int key, std::string_view value_hex) {
  return test::Bytes().raw(test::string_value("n")).i32(key).hex(value_hex);
}

const test::MadeFile& materialised() {
  static const test::MadeFile made = [] {
    const auto timer = [](int64_t timestamp) {
      return test::timer_value(timestamp, test::int_value(1), std::string(1, '\0'));
    };
    const auto group = [&](int number) {
      return test::heap_group(number,
                              {test::heap_state(0, {stored(1, "0000000A"), stored(2, "0000000B")}),
                               test::heap_state(1, {stored(1, "00000002 0261 0262"), stored(2, "00000000")}),
                               test::heap_state(2, {stored(1, "00000002 00000001 00 0000000A 00000002 01")}),
                               test::heap_state(3, {stored(1, "0000000A"), stored(2, "0000000B")}),
                               test::heap_state(4, {timer(1), timer(2)})});
    };
    return test::made_file({.states = materialised_states()}, 0, {group(0), group(1), group(2)});
  }();
  return made;
}

std::string replay(const std::shared_ptr<const Changelog>& log, std::unique_ptr<KeyedEntries> entries,
                   const TypePtr& key, const StateMeta& meta) {
  const KeyGroups all{0, INT16_MAX};
  const auto replayed = replayed_entries(log, std::move(entries), all, key, meta);
  return check_entries(*replayed, all, key.get(), meta, KeysAre::kAnyBytes).problem;
}

}  // namespace

std::vector<std::string> materialised_states() {
  const std::string name_space = test::string_type();
  return {test::keyed_state("value", "VALUE", test::int_type(), name_space),
          test::keyed_state("list", "LIST", test::list_type(test::string_type()), name_space),
          test::keyed_state("map", "MAP", test::map_type(test::int_type(), test::int_type()), name_space),
          test::keyed_state("reducing", "REDUCING", test::int_type(), name_space),
          test::timer_state("timer", test::timer_type(test::int_type(), test::void_namespace()))};
}

std::string changelog_input(const std::vector<int32_t>& offsets, std::string_view log, Writer writer,
                            bool is_list) {
  test::Bytes bytes;
  bytes.u8(static_cast<int>(offsets.size()))
      .u8((is_list ? kIsList : 0) | (writer == Writer::kFlink2 ? kLogOfFlink2 : 0));
  for (const int32_t offset : offsets) bytes.i32(offset);
  return bytes.raw(log);
}

std::string check_changelog(std::string_view input) {
  Input in(input);
  const size_t sets = in.u8("sets") % (kMostSets + 1);
  const uint8_t flags = in.u8("flags");
  std::vector<ChangeSet> given;
  for (size_t i = 0; i < sets; ++i) {
    given.push_back(
        {nullptr, in.i32("offset"), (flags & kIsList) != 0 ? ChangeForm::kList : ChangeForm::kFile});
  }
  const auto bytes = memory_bytes(input.substr(static_cast<size_t>(in.offset())), "input");
  for (ChangeSet& set : given) set.bytes = bytes;
  const auto log = Changelog::read(given, (flags & kLogOfFlink2) != 0 ? Writer::kFlink2 : Writer::kFlink1);
  if (!log.has_value()) return check_error(log.error());
  const KeyedProxy& proxy = *materialised().proxy;
  for (size_t i = 0; i < proxy.states.size(); ++i) {
    std::string problem =
        replay(*log, heap_entries(materialised().file, materialised().proxy, i), proxy.key, proxy.states[i]);
    if (!problem.empty()) return problem;
  }
  const std::vector<StateMeta> states = (*log)->states();
  for (size_t i = 0; i < states.size() && i < kMostLogStates; ++i) {
    std::string problem = replay(*log, nullptr, (*log)->key(), states[i]);
    if (!problem.empty()) return problem;
  }
  return {};
}

}  // namespace checkpointfs::fuzz
