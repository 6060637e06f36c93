// SPDX-License-Identifier: Apache-2.0
#include "base/beneath.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/errors.h"

namespace checkpointfs::base {
namespace {

// outside/secret, and below `root`: a/file, links of every kind, a FIFO.
class Beneath : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "beneath-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    top_ = name;
    std::filesystem::create_directories(top_ / "root" / "a" / "b");
    std::filesystem::create_directories(top_ / "outside");
    std::ofstream(top_ / "outside" / "secret") << "secret";
    std::ofstream(top_ / "root" / "a" / "file") << "content";
    std::filesystem::create_symlink("file", top_ / "root" / "a" / "link");
    std::filesystem::create_symlink(top_ / "outside" / "secret", top_ / "root" / "absolute-link");
    std::filesystem::create_symlink("../outside", top_ / "root" / "directory-link");
    std::filesystem::create_symlink("a", top_ / "root" / "inner-directory-link");
    std::filesystem::create_symlink("loop", top_ / "root" / "loop");
    ASSERT_EQ(::mkfifo((top_ / "root" / "fifo").c_str(), 0600), 0);
    root_ = open_directory(top_ / "root");
  }
  void TearDown() override { std::filesystem::remove_all(top_); }

  // 0 or the errno of opening for reading.
  int error_of(const char* path) const {
    errno = 0;
    return try_open_beneath(root_.get(), path, O_RDONLY) ? 0 : errno;
  }
  int error_of_regular(const char* path) const {
    struct stat st = {};
    errno = 0;
    return try_open_regular_beneath(root_.get(), path, &st) ? 0 : errno;
  }

  std::filesystem::path top_;
  UniqueFd root_;
};

TEST_F(Beneath, kernel_has_openat2) {
  EXPECT_NO_THROW(require_openat2());
}

TEST_F(Beneath, files_open_when_the_path_stays_inside) {
  EXPECT_EQ(error_of("a/file"), 0);
  EXPECT_EQ(error_of("a/b/../file"), 0);
  EXPECT_EQ(error_of("./a//file"), 0);
}

TEST_F(Beneath, opening_fails_with_exdev_when_the_path_leaves) {
  EXPECT_EQ(error_of("../outside/secret"), EXDEV);
  EXPECT_EQ(error_of("a/../../outside/secret"), EXDEV);
  EXPECT_EQ(error_of("/etc/passwd"), EXDEV);
  EXPECT_EQ(error_of(".."), EXDEV);
}

TEST_F(Beneath, opening_fails_with_eloop_when_a_link_is_on_the_way) {
  EXPECT_EQ(error_of("a/link"), ELOOP);
  EXPECT_EQ(error_of("absolute-link"), ELOOP);
  EXPECT_EQ(error_of("directory-link/secret"), ELOOP);
  EXPECT_EQ(error_of("inner-directory-link/file"), ELOOP);
  EXPECT_EQ(error_of("loop"), ELOOP);
}

TEST_F(Beneath, opening_fails_with_enoent_when_nothing_is_there) {
  EXPECT_EQ(error_of("a/none"), ENOENT);
  EXPECT_EQ(error_of(""), ENOENT);
}

TEST_F(Beneath, magic_links_of_proc_are_not_followed) {
  const UniqueFd proc = open_directory("/proc/self/fd");
  const std::string name = std::to_string(root_.get());
  EXPECT_FALSE(try_open_beneath(proc.get(), name.c_str(), O_RDONLY));
  EXPECT_EQ(errno, ELOOP);
}

TEST_F(Beneath, regular_files_open_with_their_stat) {
  struct stat st = {};
  const UniqueFd fd = try_open_regular_beneath(root_.get(), "a/file", &st);
  ASSERT_TRUE(fd);
  EXPECT_EQ(st.st_size, 7);
  EXPECT_NE(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(Beneath, what_is_no_regular_file_is_refused_without_blocking) {
  EXPECT_EQ(error_of_regular("fifo"), EINVAL);
  EXPECT_EQ(error_of_regular("a"), EINVAL);
  EXPECT_EQ(error_of_regular("a/link"), ELOOP);
}

TEST_F(Beneath, stat_tells_files_and_directories) {
  struct stat st = {};
  EXPECT_EQ(stat_beneath(root_.get(), "a/file", &st), 0);
  EXPECT_TRUE(S_ISREG(st.st_mode));
  EXPECT_EQ(st.st_size, 7);
  EXPECT_EQ(stat_beneath(root_.get(), "a", &st), 0);
  EXPECT_TRUE(S_ISDIR(st.st_mode));
  EXPECT_EQ(stat_beneath(root_.get(), "fifo", &st), 0);
  EXPECT_TRUE(S_ISFIFO(st.st_mode));
  EXPECT_EQ(stat_beneath(root_.get(), "a/none", &st), ENOENT);
  EXPECT_EQ(stat_beneath(root_.get(), "../outside", &st), EXDEV);
}

TEST_F(Beneath, stat_tells_a_link_itself_but_no_link_on_the_way) {
  struct stat st = {};
  EXPECT_EQ(stat_beneath(root_.get(), "a/link", &st), 0);
  EXPECT_TRUE(S_ISLNK(st.st_mode));
  EXPECT_EQ(stat_beneath(root_.get(), "inner-directory-link/file", &st), ELOOP);
}

TEST_F(Beneath, open_directory_follows_links_of_the_user_and_throws_else) {
  EXPECT_TRUE(open_directory(top_ / "root" / "directory-link"));
  EXPECT_THROW(open_directory(top_ / "root" / "a" / "file"), SystemError);
  EXPECT_THROW(open_directory(top_ / "none"), SystemError);
}

TEST_F(Beneath, directory_is_opened_through_links_of_root_and_this_user_only) {
  const auto inode = [](const UniqueFd& fd) {
    struct stat st = {};
    EXPECT_EQ(::fstat(fd.get(), &st), 0);
    return st.st_ino;
  };
  const ino_t b = inode(open_directory(top_ / "root" / "a" / "b"));
  std::filesystem::create_symlink("../root/inner-directory-link/./", top_ / "outside" / "up");
  std::filesystem::create_symlink(top_ / "outside" / "up", top_ / "whole");
  EXPECT_EQ(b, inode(open_directory(top_ / "whole" / "b")));
  EXPECT_EQ(b, inode(open_directory(top_ / "root" / "directory-link" / ".." / "outside" / "up" / "b")));
  EXPECT_THROW(open_directory(top_ / "root" / "loop"), SystemError);
  EXPECT_THROW(open_directory(top_ / "root" / "a" / "link"), SystemError) << "it leads to a file";
  EXPECT_THROW(open_directory(top_ / "missing"), SystemError);
  if (::geteuid() != 0) GTEST_SKIP() << "root is needed to give a link to somebody else";
  ASSERT_EQ(::lchown((top_ / "whole").c_str(), 65534, 65534), 0);
  try {
    open_directory(top_ / "whole" / "b");
    FAIL() << "followed";
  } catch (const SystemError& e) {
    EXPECT_EQ(ELOOP, e.code());
    EXPECT_NE(std::string(e.what()).find("whole is a symbolic link that user 65534 has made"),
              std::string::npos)
        << e.what();
  }
}

}  // namespace
}  // namespace checkpointfs::base
