// SPDX-License-Identifier: Apache-2.0
// State files that are not what the metadata says.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/database/index_file.h"
#include "index/scan/mapping_argument.h"
#include "tests/support/indexed_storage.h"
#include "storage/access.h"
#include "storage/state_file.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

using test::file;
using test::relative;
using test::segment;
using Files = std::map<std::string, std::string>;

class BrokenFiles : public testing::Test {
 protected:
  std::string in(const std::string& path, int64_t size) const { return file(storage_.uri(path), size); }
  FileLocation location(const std::string& path) {
    return *storage_.reader().projection().file(storage_.find(path).id.id);
  }

  test::IndexedStorage storage_;
};

TEST_F(BrokenFiles, each_kind_has_its_status_and_reason) {
  storage_.state_file("job/shared/good", 10);
  storage_.state_file("job/shared/short", 9);
  storage_.state_file("job/shared/long", 11);
  test::make_directory(storage_.path("job/shared/directory"));
  ASSERT_EQ(0, ::mkfifo(storage_.path("job/shared/fifo").c_str(), 0644));
  ASSERT_EQ(0, ::symlink("good", storage_.path("job/shared/link").c_str()));
  ASSERT_EQ(0, ::symlink("/etc", storage_.path("job/linked").c_str()));
  storage_.snapshot(
      "job/chk-1",
      {in("job/shared/good", 10), in("job/shared/short", 10), in("job/shared/long", 10),
       in("job/shared/directory", 10), in("job/shared/fifo", 0), in("job/shared/link", 10),
       in("job/linked/passwd", 10), in("job/shared/missing", 10), in("job/shared/good/below", 10),
       file("s3://b/unmapped", 10), file("file:/etc/hostname", 10), relative("../../../outside", 10)});
  storage_.scan();
  EXPECT_EQ((Files{{"good", "ok"},
                   {"short", "wrong size"},
                   {"long", "wrong size"},
                   {"directory", "not a regular file"},
                   {"fifo", "not a regular file"},
                   {"link", "outside"},
                   {"passwd", "outside"},
                   {"missing", "missing"},
                   {"below", "missing"},
                   {"unmapped", "unmapped"},
                   {"hostname", "unmapped"},
                   {"outside", "outside"}}),
            storage_.files("job/chk-1"));
  const Snapshot snapshot = storage_.snapshot_at("job/chk-1");
  EXPECT_EQ(SnapshotStatus::kBroken, snapshot.status);
  EXPECT_EQ(11u, snapshot.broken_files);
  EXPECT_EQ(
      "11 of 12 files cannot be read: short (wrong size), ...; job/linked is a symbolic link; if it may be "
      "followed, say where it leads with --map " +
          storage_.uri("job/linked") + "=/etc",
      snapshot.reason);
  EXPECT_GT(snapshot.owned_size, 0u);
  storage_.reader().snapshots().files_of(snapshot.id, [](const std::string& name, const FileLocation& f) {
    EXPECT_EQ(f.status == storage::FileStatus::kOk, f.reason.empty()) << name << ": " << f.reason;
    EXPECT_EQ(0u, f.status == storage::FileStatus::kUnmapped ? f.root.id : 0) << name;
  });
  EXPECT_EQ("the metadata records 10 bytes, the file has 9", location("job/chk-1/short").reason);
}

TEST_F(BrokenFiles, of_a_job_beside_the_source_are_outside_and_name_the_directory_above) {
  storage_.state_file("b/shared/there", 10);
  storage_.snapshot("a/chk-1", {in("b/shared/there", 10), in("b/shared/never", 10)});
  storage_.snapshot("a/chk-2", {in("b/shared/there", 10), in("gone/shared/never", 10)});
  storage_.options.sources = {storage_.path("a")};
  storage_.scan();
  const Snapshot snapshot = storage_.snapshot_at("chk-1");
  EXPECT_EQ(SnapshotStatus::kOutside, snapshot.status);
  EXPECT_EQ(
      "2 of 2 files lie outside the source: there (outside), ...; look at the directory above it: "
      "checkpointfs list " +
          storage_.source(),
      snapshot.reason);
  EXPECT_EQ((Files{{"there", "outside"}, {"never", "outside"}}), storage_.files("chk-1"));
  const Snapshot other = storage_.snapshot_at("chk-2");
  EXPECT_EQ(SnapshotStatus::kBroken, other.status) << "no such directory is there";
  EXPECT_TRUE(other.reason.ends_with(
      "lies outside the source; look at the directory above it: checkpointfs list " + storage_.source()))
      << other.reason;
}

TEST_F(BrokenFiles, of_a_directory_beside_the_storage_name_it_as_a_second_source) {
  storage_.state_file("checkpoints-dstl/job/dstl/change", 10);
  storage_.snapshot("checkpoints/job/chk-1", {in("checkpoints-dstl/job/dstl/change", 10)});
  storage_.options.sources = {storage_.path("checkpoints")};
  storage_.scan();
  const Snapshot snapshot = storage_.snapshot_at("job/chk-1");
  EXPECT_EQ(SnapshotStatus::kOutside, snapshot.status);
  const std::string second = storage_.path("checkpoints-dstl");
  EXPECT_EQ("1 of 1 file lies outside the source: change (outside); name " + second + " as a second source",
            snapshot.reason);
  storage_.close_reader();
  storage_.options.sources.push_back(second);
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("checkpoints/job/chk-1").status);
}

TEST_F(BrokenFiles, behind_a_link_name_the_mapping_that_leads_to_them) {
  storage_.state_file("disk2/file", 10);
  storage_.metadata("src/job/chk-1", test::metadata_with({in("src/job/shared/file", 10)}));
  ASSERT_EQ(0, ::symlink("../../disk2", storage_.path("src/job/shared").c_str()));
  storage_.options.sources = {storage_.path("src")};
  storage_.scan();
  const std::string uri = "file:" + storage_.path("src/job/shared");
  const std::string directory = storage_.path("src/job/") + "../../disk2";
  EXPECT_EQ(
      "1 of 1 file cannot be read: file (outside); job/shared is a symbolic link; if it may be followed, say "
      "where it leads with "
      "--map " +
          uri + "=" + directory,
      storage_.snapshot_at("job/chk-1").reason);
  EXPECT_EQ("a symbolic link is on its path: job/shared leads to ../../disk2",
            location("job/chk-1/file").reason);
  storage_.close_reader();
  storage_.options.mappings = {parse_mapping(uri + "=" + directory)};
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("job/chk-1").status);
}

TEST_F(BrokenFiles, nobody_may_look_at_are_denied) {
  if (::geteuid() == 0 && ::seteuid(65534) != 0) GTEST_SKIP() << "cannot be another user";
  const uid_t before = ::getuid();
  ASSERT_EQ(0, ::seteuid(before));
  storage_.state_file("job/shared/closed/file", 10);
  storage_.snapshot("job/chk-1", {in("job/shared/closed/file", 10)});
  ASSERT_EQ(0, ::chmod(storage_.path("job/shared/closed").c_str(), 0));
  if (before == 0) {
    ASSERT_EQ(0, ::chown(storage_.temporary.path().c_str(), 65534, 65534));
    ASSERT_EQ(0, ::chown(storage_.source().c_str(), 65534, 65534));
    ASSERT_EQ(0, ::seteuid(65534));
  }
  storage_.scan();
  const Snapshot snapshot = storage_.snapshot_at("job/chk-1");
  storage_.close_reader();
  ASSERT_EQ(0, ::seteuid(before));
  EXPECT_EQ(SnapshotStatus::kDenied, snapshot.status);
  EXPECT_EQ(
      "1 of 1 file cannot be read: file (denied); this user may not look at it; ask as the user that Flink "
      "runs as, or as root",
      snapshot.reason);
  ASSERT_EQ(0, ::chmod(storage_.path("job/shared/closed").c_str(), 0755));
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("job/chk-1").status);
}

TEST_F(BrokenFiles, are_shown_with_the_recorded_size_and_the_owner_of_the_metadata) {
  storage_.snapshot("job/chk-1", {in("job/shared/missing", 12345), file("s3://b/unknown-size", -1)});
  storage_.scan();
  const Attributes metadata = storage_.find("job/chk-1/_metadata").attributes;
  const Attributes missing = storage_.find("job/chk-1/missing").attributes;
  EXPECT_EQ(12345u, missing.size);
  EXPECT_EQ(static_cast<uint32_t>(S_IFREG) | 0444u, storage::own_mode(missing.mode));
  EXPECT_EQ(metadata.mtime_ns, missing.mtime_ns);
  EXPECT_EQ(metadata.uid, missing.uid);
  EXPECT_EQ(0u, storage_.find("job/chk-1/unknown-size").attributes.size);
}

TEST_F(BrokenFiles, segments_must_lie_in_the_file) {
  storage_.state_file("job/shared/m", 100);
  const std::string m = storage_.uri("job/shared/m");
  storage_.snapshot("job/chk-1",
                    {segment(m, 0, 100), segment(m, 90, 10), segment(m, 100, 0), segment(m, 90, 11),
                     segment(m, 101, 0), segment(m, INT64_MAX - 1, 1), segment(m, 1, INT64_MAX - 1)});
  scan(storage_.options, {});  // sums of such sizes are not to be checked in SQL
  EXPECT_EQ((Files{{"m-0-100", "ok"},
                   {"m-90-10", "ok"},
                   {"m-100-0", "ok"},
                   {"m-90-11", "wrong size"},
                   {"m-101-0", "wrong size"},
                   {"m-9223372036854775806-1", "wrong size"},
                   {"m-1-9223372036854775806", "wrong size"}}),
            storage_.files("job/chk-1"));
  const FileLocation part = location("job/chk-1/m-90-10");
  EXPECT_EQ(90u, part.start);
  EXPECT_EQ(10u, part.length);
  EXPECT_EQ(100u, part.file_size);
  EXPECT_EQ(10u, storage_.find("job/chk-1/m-90-10").attributes.size);
  storage_.reader().totals();
  storage_.reader().snapshots().exclusive_bytes(storage_.snapshot_at("job/chk-1").id);
}

TEST_F(BrokenFiles, are_not_opened_and_good_ones_are_where_they_are_located) {
  storage_.state_file("job/shared/good", 10);
  storage_.state_file("job/shared/m", 100);
  storage_.snapshot("job/chk-1", {in("job/shared/good", 10), in("job/shared/missing", 10),
                                  segment(storage_.uri("job/shared/m"), 90, 10)});
  storage_.scan();
  const auto opening = [&](const std::string& path) {
    return storage_.reader().projection().opening(storage_.find(path).id.id);
  };
  EXPECT_FALSE(opening("job/chk-1/missing"));
  for (const char* path : {"job/chk-1/good", "job/chk-1/m-90-10"}) {
    const FileLocation place = location(path);
    const auto found = opening(path);
    ASSERT_TRUE(found) << path;
    EXPECT_EQ(place.root.id, found->root_id) << path;
    EXPECT_EQ(place.path, found->path) << path;
    EXPECT_EQ(place.start, found->start) << path;
    EXPECT_EQ(place.length, found->length) << path;
    EXPECT_EQ(place.file_size, found->file_size) << path;
    EXPECT_EQ(place.file_mtime_ns, found->file_mtime_ns) << path;
  }
}

TEST(ProjectedStatus, does_not_overflow) {
  for (const auto& [start, length] :
       {std::pair(INT64_MAX, INT64_MAX), std::pair(int64_t{1}, INT64_MAX), std::pair(int64_t{-1}, int64_t{1}),
        std::pair(int64_t{1}, int64_t{-1}), std::pair(INT64_MIN, INT64_MIN)}) {
    EXPECT_EQ(storage::FileStatus::kWrongSize,
              storage::projected_status(storage::FileStatus::kOk, 100, true, start, length));
  }
  EXPECT_EQ(storage::FileStatus::kOk, storage::projected_status(storage::FileStatus::kOk, 100, true, 100, 0));
  EXPECT_EQ(storage::FileStatus::kMissing,
            storage::projected_status(storage::FileStatus::kMissing, 100, true, 0, 100));
}

TEST_F(BrokenFiles, hostile_sizes_overflow_nothing) {
  std::vector<std::string> handles;
  for (int i = 0; i < 5; ++i) handles.push_back(in("job/shared/huge" + std::to_string(i), INT64_MAX));
  storage_.metadata("job/chk-1", test::metadata_with(handles));
  scan(storage_.options, {});
  EXPECT_EQ(static_cast<uint64_t>(INT64_MAX), storage_.snapshot_at("job/chk-1").bytes);
  EXPECT_EQ(UINT64_MAX, storage_.reader().snapshots().exclusive_bytes(storage_.snapshot_at("job/chk-1").id));
  test::remove_all(storage_.path("job"));
  storage_.scan();
  EXPECT_EQ(0u, storage_.reader().totals().bytes);
}

TEST_F(BrokenFiles, changelog_files_have_the_size_that_they_have) {
  storage_.state_file("job/dstl/longer", 101);
  storage_.state_file("job/dstl/shorter", 50);
  storage_.metadata("job/chk-1",
                    test::changelog_metadata({in("job/dstl/longer", 100), in("job/dstl/shorter", 100)}));
  storage_.scan();
  const Snapshot snapshot = storage_.snapshot_at("job/chk-1");
  EXPECT_EQ(SnapshotStatus::kOk, snapshot.status);
  EXPECT_TRUE(snapshot.has_changelog);
  EXPECT_EQ(101u, storage_.find("job/chk-1/longer").attributes.size);
  EXPECT_EQ(50u, storage_.find("job/chk-1/shorter").attributes.size);
}

TEST_F(BrokenFiles, unknown_size_is_the_size_that_the_file_has) {
  storage_.state_file("job/shared/a", 77);
  storage_.snapshot("job/chk-1", {in("job/shared/a", -1)});
  storage_.snapshot("job/chk-2", {in("job/shared/a", 77)});
  storage_.scan();
  EXPECT_EQ(77u, storage_.find("job/chk-1/a").attributes.size);
  EXPECT_EQ(storage_.find("job/chk-1/a").id, storage_.find("job/chk-2/a").id);
  EXPECT_EQ(2u, storage_.find("job/chk-2/a").attributes.links);
}

TEST_F(BrokenFiles, wrong_size_of_one_snapshot_does_not_break_another) {
  storage_.state_file("job/shared/a", 10);
  storage_.snapshot("evil/chk-1", {in("job/shared/a", 999)});
  storage_.snapshot("job/chk-1", {in("job/shared/a", 10)});
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("job/chk-1").status);
  EXPECT_EQ(10u, storage_.find("job/chk-1/a").attributes.size);
  EXPECT_EQ((Files{{"a", "wrong size"}}), storage_.files("evil/chk-1"));
  EXPECT_EQ(999u, storage_.find("evil/chk-1/a").attributes.size);
  EXPECT_EQ(1u, storage_.find("job/chk-1/a").attributes.links);
}

TEST_F(BrokenFiles, missing_file_that_comes_back_makes_the_snapshot_whole) {
  storage_.snapshot("job/chk-1", {in("job/shared/a", 10)});
  storage_.snapshot("job/chk-2", {in("job/shared/a", 10), in("job/shared/b", 10)});
  storage_.scan();
  storage_.state_file("job/shared/a", 10);
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("job/chk-1").status);
  EXPECT_EQ((Files{{"a", "ok"}, {"b", "missing"}}), storage_.files("job/chk-2"));
  EXPECT_EQ(0u, storage_.scan().metadata_read);
}

TEST_F(BrokenFiles, file_of_wrong_size_that_is_put_right_is_noticed) {
  storage_.state_file("job/shared/a", 5);
  storage_.snapshot("job/chk-1", {in("job/shared/a", 10)});
  storage_.snapshot("job/chk-2", {segment(storage_.uri("job/shared/a"), 0, 5)});
  storage_.scan();
  storage_.state_file("job/shared/a", 10);
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("job/chk-1").status);
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("job/chk-2").status);
  EXPECT_EQ(10u, location("job/chk-2/a-0-5").file_size);
}

TEST_F(BrokenFiles, file_that_was_good_is_not_looked_at_again) {
  storage_.state_file("job/shared/a", 10);
  storage_.snapshot("job/chk-1", {in("job/shared/a", 10)});
  storage_.scan();
  test::remove_all(storage_.path("job/shared/a"));
  storage_.snapshot("job/chk-2", {in("job/shared/a", 10)});
  EXPECT_EQ(0u, storage_.scan().files_looked_at);
}

TEST_F(BrokenFiles, missing_file_is_looked_at_once_in_each_scan) {
  for (int i = 0; i < 10; ++i)
    storage_.snapshot("job/chk-" + std::to_string(i), {relative("../shared/a", 10)});
  EXPECT_EQ(1u, storage_.scan().files_looked_at);
  EXPECT_EQ(1u, storage_.scan().files_looked_at);
}

TEST_F(BrokenFiles, clashing_names_are_told_apart_and_found) {
  storage_.state_file("job/shared/a", 10);
  storage_.state_file("other/shared/a", 20);
  storage_.snapshot("job/chk-1", {in("job/shared/a", 10), in("other/shared/a", 20)});
  storage_.snapshot("job/chk-2", {in("other/shared/a", 20), in("job/shared/a", 10)});
  storage_.scan();
  const auto names = storage_.list("job/chk-1");
  ASSERT_EQ(3u, names.size());
  EXPECT_EQ("a", names[1]);
  EXPECT_EQ(0u, names[2].rfind("a-", 0));
  EXPECT_EQ(storage_.find("job/chk-1/" + names[2]).id, storage_.find("job/chk-2/a").id);
  EXPECT_EQ(names[2], storage_.find("job/chk-1/" + names[2]).name);
  EXPECT_EQ(2u, storage_.find("job/chk-1/a").attributes.links);
}

TEST_F(BrokenFiles, name_that_a_great_many_files_have_is_looked_up_through_few_rows) {
  std::vector<std::string> handles;
  for (int i = 0; i < 100; ++i) handles.push_back(file("s3://b/" + std::to_string(i) + "/a", 10));
  storage_.snapshot("evil/chk-1", handles);
  storage_.state_file("job/shared/a", 10);
  storage_.snapshot("job/chk-1", {in("job/shared/a", 10)});
  storage_.scan();
  EXPECT_EQ("a", storage_.find("job/chk-1/a").name);
  EXPECT_EQ("a", storage_.find("evil/chk-1/a").name);
  for (const std::string& name : storage_.list("evil/chk-1"))
    EXPECT_EQ(name, storage_.find("evil/chk-1/" + name).name);
  const auto db = open_index_to_read(storage_.index_file());
  EXPECT_EQ(16, db->integer("SELECT COUNT(*) FROM state_file_rows WHERE name = 'a'"));
  EXPECT_EQ(101u, storage_.reader().references().by_name("a").size());
}

}  // namespace
}  // namespace checkpointfs::index
