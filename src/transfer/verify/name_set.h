// SPDX-License-Identifier: Apache-2.0
// A set of names that keeps eight bytes of each: a million names need some 20 MB at most.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <boost/unordered/unordered_flat_set.hpp>

namespace checkpointfs::transfer {

// Two names among a million have one hash with a probability of 1 : 40 million.
class NameSet {
 public:
  // Returns false if the name was there already.
  bool add(std::string_view name) { return hashes_.insert(hash(name)).second; }
  bool contains(std::string_view name) const { return hashes_.contains(hash(name)); }

 private:
  static uint64_t hash(std::string_view name) { return std::hash<std::string_view>()(name); }

  boost::unordered_flat_set<uint64_t> hashes_;
};

}  // namespace checkpointfs::transfer
