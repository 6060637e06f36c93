// SPDX-License-Identifier: Apache-2.0
// A `_metadata` that cannot be read or decoded: its snapshot is listed and says why, the others are unharmed.
#include <sys/stat.h>

#include <functional>

#include "tests/support/handmade.h"
#include "harness.h"
#include "tests/support/bytes.h"

namespace checkpointfs::test {
namespace {

constexpr char kStatusAttribute[] = "user.checkpointfs.status";

struct Damage {
  const char* name;
  const char* status;  // the beginning of the attribute
  std::function<void(const std::string& metadata, const std::string& sound)> inflict;
};

void make_fifo(const std::string& path) {
  stdfs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0644), 0);
}

// Magic and `version`, then what no version has.
std::string of_version(int version) {
  return Bytes().hex("49 60 67 2d").i32(version).raw("what follows").str();
}

const Damage kDamages[] = {
    {"empty", "incomplete", [](const auto& path, const auto&) { write_file(path, ""); }},
    {"cut", "incomplete",
     [](const auto& path, const auto& sound) { write_file(path, sound.substr(0, sound.size() / 2)); }},
    {"cut_by_one", "incomplete",
     [](const auto& path, const auto& s) { write_file(path, s.substr(0, s.size() - 1)); }},
    {"garbage", "unreadable", [](const auto& path, const auto&) { write_file(path, pattern(5000, 3)); }},
    {"text", "unreadable", [](const auto& path, const auto&) { write_file(path, "not a checkpoint\n"); }},
    {"too_long", "unreadable",
     [](const auto& path, const auto&) {
       write_file(path, MetadataBuilder(3).op().subtask().bytes() + "more");
     }},
    {"version_0", "unreadable", [](const auto& path, const auto&) { write_file(path, of_version(0)); }},
    {"version_1", "unreadable", [](const auto& path, const auto&) { write_file(path, of_version(1)); }},
    {"version_7", "unreadable", [](const auto& path, const auto&) { write_file(path, of_version(7)); }},
    {"version_99", "unreadable", [](const auto& path, const auto&) { write_file(path, of_version(99)); }},
    {"version_negative", "unreadable",
     [](const auto& path, const auto&) { write_file(path, of_version(-1)); }},
    {"huge_count", "incomplete",  // as far as one can tell

     [](const auto& path, const auto&) {
       write_file(
           path,
           Bytes().hex("49 60 67 2d 00000004 0000000000000001 00000000").i32(0x7fffffff).raw("abc").str());
     }},
    {"fifo", "unreadable", [](const auto& path, const auto&) { make_fifo(path); }},
    {"link_to_itself", "unreadable",
     [](const auto& path, const auto&) { stdfs::remove(path), stdfs::create_symlink("_metadata", path); }},
};

class UnreadableMetadata : public MountTest, public ::testing::WithParamInterface<Damage> {};

TEST_P(UnreadableMetadata, is_listed_says_why_and_harms_no_other_snapshot) {
  const Handmade source;
  source.add_snapshot("job/chk-1", {source.add("job/shared/a", "first")});
  source.add_snapshot("job/chk-2", {source.add("job/shared/b", "second")});
  source.add_snapshot("job/chk-3", {source.add("job/shared/c", "third")});
  const std::string metadata = source / "job/chk-2/_metadata";
  GetParam().inflict(metadata, read_file(metadata));

  const Mount mount(source.path());
  EXPECT_EQ(set_of(names_in(mount / "job")), set_of({"chk-1", "chk-2", "chk-3"}));
  EXPECT_EQ(names_in(mount / "job/chk-2"), std::vector<std::string>{"_metadata"});
  EXPECT_EQ(read_errno(mount / "job/chk-2/_metadata"), EIO);
  const std::string status = xattr(mount / "job/chk-2", kStatusAttribute);
  EXPECT_TRUE(status.starts_with(std::string(GetParam().status) + ": ")) << status;
  EXPECT_EQ(xattr(mount / "job/chk-2/_metadata", kStatusAttribute), status);
  EXPECT_EQ(read_file(mount / "job/chk-1/a"), "first");
  EXPECT_EQ(read_file(mount / "job/chk-3/c"), "third");
  EXPECT_EQ(xattr(mount / "job/chk-1", kStatusAttribute), "ok");

  const RunResult shown = checkpointfs({"show", mount / "job/chk-2"});
  EXPECT_NE((shown.out + shown.err).find(GetParam().status), std::string::npos) << shown;
  const RunResult listed = checkpointfs({"list", mount.path()});
  EXPECT_EQ(listed.code, 0) << listed;
  EXPECT_NE(listed.out.find(GetParam().status), std::string::npos) << listed;
}

TEST_P(UnreadableMetadata, becomes_a_snapshot_when_it_is_repaired) {
  const Handmade source;
  source.add_snapshot("job/chk-1", {source.add("job/shared/a", "first")});
  const std::string metadata = source / "job/chk-1/_metadata";
  const std::string sound = read_file(metadata);
  GetParam().inflict(metadata, sound);
  const std::string index = source.outside("index.db");
  { const Mount mount({{source.path()}, {}, index}); }
  stdfs::remove_all(metadata);
  write_file(metadata, sound);
  const Mount mount({{source.path()}, {}, index});
  EXPECT_EQ(xattr(mount / "job/chk-1", kStatusAttribute), "ok");
  EXPECT_EQ(read_file(mount / "job/chk-1/a"), "first");
  EXPECT_EQ(read_errno(mount / "job/chk-1/_metadata"), 0);
}

INSTANTIATE_TEST_SUITE_P(Damaged, UnreadableMetadata, ::testing::ValuesIn(kDamages),
                         [](const auto& test) { return std::string(test.param.name); });

class MetadataPermissions : public MountTest {};

class MetadataDirectory : public MountTest {};

TEST_F(MetadataDirectory, is_a_directory_like_any_other) {
  const Handmade source;
  source.add_snapshot("job/chk-1", {});
  stdfs::create_directories(source / "job/chk-2/_metadata");
  source.add_snapshot("job/chk-3/_metadata", {});
  const Mount mount(source.path());
  EXPECT_EQ(set_of(names_in(mount / "job")), set_of({"chk-1", "chk-3"}));
  EXPECT_EQ(read_errno(mount / "job/chk-3/_metadata/_metadata"), 0);
}

TEST_F(MetadataPermissions, without_them_the_snapshot_is_unreadable_and_not_hidden) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const Handmade source;
  source.add_snapshot("chk-1", {});
  stdfs::permissions(source / "chk-1/_metadata", stdfs::perms(0));
  const Mount mount(source.path());
  EXPECT_TRUE(xattr(mount / "chk-1", kStatusAttribute).starts_with("unreadable: "))
      << xattr(mount / "chk-1", kStatusAttribute);
}

TEST_F(MetadataPermissions, of_a_directory_that_cannot_be_listed_hide_nothing_else) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const Handmade source;
  source.add_snapshot("open/chk-1", {});
  source.add_snapshot("closed/chk-1", {});
  stdfs::permissions(source / "closed", stdfs::perms(0));
  {
    const Mount mount(source.path());
    EXPECT_EQ(names_in(mount / "open"), std::vector<std::string>{"chk-1"});
    EXPECT_NE(mount.said().err.find("closed"), std::string::npos) << mount.said();
  }
  stdfs::permissions(source / "closed", stdfs::perms(0755));
}

}  // namespace
}  // namespace checkpointfs::test
