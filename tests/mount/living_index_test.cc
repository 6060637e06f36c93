// SPDX-License-Identifier: Apache-2.0
// Changes of the index of a mount while it is mounted.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class LivingIndex : public MountTest {
 protected:
  LivingIndex() {
    for (const char* name : {"1", "2", "3"}) add(name);
  }
  void add(const std::string& name) const {
    source_.add_snapshot("job/chk-" + name, {source_.add("job/shared/" + name, "bytes of " + name)});
  }
  MountSpec spec(const std::string& mount_point = {}) const {
    return {{source_.path()}, {}, index_, mount_point};
  }
  static bool shows(const Mount& mount, const std::string& name) {
    return read_errno(mount / ("job/chk-" + name + "/_metadata")) == 0 &&
           read_errno(mount / ("job/chk-" + name + "/" + name)) == 0 &&
           read_file(mount / ("job/chk-" + name + "/" + name)) == "bytes of " + name;
  }
  void expect_followed(const Mount& mount, const std::string& name) const {
    EXPECT_TRUE(within(3 * kShownSoon, [&] { return shows(mount, name); }))
        << name << ": " << read_file(mount.log());
  }
  // Expects all of `names` and nothing else.
  static void expect_shown(const Mount& mount, const std::set<std::string>& names) {
    std::set<std::string> snapshots;
    for (const std::string& name : names) {
      EXPECT_TRUE(shows(mount, name)) << name;
      snapshots.insert("chk-" + name);
    }
    // Names are told to the kernel one after the other.
    EXPECT_TRUE(within(kShownSoon, [&] { return set_of(names_in(mount / "job")) == snapshots; }));
  }

  void delete_index() const {
    for (const char* suffix : {"", "-wal", "-shm"}) stdfs::remove(index_ + suffix);
  }

  const Handmade source_;
  const std::string index_ = source_.outside("index.db");
};

TEST_F(LivingIndex, is_shared_by_mounts_and_commands) {
  const std::string places[] = {source_.outside("a"), source_.outside("b")};
  for (const std::string& place : places) stdfs::create_directory(place);
  const Mount first(spec(places[0]));
  const Mount second(spec(places[1]));
  for (int i = 10; i < 20; ++i) {
    add(std::to_string(i));
    EXPECT_EQ(checkpointfs({"index", "--index", index_, source_.path()}).code, 0);
  }
  for (int i = 10; i < 20; ++i) {
    expect_followed(first, std::to_string(i));
    expect_followed(second, std::to_string(i));
  }
}

TEST_F(LivingIndex, changed_by_a_command_is_followed_by_a_mount_that_looks_at_nothing) {
  const Mount mount({{source_.path()}, {"--poll", "0"}, index_, {}});
  add("4");
  EXPECT_EQ(checkpointfs({"index", "--index", index_, source_.path()}).code, 0);
  expect_followed(mount, "4");
}

// The log stays short however much is written while mounts still read the state before.
TEST_F(LivingIndex, has_a_log_that_stays_short) {
  constexpr uintmax_t kLongest = 4 << 20;
  constexpr int kChanges = 40;
  constexpr int kFiles = 400;
  const Mount first(spec());
  const Mount second(spec());
  const auto log = [&] { return stdfs::file_size(index_ + "-wal"); };
  uintmax_t longest = 0;
  for (int i = 0; i < kChanges; ++i) {
    const std::string snapshot = "job/chk-" + std::to_string(100 + i);
    std::vector<std::string> handles;
    for (int file = 0; file < kFiles; ++file)
      handles.push_back(source_.add(snapshot + "/" + std::to_string(i) + "-" + std::to_string(file), "x"));
    source_.add_snapshot(snapshot, handles);
    stdfs::remove_all(source_ / ("job/chk-" + std::to_string(99 + i)));
    for (const Mount* mount : {&first, &second}) {
      ASSERT_TRUE(within(3 * kShownSoon, [&] { return stdfs::exists(*mount / (snapshot + "/_metadata")); }))
          << read_file(mount->log());
    }
    longest = std::max(longest, log());
  }
  // One mount waits for the other to have seen what is new, and that may take half a second.
  EXPECT_LT(longest, 2 * kLongest);
  EXPECT_GT(longest, kLongest / 2) << "too little was written to tell";
  expect_followed(first, "1");
  expect_followed(second, "1");
}

TEST_F(LivingIndex, that_is_deleted_is_made_anew) {
  const Mount mount(spec());
  expect_shown(mount, {"1", "2", "3"});
  stdfs::remove_all(source_ / "job/chk-1");  // so that rows get other ids
  delete_index();
  EXPECT_TRUE(within(3 * kShownSoon, [&] { return stdfs::exists(index_); })) << read_file(mount.log());
  add("4");
  expect_followed(mount, "4");
  expect_shown(mount, {"2", "3", "4"});
  EXPECT_NE(read_file(mount.log()).find("deleted"), std::string::npos);
}

TEST_F(LivingIndex, that_is_overwritten_is_made_anew) {
  const Mount mount(spec());
  expect_shown(mount, {"1", "2", "3"});
  {
    const auto size = stdfs::file_size(index_);
    std::fstream file(index_, std::ios::in | std::ios::out | std::ios::binary);
    file << std::string(size, '\xff');
  }
  stdfs::resize_file(index_ + "-wal", 0);
  add("4");
  EXPECT_TRUE(within(10 * kShownSoon, [&] { return shows(mount, "4"); })) << read_file(mount.log());
  expect_shown(mount, {"1", "2", "3", "4"});
  EXPECT_TRUE(stdfs::exists(index_ + ".damaged"));
  EXPECT_NE(read_file(mount.log()).find("damaged"), std::string::npos);
}

class IndexMadeAnew : public LivingIndex {
 protected:
  IndexMadeAnew() { source_.add_snapshot("job/chk-5", {source_.add("job/shared/5", bytes_)}); }

  // A snapshot that is the first to be indexed, so that rows of a new index have other ids.
  void add_first() const {
    std::vector<std::string> handles;
    for (const char* name : {"a", "b", "c", "d", "e", "f"})
      handles.push_back(source_.add(std::string("job/shared/") + name, "few bytes"));
    source_.add_snapshot("job/chk-0", handles);
  }
  static void expect_new_one(const Mount& mount) {
    EXPECT_TRUE(within(5 * kShownSoon, [&] { return stdfs::exists(mount / "job/chk-0/f"); }))
        << read_file(mount.log());
  }
  static base::UniqueFd open_large(const Mount& mount) {
    return base::UniqueFd(::open((mount / "job/chk-5/5").c_str(), O_RDONLY | O_CLOEXEC));
  }
  void expect_whole(const base::UniqueFd& open) const {
    ASSERT_TRUE(open);
    std::string read(bytes_.size() + 1, 0);
    EXPECT_EQ(::pread(open.get(), read.data(), read.size(), 0), static_cast<ssize_t>(bytes_.size()));
    EXPECT_TRUE(read.substr(0, bytes_.size()) == bytes_);
  }

  const std::string bytes_ = pattern(1 << 20, 5);
};

// With the numbers of before, the kernel would ask for one file and be told of another.
TEST_F(IndexMadeAnew, gives_no_inode_number_again) {
  const Mount mount({{source_.path()}, {"-o", "io=plain"}, index_, {}});
  const auto numbers = [&] {
    std::set<uint64_t> found;
    for (const auto& entry : stdfs::recursive_directory_iterator(mount.path()))
      found.insert(stat_of(entry.path()).st_ino);
    return found;
  };
  const std::set<uint64_t> before = numbers();
  const base::UniqueFd open = open_large(mount);
  delete_index();
  add_first();
  expect_new_one(mount);
  expect_whole(open);
  for (const uint64_t number : numbers()) EXPECT_FALSE(before.contains(number)) << number;
}

// A command that makes it knows nothing of the numbers that the kernel knows.
TEST_F(IndexMadeAnew, by_another_process_cuts_no_open_file_short) {
  const Mount mount({{source_.path()}, {"-o", "io=plain", "--poll", "0"}, index_, {}});
  const base::UniqueFd open = open_large(mount);
  add_first();
  const std::string other = source_.outside("other.db");
  EXPECT_EQ(checkpointfs({"index", "--index", other, source_.path()}).code, 0);
  for (const char* suffix : {"-wal", "-shm"}) stdfs::remove(index_ + suffix);
  stdfs::rename(other, index_);
  expect_new_one(mount);
  expect_whole(open);
}

TEST_F(LivingIndex, that_somebody_makes_one_of_other_sources_is_left_alone) {
  const Mount mount(spec());
  const Handmade other;
  other.add_snapshot("x/chk-1", {});
  EXPECT_EQ(checkpointfs({"index", "--index", index_, other.path()}).code, 0);
  add("4");
  EXPECT_TRUE(within(3 * kShownSoon, [&] {
    return read_file(mount / ".checkpointfs/status").find("other sources") != std::string::npos;
  })) << read_file(mount.log());
  expect_shown(mount, {"1", "2", "3"});
}

TEST_F(LivingIndex, on_a_full_disk_is_said_and_the_mount_goes_on) {
  NEEDS_ROOT("mount a small file system");
  const std::string small = source_.outside("small");
  stdfs::create_directory(small);
  ASSERT_EQ(run({"mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small}).code, 0);
  {
    const Mount mount({{source_.path()}, {}, small + "/index.db", {}});
    expect_shown(mount, {"1", "2", "3"});
    std::ofstream(small + "/filler") << std::string(2 << 20, 'x');  // as much of it as fits
    std::vector<std::string> handles;
    for (int i = 0; i < 3000; ++i) handles.push_back(source_.add("job/shared/f" + std::to_string(i), "x"));
    source_.add_snapshot("job/chk-4", handles);
    EXPECT_TRUE(within(5 * kShownSoon, [&] {
      return read_file(mount.log()).find("does not keep up") != std::string::npos;
    })) << read_file(mount.log());
    expect_shown(mount, {"1", "2", "3"});
    stdfs::remove(small + "/filler");
    EXPECT_TRUE(within(10 * kShownSoon, [&] { return stdfs::exists(mount / "job/chk-4/f2999"); }))
        << read_file(mount.log());
  }
  EXPECT_EQ(run({"umount", small}).code, 0);
}

TEST_F(LivingIndex, hangup_opens_the_log_again) {
  const Mount mount({{source_.path()}, {"-v"}, index_, {}});
  const std::string& log = mount.log();
  stdfs::rename(log, log + ".1");
  ASSERT_EQ(::kill(mount.pid(), SIGHUP), 0);
  EXPECT_TRUE(within(kShownSoon, [&] { return stdfs::exists(log); }));
  add("4");
  EXPECT_TRUE(within(3 * kShownSoon, [&] { return read_file(log).find("chk-4") != std::string::npos; }))
      << read_file(log);
}

}  // namespace
}  // namespace checkpointfs::test
