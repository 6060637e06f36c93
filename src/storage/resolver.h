// SPDX-License-Identifier: Apache-2.0
// Resolves the URI of a handle to a file beneath a root.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/prefix_tree.h"
#include "flink/uri.h"
#include "storage/types.h"

namespace checkpointfs::storage {

// A path beneath a root. Two spellings of one file give equal locations; nothing is looked up on disk.
struct Location {
  int64_t root_id = 0;
  std::string path;  // relative to the root, normalised
  friend bool operator==(const Location&, const Location&) = default;
};

// For hash tables of paths beneath roots.
inline size_t hash_of(int64_t root_id, std::string_view path) {
  return std::hash<std::string_view>()(path) + static_cast<size_t>(root_id);
}

// The rule that led a URI to its location.
enum class Origin : uint8_t {
  kGiven,     // a mapping of the user
  kInPlace,   // a `file:` URI that lies in a source as it stands
  kInferred,  // a mapping that a scan found
};

// A pure function of roots and mappings. Given mappings and `file:` URIs that lie in a source as they stand:
// the longest prefix, at equal length the given one. Inferred mappings: of those whose scope holds the
// snapshot, the innermost scope, in it the longest prefix; they go before the others only if their prefix is
// longer. Time is linear in the lengths of the URI and of the snapshot's path.
class Resolver {
 public:
  Resolver(std::vector<Root> roots, const std::vector<Mapping>& mappings);

  struct Match {
    Location location;
    Origin origin = Origin::kGiven;
  };
  // The place where the absolute URI `uri` (UTF-8) of a handle of the snapshot at `snapshot` lies, or
  // nothing: not a URI, or not mapped. A location with root_id 0 is no snapshot: only mappings without a
  // scope hold for it.
  std::optional<Match> match(const flink::Uri& uri, const Location& snapshot) const;
  std::optional<Match> match(std::string_view uri, const Location& snapshot) const;
  std::optional<Location> resolve(std::string_view uri, const Location& snapshot = {}) const;
  // Is true if what holds for one name in the directory `uri` holds for each: no rule is about a single name
  // there. `location`: of the directory, by match().
  bool is_alike_below(const flink::Uri& uri, const Location& location, const Location& snapshot) const;
  // Every location that `uri` has for some snapshot.
  std::vector<Location> resolve_all(std::string_view uri) const;

  // The location of an absolute, normalised path, or nothing: below no root.
  std::optional<Location> locate(std::string_view absolute) const;
  // The reverse. REQUIRES: a location of one of roots().
  std::string absolute(const Location& location) const;

  const std::vector<Root>& roots() const { return roots_; }

 private:
  struct Target {
    std::string directory;  // absolute; "" for the root directory
    Origin origin = Origin::kGiven;
  };
  using Rules = base::PrefixTree<Target>;  // by canonical prefix; its head is all before the path
  struct Hit {
    size_t length = 0;  // of the prefix, without its head
    const Target* target = nullptr;
  };
  static Hit longest(const Rules& rules, const flink::Uri& uri);
  std::optional<Location> beneath(const Hit& hit, const flink::Uri& uri) const;

  std::vector<Root> roots_;
  Rules rules_;                       // given and in place
  base::PrefixTree<Rules> inferred_;  // by scope, absolute
};

}  // namespace checkpointfs::storage
