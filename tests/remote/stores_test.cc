// SPDX-License-Identifier: Apache-2.0
// checkpointfs on top of stores that are mounted by other programs, or by the kernel.
#include "stores.h"

#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "eventually.h"
#include "fixtures.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "self_contained.h"

namespace checkpointfs::test {
namespace {

// Polling, and what a store's own mount believes for a while.
constexpr Milliseconds kShown{30'000};

class StoreLimiter : public MountTest, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    if (const std::string reason = missing_for(GetParam()); !reason.empty())
      GTEST_SKIP() << GetParam() << ": " << reason;
    store_ = make_store(GetParam());
  }

  // The storage is put into the store, at this path in it.
  std::string put(const std::string& storage, const std::string& name) const {
    stdfs::create_directories(store_->behind());
    stdfs::copy(storage, store_->behind() + "/" + name, stdfs::copy_options::recursive);
    expect_visible(in_store(name));
    return in_store(name);
  }
  // The store's own mount believes for a while what it has listed.
  static void expect_visible(const std::string& path) {
    EXPECT_TRUE(within(kShown, [&] { return stdfs::exists(path); })) << path;
  }
  std::string in_store(const std::string& name) const {
    const bool is_seen_directly = store_->behind().starts_with(store_->path());
    return (is_seen_directly ? store_->behind() : store_->path()) + "/" + name;
  }

  std::unique_ptr<MountedStore> store_;
};

TEST_P(StoreLimiter, hold_snapshots_whose_copies_are_those_from_the_local_disk) {
  for (const char* name : {"chained", "file-merging", "native-savepoint", "changelog"}) {
    const Storage storage(scenarios_called(name).back());
    const Mount local(storage.path());
    const Mount mount(put(storage.path(), name));
    const TempDirectory own;
    ASSERT_EQ(run({"cp", "-r", local.path(), own / "local"}).code, 0);
    const RunResult copied = run({"cp", "-r", mount.path(), own / "remote"});
    ASSERT_EQ(copied.code, 0) << name << ": " << copied;
    const auto expected = contents_of(own / "local");
    EXPECT_TRUE(contents_of(own / "remote") == expected) << name;
    EXPECT_GE(expected.size(), 2u * storage.snapshots().size()) << name;
    for (const std::string& snapshot : storage.snapshot_paths())
      EXPECT_EQ(not_self_contained(own / ("remote/" + snapshot)), "") << name;
  }
}

TEST_P(StoreLimiter, are_followed) {
  const Storage storage(scenarios_called("chained").back());
  const std::string job = storage.newest_job();
  const std::string newest = storage.snapshots_of(job).back();
  const TempDirectory own;
  stdfs::rename(storage / (job + "/" + newest), own / newest);
  const std::string source = put(storage.path(), "flink");
  const Mount mount({{source}, {"--poll", "1"}});
  EXPECT_FALSE(stdfs::exists(mount / (job + "/" + newest)));

  stdfs::copy(own / newest, store_->behind() + "/flink/" + job + "/" + newest,
              stdfs::copy_options::recursive);
  ASSERT_TRUE(within(kShown, [&] { return stdfs::exists(mount / (job + "/" + newest + "/_metadata")); }))
      << read_file(mount / ".checkpointfs/status");
  EXPECT_EQ(xattr(mount / (job + "/" + newest), "user.checkpointfs.status"), "ok");
  ASSERT_EQ(run({"cp", "-r", mount / (job + "/" + newest), own / "copy"}).code, 0);
  EXPECT_EQ(not_self_contained(own / "copy"), "");

  stdfs::remove_all(store_->behind() + "/flink/" + job + "/" + newest);
  EXPECT_TRUE(within(kShown, [&] { return !stdfs::exists(mount / (job + "/" + newest)); }))
      << read_file(mount / ".checkpointfs/status");
}

TEST_P(StoreLimiter, are_found_by_the_uris_of_another_file_system_when_these_are_mapped) {
  const std::string bytes = pattern(200'000, 7);
  write_file(store_->behind() + "/flink/job/shared/a", bytes);
  write_file(store_->behind() + "/flink/job/chk-1/_metadata",
             metadata_of({file("hdfs://ns1/user/flink/job/shared/a", 200'000)}));
  const Mount mount({{in_store("flink")}, {"--map", "hdfs://ns1/user/flink=" + in_store("flink")}});
  EXPECT_TRUE(read_file(mount / "job/chk-1/a") == bytes);
}

std::string kind_name(const testing::TestParamInfo<std::string>& info) {
  return info.param;
}

INSTANTIATE_TEST_SUITE_P(Mounted, StoreLimiter, testing::ValuesIn(store_kinds()), kind_name);

class ReflinkStores : public StoreLimiter {
 protected:
  // True if all bytes of the file are shared with other files.
  static bool is_shared(const std::string& path) {
    const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    ::fsync(fd.get());
    union {
      fiemap map;
      char room[sizeof(fiemap) + 8 * sizeof(fiemap_extent)];
    } of = {};
    of.map.fm_length = FIEMAP_MAX_OFFSET;
    of.map.fm_extent_count = 8;
    if (::ioctl(fd.get(), FS_IOC_FIEMAP, &of.map) != 0 || of.map.fm_mapped_extents == 0) return false;
    for (uint32_t i = 0; i < of.map.fm_mapped_extents; ++i) {
      if ((of.map.fm_extents[i].fe_flags & FIEMAP_EXTENT_SHARED) == 0) return false;
    }
    return true;
  }
};

TEST_P(ReflinkStores, share_the_extents_of_pins_that_are_copies) {
  const std::string source = in_store("flink");
  write_file(source + "/job/shared/a", pattern(1 << 20, 3));
  write_file(source + "/job/chk-1/_metadata",
             metadata_of({file("file:" + source + "/job/shared/a", 1 << 20)}));
  ::sync();
  ASSERT_FALSE(is_shared(source + "/job/shared/a"));
  const TempDirectory own;
  const RunResult result = checkpointfs(
      {"pin", "--index", own / "index.db", "--source", source, "--copy", source + "/job/chk-1", "kept"});
  ASSERT_EQ(result.code, 0) << result;
  const std::string pinned = source + "/.checkpointfs/pins/kept/a";
  EXPECT_NE(stat_of(pinned).st_ino, stat_of(source + "/job/shared/a").st_ino);
  EXPECT_TRUE(read_file(pinned) == pattern(1 << 20, 3));
  EXPECT_TRUE(is_shared(pinned));
}

INSTANTIATE_TEST_SUITE_P(Mounted, ReflinkStores, testing::Values("xfs", "btrfs"), kind_name);

}  // namespace
}  // namespace checkpointfs::test
