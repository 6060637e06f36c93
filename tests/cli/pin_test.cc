// SPDX-License-Identifier: Apache-2.0
// pin, pins and unpin, over storage that Flink wrote.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "storage_commands.h"
#include "tests/cli/chained_storage.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using Contents = std::map<std::string, std::string>;  // bytes by name

std::string bytes_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Contents contents_of(const std::string& directory) {
  Contents contents;
  for (const auto& entry : fs::directory_iterator(directory)) {
    EXPECT_TRUE(entry.symlink_status().type() == fs::file_type::regular) << entry.path();
    contents[entry.path().filename()] = bytes_of(entry.path());
  }
  return contents;
}

struct stat stat_of(const std::string& path) {
  struct stat st = {};
  EXPECT_EQ(::lstat(path.c_str(), &st), 0) << path;
  return st;
}

class PinStorage : public StorageCommands {
 protected:
  std::string pins() const { return source() + "/.checkpointfs/pins"; }

  // Returns the files that a mount shows of each snapshot, by its path.
  std::map<std::string, Contents> projected() {
    const std::string mount_point = directory_ / "mnt";
    fs::create_directory(mount_point);
    const Output mount =
        program_.run({"mount", "--index", directory_ / "mount.index", source(), mount_point});
    EXPECT_EQ(mount.exit_code, 0) << mount.err;
    std::map<std::string, Contents> snapshots;
    for (const auto& [path, files] : all_files()) snapshots[path] = contents_of(mount_point + "/" + path);
    EXPECT_EQ(program_.run({"umount", mount_point}).exit_code, 0);
    return snapshots;
  }
};

TEST_P(PinStorage, pins_are_what_the_mount_shows_when_all_else_is_deleted) {
  if (::access("/dev/fuse", R_OK | W_OK) != 0) GTEST_SKIP() << "/dev/fuse cannot be used here";
  const std::map<std::string, Contents> shown = projected();
  ASSERT_FALSE(shown.empty());
  std::map<std::string, std::string> directories;
  for (const auto& [path, contents] : shown) {
    const json::value pin = run({"pin", source() + "/" + path});
    directories[path] = text(pin, "directory");
    EXPECT_EQ(text(pin, "snapshot"), path);
    EXPECT_EQ(number(pin, "files"), contents.size() - 1);
  }
  for (const auto& entry : fs::directory_iterator(source())) {
    if (entry.path().filename() != ".checkpointfs") fs::remove_all(entry.path());
  }
  for (const auto& [path, contents] : shown) EXPECT_EQ(contents_of(directories[path]), contents) << path;

  const json::value listed = run({"pins", source()});
  ASSERT_EQ(listed.at("pins").as_array().size(), shown.size());
  // The pins are sound snapshots by themselves.
  const json::value verified = run({"verify", pins()});
  EXPECT_EQ(verified.at("snapshots").as_array().size(), shown.size());
}

TEST_P(PinStorage, whole_files_are_hard_links_and_segments_copies) {
  for (const auto& [path, files] : all_files()) {
    const json::value pin = run({"pin", "--source", source(), path, "x"});
    const json::value report = run({"show", "--source", source(), path});
    uint64_t copied = 0;
    for (const json::value& file : report.at("files").as_array()) {
      const struct stat original = stat_of(text(file, "root") + "/" + text(file, "path"));
      const struct stat pinned = stat_of(pins() + "/x/" + text(file, "name"));
      const bool whole = !file.at("segment").as_bool();
      EXPECT_EQ(pinned.st_ino == original.st_ino, whole) << file;
      EXPECT_EQ(pinned.st_mtim.tv_sec, original.st_mtim.tv_sec) << file;
      if (!whole) copied += number(file, "size");
    }
    EXPECT_EQ(number(pin, "copied_bytes") + number(pin, "reflinked_bytes"), copied);
    EXPECT_EQ(number(pin, "linked_bytes") + copied, number(pin, "bytes"));
    EXPECT_EQ(program_.run({"unpin", "--source", source(), "x"}).exit_code, 0);
    EXPECT_TRUE(fs::is_empty(pins()));
  }
}

INSTANTIATE_TEST_SUITE_P(Storage, PinStorage, testing::ValuesIn(fixtures()), fixture_name);

class PinCommands : public ChainedStorage {
 protected:
  Output pin(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "pin");
    return program_.run(arguments);
  }
  std::string snapshot() { return source() + "/" + newest(); }
  std::string pins() const { return source() + "/.checkpointfs/pins"; }
  // The first file of the snapshot.
  std::string a_file() {
    const json::value report = show(newest());
    return place(report.at("files").at(0));
  }
};

TEST_F(PinCommands, pin_says_what_it_did_and_pins_lists_it) {
  const std::string path = newest();
  std::string name = path;
  std::ranges::replace(name, '/', '-');
  const Output output = pin({snapshot()});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_TRUE(output.out.starts_with(path + " is pinned as " + name + ": ")) << output.out;
  EXPECT_TRUE(output.out.ends_with(", 0 B copied\n" + pins() + "/" + name + "\n")) << output.out;
  // A command that runs in the source needs no source named.
  for (const Output& listed : {program_.run({"pins", source()}), program_.run({"pins"}, source())}) {
    EXPECT_EQ(listed.exit_code, 0) << listed.err;
    EXPECT_NE(listed.out.find(name + "  " + path), std::string::npos) << listed.out;
    EXPECT_NE(listed.out.find("in all 1 pin"), std::string::npos) << listed.out;
  }
  EXPECT_EQ(program_.run({"list", source()}).out.find(".checkpointfs"), std::string::npos);
}

TEST_F(PinCommands, pins_of_a_source_without_any_are_none) {
  EXPECT_EQ(program_.run({"pins", source()}).out, "no pins\n");
  EXPECT_FALSE(fs::exists(source() + "/.checkpointfs"));
  EXPECT_EQ(program_.run({"pins", source() + "/nowhere"}).exit_code, 3);
}

TEST_F(PinCommands, what_cannot_be_pinned_is_refused_with_its_reason) {
  const std::string path = snapshot();
  EXPECT_EQ(pin({path, "a"}).exit_code, 0);
  const Output taken = pin({path, "a"});
  EXPECT_EQ(taken.exit_code, 2);
  EXPECT_NE(taken.err.find("is there already"), std::string::npos) << taken.err;
  EXPECT_EQ(pin({path, "../a"}).exit_code, 2);
  EXPECT_EQ(pin({"--source", source(), "no/such"}).exit_code, 3);

  fs::remove(a_file());
  const Output gone = pin({path, "b"});
  EXPECT_EQ(gone.exit_code, 3) << "the index saw the file when it was there";
  EXPECT_NE(gone.err.find("is gone or incomplete"), std::string::npos) << gone.err;
  const Output broken = pin({"--index", directory_ / "new.index", "--source", source(), path, "b"});
  EXPECT_EQ(broken.exit_code, 10);
  EXPECT_NE(broken.err.find("is broken: "), std::string::npos) << broken.err;
  const std::string bytes = bytes_of(path + "/_metadata");
  std::ofstream(path + "/_metadata", std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  EXPECT_EQ(pin({path, "b"}).exit_code, 8) << "incomplete";
  std::ofstream(path + "/_metadata") << "none of Flink's";
  EXPECT_EQ(pin({path, "b"}).exit_code, 8) << "unreadable";
  EXPECT_FALSE(fs::exists(pins() + "/b"));
}

TEST_F(PinCommands, unpin_removes_by_name_or_path_and_knows_what_is_none) {
  const std::string path = snapshot();
  for (const char* name : {"a", "b", "c"}) ASSERT_EQ(pin({path, name}).exit_code, 0);
  const Output unpinned = program_.run({"unpin", "a"}, source());
  EXPECT_EQ(unpinned.exit_code, 0) << unpinned.err;
  EXPECT_NE(unpinned.out.find("a is no longer pinned: "), std::string::npos) << unpinned.out;
  EXPECT_NE(unpinned.out.find("'checkpointfs trash --source " + source() + " restore "), std::string::npos)
      << unpinned.out;
  EXPECT_EQ(program_.run({"unpin", pins() + "/b"}).exit_code, 0);
  EXPECT_EQ(program_.run({"unpin", "--source", source(), "c", "nobody"}).exit_code, 3);
  EXPECT_TRUE(fs::exists(pins() + "/c")) << "none is removed if one is not there";
  EXPECT_EQ(program_.run({"unpin", "--source", source(), ".."}).exit_code, 2);
  EXPECT_EQ(program_.run({"unpin", pins() + "/.."}).exit_code, 2);
  std::ofstream(pins() + "/c/notes") << "mine";
  const Output unexpected = program_.run({"unpin", "--source", source(), "c"});
  EXPECT_EQ(unexpected.exit_code, 1);
  EXPECT_NE(unexpected.err.find("c/notes does not belong to the pin"), std::string::npos) << unexpected.err;
  EXPECT_EQ(bytes_of(pins() + "/c/notes"), "mine");
}

TEST_F(PinCommands, unpin_takes_the_options_that_its_refusal_names) {
  const std::string path = snapshot();
  ASSERT_EQ(pin({path, "a"}).exit_code, 0);
  const std::string elsewhere = directory_ / "elsewhere";
  copy_fixture("chained", elsewhere);
  fs::create_directory_symlink(elsewhere, source() + "/link");
  ASSERT_EQ(program_.run({"list", source(), elsewhere}).exit_code, 0);
  const Output linked = program_.run({"unpin", "--source", source(), "a"});
  EXPECT_EQ(linked.exit_code, 11) << linked.out;
  EXPECT_NE(linked.err.find("--exclude " + source() + "/link"), std::string::npos) << linked.err;
  ASSERT_EQ(program_.run({"gc", "--apply", "--source", source(), "--source", elsewhere}).exit_code, 0);
  const std::string exclude = source() + "/link";
  const Output missed = program_.run({"unpin", "--source", source(), "--exclude", exclude, "a"});
  EXPECT_EQ(missed.exit_code, 11) << missed.out;
  EXPECT_NE(missed.err.find("--forget " + elsewhere), std::string::npos) << missed.err;
  const Output unpinned =
      program_.run({"unpin", "--source", source(), "--exclude", exclude, "--forget", elsewhere, "a"});
  EXPECT_EQ(unpinned.exit_code, 0) << unpinned.err;
  EXPECT_EQ(program_.run({"gc", "--source", source(), "--exclude", exclude}).exit_code, 0) << "for good";
}

TEST_F(PinCommands, name_in_two_sources_is_asked_about) {
  const std::string other = directory_ / "other";
  copy_fixture("chained", other);
  const std::string index = directory_ / "both.index";
  ASSERT_EQ(program_.run({"index", "--index", index, source(), other}).exit_code, 0);
  const std::string path = newest();
  for (const std::string& root : {source(), other})
    ASSERT_EQ(program_.run({"pin", "--index", index, root + "/" + path, "x"}).exit_code, 0);
  const Output both = program_.run({"pins", "--json", "--index", index});
  EXPECT_EQ(both.json().at("pins").as_array().size(), 2u);
  EXPECT_EQ(program_.run({"unpin", "--index", index, "x"}).exit_code, 3);
  EXPECT_EQ(program_.run({"unpin", "--source", other, "x"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(pins() + "/x"));
}

TEST_F(PinCommands, can_name_the_snapshot_in_a_mount) {
  if (::access("/dev/fuse", R_OK | W_OK) != 0) GTEST_SKIP() << "/dev/fuse cannot be used here";
  const std::string mount_point = directory_ / "mnt";
  const std::string path = newest();
  fs::create_directory(mount_point);
  ASSERT_EQ(program_.run({"mount", source(), mount_point}).exit_code, 0);
  const Output pinned = pin({mount_point + "/" + path, "x"});
  const Output listed = program_.run({"pins", "--json", mount_point});
  EXPECT_EQ(program_.run({"umount", mount_point}).exit_code, 0);
  EXPECT_EQ(pinned.exit_code, 0) << pinned.err;
  EXPECT_EQ(text(listed.json().at("pins").at(0), "source"), source());
  EXPECT_TRUE(fs::exists(pins() + "/x/_metadata"));
}

// The files of the snapshot lie in another file system than its metadata.
class PinAcross : public PinCommands {
 protected:
  void SetUp() override {
    PinCommands::SetUp();
    std::string pattern = "/dev/shm/checkpointfs-test-XXXXXX";
    struct stat here = {};
    struct stat there = {};
    if (::stat("/dev/shm", &there) != 0 || ::stat(source().c_str(), &here) != 0 ||
        here.st_dev == there.st_dev || ::mkdtemp(pattern.data()) == nullptr) {
      GTEST_SKIP() << "/dev/shm is no other file system that can be written to";
    }
    elsewhere_ = pattern;
    path_ = newest();
    for (const auto& job : fs::directory_iterator(source())) {
      const std::string shared = job.path() / "shared";
      if (!fs::exists(shared)) continue;
      const std::string name = job.path().filename();
      fs::create_directory(elsewhere_ + "/" + name);
      fs::copy(shared, elsewhere_ + "/" + name + "/shared", fs::copy_options::recursive);
      fs::remove_all(shared);
    }
  }
  void TearDown() override {
    if (!elsewhere_.empty()) fs::remove_all(elsewhere_);
  }

  std::string elsewhere_;
  std::string path_;
};

TEST_F(PinAcross, file_systems_is_refused_and_copies_are_offered) {
  const std::vector<std::string> arguments = {"--index", directory_ / "both.index", source() + "/" + path_,
                                              "x"};
  ASSERT_EQ(program_.run({"index", "--index", directory_ / "both.index", source(), elsewhere_}).exit_code, 0);
  const Output refused = pin(arguments);
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_NE(refused.err.find("another file system"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("--copy"), std::string::npos) << refused.err;
  EXPECT_TRUE(fs::is_empty(pins())) << "something was left of the pin";

  std::vector<std::string> copying = arguments;
  copying.insert(copying.end(), {"--copy", "--json"});
  const Output copied = pin(copying);
  ASSERT_EQ(copied.exit_code, 0) << copied.err;
  EXPECT_EQ(number(copied.json(), "linked_bytes"), 0u);
  EXPECT_EQ(number(copied.json(), "copied_bytes") + number(copied.json(), "reflinked_bytes"),
            number(copied.json(), "bytes"));
  EXPECT_EQ(program_.run({"verify", pins()}).exit_code, 0);
}

}  // namespace
}  // namespace checkpointfs::test
