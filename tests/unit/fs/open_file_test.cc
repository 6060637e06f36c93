// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/open_file.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <limits>

#include "base/errors.h"

namespace checkpointfs::fs {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

TEST(OpenFile, yields_what_is_left_of_its_range) {
  StateFileRange range;
  range.start = 1000;
  range.length = 100;
  const auto opened = OpenFile::of_state_file("state", std::move(range));
  const OpenFile& file = *opened;
  EXPECT_EQ(file.readable(0, 10), 10U);
  EXPECT_EQ(file.readable(0, 100), 100U);
  EXPECT_EQ(file.readable(0, 101), 100U);
  EXPECT_EQ(file.readable(99, 10), 1U);
}

TEST(OpenFile, yields_nothing_from_its_end_on) {
  const auto opened = OpenFile::of_text("text", std::make_shared<const std::string>(100, 'x'));
  const OpenFile& file = *opened;
  EXPECT_EQ(file.readable(100, 10), 0U);
  EXPECT_EQ(file.readable(101, 10), 0U);
  EXPECT_EQ(file.readable(kMax, kMax), 0U);
  EXPECT_EQ(file.readable(50, kMax), 50U);
}

TEST(OpenFiles, keeps_a_file_until_it_is_closed) {
  OpenFiles files;
  const auto text = std::make_shared<const std::string>("text");
  OpenFile* const first = files.add(OpenFile::of_text("first", text));
  files.add(OpenFile::of_live_text("second", "another text"));
  EXPECT_EQ(files.count(), 2U);
  EXPECT_EQ(*first->text(), "text");
  EXPECT_EQ(text.use_count(), 2);
  files.close(first);
  EXPECT_EQ(files.count(), 1U);
  EXPECT_EQ(text.use_count(), 1);
}

TEST(OpenFiles, refuses_more_state_files_than_are_allowed) {
  const auto state_file = [] {
    StateFileRange range;
    range.fd = base::UniqueFd(::memfd_create("state", MFD_CLOEXEC));
    return OpenFile::of_state_file("state", std::move(range));
  };
  OpenFiles files;
  files.allow(2);
  files.add(state_file());
  OpenFile* const second = files.add(state_file());
  EXPECT_THROW(files.add(state_file()), base::SystemError);
  files.add(OpenFile::of_live_text("text", "text"));
  files.close(second);
  files.add(state_file());
  EXPECT_EQ(files.count(), 3U);
}

}  // namespace
}  // namespace checkpointfs::fs
