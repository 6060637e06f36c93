// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/state_entries.h"

#include <string_view>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "state/snapshot/open_keyed_part.h"

namespace checkpointfs::state {
namespace {

// States that raw keyed state may have.
constexpr std::string_view kTimers = "_timer_state/";

std::string groups_text(const std::vector<int32_t>& groups) {
  if (groups.size() == 1) return base::format("key group {}", groups.front());
  return base::format("{} key groups from {} on", groups.size(), groups.front());
}

}  // namespace

StateEntries::StateEntries(const SnapshotBytes& bytes, const OperatorLayout& layout, std::string state,
                           EntryRange range)
    : bytes_(bytes), layout_(layout), name_(std::move(state)), range_(std::move(range)) {
  const auto add = [&](const std::vector<KeyedPlace>& places) {
    for (const KeyedPlace& place : places) {
      if (place.groups.last < range_.groups.first || place.groups.first > range_.groups.last) continue;
      places_.push_back(place);
    }
  };
  add(layout_.keyed);
  first_raw_ = places_.size();
  if (name_.starts_with(kTimers)) add(layout_.raw_keyed);
}

StateEntries::~StateEntries() {
  close();
}

std::optional<KeyedEntry> StateEntries::next() {
  problem_.reset();
  try {
    while (entries_ != nullptr || open_next()) {
      if (auto entry = entries_->next()) return entry;
      const std::optional<base::InputError> error = entries_->error();
      keep_gaps();
      if (error) {
        fail(to_string(*error));
        return std::nullopt;
      }
      close();
    }
  } catch (const base::SystemError& e) {
    fail(e.what());
  }
  return std::nullopt;
}

// Opens the next handle that has the state. False: there is none, or a problem.
bool StateEntries::open_next() {
  while (next_place_ < places_.size()) {
    const size_t at = next_place_++;
    const KeyedPlace& place = places_[at];
    if (at == first_raw_ && exists_) {
      next_place_ = places_.size();  // a state is managed or raw, not both
      break;
    }
    if (at > 0 && at != first_raw_ && place.groups.first <= places_[at - 1].groups.last) {
      fail("its key groups are those of another subtask, too");
      return false;
    }
    auto part = open_keyed_part(bytes_, place);
    if (!part.has_value()) {
      fail(to_string(part.error()));
      return false;
    }
    if (*part == nullptr) continue;
    const auto found = (*part)->find(name_);
    if (!found) continue;
    exists_ = true;
    state_ = *found;
    part_ = std::move(*part);
    entries_ = part_->entries(state_, range_);
    return true;
  }
  return false;
}

bool StateEntries::is_hidden(int32_t group) const {
  return hidden_groups_.contains(group) || (entries_ != nullptr && entries_->gaps().contains(group));
}

void StateEntries::keep_gaps() {
  const Gaps& gaps = entries_->gaps();
  if (gaps.key_groups.empty()) return;
  hidden_.push_back(base::format("{}: {}", groups_text(gaps.key_groups), base::printable(gaps.reason)));
  hidden_groups_.insert(gaps.key_groups.begin(), gaps.key_groups.end());
}

void StateEntries::close() {
  entries_.reset();  // before what it reads from
  part_.reset();
}

void StateEntries::fail(const std::string& reason) {
  close();
  const KeyedPlace& place = places_[next_place_ - 1];
  const std::string label = flink::operator_label(bytes_.metadata().operators[layout_.operator_index]);
  problem_ = base::format("operator {}, subtask {}, keyed state: {}", base::printable(label), place.subtask,
                          base::printable(reason));
}

}  // namespace checkpointfs::state
