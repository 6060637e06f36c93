// SPDX-License-Identifier: Apache-2.0
// Inode numbers, times, sizes, order and bytes are the same after each mount.
#include <fcntl.h>

#include <sstream>

#include "fixtures.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

// One line for each entry below `root`, in the order of readdir.
std::string description(const std::string& root, const std::string& below = "") {
  std::string text;
  for (const std::string& name : names_in(root + "/" + below)) {
    const struct stat st = stat_of(root + "/" + below + name);
    text += below + name;
    for (const int64_t number :
         {static_cast<int64_t>(st.st_ino), mtime_ns(st), static_cast<int64_t>(st.st_ctim.tv_sec),
          static_cast<int64_t>(st.st_size), static_cast<int64_t>(st.st_nlink),
          static_cast<int64_t>(st.st_mode), static_cast<int64_t>(st.st_blocks)}) {
      text += " " + std::to_string(number);
    }
    text += "\n";
    if (S_ISDIR(st.st_mode)) text += description(root, below + name + "/");
  }
  return text;
}

// The first line in which the two differ, for messages: whole trees are too long.
std::string first_difference(const std::string& a, const std::string& b) {
  std::istringstream one(a);
  std::istringstream other(b);
  std::string line;
  std::string other_line;
  while (std::getline(one, line)) {
    if (!std::getline(other, other_line)) return line + "\nand nothing";
    if (line != other_line) return line + "\nand\n" + other_line;
  }
  return std::getline(other, other_line) ? "nothing and\n" + other_line : "";
}

class Stability : public MountTest {
 protected:
  const Storage storage_{scenarios_called("chained").at(0)};
  TempDirectory own_;
};

TEST_F(Stability, nothing_changes_after_umount_and_mount) {
  const std::string index = own_ / "index.db";
  std::string first;
  {
    const Mount mount({{storage_.path()}, {}, index});
    first = description(mount.path());
    EXPECT_EQ(first_difference(first, description(mount.path())), "");
  }
  const Mount mount({{storage_.path()}, {}, index});
  EXPECT_EQ(first_difference(first, description(mount.path())), "");
}

TEST_F(Stability, nothing_changes_with_a_fresh_index) {
  std::string first;
  std::map<std::string, std::string> bytes;
  {
    const Mount mount(storage_.path());
    first = description(mount.path());
    bytes = contents_of(mount.path());
  }
  const Mount mount(storage_.path());
  EXPECT_EQ(first_difference(first, description(mount.path())), "");
  EXPECT_TRUE(contents_of(mount.path()) == bytes) << "other bytes";
}

TEST_F(Stability, nothing_changes_when_the_file_system_lists_in_another_order) {
  const Mount mount(storage_.path());
  const std::string first = description(mount.path());
  // The same files with the same times, created the other way round.
  const std::string elsewhere = own_ / "elsewhere";
  stdfs::create_directory(elsewhere);
  const RunResult copied = run({"sh", "-ec",
                                "cd " + storage_.path() +
                                    " && find . -type f | sort -r | "
                                    "tar --format=posix -cf - -T - | tar -C " +
                                    elsewhere + " -xf -"});
  ASSERT_EQ(copied.code, 0) << copied;
  stdfs::rename(storage_.path(), own_ / "old");
  stdfs::rename(elsewhere, storage_.path());
  const Mount again(storage_.path());
  EXPECT_EQ(first_difference(first, description(again.path())), "");
}

TEST_F(Stability, snapshots_that_stay_keep_their_numbers_when_others_come_and_go) {
  const std::string index = own_ / "index.db";
  const std::vector<std::string> jobs = storage_.jobs();
  const std::string kept = storage_.newest_snapshot();
  std::map<std::string, ino_t> before;
  {
    const Mount mount({{storage_.path()}, {}, index});
    for (const auto& [path, st] : tree_of(mount / kept)) before[path] = st.st_ino;
  }
  const std::string gone = storage_.snapshot_before();
  stdfs::remove_all(storage_ / gone);
  stdfs::copy(storage_ / kept, storage_ / (storage_.newest_job() + "/chk-100"),
              stdfs::copy_options::recursive);
  const Mount mount({{storage_.path()}, {}, index});
  std::set<std::string> expected = set_of(storage_.snapshots_of(storage_.newest_job()));
  expected.erase(gone.substr(gone.rfind('/') + 1));
  expected.insert("chk-100");
  EXPECT_EQ(set_of(names_in(mount / storage_.newest_job())), expected);
  std::map<std::string, ino_t> after;
  for (const auto& [path, st] : tree_of(mount / kept)) after[path] = st.st_ino;
  EXPECT_EQ(after, before);
}

TEST_F(Stability, a_changed_metadata_is_read_again_at_the_next_mount) {
  const std::string index = own_ / "index.db";
  const std::string snapshot = storage_.newest_snapshot();
  const std::string id = storage_.snapshot_before().substr(storage_.snapshot_before().rfind('-') + 1);
  { const Mount mount({{storage_.path()}, {}, index}); }
  write_file(storage_ / (snapshot + "/_metadata"),
             read_file(storage_ / (storage_.snapshot_before() + "/_metadata")));
  const Mount mount({{storage_.path()}, {}, index});
  EXPECT_EQ(xattr(mount / snapshot, "user.checkpointfs.checkpoint_id"), id);
}

TEST_F(Stability, bytes_of_the_metadata_are_read_in_pieces_of_any_size) {
  const Mount mount(storage_.path());
  const std::string path = mount / (storage_.newest_snapshot() + "/_metadata");
  const std::string whole = read_file(path);
  const base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  for (const size_t size : {size_t{1}, size_t{7}, size_t{4096}, whole.size() - 1}) {
    std::string piece(size, '\0');
    for (const size_t at : {size_t{0}, size_t{1}, whole.size() / 2, whole.size() - 1}) {
      const ssize_t n = ::pread(file.get(), piece.data(), size, static_cast<off_t>(at));
      EXPECT_EQ(piece.substr(0, static_cast<size_t>(n)), whole.substr(at, size))
          << size << " bytes at " << at;
    }
  }
  char byte = 0;
  EXPECT_EQ(::pread(file.get(), &byte, 1, static_cast<off_t>(whole.size())), 0);
}

}  // namespace
}  // namespace checkpointfs::test
