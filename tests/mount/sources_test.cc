// SPDX-License-Identifier: Apache-2.0
// Storage that can be mounted, and the mapping of its URIs.
#include "eventually.h"
#include "fixtures.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "self_contained.h"

namespace checkpointfs::test {
namespace {

class Sources : public MountTest {
 protected:
  static std::map<std::string, std::string> without_metadata(std::map<std::string, std::string> contents) {
    contents.erase("_metadata");
    return contents;
  }

  const Storage storage_{scenarios_called("chained").at(0)};
};

TEST_F(Sources, that_were_moved_are_mapped_by_inference_and_mount_says_so) {
  const Mount mount(storage_.path());
  EXPECT_NE(mount.said().out.find("file:/data/flink/checkpoints=" + storage_.path()), std::string::npos)
      << mount.said();
  EXPECT_NE(mount.said().out.find("inferred"), std::string::npos) << mount.said();
}

TEST_F(Sources, that_were_moved_are_mapped_as_told) {
  const Mount mount({{storage_.path()}, {"--map", "file:///data/flink/checkpoints=" + storage_.path()}});
  EXPECT_EQ(without_metadata(contents_of(mount / storage_.newest_snapshot())),
            storage_.expected_files(storage_.newest_snapshot()));
  EXPECT_EQ(mount.said().out.find("inferred"), std::string::npos) << mount.said();
}

TEST_F(Sources, may_lie_in_several_directories_that_are_mapped_as_told) {
  // The state of the oldest job lies elsewhere, outside of the source, as on another file system.
  const TempDirectory elsewhere;
  const std::string oldest =
      storage_.jobs().at(0) == storage_.newest_job() ? storage_.jobs().at(1) : storage_.jobs().at(0);
  const auto expected = storage_.expected_files(storage_.newest_snapshot());
  stdfs::rename(storage_ / oldest, elsewhere / "moved");
  const Mount mount({{storage_.path()},
                     {"--map", "file:/data/flink/checkpoints=" + storage_.path(), "--map",
                      "file:/data/flink/checkpoints/" + oldest + "=" + (elsewhere / "moved")}});
  EXPECT_TRUE(without_metadata(contents_of(mount / storage_.newest_snapshot())) == expected);
  EXPECT_FALSE(set_of(names_in(mount.path())).contains(oldest)) << "a mapped directory is no source";
}

TEST_F(Sources, may_be_several_each_below_a_name_of_its_own) {
  const Storage other(scenarios_called("inline").at(0));
  const TempDirectory own;
  stdfs::rename(storage_.path(), own / "cluster-a");
  stdfs::rename(other.path(), own / "cluster-b");
  const Mount mount(MountSpec{{own / "cluster-a", own / "cluster-b"}});
  std::set<std::string> snapshots;
  for (const auto& [path, st] : tree_of(mount.path())) {
    if (path.ends_with("/_metadata")) snapshots.insert(path);
  }
  EXPECT_EQ(snapshots.size(), storage_.snapshots().size() + other.snapshots().size());
  EXPECT_TRUE(S_ISDIR(stat_of(mount / ("cluster-a/" + storage_.newest_snapshot())).st_mode));
  EXPECT_TRUE(S_ISDIR(stat_of(mount / ("cluster-b/" + other.newest_snapshot())).st_mode));
  for (const std::string& path : snapshots) {
    EXPECT_EQ(xattr(mount / path, "user.checkpointfs.status"), "ok") << path;
  }
}

TEST_F(Sources, with_one_name_are_told_apart) {
  const Handmade one;
  const Handmade other;
  one.add_snapshot("chk-1", {one.add("shared/a", "one")});
  other.add_snapshot("chk-1", {other.add("shared/a", "other")});
  const Mount mount(MountSpec{{one.path(), other.path()}});
  std::multiset<std::string> bytes;
  for (const auto& [path, content] : contents_of(mount.path())) {
    if (path.ends_with("/a")) bytes.insert(content);
  }
  EXPECT_EQ(bytes, (std::multiset<std::string>{"one", "other"}));
}

TEST_F(Sources, may_hold_one_job_whose_checkpoints_need_another_source) {
  const TempDirectory own;
  stdfs::rename(storage_ / storage_.newest_job(), own / "new");
  const Mount alone(own / "new");
  EXPECT_NE(xattr(alone / storage_.snapshots_of(storage_.newest_job()).back(), "user.checkpointfs.status"),
            "ok")
      << "its files of earlier jobs are not there";

  const Mount both(MountSpec{{own / "new", storage_.path()}});
  for (const auto& [path, st] : tree_of(both.path())) {
    if (path.ends_with("/_metadata")) {
      EXPECT_EQ(xattr(both / path, "user.checkpointfs.status"), "ok") << path;
    }
  }
}

TEST_F(Sources, with_names_hold_jobs_that_were_restored_from_the_storage_of_another_cluster) {
  // The newest job was restored, on another cluster, from a checkpoint of the older ones.
  const TempDirectory own;
  const std::string job = storage_.newest_job();
  const std::string snapshot = storage_.snapshots_of(job).back();
  const auto expected = storage_.expected_files(job + "/" + snapshot);
  stdfs::create_directory(own / "b");
  stdfs::rename(storage_ / job, own / ("b/" + job));
  const std::string map = "file:///data/flink/checkpoints";
  const Mount mount({{},
                     {"--source", "old=" + storage_.path(), "--source", "new=" + (own / "b"), "--map",
                      map + "=" + storage_.path(), "--map", map + "/" + job + "=" + (own / ("b/" + job))}});
  EXPECT_EQ(set_of(names_in(mount.path())), set_of({"new", "old"}));
  const std::string copied = own / "copy";
  ASSERT_EQ(run({"cp", "-r", mount / ("new/" + job + "/" + snapshot), copied}).code, 0);
  EXPECT_TRUE(without_metadata(contents_of(copied)) == expected);
  EXPECT_EQ(not_self_contained(copied), "");
  uint64_t from_elsewhere = 0;
  for (const ExpectedHandle& handle : storage_.snapshots().at(job + "/" + snapshot))
    from_elsewhere += handle.uri.find(job) == std::string::npos ? 1 : 0;
  EXPECT_GT(from_elsewhere, 0u) << "else nothing was tried";
}

TEST_F(Sources, are_renamed_while_they_are_mounted) {
  const Mount mount(MountSpec{{}, {"--source", "a=" + storage_.path()}});
  EXPECT_EQ(set_of(names_in(mount.path())), set_of({"a"}));
  const RunResult result =
      checkpointfs({"index", "--index", mount.index(), "--source", "b=" + storage_.path()});
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(within(Milliseconds(5'000), [&] { return set_of(names_in(mount.path())) == set_of({"b"}); }));
  EXPECT_EQ(without_metadata(contents_of(mount / ("b/" + storage_.newest_snapshot()))),
            storage_.expected_files(storage_.newest_snapshot()));
}

TEST_F(Sources, are_named_by_words_as_fstab_has_them) {
  const Mount mount(MountSpec{{"none"}, {"-o", "ro,source=a=" + storage_.path() + ",noauto"}});
  EXPECT_EQ(set_of(names_in(mount.path())), set_of({"a"}));
}

TEST_F(Sources, without_the_level_of_job_ids_are_shown_as_they_are) {
  for (const Scenario& scenario : scenarios_called("no-job-id")) {
    const Storage storage(scenario);
    const Mount mount(storage.path());
    EXPECT_EQ(set_of(names_in(mount.path())), set_of(storage.snapshot_paths()));
    EXPECT_EQ(without_metadata(contents_of(mount / storage.newest_snapshot())),
              storage.expected_files(storage.newest_snapshot()));
  }
}

TEST_F(Sources, may_be_the_directory_of_one_job) {
  const Storage storage(scenarios_called("inline").at(0));
  const Mount mount(storage / storage.newest_job());
  EXPECT_EQ(set_of(names_in(mount.path())), set_of(storage.snapshots_of(storage.newest_job())));
  EXPECT_EQ(without_metadata(contents_of(mount / storage.snapshots_of(storage.newest_job()).back())),
            storage.expected_files(storage.newest_snapshot()));
}

TEST_F(Sources, may_be_one_snapshot) {
  for (const Scenario& scenario : scenarios_called("native-savepoint")) {
    const Storage storage(scenario);
    const Mount mount(storage / storage.newest_snapshot());
    EXPECT_EQ(without_metadata(contents_of(mount.path())), storage.expected_files(storage.newest_snapshot()));
    EXPECT_EQ(not_self_contained(mount.path()), "");
    EXPECT_EQ(xattr(mount.path(), "user.checkpointfs.kind"), "savepoint");
    EXPECT_TRUE(S_ISDIR(stat_of(mount / ".checkpointfs").st_mode));
  }
}

TEST_F(Sources, are_found_through_links_and_relative_paths_on_the_command_line) {
  const TempDirectory own;
  stdfs::create_directory_symlink(storage_.path(), own / "link");
  stdfs::create_directory(own / "mnt");
  std::vector<std::string> argv = checkpointfs_command({"mount", "--index", "index.db", "link", "mnt"});
  const RunResult result = run_in(own.path(), argv);
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_EQ(set_of(names_in(own / "mnt")), set_of(storage_.jobs()));
  EXPECT_EQ(run_in(own.path(), checkpointfs_command({"umount", "mnt/"})).code, 0);
  EXPECT_EQ(mount_type_at(own / "mnt"), "");
}

TEST_F(Sources, are_mapped_for_s3_whatever_its_scheme_is_called) {
  const Handmade source;
  write_file(source / "job/shared/a", "aa");
  write_file(source / "job/shared/b", "bbb");
  source.add_snapshot(
      "job/chk-1", {file("s3a://bucket/flink/job/shared/a", 2), file("s3p://bucket/flink/job/shared/b", 3)});
  const Mount mount({{source.path()}, {"--map", "s3://bucket/flink=" + source.path()}});
  EXPECT_EQ(read_file(mount / "job/chk-1/a"), "aa");
  EXPECT_EQ(read_file(mount / "job/chk-1/b"), "bbb");
}

TEST_F(Sources, as_they_stand_need_no_mapping_and_spellings_of_one_file_are_one_file) {
  const Handmade source;
  write_file(source / "job/shared/a", "aa");
  const std::string path = source / "job/shared/a";
  source.add_snapshot("job/chk-1", {file("file:" + path, 2), file("file://" + path, 2), file(path, 2)});
  source.add_snapshot("job/chk-2", {file("file://" + path, 2)});
  const Mount mount(source.path());
  EXPECT_EQ(set_of(names_in(mount / "job/chk-1")), set_of({"_metadata", "a"}));
  EXPECT_EQ(stat_of(mount / "job/chk-1/a").st_nlink, 2U);
}

}  // namespace
}  // namespace checkpointfs::test
