// SPDX-License-Identifier: Apache-2.0
// Hostile metadata and hostile sources: nothing outside of the source is ever opened.
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "canary.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class HostilePaths : public MountTest {
 protected:
  HostilePaths() { write_file(source_.outside("directory/below/file"), "outside"); }

  // Mounts, reads everything there is, shows each snapshot, and expects that the canary was left alone, the
  // good file readable, and every other state file an error.
  void expect_nothing_outside_is_opened() {
    source_.add_snapshot("good/chk-1", {source_.add("good/shared/good", "good")});
    ASSERT_FALSE(canary_.was_touched());
    {
      const Mount mount(source_.path());
      for (const auto& [path, bytes] : contents_of(mount.path())) {
        EXPECT_FALSE(canary_.is_in(bytes)) << path;
        if (path.ends_with("/_metadata")) continue;
        if (path == "good/chk-1/good") {
          EXPECT_EQ(bytes, "good");
        } else {
          EXPECT_EQ(bytes, "errno 5") << path;
        }
      }
      for (const auto& [path, st] : tree_of(mount.path())) {
        if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
          ADD_FAILURE() << path << " is neither directory nor file";
        if (S_ISDIR(st.st_mode)) checkpointfs({"show", mount / path}, Milliseconds(10'000));
      }
    }
    EXPECT_FALSE(canary_.was_touched()) << "somebody opened what lies outside";
    read_file(canary_.path());
    EXPECT_TRUE(canary_.was_touched()) << "the canary does not work";
  }

  const Handmade source_;
  const Canary canary_{source_.outside("canary")};
  const int64_t size_ = stat_of(source_.outside("canary")).st_size;
};

TEST_F(HostilePaths, relative_ones_that_climb) {
  source_.add_snapshot("job/chk-1",
                       {relative("../../../canary", size_), relative("../../../../../../../../etc/shadow", 1),
                        relative("./../..//../canary", size_), relative("x/../../../../canary", size_)});
  source_.add_snapshot("job/chk-2", {relative(source_.outside("canary"), size_)});
  expect_nothing_outside_is_opened();
}

TEST_F(HostilePaths, absolute_ones_outside_the_source) {
  const std::string canary = source_.outside("canary");
  source_.add_snapshot(
      "job/chk-1",
      {file("file:" + canary, size_), file("file://" + canary, size_), file(canary, size_),
       file("file:///etc/passwd", static_cast<int64_t>(stat_of("/etc/passwd").st_size)),
       file("file:" + source_.path() + "/../canary", size_),
       file("file:" + source_.path() + "/job/../../canary", size_), segment("file:" + canary, 0, 5),
       file("file:" + source_.path() + "-not/../canary", size_)});
  expect_nothing_outside_is_opened();
}

TEST_F(HostilePaths, that_would_make_an_inferred_mapping_lead_outside) {
  // The suffix "canary" exists one level above; `good` makes inference look for a mapping of this prefix.
  source_.add("job/shared/real", "real");
  source_.add_snapshot("job/chk-1",
                       {file("file:/old/place/job/shared/real", 4), file("file:/old/place/../canary", size_),
                        file("file:/old/canary", size_), file("file:/old/place/job/../../canary", size_)});
  const Mount mount(source_.path());
  for (const auto& [path, bytes] : contents_of(mount.path())) EXPECT_FALSE(canary_.is_in(bytes)) << path;
  EXPECT_FALSE(canary_.was_touched());
}

TEST_F(HostilePaths, through_symbolic_links) {
  stdfs::create_directories(source_ / "job/shared");
  stdfs::create_symlink(source_.outside("canary"), source_ / "job/shared/absolute");
  stdfs::create_symlink("../../../canary", source_ / "job/shared/relative");
  stdfs::create_directory_symlink("../../..", source_ / "job/shared/up");
  stdfs::create_directory_symlink(source_.outside("directory"), source_ / "job/linked");
  source_.add_snapshot(
      "job/chk-1",
      {file(source_.uri("job/shared/absolute"), size_), file(source_.uri("job/shared/relative"), size_),
       file(source_.uri("job/shared/up/canary"), size_), file(source_.uri("job/linked/below/file"), 7)});
  expect_nothing_outside_is_opened();
}

TEST_F(HostilePaths, of_snapshots_behind_symbolic_links) {
  write_file(source_.outside("snapshots/chk-7/_metadata"), metadata_of({}));
  stdfs::create_directory_symlink(source_.outside("snapshots"), source_ / "linked");
  stdfs::create_directories(source_ / "job/chk-1");
  stdfs::create_symlink(source_.outside("canary"), source_ / "job/chk-1/_metadata");
  stdfs::create_directories(source_ / "job/chk-2");
  stdfs::create_symlink(source_.outside("snapshots/chk-7/_metadata"), source_ / "job/chk-2/_metadata");
  expect_nothing_outside_is_opened();
  const Mount mount(source_.path());
  struct stat st = {};
  EXPECT_NE(::lstat((mount / "linked/chk-7").c_str(), &st), 0) << "a link to outside is followed";
  EXPECT_NE(read_errno(mount / "job/chk-2/_metadata"), 0);
}

TEST_F(HostilePaths, of_what_is_no_regular_file) {
  stdfs::create_directories(source_ / "job/shared/directory");
  ASSERT_EQ(::mkfifo((source_ / "job/shared/fifo").c_str(), 0644), 0);
  const base::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  (source_ / "job/shared/socket").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  std::vector<std::string> handles;
  for (const char* name : {"directory", "fifo", "socket"}) {
    handles.push_back(file(source_.uri(std::string("job/shared/") + name), 0));
    handles.push_back(segment(source_.uri(std::string("job/shared/") + name), 0, 0));
  }
  if (::geteuid() == 0 &&
      ::mknod((source_ / "job/shared/zero").c_str(), S_IFCHR | 0666, makedev(1, 5)) == 0) {
    handles.push_back(file(source_.uri("job/shared/zero"), 0));
  }
  source_.add_snapshot("job/chk-1", handles);
  expect_nothing_outside_is_opened();
}

TEST_F(HostilePaths, of_files_that_become_links_after_the_scan) {
  source_.add_snapshot("job/chk-1",
                       {source_.add("job/shared/file", std::string(static_cast<size_t>(size_), 'x')),
                        source_.add("job/deep/file2", std::string(static_cast<size_t>(size_), 'x'))});
  const Mount mount(source_.path());
  stdfs::remove(source_ / "job/shared/file");
  stdfs::create_symlink(source_.outside("canary"), source_ / "job/shared/file");
  stdfs::rename(source_.outside("canary"), source_.outside("file2"));
  stdfs::remove_all(source_ / "job/deep");
  stdfs::create_directory_symlink("../..", source_ / "job/deep");
  EXPECT_EQ(read_errno(mount / "job/chk-1/file"), EIO);
  EXPECT_EQ(read_errno(mount / "job/chk-1/file2"), EIO);
  EXPECT_FALSE(canary_.was_touched());
}

}  // namespace
}  // namespace checkpointfs::test
