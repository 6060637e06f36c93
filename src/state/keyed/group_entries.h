// SPDX-License-Identifier: Apache-2.0
// Entries of one key group in memory, in the order of their keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::state {

// Receives entries in any order. A key is `prefix` and `rest` behind each other: the entries of a map share
// the long part of their keys.
class EntrySink {
 public:
  virtual ~EntrySink() = default;
  virtual void begin_prefix(std::string_view prefix) = 0;
  // The key begins with the last prefix. Views need to live no longer than the call.
  virtual void add(std::string_view rest, std::string_view value) = 0;
};

// Compares the key that is `prefix` and `rest` behind each other with `key`: less than, equal to, or greater
// than 0.
int compare_key(std::string_view prefix, std::string_view rest, std::string_view key);

class GroupEntries : public EntrySink {
 public:
  void begin_prefix(std::string_view prefix) override { prefix_ = kept(prefix); }
  void add(std::string_view rest, std::string_view value) override;
  // Adds an entry with a whole key. If keys come in order, those with a long common beginning share it.
  void add_in_order(std::string_view key, std::string_view value);
  // Adds the first `n` entries of `other`. REQUIRES: this one is empty.
  void add_first(const GroupEntries& other, size_t n);
  // Sorts unless the entries are in order, and returns true if they were. Entries with equal keys keep their
  // order.
  bool sort();
  // Removes all entries, and gives their memory back.
  void clear();

  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  // The memory of all entries, in about.
  uint64_t bytes() const { return kept_bytes_ + entries_.size() * sizeof(Entry); }
  std::string_view prefix() const { return prefix_; }
  // Views live until clear() or, of a key, until the next call of key().
  std::string_view key(size_t i);
  std::string_view value(size_t i) const { return entries_[i].value; }
  // Compares the key of an entry with `prefix` and `rest` behind each other: less than, equal to, or greater
  // than 0.
  int compare(size_t i, std::string_view prefix, std::string_view rest) const {
    return compare(entries_[i], {prefix, rest, {}});
  }
  // The first entry whose key is not less than `prefix` and `rest`. REQUIRES: sorted.
  size_t lower_bound(std::string_view prefix, std::string_view rest) const;

 private:
  struct Entry {
    std::string_view prefix;
    std::string_view rest;
    std::string_view value;
  };
  static int compare(const Entry& a, const Entry& b);
  std::string_view kept(std::string_view bytes);

  std::pmr::monotonic_buffer_resource bytes_;
  uint64_t kept_bytes_ = 0;  // that bytes_ has handed out
  std::vector<Entry> entries_;
  std::string_view prefix_;
  std::string joined_;  // the key that key() returned, if it has two parts
};

}  // namespace checkpointfs::state
