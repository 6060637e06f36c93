// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/keyed_part.h"

#include <algorithm>
#include <utility>

namespace checkpointfs::state {
namespace {

class FailedEntries : public KeyedEntries {
 public:
  explicit FailedEntries(base::InputError error) : error_(std::move(error)) {}
  std::optional<KeyedEntry> next() override { return std::nullopt; }
  const std::optional<base::InputError>& error() const override { return error_; }

 private:
  const std::optional<base::InputError> error_;
};

class PrefixEntries : public KeyedEntries {
 public:
  PrefixEntries(std::unique_ptr<KeyedEntries> entries, std::string prefix)
      : entries_(std::move(entries)), prefix_(std::move(prefix)) {}
  std::optional<KeyedEntry> next() override {
    for (;;) {
      std::optional<KeyedEntry> entry = entries_->next();
      if (!entry || entry->key.starts_with(prefix_)) return entry;
    }
  }
  const std::optional<base::InputError>& error() const override { return entries_->error(); }
  const Gaps& gaps() const override { return entries_->gaps(); }

 private:
  const std::unique_ptr<KeyedEntries> entries_;
  const std::string prefix_;
};

TypePtr unknown_type() {
  static const TypePtr kUnknown = std::make_shared<const Type>();
  return kUnknown;
}

}  // namespace

KeyedPart::KeyedPart(TypePtr key, std::vector<StateMeta> states)
    : key_(key != nullptr ? std::move(key) : unknown_type()), states_(std::move(states)) {}

std::optional<size_t> KeyedPart::find(std::string_view name) const {
  const auto found = std::ranges::find_if(states_, [&](const StateMeta& meta) { return meta.name == name; });
  if (found == states_.end()) return std::nullopt;
  return static_cast<size_t>(found - states_.begin());
}

base::Result<std::optional<StateSize>> KeyedPart::size(size_t state, Effort effort) {
  if (effort != Effort::kWhole) return std::optional<StateSize>();
  StateSize size;
  size.exact = true;
  const auto all = entries(state, {});
  while (const auto entry = all->next()) {
    ++size.entries;
    size.bytes += entry->key.size() + entry->value.size();
  }
  if (all->error()) return *all->error();
  if (!all->gaps().key_groups.empty()) size.exact = false;
  return std::optional(size);
}

std::unique_ptr<KeyedEntries> failed_entries(base::InputError error) {
  return std::make_unique<FailedEntries>(std::move(error));
}

std::unique_ptr<KeyedEntries> entries_with_prefix(std::unique_ptr<KeyedEntries> entries, std::string prefix) {
  if (prefix.empty()) return entries;
  return std::make_unique<PrefixEntries>(std::move(entries), std::move(prefix));
}

}  // namespace checkpointfs::state
