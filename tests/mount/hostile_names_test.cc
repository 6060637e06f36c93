// SPDX-License-Identifier: Apache-2.0
// Names that a directory entry cannot or should not have, and metadata that wants too much.
#include <dirent.h>

#include <algorithm>

#include "tests/support/handmade.h"
#include "harness.h"
#include "self_contained.h"
#include "tests/support/bytes.h"

namespace checkpointfs::test {
namespace {

class HostileNames : public MountTest {
 protected:
  // Mounts a snapshot with these handles; each projected name must be fit for a directory and used once.
  void expect_fit_names(const std::vector<std::string>& handles) {
    source_.add_snapshot("job/chk-1", handles);
    const Mount mount(source_.path());
    const std::vector<std::string> names = names_in(mount / "job/chk-1");
    EXPECT_EQ(set_of(names).size(), names.size()) << "a name comes twice";
    EXPECT_EQ(std::ranges::count(names, "_metadata"), 1);
    EXPECT_EQ(names.size(), handles.size() + 1);
    for (const std::string& name : names) {
      EXPECT_LE(name.size(), 255U) << name;
      EXPECT_EQ(name.find_first_of(std::string("/:\\\0", 4)), std::string::npos) << name;
      struct stat st = {};
      EXPECT_EQ(::lstat((mount / ("job/chk-1/" + name)).c_str(), &st), 0) << name;
      EXPECT_TRUE(S_ISREG(st.st_mode)) << name;
    }
  }

  const Handmade source_;
};

TEST_F(HostileNames, of_files_are_replaced_where_no_directory_could_hold_them) {
  expect_fit_names({
      file("file:/x/nul\xC0\x80nul", 1),
      file("file:/x/.", 1),
      file("file:/w/y/..", 1),
      file("file:/x/_metadata", 1),
      file("file:/y/with:colon", 1),
      file("file:/y/back\\slash", 1),
      file("file:/y/" + std::string(256, 'n'), 1),
      file("file:/y/" + std::string(300, 'n'), 1),
      file("file:/y/" + std::string(60'000, 'n'), 1),
      file("s3://bucket", 1),
      file("not a uri", 1),
      file("/", 1),
      relative("a/b/c", 1),
      relative(".", 1),
      relative("..", 1),
      relative("_metadata", 1),
      relative("a:b", 1),
      relative(std::string(300, 'r'), 1),
  });
}

TEST_F(HostileNames, that_are_not_utf8_or_would_drive_a_terminal_are_shown_harmlessly) {
  const std::vector<std::string> handles = {
      file("file:/x/\x1b[2J\x1b]0;title\x07", 1),
      file("file:/x/line\nbreak", 1),
      relative("lone\xED\xA0\x80surrogate", 1),
      relative("latin\xE9", 1),
  };
  source_.add_snapshot("job/chk-1", handles);
  const Mount mount(source_.path());
  names_in(mount / "job/chk-1");
  const RunResult shown = checkpointfs({"show", mount / "job/chk-1"});
  for (const RunResult& result : {shown, checkpointfs({"list", mount.path()}), mount.said()}) {
    for (const std::string& text : {result.out, result.err}) {
      EXPECT_EQ(text.find('\x1b'), std::string::npos) << "an escape sequence reaches the terminal";
      EXPECT_EQ(text.find('\x07'), std::string::npos);
    }
  }
  contents_of(mount.path());
  EXPECT_EQ(read_file(mount.log()).find('\x1b'), std::string::npos) << "an escape sequence reaches the log";
}

TEST_F(HostileNames, of_a_file_and_of_a_nested_snapshot_do_not_hide_each_other) {
  source_.add_snapshot("job/chk-1", {source_.add("job/shared/sub", "the file")});
  source_.add_snapshot("job/chk-1/sub", {});
  const Mount mount(source_.path());
  EXPECT_EQ(set_of(names_in(mount / "job/chk-1")), set_of({"_metadata", "sub"}));
  const std::string status = xattr(mount / "job/chk-1", "user.checkpointfs.status");
  EXPECT_NE(status.find("has the name of a sub-directory"), std::string::npos) << status;
  EXPECT_EQ(names_in(mount / "job/chk-1/sub"), std::vector<std::string>{"_metadata"});
}

TEST_F(HostileNames, of_255_bytes_are_kept) {
  const std::string name(255, 'n');
  source_.add_snapshot("job/chk-1", {source_.add("job/shared/" + name, "content")});
  const Mount mount(source_.path());
  EXPECT_EQ(read_file(mount / ("job/chk-1/" + name)), "content");
  EXPECT_EQ(not_self_contained(mount / "job/chk-1"), "");
}

TEST_F(HostileNames, of_directories_with_spaces_newlines_and_odd_bytes_are_mirrored) {
  const std::string odd = "a b\tc\nd%20#\xff\\e,f";
  source_.add(odd + "/chk-1/x", "content");
  source_.add_snapshot(odd + "/chk-1", {relative("x", 7)});
  const Mount mount(source_.path());
  EXPECT_EQ(names_in(mount.path()), std::vector<std::string>{odd});
  EXPECT_EQ(read_file(mount / (odd + "/chk-1/x")), "content");
  EXPECT_EQ(not_self_contained(mount / (odd + "/chk-1")), "");
  const RunResult listed = checkpointfs({"list", mount.path()});
  EXPECT_EQ(listed.out.find('\xff'), std::string::npos)
      << "bytes that are no text reach the terminal: " << listed;
}

TEST_F(HostileNames, of_the_control_directory_are_taken_by_the_control_directory) {
  source_.add_snapshot(".checkpointfs/chk-1", {});
  source_.add_snapshot("job/.checkpointfs/chk-1", {});
  const Mount mount(source_.path());
  EXPECT_NE(read_file(mount / ".checkpointfs/status"), "");
  for (const auto& [path, st] : tree_of(mount.path()))
    EXPECT_FALSE(path.starts_with(".checkpointfs")) << path;
}

class HostileCounts : public MountTest {};

TEST_F(HostileCounts, are_refused_at_once_without_much_memory) {
  const Handmade source;
  const std::string head = Bytes().hex("49 60 67 2d 00000004 0000000000000001").str();
  int n = 0;
  for (const int64_t count : {int64_t{0x7fffffff}, int64_t{0x10000000}, int64_t{-1}, int64_t{-0x7fffffff}}) {
    // Counts of master states, operators, subtasks.
    const std::string hostile[] = {
        Bytes().raw(head).i32(count).str(),
        Bytes().raw(head).i32(0).i32(count).str(),
        Bytes().raw(head).i32(0).i32(1).i64(1).i64(2).i32(1).i32(128).u8(0).i32(count).str(),
    };
    for (const std::string& bytes : hostile) {
      write_file(source / ("chk-" + std::to_string(n++) + "/_metadata"), bytes + std::string(1000, '\0'));
    }
  }
#ifndef __SANITIZE_ADDRESS__  // which itself takes more
  const RunResult result =
      run({"sh", "-c", "ulimit -v 1048576; exec \"$@\"", "sh", checkpointfs_command({})[0], "list", "--index",
           source.outside("index.db"), source.path()},
          Milliseconds(10'000));
  EXPECT_EQ(result.code, 0) << result;
#endif
  const Mount mount(source.path());
  EXPECT_EQ(names_in(mount.path()).size(), static_cast<size_t>(n));
  for (const std::string& name : names_in(mount.path())) contents_of(mount / name);
}

}  // namespace
}  // namespace checkpointfs::test
