// SPDX-License-Identifier: Apache-2.0
#include "export/known_files.h"

#include <utility>

namespace checkpointfs::exporting {
namespace {

constexpr int kOffsetBits = 44;
constexpr uint64_t kLargestOffset = (uint64_t{1} << kOffsetBits) - 1;
constexpr size_t kMostJournalNumbers = size_t{1} << (64 - kOffsetBits);

}  // namespace

uint32_t KnownFiles::add_journal(KnownJournal journal) {
  journals_.push_back(std::move(journal));
  return static_cast<uint32_t>(journals_.size() - 1);
}

std::optional<uint32_t> KnownFiles::number_of(uint64_t key) const {
  return numbers_.find(key, [&](uint32_t number) { return entries_[number].key == key; });
}

void KnownFiles::add(uint64_t key, uint32_t journal, uint64_t offset) {
  if (!has(key)) set(key, journal, offset);
}

void KnownFiles::set(uint64_t key, uint32_t journal, uint64_t offset) {
  // A file that is not known is copied.
  if (offset > kLargestOffset || journal >= kMostJournalNumbers || entries_.size() >= UINT32_MAX - 1) return;
  const Entry entry{key, uint64_t{journal} << kOffsetBits | offset};
  if (const auto number = number_of(key)) {
    entries_[*number] = entry;
    return;
  }
  entries_.push_back(entry);
  numbers_.insert(key, static_cast<uint32_t>(entries_.size() - 1));
}

std::optional<KnownFile> KnownFiles::find(const Origin& origin, uint64_t size) const {
  const auto number = number_of(origin.key(size));
  if (!number) return std::nullopt;
  const uint64_t place = entries_[*number].place;
  const KnownJournal& journal = journals_[place >> kOffsetBits];
  auto record = JournalReader::at(journal.fd.get(), place & kLargestOffset);
  const bool is_it = record && record->size == size && record->origin.path == origin.path &&
                     record->origin.mtime_ns == origin.mtime_ns && record->origin.start == origin.start;
  if (!is_it) return std::nullopt;
  return KnownFile{&journal, std::move(*record)};
}

}  // namespace checkpointfs::exporting
