// SPDX-License-Identifier: Apache-2.0
// Inode numbers: computed from the index, never remembered, so that nothing has to be forgotten.
#pragma once

#include <cstdint>

#include "index/types.h"

namespace checkpointfs::fs {

// (row id << 3) | kind; the root of the projection is 1, as the kernel demands. Stable as long as the row is.
using Inode = uint64_t;

inline constexpr Inode kRootInode = 1;

// The control directory and what it holds: kind 4, which no node of the index has.
inline constexpr Inode kControlDirectory = 4;
inline constexpr Inode kControlStatus = 1 << 3 | 4;
inline constexpr Inode kControlIndex = 2 << 3 | 4;

constexpr bool is_control(Inode inode) {
  return (inode & 7) == 4;
}

constexpr Inode inode_of(index::NodeId id) {
  if (id == index::NodeId{index::NodeKind::kDirectory, 1}) return kRootInode;
  return static_cast<Inode>(id.id) << 3 | static_cast<Inode>(id.kind);
}

// REQUIRES: `inode` came from inode_of(). The root's number has the bits of {kDirectory, 0}, which is no row.
constexpr index::NodeId node_of(Inode inode) {
  if (inode == kRootInode) return {index::NodeKind::kDirectory, 1};
  return {static_cast<index::NodeKind>(inode & 7), static_cast<int64_t>(inode >> 3)};
}

}  // namespace checkpointfs::fs
