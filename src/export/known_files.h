// SPDX-License-Identifier: Apache-2.0
// Finds the file of the target that was made from an origin: the lines of journals by a hash, 24 to 40 bytes
// a file.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/ordinal_set.h"
#include "base/unique_fd.h"
#include "export/journal.h"

namespace checkpointfs::exporting {

// The journal of a snapshot, and the directory of its files, beneath the target.
struct KnownJournal {
  base::UniqueFd fd;
  std::string files_directory;
};

struct KnownFile {
  const KnownJournal* journal = nullptr;
  FileRecord record;
};

// find() is thread-safe while nothing is added.
class KnownFiles {
 public:
  // Adds the journal, whose files are added with the index that is returned.
  uint32_t add_journal(KnownJournal journal);
  const KnownJournal& journal(uint32_t index) const { return journals_[index]; }
  // `offset`: of the line. If there is a file of this origin, add() leaves it, and set() replaces it.
  void add(uint64_t key, uint32_t journal, uint64_t offset);
  void set(uint64_t key, uint32_t journal, uint64_t offset);

  // The file that was made from these bytes, as its journal has it.
  std::optional<KnownFile> find(const Origin& origin, uint64_t size) const;
  // True if find() would look at a line.
  bool has(uint64_t key) const { return number_of(key).has_value(); }

  size_t size() const { return entries_.size(); }
  size_t journals() const { return journals_.size(); }  // each has a descriptor

 private:
  struct Entry {
    uint64_t key = 0;
    uint64_t place = 0;  // the journal's index in the upper 20 bits, the offset in the others
  };
  std::optional<uint32_t> number_of(uint64_t key) const;

  std::deque<KnownJournal> journals_;
  std::deque<Entry> entries_;
  base::OrdinalSet numbers_;
};

}  // namespace checkpointfs::exporting
