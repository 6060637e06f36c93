// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/held_descriptors.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <string>

namespace checkpointfs::fs {
namespace {

base::UniqueFd new_file() {
  return base::UniqueFd(::memfd_create("state", MFD_CLOEXEC));
}

base::UniqueFd opened_again(const base::UniqueFd& fd) {
  const std::string path = "/proc/self/fd/" + std::to_string(fd.get());
  return base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

TEST(HeldDescriptorsTest, keeps_one_of_each_file_until_nobody_has_it) {
  HeldDescriptors descriptors(10);
  const base::UniqueFd file = new_file();
  auto first = descriptors.keep(opened_again(file));
  auto second = descriptors.keep(opened_again(file));
  EXPECT_EQ(first, second);
  EXPECT_NE(descriptors.keep(new_file()), first);
  EXPECT_EQ(descriptors.count(), 1U);
  first.reset();
  EXPECT_EQ(descriptors.count(), 1U);
  const int number = second->get();
  second.reset();
  EXPECT_EQ(descriptors.count(), 0U);
  EXPECT_EQ(::fcntl(number, F_GETFD), -1) << "it is still open";
}

TEST(HeldDescriptorsTest, keeps_no_more_than_it_may_but_what_it_has) {
  HeldDescriptors descriptors(1);
  const base::UniqueFd file = new_file();
  auto kept = descriptors.keep(opened_again(file));
  EXPECT_EQ(descriptors.keep(new_file()), nullptr);
  EXPECT_EQ(descriptors.keep(opened_again(file)), kept);
  kept.reset();
  EXPECT_NE(descriptors.keep(new_file()), nullptr);
}

TEST(HeldDescriptorsTest, may_end_before_what_it_kept) {
  HeldDescriptors::Descriptor kept;
  {
    HeldDescriptors descriptors(1);
    kept = descriptors.keep(new_file());
  }
  EXPECT_NE(::fcntl(kept->get(), F_GETFD), -1);
}

}  // namespace
}  // namespace checkpointfs::fs
