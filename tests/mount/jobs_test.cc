// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/jobs: a whole job, each file once.
#include <fcntl.h>

#include "fixtures.h"
#include "flink/decode.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class EveryJobs : public MountTest, public ::testing::WithParamInterface<Scenario> {};

class Jobs : public MountTest {};

TEST_P(EveryJobs, are_carried_off_whole_with_each_file_once) {
  const Storage storage(GetParam());
  const TempDirectory target;
  std::map<std::string, std::map<std::string, std::string>> expected;  // by snapshot
  {
    const Mount mount(storage.path());
    const RunResult copied = run({"cp", "-r", mount / ".checkpointfs/jobs", target / "jobs"});
    ASSERT_EQ(copied.code, 0) << copied;
    for (const std::string& snapshot : storage.snapshot_paths())
      expected[snapshot] = storage.expected_files(snapshot);
  }
  std::set<std::string> named;
  for (const auto& [snapshot, files] : expected) {
    const std::string directory = target / ("jobs/" + snapshot);
    EXPECT_EQ(names_in(directory), std::vector<std::string>{"_metadata"});
    const std::string bytes = read_file(directory + "/_metadata");
    const auto metadata = flink::decode(bytes);
    ASSERT_TRUE(metadata.has_value()) << snapshot << ": " << base::to_string(metadata.error());
    for (const flink::FileHandle& handle : metadata->files) {
      ASSERT_EQ(handle.tag, flink::StreamTag::kRelative) << snapshot;
      const std::string path(handle.path);
      ASSERT_TRUE(path.starts_with("../shared/")) << path;
      const auto found = files.find(path.substr(10));
      ASSERT_NE(found, files.end()) << path;
      EXPECT_TRUE(read_file(directory + "/" + path) == found->second) << path;
      named.insert(stdfs::weakly_canonical(directory + "/" + path).string());
    }
    for (const flink::IncrementalHandle& handle : metadata->incrementals) EXPECT_EQ(handle.shared_count, 0U);
  }
  std::set<std::string> there;
  for (const auto& [path, st] : tree_of(target / "jobs")) {
    if (S_ISREG(st.st_mode) && !path.ends_with("/_metadata") && path != "_metadata")
      there.insert(stdfs::weakly_canonical(target / ("jobs/" + path)).string());
  }
  EXPECT_EQ(there, named) << "what lies in the copy is just what is needed";
}

TEST_P(EveryJobs, make_a_copy_that_is_a_source_again) {
  const Storage storage(GetParam());
  const TempDirectory target;
  {
    const Mount mount(storage.path());
    ASSERT_EQ(run({"cp", "-r", mount / ".checkpointfs/jobs", target / "jobs"}).code, 0);
  }
  const Mount again(target / "jobs");
  for (const std::string& snapshot : storage.snapshot_paths()) {
    EXPECT_EQ(xattr(again / snapshot, "user.checkpointfs.status"), "ok") << snapshot;
    auto found = contents_of(again / snapshot);
    found.erase("_metadata");
    EXPECT_EQ(found == storage.expected_files(snapshot), true) << snapshot;
  }
}

INSTANTIATE_TEST_SUITE_P(Every, EveryJobs, ::testing::ValuesIn(all_scenarios()),
                         [](const auto& test) { return test_name(test.param); });

TEST_F(Jobs, give_names_that_are_no_uuids_a_number) {
  const Handmade source;
  source.add_snapshot("job/chk-1", {source.add("job/shared/a", "first"), source.add("other/a", "second")});
  const Mount mount(source.path());
  const std::vector<std::string> names = names_in(mount / ".checkpointfs/jobs/job/shared");
  ASSERT_EQ(names.size(), 2U);
  std::set<std::string> contents;
  for (const std::string& name : names) {
    EXPECT_TRUE(name.starts_with("a-")) << name;
    contents.insert(read_file(mount / (".checkpointfs/jobs/job/shared/" + name)));
  }
  EXPECT_EQ(contents, (std::set<std::string>{"first", "second"}));
  EXPECT_EQ(read_errno(mount / ".checkpointfs/jobs/job/chk-1/_metadata"), 0);
  EXPECT_EQ(read_file(mount / ".checkpointfs/jobs/job/chk-1/_metadata").size(),
            static_cast<size_t>(stat_of(mount / ".checkpointfs/jobs/job/chk-1/_metadata").st_size));
  EXPECT_EQ(read_errno(mount / ".checkpointfs/jobs/job/shared/a"), ENOENT);
}

// One name in one directory cannot lead to two files: the metadata must not lead to the wrong one.
TEST_F(Jobs, refuse_the_metadata_of_which_two_files_would_have_one_name) {
  const std::string name = "0b1c2d3e-0000-4000-8000-00000000000a";
  const Handmade source;
  source.add_snapshot("job/chk-1", {source.add("job/shared/" + name, "first")});
  source.add_snapshot("job/chk-2", {source.add("other/" + name, "second")});
  const Mount mount(source.path());
  const std::string jobs = mount / ".checkpointfs/jobs/job/";
  EXPECT_EQ(names_in(jobs + "shared"), std::vector<std::string>{name});
  EXPECT_EQ(read_file(jobs + "shared/" + name), "first");
  EXPECT_EQ(read_errno(jobs + "chk-1/_metadata"), 0);
  EXPECT_EQ(read_errno(jobs + "chk-2/_metadata"), EIO);
  EXPECT_NE(read_file(mount.log()).find("two files have one name"), std::string::npos);
}

class Links : public MountTest {};

TEST_F(Links, lead_to_the_newest_snapshot_of_each_job) {
  for (const Scenario& scenario : scenarios_called("chained")) {
    const Storage storage(scenario);
    const Mount mount(storage.path());
    EXPECT_EQ(set_of(names_in(mount / ".checkpointfs/latest")), set_of(storage.jobs()));
    for (const std::string& job : storage.jobs()) {
      const std::string link = mount / (".checkpointfs/latest/" + job);
      const std::string newest = job + "/" + storage.snapshots_of(job).back();
      EXPECT_EQ(stdfs::read_symlink(link).string(), "../../" + newest);
      EXPECT_EQ(stat_of(link).st_size, static_cast<off_t>(newest.size() + 6));
      EXPECT_EQ(stdfs::canonical(link).string(), stdfs::canonical(mount / newest).string());
    }
  }
}

// One job id, two runs: the last one began with chk-1 again, and its newest checkpoint has lost a file.
TEST_F(Links, lead_to_the_newest_checkpoint_of_the_last_run) {
  const Handmade source;
  const auto checkpoint = [&](int number, int64_t second, const std::string& handle) {
    const std::string path = source / ("job/chk-" + std::to_string(number) + "/_metadata");
    MetadataBuilder builder(4);
    builder.checkpoint_id(number).op({.parallelism = 1, .max_parallelism = 1});
    builder.subtask({.managed_operator = partitionable({{}}, handle)});
    write_file(path, builder.bytes());
    const struct timespec times[2] = {{second, 0}, {second, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  };
  for (const int n : {102, 103, 104})
    checkpoint(n, 1'700'000'000 + n, source.add("s/" + std::to_string(n), "x"));
  for (const int n : {1, 2, 3}) checkpoint(n, 1'702'000'000 + n, source.add("s/" + std::to_string(n), "x"));
  checkpoint(4, 1'702'000'004, file(source.uri("s/gone"), 3));
  const Mount mount(source.path());
  EXPECT_EQ(stdfs::read_symlink(mount / ".checkpointfs/latest/job").string(), "../../job/chk-3");
}

TEST_F(Links, of_jobs_that_want_one_name_are_told_apart) {
  const Handmade source;
  const std::string a = source.add("s/a", "first");
  const std::string deep = std::string(200, 'x') + "/" + std::string(100, 'y');
  for (const std::string& job : {std::string("team/orders"), std::string("team_orders"), deep})
    source.add_snapshot(job + "/chk-1", {a});
  const Mount mount(source.path());
  for (const char* links : {"latest", "by-time"}) {
    std::set<std::string> targets;
    const std::string directory = mount / (std::string(".checkpointfs/") + links);
    for (const std::string& name : names_in(directory)) {
      targets.insert(stdfs::read_symlink(directory + "/" + name).string());
      EXPECT_EQ(read_file(directory + "/" + name + "/a"), "first");
    }
    EXPECT_EQ(targets, (std::set<std::string>{"../../team/orders/chk-1", "../../team_orders/chk-1",
                                              "../../" + deep + "/chk-1"}));
  }
  EXPECT_FALSE(stdfs::exists(mount / ".checkpointfs/latest/team_orders"));
}

TEST_F(Links, lead_to_whole_snapshots_in_a_copy_of_the_mount) {
  for (const Scenario& scenario : scenarios_called("chained")) {
    const Storage storage(scenario);
    const TempDirectory target;
    std::map<std::string, std::map<std::string, std::string>> expected;
    for (const std::string& path : storage.snapshot_paths()) expected[path] = storage.expected_files(path);
    {
      const Mount mount(storage.path());
      ASSERT_EQ(run({"cp", "-a", mount / ".", target / "copy"}).code, 0);
      stdfs::create_directory(target / "copy/.checkpointfs");
      for (const char* links : {"latest", "by-time"}) {
        const RunResult copied = run({"cp", "-a", mount / (std::string(".checkpointfs/") + links),
                                      target / (std::string("copy/.checkpointfs/") + links)});
        ASSERT_EQ(copied.code, 0) << copied;
      }
    }
    stdfs::remove_all(storage.path());
    size_t by_time = 0;
    for (const char* links : {"latest", "by-time"}) {
      const std::string directory = target / (std::string("copy/.checkpointfs/") + links);
      EXPECT_FALSE(names_in(directory).empty());
      for (const std::string& name : names_in(directory)) {
        const stdfs::path link = directory + "/" + name;
        ASSERT_TRUE(stdfs::is_symlink(link)) << link;
        const std::string snapshot =
            stdfs::relative(stdfs::canonical(link), stdfs::canonical(target / "copy"));
        std::map<std::string, std::string> found = contents_of(link.string() + "/");
        found.erase("_metadata");
        EXPECT_EQ(found == expected.at(snapshot), true) << link << " " << snapshot;
        by_time += std::string(links) == "by-time";
      }
    }
    EXPECT_EQ(by_time, expected.size());
  }
}

TEST_F(Links, by_time_are_sorted_and_lead_to_all_that_can_be_restored) {
  const Handmade source;
  const std::string a = source.add("job/shared/a", "first");
  source.add_snapshot("job/chk-9", {a});
  source.add_snapshot("job/chk-10", {a});
  source.add_snapshot("job/chk-11", {file(source.uri("job/shared/missing"), 3)});
  const struct timespec times[2] = {{1'700'000'000, 0}, {1'700'000'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (source / "job/chk-10/_metadata").c_str(), times, 0), 0);
  const struct timespec later[2] = {{1'700'000'060, 0}, {1'700'000'060, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (source / "job/chk-9/_metadata").c_str(), later, 0), 0);
  const Mount mount(source.path());
  EXPECT_EQ(names_in(mount / ".checkpointfs/by-time"),
            (std::vector<std::string>{"2023-11-14T22:13:20Z-job-chk-10", "2023-11-14T22:14:20Z-job-chk-9"}));
  EXPECT_EQ(read_file(mount / ".checkpointfs/by-time/2023-11-14T22:13:20Z-job-chk-10/a"), "first");
}

}  // namespace
}  // namespace checkpointfs::test
