// SPDX-License-Identifier: Apache-2.0
// Inode numbers: computed from the index and never stored, so a FORGET of the kernel needs no answer.
#pragma once

#include <cstdint>

#include "index/database/types.h"

namespace checkpointfs::fs {

// (row id << 3) | kind; the root of the projection is 1, as the kernel demands. Stable as long as the row
// exists.
using Inode = uint64_t;

inline constexpr Inode kRootInode = 1;

// The control directory and all below it that is no node of the index have kind 4, which no node has. These
// are the ones whose numbers are fixed; ViewId has the others.
inline constexpr Inode kControlDirectory = 4;
inline constexpr Inode kControlStatus = 1 << 3 | 4;
inline constexpr Inode kControlIndex = 2 << 3 | 4;
inline constexpr Inode kControlLatest = 3 << 3 | 4;
inline constexpr Inode kControlByTime = 4 << 3 | 4;
inline constexpr Inode kControlMetrics = 5 << 3 | 4;
inline constexpr Inode kControlByName = 6 << 3 | 4;

constexpr bool is_control(Inode inode) {
  return (inode & 7) == 4;
}

// Kinds of nodes of the control directory.
enum class ViewKind : uint8_t {
  kFixed = 0,               // value: one of the numbers above >> 3
  kOperatorsDirectory = 1,  // value: the row of the directory of the projection that it stands for
  kOperatorsNode = 2,       // value: see operators_value()
  kJobsDirectory = 3,       // value: as 1
  kJobsShared = 4,          // value: the row of the directory that it lies in
  kJobsMetadata = 5,        // value: the row of the snapshot's directory
  kLink = 6,                // value: see LinksView::Link::value()
  kIndexFile = 7,           // value: its place in the directory `index`, from 1 on
  kStateDirectory = 8,      // value: as 1
  kStateNode = 9,           // value: see operators_value()
  kStateKeyed = 10,         // value: likewise; the node is the place in the list of keyed states
  kNamedJob = 11,           // value: the row of the job's directory
};
inline constexpr int kViewKindBits = 4;
inline constexpr uint64_t kViewKinds = uint64_t{1} << kViewKindBits;

struct ViewId {
  ViewKind kind = ViewKind::kFixed;
  uint64_t value = 0;
  friend bool operator==(const ViewId&, const ViewId&) = default;
};

// REQUIRES: 0 < value < 2^57; for kFixed, value < 16.
constexpr Inode inode_of(ViewId id) {
  if (id.kind == ViewKind::kFixed) return id.value << 3 | 4;
  return (id.value << kViewKindBits | static_cast<Inode>(id.kind)) << 3 | 4;
}

// REQUIRES: is_control(inode).
constexpr ViewId view_of(Inode inode) {
  const uint64_t number = inode >> 3;
  if (number < kViewKinds) return {ViewKind::kFixed, number};
  return {static_cast<ViewKind>(number & (kViewKinds - 1)), number >> kViewKindBits};
}

// True for what changes without the index: by-name/ and its links. The kernel may keep nothing of them.
constexpr bool is_live(Inode inode) {
  return inode == kControlByName || (is_control(inode) && view_of(inode).kind == ViewKind::kNamedJob);
}

// A node of a tree that a view makes of one snapshot: the row of its directory and the node's place in the
// tree, which leave 25 and 32 bits for each other.
struct OperatorsNodeId {
  int64_t snapshot = 0;
  uint32_t node = 0;
};
inline constexpr int64_t kMaxOperatorsSnapshot = (int64_t{1} << 25) - 1;

constexpr uint64_t operators_value(OperatorsNodeId id) {
  return static_cast<uint64_t>(id.snapshot) << 32 | id.node;
}
constexpr OperatorsNodeId operators_node(uint64_t value) {
  return {static_cast<int64_t>(value >> 32), static_cast<uint32_t>(value)};
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
