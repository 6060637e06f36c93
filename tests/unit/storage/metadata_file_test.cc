// SPDX-License-Identifier: Apache-2.0
#include "storage/metadata_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/beneath.h"
#include "tests/support/indexed_storage.h"

namespace checkpointfs::storage {
namespace {

class MetadataFileTest : public testing::Test {
 protected:
  base::Result<MetadataFile> read(const std::string& directory, uint64_t max_size = 1 << 20) {
    return read_metadata_file(root_.get(), directory, max_size);
  }
  std::string path(const std::string& relative) const { return temporary_.path() + "/" + relative; }

  test::TempDirectory temporary_;
  base::UniqueFd root_ = base::open_directory(temporary_.path());
};

TEST_F(MetadataFileTest, is_read_whole) {
  const std::string bytes = std::string(3 << 20, 'x') + "end";
  test::replace_file(path("a/_metadata"), bytes);
  test::replace_file(path("_metadata"), "top");
  EXPECT_EQ(bytes, read("a", 1 << 30)->bytes);
  EXPECT_EQ("top", read("")->bytes);
  EXPECT_EQ(3, read("")->st.st_size);
}

TEST_F(MetadataFileTest, is_refused_where_it_is_not_what_it_should_be) {
  test::replace_file(path("big/_metadata"), std::string((1 << 20) + 1, 'x'));
  EXPECT_EQ("is larger than 1048576 bytes", read("big").error().reason);
  test::make_directory(path("link"));
  ASSERT_EQ(0, ::symlink("../big/_metadata", path("link/_metadata").c_str()));
  EXPECT_EQ("is a symbolic link, or lies behind one", read("link").error().reason);
  test::make_directory(path("fifo"));
  ASSERT_EQ(0, ::mkfifo(path("fifo/_metadata").c_str(), 0600));
  EXPECT_EQ("is not a regular file", read("fifo").error().reason);
  EXPECT_EQ("cannot be read: No such file or directory", read("missing").error().reason);
}

TEST_F(MetadataFileTest, that_shrinks_while_it_is_read_is_refused_and_never_filled_up) {
  const std::string bytes(8 << 20, 'a');
  test::replace_file(path("_metadata"), bytes);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) {
      ASSERT_EQ(0, ::truncate(path("_metadata").c_str(), 1 << 20));
      std::ofstream(path("_metadata"), std::ios::binary) << bytes;
    }
  });
  int refused = 0;
  for (int i = 0; i < 2000 && refused < 20; ++i) {
    const auto file = read("", 1 << 30);
    if (file.has_value()) {
      EXPECT_EQ(std::string::npos, file->bytes.find('\0'));
    } else {
      EXPECT_TRUE(file.error().truncated) << file.error().reason;
      ++refused;
    }
  }
  stop = true;
  writer.join();
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace checkpointfs::storage
