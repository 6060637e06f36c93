// SPDX-License-Identifier: Apache-2.0
#include "fs/io/inode_files.h"

#include <gtest/gtest.h>

namespace checkpointfs::fs {
namespace {

TEST(InodeFiles, keeps_the_last_few_that_were_used) {
  InodeFiles files;
  const auto first = std::make_shared<const OpenFile>();
  files.keep(1, first);
  for (Inode inode = 2; inode <= 100; ++inode) {
    files.keep(inode, std::make_shared<const OpenFile>());
    EXPECT_EQ(files.find(1), first) << "used just before";
  }
  EXPECT_EQ(files.find(2), nullptr);
  EXPECT_NE(files.find(100), nullptr);
}

TEST(InodeFiles, newer_file_takes_the_place_of_the_older) {
  InodeFiles files;
  const auto old_one = std::make_shared<const OpenFile>();
  const auto new_one = std::make_shared<const OpenFile>();
  files.keep(1, old_one);
  files.keep(1, new_one);
  EXPECT_EQ(files.find(1), new_one);
  EXPECT_EQ(old_one.use_count(), 1);
}

}  // namespace
}  // namespace checkpointfs::fs
