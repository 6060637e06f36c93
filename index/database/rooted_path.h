// SPDX-License-Identifier: Apache-2.0
// The key of a row with a root and a path, for hash tables that are asked without a copy of the path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "storage/resolver.h"

namespace checkpointfs::index {

using RootedPath = std::pair<int64_t, std::string>;  // the number of the root, and the path
using RootedPathView = std::pair<int64_t, std::string_view>;

// With the hash, where that is known.
struct HashedPath {
  RootedPathView path;
  size_t hash = 0;  // storage::hash_of()
};

struct RootedPathHash {
  using is_transparent = void;
  size_t operator()(const RootedPathView& path) const { return storage::hash_of(path.first, path.second); }
  size_t operator()(const RootedPath& path) const { return (*this)(RootedPathView(path)); }
  size_t operator()(const HashedPath& path) const { return path.hash; }
};

struct RootedPathEqual {
  using is_transparent = void;
  bool operator()(const RootedPathView& a, const RootedPathView& b) const { return a == b; }
  bool operator()(const HashedPath& a, const RootedPathView& b) const { return a.path == b; }
  bool operator()(const RootedPathView& a, const HashedPath& b) const { return a == b.path; }
};

}  // namespace checkpointfs::index
