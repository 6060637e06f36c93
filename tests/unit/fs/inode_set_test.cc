// SPDX-License-Identifier: Apache-2.0
#include "fs/io/inode_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace checkpointfs::fs {
namespace {

TEST(InodeSet, does_what_a_set_does) {
  InodeSet inodes;
  std::set<Inode> expected;
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const Inode inode = random() % 3 == 0 ? random() : random() % 100'000;
    if (random() % 2 == 0) {
      EXPECT_EQ(inodes.insert(inode), expected.insert(inode).second) << inode;
    } else {
      inodes.erase(inode);
      expected.erase(inode);
    }
    EXPECT_EQ(inodes.contains(inode), expected.contains(inode)) << inode;
  }
  for (const Inode inode : expected) EXPECT_TRUE(inodes.contains(inode)) << inode;
}

}  // namespace
}  // namespace checkpointfs::fs
