// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/inode.h"

#include <gtest/gtest.h>

#include <set>

#include "index/read/reader.h"

namespace checkpointfs::fs {
namespace {

using index::NodeId;
using index::NodeKind;

constexpr NodeKind kKinds[] = {NodeKind::kDirectory, NodeKind::kMetadata, NodeKind::kFile};

TEST(Inode, names_one_node_and_leads_back_to_it) {
  for (const NodeKind kind : kKinds) {
    for (const int64_t id :
         {int64_t{1}, int64_t{2}, int64_t{8}, int64_t{1'000'000}, (int64_t{1} << 50) + 3}) {
      const NodeId node{kind, id};
      EXPECT_EQ(node_of(inode_of(node)), node) << static_cast<int>(kind) << " " << id;
    }
  }
}

TEST(Inode, differs_for_every_two_nodes) {
  std::set<Inode> seen = {kControlDirectory, kControlStatus, kControlIndex};
  for (const NodeKind kind : kKinds) {
    for (int64_t id = 1; id < 1000; ++id) EXPECT_TRUE(seen.insert(inode_of({kind, id})).second) << id;
  }
}

TEST(Inode, of_the_root_is_1_as_the_kernel_demands) {
  EXPECT_EQ(inode_of(index::kRootNode), kRootInode);
  EXPECT_EQ(kRootInode, 1U);
  EXPECT_EQ(node_of(1), index::kRootNode);
}

TEST(Inode, of_the_control_directory_is_told_from_all_others) {
  for (const Inode inode : {kControlDirectory, kControlStatus, kControlIndex}) EXPECT_TRUE(is_control(inode));
  for (const NodeKind kind : kKinds) {
    for (int64_t id = 1; id < 100; ++id) EXPECT_FALSE(is_control(inode_of({kind, id})));
  }
  EXPECT_FALSE(is_control(kRootInode));
}

TEST(Inode, of_a_view_leads_back_to_its_node) {
  std::set<Inode> seen = {kControlDirectory, kControlStatus, kControlIndex,
                          kControlLatest,    kControlByTime, kControlMetrics};
  for (const Inode fixed : seen) EXPECT_EQ(view_of(fixed).kind, ViewKind::kFixed);
  for (int kind = 1; kind <= static_cast<int>(ViewKind::kStateKeyed); ++kind) {
    for (const uint64_t value : {uint64_t{1}, uint64_t{2}, uint64_t{1000}, (uint64_t{1} << 57) - 1}) {
      const ViewId id{static_cast<ViewKind>(kind), value};
      EXPECT_TRUE(is_control(inode_of(id)));
      EXPECT_EQ(view_of(inode_of(id)), id);
      EXPECT_TRUE(seen.insert(inode_of(id)).second);
    }
  }
  const OperatorsNodeId node = operators_node(operators_value({kMaxOperatorsSnapshot, 0xFFFFFFFF}));
  EXPECT_EQ(node.snapshot, kMaxOperatorsSnapshot);
  EXPECT_EQ(node.node, 0xFFFFFFFFU);
}

// Inode numbers are on people's disks, in the databases of backup programs: these must never change.
TEST(Inode, is_what_it_always_was) {
  EXPECT_EQ(inode_of({NodeKind::kDirectory, 2}), 17U);
  EXPECT_EQ(inode_of({NodeKind::kMetadata, 2}), 18U);
  EXPECT_EQ(inode_of({NodeKind::kFile, 2}), 19U);
}

}  // namespace
}  // namespace checkpointfs::fs
