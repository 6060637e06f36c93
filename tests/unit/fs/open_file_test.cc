// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/open_file.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>
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

// Three pieces of ten bytes, and then an error or the end.
class ThreePieces : public TextSource {
 public:
  explicit ThreePieces(int error) : error_(error) {}
  std::string next() override {
    if (made_ == 3 && error_ != 0) throw base::SystemError(error_, "the fourth piece");
    if (made_ == 3) return {};
    return std::string(10, static_cast<char>('a' + made_++));
  }
  void restart() override { made_ = 0; }

 private:
  const int error_;
  int made_ = 0;
};

TEST(StreamedText, ends_where_its_source_ends) {
  StreamedText text(std::make_unique<ThreePieces>(0));
  EXPECT_EQ(text.read(5, 10), "aaaaabbbbb");
  EXPECT_EQ(text.read(15, 100), "bbbbbcccccccccc");
  EXPECT_EQ(text.read(30, 1), "");
  EXPECT_EQ(text.size(), 30U);
}

TEST(StreamedText, yields_all_that_stands_before_an_error) {
  StreamedText text(std::make_unique<ThreePieces>(EIO));
  EXPECT_EQ(text.read(0, 100), "aaaaaaaaaabbbbbbbbbbcccccccccc");
  EXPECT_THROW(text.read(30, 100), base::SystemError);
  EXPECT_EQ(text.read(25, 100), "ccccc");
  EXPECT_THROW(text.size(), base::SystemError);
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
