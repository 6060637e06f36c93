// SPDX-License-Identifier: Apache-2.0
// Pins: of handmade snapshots, of those that go away meanwhile, and among what others put beside them.
#include "pins/pins.h"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/errors.h"
#include "pins/pin_contents.h"
#include "pins/pin_directory.h"
#include "pins/pin_maker.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::pins {
namespace {

namespace stdfs = std::filesystem;
using test::file;
using test::segment;

// The number of a process that has ended.
pid_t dead_process() {
  const pid_t process = ::fork();
  if (process == 0) ::_exit(0);
  ::waitpid(process, nullptr, 0);
  return process;
}

std::string bytes_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

ino_t inode_of(const std::string& path) {
  struct stat st = {};
  EXPECT_EQ(::lstat(path.c_str(), &st), 0) << path;
  return st.st_ino;
}

class Pins : public testing::Test {
 protected:
  Pins() {
    storage_.state_file("job/shared/a", 100);
    storage_.state_file("job/shared/b", 200);
    storage_.snapshot("job/chk-7",
                      {file(storage_.uri("job/shared/a"), 100), file(storage_.uri("job/shared/b"), 200)}, 7);
    storage_.scan();
  }

  MadePin pin(const std::string& name = "", bool copy = false) {
    return make_pin(storage_.reader(), storage_.snapshot_at("job/chk-7"), {name, copy, {}}, disk_);
  }
  // The kind of the Failure that pinning ends in; its message in message_.
  std::optional<base::FailureKind> failure(const std::string& name = "") {
    try {
      pin(name);
    } catch (const base::Failure& e) {
      message_ = e.what();
      return e.kind();
    }
    return std::nullopt;
  }
  std::string in_pins(const std::string& name) { return storage_.path(".checkpointfs/pins/" + name); }
  std::vector<std::string> entries() {
    std::vector<std::string> names;
    for (const auto& entry : stdfs::directory_iterator(in_pins(""))) names.push_back(entry.path().filename());
    return names;
  }

  test::IndexedStorage storage_;
  storage::DiskOperations disk_;
  std::string message_;
};

TEST_F(Pins, hold_the_same_inodes_and_metadata_that_names_them) {
  const MadePin made = pin();
  EXPECT_EQ(made.name, "job-chk-7");
  EXPECT_EQ(made.directory, in_pins("job-chk-7"));
  EXPECT_EQ(made.placed.linked_bytes, 300u);
  EXPECT_EQ(made.placed.copied_bytes, 0u);
  for (const char* name : {"a", "b"})
    EXPECT_EQ(inode_of(made.directory + "/" + name), inode_of(storage_.path("job/shared/") + name));
  const base::UniqueFd directory = PinDirectory::open(storage_.source())->try_open_pin("job-chk-7");
  EXPECT_EQ(pin_problem(directory.get()), "");
}

TEST_F(Pins, are_listed_with_what_only_they_hold) {
  pin();
  std::vector<Pin> pins = list_pins(storage_.source());
  ASSERT_EQ(pins.size(), 1u);
  EXPECT_EQ(pins[0].name, "job-chk-7");
  EXPECT_EQ(pins[0].snapshot, "job/chk-7");
  EXPECT_EQ(pins[0].checkpoint_id, 7);
  EXPECT_EQ(pins[0].files, 2u);
  EXPECT_EQ(pins[0].bytes, 300u);
  EXPECT_EQ(pins[0].exclusive_bytes, 0u);
  stdfs::remove(storage_.path("job/shared/b"));
  EXPECT_EQ(list_pins(storage_.source())[0].exclusive_bytes, 200u);
}

TEST_F(Pins, that_share_a_file_hold_it_alone_together) {
  pin("one");
  pin("two");
  HeldFiles held;
  list_pins(storage_.source(), &held);
  EXPECT_EQ(bytes_held_alone(held), 0u);
  stdfs::remove(storage_.path("job/shared/b"));
  held.clear();
  for (const Pin& pin : list_pins(storage_.source(), &held)) EXPECT_EQ(pin.exclusive_bytes, 0u);
  EXPECT_EQ(bytes_held_alone(held), 200u);
}

TEST_F(Pins, without_a_record_are_listed_with_what_their_metadata_says) {
  pin();
  for (const char* record : {"", "no JSON", "[]", R"({"snapshot": 1, "checkpoint_id": "x"})"}) {
    test::replace_file(in_pins("job-chk-7.json"), record);
    const std::vector<Pin> pins = list_pins(storage_.source());
    ASSERT_EQ(pins.size(), 1u);
    EXPECT_EQ(pins[0].snapshot, std::nullopt);
    EXPECT_EQ(pins[0].checkpoint_id, 7);
    EXPECT_GT(pins[0].pinned_at_ns, 0);
  }
}

TEST_F(Pins, of_segments_are_copies_of_their_bytes_with_the_files_time) {
  std::string bytes(300, 'x');
  bytes.replace(10, 5, "hello");
  test::replace_file(storage_.path("job/shared/merged"), bytes);
  stdfs::last_write_time(storage_.path("job/shared/merged"),
                         stdfs::file_time_type::clock::now() - std::chrono::hours(5));
  storage_.snapshot("job/chk-7", {segment(storage_.uri("job/shared/merged"), 10, 5),
                                  segment(storage_.uri("job/shared/merged"), 0, 300)});
  storage_.close_reader();
  storage_.scan();
  const MadePin made = pin();
  EXPECT_EQ(made.placed.copied_bytes + made.placed.shared_bytes, 305u);
  EXPECT_EQ(made.placed.linked_bytes, 0u);
  EXPECT_EQ(bytes_of(made.directory + "/merged-10-5"), "hello");
  EXPECT_EQ(stdfs::last_write_time(made.directory + "/merged-10-5"),
            stdfs::last_write_time(storage_.path("job/shared/merged")));
  // Flink goes on appending to a merged file.
  std::ofstream(storage_.path("job/shared/merged"), std::ios::app) << "more";
  EXPECT_EQ(bytes_of(made.directory + "/merged-0-300"), bytes);
}

TEST_F(Pins, that_are_copies_share_no_inode_and_keep_time_and_mode) {
  const std::string original = storage_.path("job/shared/a");
  stdfs::permissions(original, stdfs::perms(0640));
  stdfs::last_write_time(original, stdfs::file_time_type::clock::now() - std::chrono::hours(5));
  const MadePin made = pin("copy", true);
  EXPECT_EQ(made.placed.linked_bytes, 0u);
  EXPECT_EQ(made.placed.copied_bytes + made.placed.shared_bytes, 300u);
  const std::string copy = made.directory + "/a";
  EXPECT_NE(inode_of(copy), inode_of(original));
  EXPECT_EQ(bytes_of(copy), bytes_of(original));
  EXPECT_EQ(stdfs::last_write_time(copy), stdfs::last_write_time(original));
  EXPECT_EQ(stdfs::status(copy).permissions(), stdfs::perms(0640));
}

TEST_F(Pins, of_a_snapshot_that_loses_a_file_meanwhile_are_not_made) {
  stdfs::remove(storage_.path("job/shared/b"));
  EXPECT_EQ(failure(), base::FailureKind::kSource);
  EXPECT_NE(message_.find(storage_.path("job/shared/b")), std::string::npos) << message_;
  EXPECT_NE(message_.find("job/chk-7 is gone or incomplete"), std::string::npos) << message_;
  EXPECT_EQ(entries(), std::vector<std::string>());
}

TEST_F(Pins, of_a_snapshot_that_is_gone_meanwhile_are_not_made) {
  stdfs::remove_all(storage_.path("job/chk-7"));
  EXPECT_EQ(failure(), base::FailureKind::kSource);
  EXPECT_FALSE(stdfs::exists(storage_.path(".checkpointfs")));
}

TEST_F(Pins, of_files_that_changed_their_size_are_not_made) {
  storage_.state_file("job/shared/b", 199);
  EXPECT_EQ(failure(), base::FailureKind::kBroken);
  EXPECT_NE(message_.find("199"), std::string::npos) << message_;
  EXPECT_EQ(entries(), std::vector<std::string>());
}

TEST_F(Pins, never_link_what_a_symbolic_link_leads_to) {
  test::replace_file(storage_.temporary.path() + "/outside", std::string(200, 'o'));
  stdfs::remove(storage_.path("job/shared/b"));
  stdfs::create_symlink(storage_.temporary.path() + "/outside", storage_.path("job/shared/b"));
  EXPECT_THROW(pin(), base::Failure);
  EXPECT_EQ(entries(), std::vector<std::string>());
}

TEST_F(Pins, are_not_made_behind_a_symbolic_link) {
  const std::string elsewhere = storage_.temporary.path() + "/elsewhere";
  stdfs::create_directory(elsewhere);
  stdfs::create_directory_symlink(elsewhere, storage_.path(".checkpointfs"));
  EXPECT_THROW(pin(), base::SystemError);
  EXPECT_TRUE(stdfs::is_empty(elsewhere));
  stdfs::remove(storage_.path(".checkpointfs"));
  stdfs::create_directory(storage_.path(".checkpointfs"));
  stdfs::create_directory_symlink(elsewhere, storage_.path(".checkpointfs/pins"));
  EXPECT_THROW(pin(), base::SystemError);
  EXPECT_THROW(list_pins(storage_.source()), base::SystemError);
  EXPECT_THROW(remove_pin(storage_.source(), "x", disk_), base::SystemError);
  EXPECT_TRUE(stdfs::is_empty(elsewhere));
}

TEST_F(Pins, of_root_hold_no_file_that_is_not_the_owners_of_the_metadata) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  ASSERT_EQ(0, ::chown(storage_.path("job/chk-7/_metadata").c_str(), 65534, 65534));
  for (const bool copy : {false, true}) {
    try {
      pin("x", copy);
      ADD_FAILURE() << "it was pinned";
    } catch (const base::Failure& e) {
      EXPECT_EQ(e.kind(), base::FailureKind::kRefused);
      EXPECT_NE(std::string(e.what()).find("job/shared/a belongs to user 0"), std::string::npos) << e.what();
    }
  }
  EXPECT_EQ(entries(), std::vector<std::string>());
  for (const char* name : {"a", "b"})
    ASSERT_EQ(0, ::chown(storage_.path("job/shared/" + std::string(name)).c_str(), 65534, 65534));
  EXPECT_EQ(failure("x"), std::nullopt);
}

TEST_F(Pins, of_somebody_else_are_neither_made_nor_removed_by_root) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  pin("kept");
  ASSERT_EQ(0, ::chown(storage_.path(".checkpointfs").c_str(), 65534, 65534));
  EXPECT_EQ(failure("x"), base::FailureKind::kRefused);
  EXPECT_NE(message_.find("belongs to user 65534"), std::string::npos) << message_;
  EXPECT_THROW(remove_pin(storage_.source(), "kept", disk_), base::Failure);
  EXPECT_EQ(list_pins(storage_.source()).size(), 1u) << "they are shown";
}

TEST_F(Pins, have_names_of_one_component_that_nobody_has) {
  for (const char* name : {".", "..", ".hidden", "a/b", "/a", "x.json"}) {
    EXPECT_EQ(failure(name), base::FailureKind::kUsage) << name;
    EXPECT_FALSE(stdfs::exists(storage_.path(".checkpointfs")));
  }
  EXPECT_EQ(failure(std::string(201, 'n')), base::FailureKind::kUsage);
  EXPECT_EQ(failure(std::string(200, 'n')), std::nullopt);
  EXPECT_EQ(failure("taken"), std::nullopt);
  const ino_t before = inode_of(in_pins("taken"));
  EXPECT_EQ(failure("taken"), base::FailureKind::kUsage);
  EXPECT_EQ(inode_of(in_pins("taken")), before);
  stdfs::create_symlink("taken", in_pins("link"));
  EXPECT_EQ(failure("link"), base::FailureKind::kUsage);
}

TEST_F(Pins, that_were_left_half_made_are_removed_if_nobody_is_at_work) {
  pin("whole");
  const std::string dead = std::to_string(dead_process());
  const std::string alive = std::to_string(::getppid());
  for (const std::string& name : {".a." + dead, ".b." + alive, ".used." + dead})
    test::replace_file(in_pins(name + ".partial/state"), "state");
  test::replace_file(in_pins(".c.json." + dead + ".partial"), "{}");
  test::replace_file(in_pins("nobody.json"), "{}");
  test::replace_file(in_pins(".other"), "not ours");
  const base::UniqueFd used(::open(in_pins(".used." + dead + ".partial").c_str(), O_RDONLY | O_DIRECTORY));
  ASSERT_EQ(::flock(used.get(), LOCK_EX | LOCK_NB), 0);
  remove_pin_leftovers(storage_.source(), disk_);
  std::vector<std::string> left = entries();
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (std::vector<std::string>{".b." + alive + ".partial", ".other",
                                            ".used." + dead + ".partial", "whole", "whole.json"}));
  EXPECT_EQ(list_pins(storage_.source()).size(), 1u) << "what is half made is no pin";
}

TEST_F(Pins, that_were_left_half_made_do_not_follow_links) {
  pin("whole");
  const std::string dead = std::to_string(dead_process());
  const std::string outside = storage_.temporary.path() + "/outside";
  test::replace_file(outside + "/file", "keep");
  stdfs::create_directory_symlink(outside, in_pins(".link." + dead + ".partial"));
  stdfs::create_directory(in_pins(".d." + dead + ".partial"));
  stdfs::create_directory_symlink(outside, in_pins(".d." + dead + ".partial/link"));
  remove_pin_leftovers(storage_.source(), disk_);
  EXPECT_EQ(bytes_of(outside + "/file"), "keep");
  EXPECT_EQ(entries().size(), 2u) << "the whole pin and its record";
}

TEST_F(Pins, are_removed_with_their_record_and_nothing_else) {
  pin("one");
  pin("two");
  const auto removed = remove_pin(storage_.source(), "one", disk_);
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->bytes, 300u);
  std::vector<std::string> left = entries();
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (std::vector<std::string>{"two", "two.json"}));
  EXPECT_EQ(bytes_of(storage_.path("job/shared/a")).size(), 100u);
  EXPECT_FALSE(remove_pin(storage_.source(), "one", disk_));
}

class UnexpectedEntry : public Pins {
 protected:
  // Nothing of the pin may be lost.
  void expect_kept(const std::string& entry) {
    try {
      remove_pin(storage_.source(), "job-chk-7", disk_);
      ADD_FAILURE() << "it was removed";
    } catch (const base::SystemError& e) {
      EXPECT_NE(std::string(e.what()).find(in_pins("job-chk-7/" + entry)), std::string::npos) << e.what();
    }
    EXPECT_EQ(list_pins(storage_.source()).at(0).bytes, 300u);
    EXPECT_TRUE(stdfs::exists(in_pins("job-chk-7/_metadata")));
  }
};

TEST_F(UnexpectedEntry, keeps_the_pin_if_it_is_a_directory) {
  pin();
  test::replace_file(in_pins("job-chk-7/directory/file"), "precious");
  expect_kept("directory");
  EXPECT_EQ(bytes_of(in_pins("job-chk-7/directory/file")), "precious");
}

TEST_F(UnexpectedEntry, keeps_the_pin_if_it_is_a_file_that_the_metadata_does_not_name) {
  pin();
  test::replace_file(in_pins("job-chk-7/notes"), "");
  expect_kept("notes");
}

TEST_F(UnexpectedEntry, keeps_the_pin_if_it_is_a_link_in_the_place_of_a_file) {
  pin();
  stdfs::rename(in_pins("job-chk-7/a"), in_pins("moved"));
  stdfs::create_symlink(in_pins("moved"), in_pins("job-chk-7/a"));
  EXPECT_THROW(remove_pin(storage_.source(), "job-chk-7", disk_), base::SystemError);
  EXPECT_EQ(bytes_of(in_pins("moved")).size(), 100u);
  EXPECT_TRUE(stdfs::exists(in_pins("job-chk-7/b")));
}

TEST_F(UnexpectedEntry, keeps_the_pin_if_nobody_can_tell_what_belongs_to_it) {
  pin();
  test::replace_file(in_pins("job-chk-7/_metadata"), "damaged");
  EXPECT_THROW(remove_pin(storage_.source(), "job-chk-7", disk_), base::Failure);
  EXPECT_TRUE(stdfs::exists(in_pins("job-chk-7/a")));
}

TEST_F(UnexpectedEntry, keeps_what_a_link_called_like_a_pin_leads_to) {
  pin();
  stdfs::create_directory_symlink(in_pins("job-chk-7"), in_pins("link"));
  EXPECT_THROW(remove_pin(storage_.source(), "link", disk_), base::SystemError);
  EXPECT_EQ(list_pins(storage_.source()).size(), 1u);
  EXPECT_TRUE(stdfs::exists(in_pins("job-chk-7/a")));
}

}  // namespace
}  // namespace checkpointfs::pins
