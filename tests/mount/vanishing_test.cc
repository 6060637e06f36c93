// SPDX-License-Identifier: Apache-2.0
// Readers of state files that go away or shrink meanwhile get an error or all the right bytes, never wrong
// ones. Reads by the kernel itself are tested in io_modes_test.cc.
#include <fcntl.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr size_t kSize = 4 << 20;

// The result of a reader: the bytes, and the error that ended them (0: the end of the file).
struct Read {
  std::string bytes;
  int error = 0;
};

Read read_from(int fd, off_t at = 0) {
  Read result;
  std::vector<char> buffer(64 << 10);
  for (;;) {
    const ssize_t n = ::pread(fd, buffer.data(), buffer.size(), at + static_cast<off_t>(result.bytes.size()));
    if (n < 0) result.error = errno;
    if (n <= 0) return result;
    result.bytes.append(buffer.data(), static_cast<size_t>(n));
  }
}

class Vanishing : public MountTest {
 protected:
  Vanishing() { source_.add_snapshot("chk-1", {source_.add("shared/file", bytes_)}); }

  MountSpec plain() const { return {{source_.path()}, {"-o", "io=plain"}}; }

  // The mount shows the state at its start, however soon one looks.
  MountSpec not_followed() const { return {{source_.path()}, {"--poll", "0"}}; }

  base::UniqueFd open_shown(const Mount& mount) const {
    return base::UniqueFd(::open((mount / "chk-1/file").c_str(), O_RDONLY | O_CLOEXEC));
  }

  const std::string bytes_ = pattern(kSize, 9);
  const Handmade source_;
  const std::string file_ = source_ / "shared/file";
};

TEST_F(Vanishing, file_is_read_to_its_end_by_who_has_it_open) {
  const Mount mount(source_.path());
  const base::UniqueFd open = open_shown(mount);
  ASSERT_TRUE(open);
  stdfs::remove(file_);
  const Read read = read_from(open.get());
  EXPECT_EQ(read.error, 0);
  EXPECT_TRUE(read.bytes == bytes_);
}

TEST_F(Vanishing, file_fails_for_who_opens_it_afterwards) {
  const Mount mount(source_.path());
  stdfs::remove(file_);
  EXPECT_EQ(read_errno(mount / "chk-1/file"), EIO);
  EXPECT_TRUE(set_of(names_in(mount / "chk-1")).contains("file")) << "it is hidden";
}

TEST_F(Vanishing, log_says_how_to_keep_what_is_deleted_under_a_reader) {
  const Mount mount(source_.path());
  stdfs::remove(file_);
  EXPECT_EQ(read_errno(mount / "chk-1/file"), EIO);
  const std::string log = read_file(mount.log());
  EXPECT_NE(log.find(file_ + ": it was deleted while the mount showed it"), std::string::npos) << log;
  EXPECT_NE(log.find("checkpointfs-pin(1), or mount with -o pin-on-open"), std::string::npos) << log;
}

TEST_F(Vanishing, bytes_of_a_file_that_shrinks_are_an_error_for_who_has_it_open) {
  const Mount mount(plain());
  const base::UniqueFd open = open_shown(mount);
  ASSERT_TRUE(open);
  char first[10];
  ASSERT_EQ(::pread(open.get(), first, sizeof first, 0), 10);
  stdfs::resize_file(file_, kSize / 2);
  const Read end = read_from(open.get(), kSize - 4096);
  EXPECT_EQ(end.error, EIO);
  EXPECT_EQ(end.bytes, "");
  EXPECT_NE(read_file(mount.log()).find("shrank"), std::string::npos) << "the log does not say why";
}

TEST_F(Vanishing, file_that_shrank_or_grew_fails_for_who_opens_it_afterwards) {
  const Mount mount(source_.path());
  stdfs::resize_file(file_, kSize - 1);
  EXPECT_EQ(read_errno(mount / "chk-1/file"), EIO);
  stdfs::resize_file(file_, kSize + 1);
  EXPECT_EQ(read_errno(mount / "chk-1/file"), EIO);
}

TEST_F(Vanishing, snapshot_leaves_nothing_that_reads_as_empty) {
  const Mount mount(not_followed());
  stdfs::remove_all(source_ / "chk-1");
  EXPECT_EQ(read_errno(mount / "chk-1/_metadata"), EIO);
}

// Reading fails with EIO until the mount shows that the snapshot is gone, and then with ENOENT for good.
TEST_F(Vanishing, snapshot_is_an_error_until_it_is_no_more) {
  const Mount mount(source_.path());
  stdfs::remove_all(source_ / "chk-1");
  std::vector<int> errors;
  EXPECT_TRUE(within(Milliseconds(5'000), [&] {
    errors.push_back(read_errno(mount / "chk-1/_metadata"));
    return errors.back() == ENOENT;
  }));
  for (size_t i = 0; i + 1 < errors.size(); ++i) EXPECT_EQ(errors[i], EIO) << "look " << i;
  EXPECT_EQ(read_errno(mount / "chk-1/_metadata"), ENOENT);
  EXPECT_TRUE(names_in(mount.path()).empty());
}

TEST_F(Vanishing, metadata_that_is_replaced_is_not_mixed_with_the_old) {
  const Mount mount(not_followed());
  source_.add_snapshot("chk-1", {source_.add("shared/other", "another file")});
  EXPECT_EQ(read_errno(mount / "chk-1/_metadata"), EIO)
      << "the new metadata names files that the mount does not show";
  EXPECT_NE(read_file(mount.log()).find("mount again"), std::string::npos)
      << "the log does not say what to do";
}

// The moment is random, so that some hit the daemon between its look at the size and its read.
TEST_F(Vanishing, file_that_shrinks_during_a_read_never_yields_other_bytes) {
  std::mt19937 random(1);
  for (int i = 0; i < 40; ++i) {
    const Mount mount(plain());
    const base::UniqueFd open = open_shown(mount);
    ASSERT_TRUE(open);
    const auto delay = std::chrono::microseconds(random() % 4000);
    Read read;
    std::jthread reader([&] { read = read_from(open.get()); });
    std::this_thread::sleep_for(delay);
    stdfs::resize_file(file_, random() % 2 == 0 ? 0 : kSize / 2 + 100);
    reader.join();
    EXPECT_TRUE(read.error == EIO || read.error == 0) << read.error;
    EXPECT_TRUE(read.bytes == bytes_.substr(0, read.bytes.size())) << "other bytes in round " << i;
    if (read.error == 0) {
      EXPECT_EQ(read.bytes.size(), kSize) << "a short file in round " << i;
    }
    write_file(file_, bytes_);
  }
}

class VanishingInMode : public Vanishing, public ::testing::WithParamInterface<const char*> {
 protected:
  MountSpec spec() const { return {{source_.path()}, {"-o", std::string("io=") + GetParam()}}; }

 public:
  static std::string name(const ::testing::TestParamInfo<const char*>& mode) { return mode.param; }
};

class Overwriting : public VanishingInMode {
 protected:
  // Overwrites the file in place, with as many other bytes.
  void overwrite() const {
    const base::UniqueFd file(::open(file_.c_str(), O_WRONLY | O_CLOEXEC));
    ASSERT_EQ(::pwrite(file.get(), others_.data(), others_.size(), 0), static_cast<ssize_t>(kSize));
  }
  const std::string others_ = pattern(kSize, 10);
};

TEST_P(Overwriting, file_never_yields_bytes_of_both) {
  const Mount mount(spec());
  const base::UniqueFd open = open_shown(mount);
  ASSERT_TRUE(open);
  std::string first(64 << 10, 0);
  ASSERT_EQ(::pread(open.get(), first.data(), first.size(), 0), static_cast<ssize_t>(first.size()));
  EXPECT_TRUE(first == bytes_.substr(0, first.size()));
  overwrite();
  const Read rest = read_from(open.get(), kSize / 2);
  EXPECT_EQ(rest.error, EIO);
  EXPECT_TRUE(rest.bytes == bytes_.substr(kSize / 2, rest.bytes.size())) << "bytes of another file";
  // A later open() gets an error, or the other file.
  std::string now;
  EXPECT_TRUE(within(5 * kShownSoon, [&] {
    const base::UniqueFd anew = open_shown(mount);
    if (!anew) return false;
    const Read read = read_from(anew.get());
    if (read.error != 0) return false;
    now = read.bytes;
    return true;
  })) << read_file(mount.log());
  EXPECT_TRUE(now == others_) << "bytes of both";
  const Read again = read_from(open.get(), kSize / 4);
  EXPECT_TRUE(again.bytes == bytes_.substr(kSize / 4, again.bytes.size()))
      << "who has the old one open reads the other";
}

INSTANTIATE_TEST_SUITE_P(Io, Overwriting, ::testing::Values("plain", "push"), Overwriting::name);

class Replacing : public VanishingInMode {
 protected:
  // With "push" the kernel opens no file, so nobody knows who has the old one open.
  bool is_known_who_has_it_open() const { return GetParam() != std::string("push"); }
};

TEST_P(Replacing, file_is_never_mixed_with_the_other) {
  const Mount mount(spec());
  const base::UniqueFd open = open_shown(mount);
  ASSERT_TRUE(open);
  const std::string others = pattern(kSize, 11);
  write_file(source_ / "shared/.new", others);
  stdfs::rename(source_ / "shared/.new", file_);
  EXPECT_TRUE(within(5 * kShownSoon, [&] {
    const base::UniqueFd anew = open_shown(mount);
    return anew && read_from(anew.get()).bytes == others;
  })) << read_file(mount.log());
  const Read read = read_from(open.get());
  if (is_known_who_has_it_open()) {
    EXPECT_EQ(read.error, 0) << "who has the old one open cannot read it to its end";
    EXPECT_TRUE(read.bytes == bytes_) << "bytes of another file";
  } else {
    EXPECT_TRUE(read.error == 0 || read.error == ESTALE) << read.error;
    EXPECT_TRUE(read.bytes == bytes_.substr(0, read.bytes.size())) << "bytes of another file";
  }
}

INSTANTIATE_TEST_SUITE_P(Io, Replacing, ::testing::Values("plain", "hybrid", "push"), Replacing::name);

}  // namespace
}  // namespace checkpointfs::test
