// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/state/keyed_check.h"

#include <memory>

#include "state/bytes/input.h"
#include "state/keyed/full_key_groups.h"
#include "state/keyed/heap_key_groups.h"
#include "state/keyed/raw_timers.h"
#include "state/keyed/state_counts.h"
#include "tests/fuzz/state/entries_check.h"
#include "tests/support/bytes.h"

namespace checkpointfs::fuzz {
namespace {

using namespace state;  // of checkpointfs

constexpr size_t kMostGroups = 16;
constexpr size_t kMostStates = 8;        // that are read; each reads the file once
constexpr uint64_t kMostInPasses = 500;  // entries
constexpr uint64_t kSmallBudget = 1000;  // bytes
constexpr uint8_t kTwoBytes = 1;         // flags
constexpr uint8_t kOfFlink2 = 2;

struct KeyedCase {
  KeyGroupFile file;
  Writer writer = Writer::kFlink1;
  size_t prefix_length = 1;
};

KeyedCase case_of(std::string_view input) {
  Input in(input);
  KeyedCase result;
  const size_t groups = in.u8("groups") % (kMostGroups + 1);
  const uint8_t flags = in.u8("flags");
  result.prefix_length = (flags & kTwoBytes) != 0 ? 2 : 1;
  result.writer = (flags & kOfFlink2) != 0 ? Writer::kFlink2 : Writer::kFlink1;
  result.file.groups.first = in.u16("first");
  result.file.groups.last = result.file.groups.first + static_cast<int32_t>(groups) - 1;
  for (size_t i = 0; i < groups; ++i) result.file.offsets.push_back(in.i32("offset"));
  result.file.bytes = memory_bytes(input.substr(static_cast<size_t>(in.offset())), "input");
  return result;
}

std::unique_ptr<KeyedEntries> entries_of(const KeyedCase& given,
                                         const std::shared_ptr<const KeyedProxy>& proxy, KeyGroupForm form,
                                         size_t state, uint64_t budget) {
  return form == KeyGroupForm::kHeap ? heap_entries(given.file, proxy, state, budget)
                                     : full_entries(given.file, proxy, state, given.prefix_length, budget);
}

// Key groups that are larger than memory have the same entries.
std::string check_passes(KeyedEntries& at_once, KeyedEntries& in_passes) {
  for (;;) {
    const auto entry = at_once.next();
    const auto other = in_passes.next();
    if (entry.has_value() != other.has_value()) return "another number of entries in passes";
    if (!entry) break;
    if (entry->key_group != other->key_group || entry->key != other->key || entry->value != other->value)
      return "another entry in passes";
  }
  return at_once.error().has_value() == in_passes.error().has_value() ? "" : "another ending in passes";
}

std::string check_form(const KeyedCase& given, const std::shared_ptr<const KeyedProxy>& proxy,
                       KeyGroupForm form) {
  const StateCounts counts = count_states(given.file, form, *proxy, given.prefix_length);
  if (counts.error) {
    if (std::string problem = check_error(*counts.error); !problem.empty()) return problem;
  }
  for (size_t i = 0; i < proxy->states.size() && i < kMostStates; ++i) {
    const bool heap = form == KeyGroupForm::kHeap;
    const auto entries = entries_of(given, proxy, form, i, kGroupBudget);
    const EntriesCheck check = check_entries(*entries, given.file.groups, proxy->key.get(), proxy->states[i],
                                             heap ? KeysAre::kMadeOfParts : KeysAre::kAnyBytes);
    if (!check.problem.empty()) return check.problem;
    if (check.entries <= kMostInPasses) {
      std::string problem = check_passes(*entries_of(given, proxy, form, i, kGroupBudget),
                                         *entries_of(given, proxy, form, i, kSmallBudget));
      if (!problem.empty()) return problem;
    }
    const StateCount& count = counts.states[i];
    if (counts.error || !check.whole || !count.gaps.key_groups.empty()) continue;
    if (count.entries != check.entries || count.bytes != check.bytes)
      return "the count differs from the entries";
  }
  return {};
}

std::string check_raw_timers(const KeyedCase& given) {
  const auto states = raw_timer_states(given.file, given.writer);
  if (!states.has_value()) return check_error(states.error());
  for (size_t i = 0; i < states->states.size() && i < kMostStates; ++i) {
    const StateMeta& meta = states->states[i];
    const auto entries = raw_timer_entries(given.file, given.writer, meta.name);
    const EntriesCheck check = check_entries(*entries, given.file.groups, nullptr, meta, KeysAre::kAnyBytes);
    if (!check.problem.empty()) return check.problem;
  }
  return {};
}

}  // namespace

std::string keyed_input(const KeyGroupFile& file, Writer writer, size_t prefix_length) {
  test::Bytes bytes;
  bytes.u8(static_cast<int>(file.offsets.size()));
  bytes.u8((prefix_length == 2 ? kTwoBytes : 0) | (writer == Writer::kFlink2 ? kOfFlink2 : 0));
  bytes.i16(file.groups.first);
  for (const int64_t offset : file.offsets) bytes.i32(offset);
  std::string content(file.bytes->size(), '\0');
  file.bytes->read(0, content.data(), content.size());
  return bytes.raw(content);
}

std::string check_keyed(std::string_view input) {
  const KeyedCase given = case_of(input);
  if (std::string problem = check_raw_timers(given); !problem.empty()) return problem;
  auto read = read_keyed_proxy(*given.file.bytes, first_offset(given.file), given.writer);
  if (!read.has_value()) return check_error(read.error());
  const auto proxy = std::make_shared<KeyedProxy>(*std::move(read));
  if (const auto form = key_group_form(given.file, *proxy); !form.has_value()) {
    if (std::string problem = check_error(form.error()); !problem.empty()) return problem;
  }
  // Whatever the form is.
  std::string problem = check_form(given, proxy, KeyGroupForm::kHeap);
  return problem.empty() ? check_form(given, proxy, KeyGroupForm::kFull) : problem;
}

}  // namespace checkpointfs::fuzz
