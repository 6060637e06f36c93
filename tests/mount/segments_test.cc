// SPDX-License-Identifier: Apache-2.0
// Segments of merged files, carved: each is a file of just its bytes.
#include <fcntl.h>
#include <unistd.h>

#include "fixtures.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "self_contained.h"

namespace checkpointfs::test {
namespace {

class Segments : public MountTest {
 protected:
  // A handle for `size` bytes of "shared/merged" from `start` on.
  std::string part(int64_t start, int64_t size) const {
    return segment(source_.uri("shared/merged"), start, size);
  }

  const Handmade source_;
  const std::string merged_ = pattern(3 * 4096 + 500, 1);
};

TEST_F(Segments, hold_just_the_bytes_of_their_range) {
  source_.add("shared/merged", merged_);
  const std::pair<int64_t, int64_t> ranges[] = {{0, 10},      {10, 4096},   {4095, 2},
                                                {4096, 4096}, {5000, 7788}, {12787, 1}};
  std::vector<std::string> handles;
  for (const auto& [start, size] : ranges) handles.push_back(part(start, size));
  source_.add_snapshot("chk-1", handles);
  const Mount mount(source_.path());
  for (const auto& [start, size] : ranges) {
    const std::string path = mount / ("chk-1/merged-" + std::to_string(start) + "-" + std::to_string(size));
    EXPECT_EQ(stat_of(path).st_size, size) << path;
    EXPECT_TRUE(read_file(path) == merged_.substr(static_cast<size_t>(start), static_cast<size_t>(size)))
        << path;
  }
}

TEST_F(Segments, end_at_their_end_for_a_reader_at_any_position) {
  source_.add("shared/merged", merged_);
  source_.add_snapshot("chk-1", {part(100, 5000)});
  const Mount mount(source_.path());
  const base::UniqueFd file(::open((mount / "chk-1/merged-100-5000").c_str(), O_RDONLY | O_CLOEXEC));
  std::string buffer(10'000, '\0');
  for (const off_t at : {0, 1, 4095, 4096, 4999, 5000, 5001, 20'000}) {
    const ssize_t n = ::pread(file.get(), buffer.data(), buffer.size(), at);
    const size_t expected = at < 5000 ? 5000 - static_cast<size_t>(at) : 0;
    ASSERT_EQ(n, static_cast<ssize_t>(expected)) << "at " << at;
    if (expected == 0) continue;
    EXPECT_TRUE(buffer.substr(0, expected) == merged_.substr(100 + static_cast<size_t>(at), expected))
        << "at " << at;
  }
}

TEST_F(Segments, of_two_checkpoints_are_one_inode) {
  source_.add("shared/merged", merged_);
  source_.add_snapshot("chk-1", {part(0, 100), part(100, 100)});
  source_.add_snapshot("chk-2", {part(100, 100), part(200, 100)});
  const Mount mount(source_.path());
  const struct stat one = stat_of(mount / "chk-1/merged-100-100");
  const struct stat two = stat_of(mount / "chk-2/merged-100-100");
  EXPECT_EQ(one.st_ino, two.st_ino);
  EXPECT_EQ(one.st_nlink, 2U);
  EXPECT_EQ(stat_of(mount / "chk-1/merged-0-100").st_nlink, 1U);
  EXPECT_NE(stat_of(mount / "chk-1/merged-0-100").st_ino, one.st_ino);
}

TEST_F(Segments, of_no_bytes_are_empty_files) {
  source_.add("shared/merged", merged_);
  source_.add_snapshot("chk-1", {part(50, 0)});
  const Mount mount(source_.path());
  EXPECT_EQ(read_file(mount / "chk-1/merged-50-0"), "");
  EXPECT_EQ(stat_of(mount / "chk-1/merged-50-0").st_size, 0);
}

TEST_F(Segments, of_a_short_file_are_broken_only_beyond_its_end) {
  source_.add("shared/merged", merged_.substr(0, 1000));
  source_.add_snapshot("chk-1", {part(0, 1000), part(999, 1), part(999, 2), part(5000, 10)});
  const Mount mount(source_.path());
  EXPECT_EQ(read_errno(mount / "chk-1/merged-0-1000"), 0);
  EXPECT_EQ(read_file(mount / "chk-1/merged-999-1"), merged_.substr(999, 1));
  EXPECT_EQ(read_errno(mount / "chk-1/merged-999-2"), EIO);
  EXPECT_EQ(read_errno(mount / "chk-1/merged-5000-10"), EIO);
}

TEST_F(Segments, with_impossible_ranges_harm_nobody) {
  source_.add("shared/merged", merged_);
  constexpr int64_t kMax = INT64_MAX;
  source_.add_snapshot("chk-1", {part(0, 10)});
  const std::pair<int64_t, int64_t> ranges[] = {{kMax, kMax}, {kMax - 5, 10}, {-1, 5},
                                                {0, -5},      {kMax, 1},      {1, kMax}};
  int n = 2;
  for (const auto& [start, size] : ranges)
    source_.add_snapshot("chk-" + std::to_string(n++), {part(start, size)});
  const Mount mount(source_.path());
  EXPECT_EQ(read_file(mount / "chk-1/merged-0-10"), merged_.substr(0, 10));
  for (int i = 2; i < n; ++i) {
    const std::string snapshot = mount / ("chk-" + std::to_string(i));
    EXPECT_NE(xattr(snapshot, "user.checkpointfs.status"), "ok") << i;
    for (const std::string& name : names_in(snapshot)) {
      if (name != "_metadata") {
        EXPECT_EQ(read_errno(snapshot + "/" + name), EIO) << name;
      }
    }
  }
}

TEST_F(Segments, written_by_flink_are_shared_between_its_checkpoints) {
  for (const Scenario& scenario : scenarios_called("file-merging-across")) {
    const Storage storage(scenario);
    const Mount mount(storage.path());
    std::map<std::string, ino_t> inodes;
    size_t shared = 0;
    size_t segments = 0;
    for (const auto& [snapshot, handles] : storage.snapshots()) {
      for (const ExpectedHandle& handle : handles) {
        if (handle.kind != "segment") continue;
        ++segments;
        const ino_t inode = stat_of(mount / (snapshot + "/" + handle.name())).st_ino;
        const auto [known, fresh] = inodes.emplace(handle.key(), inode);
        EXPECT_EQ(known->second, inode) << handle.key();
        if (!fresh) ++shared;
      }
    }
    EXPECT_GT(segments, 10U) << scenario << " has no segments: a poor fixture";
    EXPECT_GT(shared, 0U) << scenario << " shares no segment: a poor fixture";
  }
}

TEST_F(Segments, written_by_flink_are_carried_off_without_the_rest_of_their_files) {
  for (const Scenario& scenario : scenarios_called("file-merging")) {
    const Storage storage(scenario);
    const TempDirectory target;
    uint64_t needed = 0;
    for (const auto& [name, bytes] : storage.expected_files(storage.newest_snapshot()))
      needed += bytes.size();
    {
      const Mount mount(storage.path());
      ASSERT_EQ(run({"cp", "-r", mount / storage.newest_snapshot(), target / "copy"}).code, 0);
    }
    EXPECT_EQ(not_self_contained(target / "copy"), "") << scenario;
    const uint64_t metadata = static_cast<uint64_t>(stat_of(target / "copy/_metadata").st_size);
    EXPECT_EQ(stored(tree_of(target / "copy")).bytes, needed + metadata) << scenario;
  }
}

}  // namespace
}  // namespace checkpointfs::test
