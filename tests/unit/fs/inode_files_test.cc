// SPDX-License-Identifier: Apache-2.0
#include "fs/io/inode_files.h"

#include <gtest/gtest.h>

namespace checkpointfs::fs {
namespace {

InodeFiles::File some_file() {
  return OpenFile::of_live_text("text", "text");
}

TEST(InodeFiles, keeps_the_last_few_that_were_used) {
  InodeFiles files;
  const auto first = some_file();
  files.keep(1, first);
  for (Inode inode = 2; inode <= 100; ++inode) {
    files.keep(inode, some_file());
    EXPECT_EQ(files.find(1), first) << "used just before";
  }
  EXPECT_EQ(files.find(2), nullptr);
  EXPECT_NE(files.find(100), nullptr);
}

TEST(InodeFiles, keeps_texts_of_so_many_bytes) {
  InodeFiles files;
  const auto large = [] { return OpenFile::of_live_text("text", std::string(50 << 20, 'x')); };
  for (Inode inode = 1; inode <= 3; ++inode) files.keep(inode, large());
  EXPECT_EQ(files.find(1), nullptr);
  EXPECT_NE(files.find(2), nullptr);
  EXPECT_NE(files.find(3), nullptr);
  files.drop(2);
  files.keep(4, large());
  EXPECT_NE(files.find(3), nullptr);
  files.keep(5, OpenFile::of_live_text("text", std::string(200 << 20, 'x')));
  EXPECT_NE(files.find(5), nullptr) << "the last one stays";
  EXPECT_EQ(files.find(4), nullptr);
}

TEST(InodeFiles, newer_file_takes_the_place_of_the_older) {
  InodeFiles files;
  const auto old_one = some_file();
  const auto new_one = some_file();
  files.keep(1, old_one);
  files.keep(1, new_one);
  EXPECT_EQ(files.find(1), new_one);
  EXPECT_EQ(old_one.use_count(), 1);
}

}  // namespace
}  // namespace checkpointfs::fs
