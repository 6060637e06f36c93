// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/state_bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/unique_fd.h"
#include "state/bytes/byte_stream.h"
#include "tests/support/temp_directory.h"

namespace checkpointfs::state {
namespace {

std::string read_of(const StateBytes& bytes, uint64_t offset, size_t length) {
  std::string out(length, '?');
  out.resize(bytes.read(offset, out.data(), length));
  return out;
}

void expect_bytes_2_to_6(const StateBytes& bytes) {
  EXPECT_EQ(bytes.size(), 5u);
  EXPECT_EQ(bytes.name(), "the name");
  EXPECT_EQ(read_of(bytes, 0, 3), "234");
  EXPECT_EQ(read_of(bytes, 3, 100), "56");
  EXPECT_EQ(read_of(bytes, 5, 1), "");
  EXPECT_EQ(read_of(bytes, UINT64_MAX, 1), "");
}

class FileOf : public testing::Test {
 protected:
  base::UniqueFd file(std::string_view text) {
    const std::string path = directory_ / "file";
    std::ofstream(path, std::ios::binary) << text;
    return base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  }
  test::TempDirectory directory_;
};

TEST(MemoryBytes, a_range_is_read_and_no_byte_behind_the_end) {
  expect_bytes_2_to_6(*memory_bytes("23456", "the name"));
}

TEST(MemoryBytes, keeps_its_own_copy) {
  std::string text = "abc";
  const auto bytes = memory_bytes(text, "");
  text = "xyz";
  EXPECT_EQ(read_of(*bytes, 0, 3), "abc");
}

TEST_F(FileOf, a_segment_has_no_bytes_of_its_neighbours) {
  const base::UniqueFd fd = file("0123456789");
  expect_bytes_2_to_6(*file_bytes(fd.get(), "the name", 2, 5));
}

TEST_F(FileOf, a_file_shorter_than_its_handle_says_returns_what_is_there) {
  const base::UniqueFd fd = file("0123");
  const auto bytes = file_bytes(fd.get(), "the name", 2, 5);
  EXPECT_EQ(bytes->size(), 5u);
  EXPECT_EQ(read_of(*bytes, 0, 5), "23");
}

TEST(FileBytes, a_failed_read_throws_and_names_the_file) {
  const auto bytes = file_bytes(-1, "the name", 0, 5);
  try {
    read_of(*bytes, 0, 1);
    FAIL() << "read from no file";
  } catch (const base::SystemError& error) {
    EXPECT_EQ(error.code(), EBADF);
    EXPECT_NE(std::string(error.what()).find("the name"), std::string::npos);
  }
}

TEST(RangeStream, returns_its_range_and_ends) {
  RangeStream stream(memory_bytes("0123456789", ""), 2, 5);
  char out[4];
  EXPECT_EQ(stream.read(out, 4), 4u);
  EXPECT_EQ(std::string(out, 4), "2345");
  EXPECT_EQ(stream.read(out, 4), 1u);
  EXPECT_EQ(out[0], '6');
  EXPECT_EQ(stream.read(out, 4), 0u);
}

TEST(RangeStream, ends_where_its_bytes_end) {
  RangeStream stream(memory_bytes("0123", ""), 2, 500);
  char out[4];
  EXPECT_EQ(stream.read(out, 4), 2u);
  EXPECT_EQ(stream.read(out, 4), 0u);
}

}  // namespace
}  // namespace checkpointfs::state
