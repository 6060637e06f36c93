// SPDX-License-Identifier: Apache-2.0
// The key of a row with a root and a path, for hash tables that are asked without a copy of the path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace checkpointfs::index {

using RootedPath = std::pair<int64_t, std::string>;  // the number of the root, and the path
using RootedPathView = std::pair<int64_t, std::string_view>;

struct RootedPathHash {
  using is_transparent = void;
  size_t operator()(const RootedPathView& path) const {
    return std::hash<std::string_view>()(path.second) + static_cast<size_t>(path.first);
  }
  size_t operator()(const RootedPath& path) const { return (*this)(RootedPathView(path)); }
};

struct RootedPathEqual {
  using is_transparent = void;
  bool operator()(const RootedPathView& a, const RootedPathView& b) const { return a == b; }
};

}  // namespace checkpointfs::index
