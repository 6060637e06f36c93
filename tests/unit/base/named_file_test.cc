// SPDX-License-Identifier: Apache-2.0
#include "base/named_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "base/errors.h"

namespace checkpointfs::base {
namespace {

namespace fs = std::filesystem;

class NamedFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "named-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    std::ofstream(directory_ / "target") << "precious";
    fs::create_symlink("target", directory_ / "link");
    ASSERT_EQ(::mkfifo((directory_ / "fifo").c_str(), 0600), 0);
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string content(const std::string& name) const {
    std::ifstream file(directory_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string refused(const std::string& name, const std::function<void(const std::string&)>& call) const {
    try {
      call(directory_ / name);
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "not refused";
  }
  size_t entries() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(directory_), {}));
  }

  fs::path directory_;
};

TEST_F(NamedFile, is_replaced_as_a_whole_and_leaves_nothing_beside_it) {
  const size_t before = entries();
  replace_file(directory_ / "target", "new");
  EXPECT_EQ("new", content("target"));
  EXPECT_EQ(before, entries());
  replace_file(directory_ / "another", std::string(100'000, 'x'));
  EXPECT_EQ(100'000u, content("another").size());
  EXPECT_EQ(before + 1, entries());
  replace_file(directory_ / std::string(255, 'n'), "long");
  EXPECT_THROW(replace_file(directory_ / "missing" / "file", ""), SystemError);
}

TEST_F(NamedFile, is_not_written_through_a_link_nor_into_what_is_no_file) {
  const auto write = [](const std::string& path) { replace_file(path, "new"); };
  EXPECT_NE(std::string::npos, refused("link", write).find("is a symbolic link; name a regular file"));
  EXPECT_NE(std::string::npos, refused("fifo", write).find("is a FIFO"));
  EXPECT_NE(std::string::npos, refused(".", write).find("is a directory"));
  EXPECT_EQ("precious", content("target"));
  EXPECT_TRUE(fs::is_symlink(directory_ / "link"));
}

TEST_F(NamedFile, is_opened_only_if_it_is_a_file_and_nobody_waits) {
  EXPECT_TRUE(open_named(directory_ / "target"));
  EXPECT_TRUE(open_named(directory_ / "link")) << "the user's own";
  const auto open = [](const std::string& path) { open_named(path); };
  EXPECT_NE(std::string::npos, refused("fifo", open).find("is a FIFO; name a regular file"));
  EXPECT_NE(std::string::npos, refused(".", open).find("is a directory"));
  EXPECT_NE(std::string::npos, refused("fifo", &require_regular_if_there).find("is a FIFO"));
  EXPECT_EQ("not refused", refused("missing", &require_regular_if_there));
  EXPECT_EQ("not refused", refused("link", &require_regular_if_there));
  if (::geteuid() != 0) GTEST_SKIP() << "root is needed to give a link to somebody else";
  ASSERT_EQ(::lchown((directory_ / "link").c_str(), 65534, 65534), 0);
  EXPECT_NE(std::string::npos, refused("link", &require_regular_if_there).find("is a symbolic link"));
}

TEST_F(NamedFile, is_read_up_to_a_limit) {
  std::ofstream(directory_ / "large") << std::string(10'000, 'x');
  EXPECT_EQ(10'000u, read_up_to(open_named(directory_ / "large").get(), "large", 10'000).size());
  EXPECT_THROW(read_up_to(open_named(directory_ / "large").get(), "large", 9'999), Failure);
  // The size of this file is 0 by stat().
  EXPECT_GT(read_up_to(open_named("/proc/self/status").get(), "status", 100'000).size(), 100u);
  EXPECT_THROW(read_up_to(open_named("/proc/self/status").get(), "status", 100), Failure);
}

}  // namespace
}  // namespace checkpointfs::base
