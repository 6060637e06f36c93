// SPDX-License-Identifier: Apache-2.0
// Plans of `checkpointfs plan`, carried out by the engines that they are for: DistCp in the client's process
// and on YARN, s5cmd, and two rclones, between HDFS and a bucket. Each engine gets something wrong without a
// word: skips a short file, reports no missing one, takes the size for the content. The run of a plan ends
// well only if the copy has every name and size, and `checkpointfs verify` finds wrong bytes.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "eventually.h"
#include "hadoop_cluster.h"
#include "harness.h"
#include "self_contained.h"
#include "tests/support/handmade.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kPlan{550'000};

enum class Place { kHdfs, kBucket };

struct Way {
  std::string name;
  std::string engine;
  Place from;
  Place to;
  bool compares_content = false;  // when a file is there already
  std::string rclone = "rclone";  // the program, which CHECKPOINTFS_RCLONE names if it is "newer"
  bool on_yarn = false;
};

const std::vector<Way> kWays = {
    {"distcp_hdfs_to_hdfs", "distcp", Place::kHdfs, Place::kHdfs, true},
    {"distcp_on_yarn", "distcp", Place::kHdfs, Place::kHdfs, true, "rclone", true},
    {"distcp_hdfs_to_s3", "distcp", Place::kHdfs, Place::kBucket},
    {"s5cmd", "s5cmd", Place::kBucket, Place::kBucket},
    {"rclone", "rclone", Place::kBucket, Place::kBucket, true},
    {"rclone_newer", "rclone", Place::kBucket, Place::kBucket, true, "newer"},
    {"rclone_hdfs_to_s3", "rclone", Place::kHdfs, Place::kBucket},
};

std::ostream& operator<<(std::ostream& out, const Way& way) {
  return out << way.name;
}

using Contents = std::map<std::string, std::string>;

class EnginePlans : public MountTest, public testing::WithParamInterface<Way> {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    NEEDS_PROGRAM("rclone");
    NEEDS_PROGRAM("versitygw");
    if (way().engine == "s5cmd") NEEDS_PROGRAM("s5cmd");
    const bool needs_hdfs = way().from == Place::kHdfs || way().to == Place::kHdfs;
    if (const std::string reason = needs_hdfs ? HadoopCluster::missing() : ""; !reason.empty())
      GTEST_SKIP() << reason;
    if (way().rclone == "newer" && std::getenv("CHECKPOINTFS_RCLONE") == nullptr)
      GTEST_SKIP() << "CHECKPOINTFS_RCLONE names no newer rclone";
    path_ = std::getenv("PATH");
    if (way().rclone == "newer")
      set_path(stdfs::path(std::getenv("CHECKPOINTFS_RCLONE")).parent_path().string() + ":" + path_);
    for (const char* bucket : {"flink", "backup"})
      stdfs::create_directories(own_ / ("s3/" + std::string(bucket)));
    server_ = std::make_unique<S3Server>(own_ / "s3", S3Server::ETags::kKept);
    server_->name_to_s5cmd();
    if (needs_hdfs) use_hdfs();
    write_rclone_config(
        own_ / "rclone.conf",
        rclone_section(*server_) + (needs_hdfs ? HadoopCluster::shared().rclone_section() : ""));
    add_storage();
    mount_ = std::make_unique<Mount>("rclone:" + source_remote());
  }
  void TearDown() override {
    mount_.reset();
    if (!path_.empty()) set_path(path_);
    for (const char* name : {"HADOOP_CONF_DIR", "DISTCP_OPTIONS", "S3_ENDPOINT_URL"}) ::unsetenv(name);
    MountTest::TearDown();
  }
  static void TearDownTestSuite() { HadoopCluster::stop_shared(); }

  static const Way& way() { return GetParam(); }
  static void set_path(const std::string& path) { ::setenv("PATH", path.c_str(), 1); }

  void use_hdfs() {
    HadoopCluster& cluster = HadoopCluster::shared();
    cluster.name_server(*server_);
    if (way().on_yarn) cluster.start_yarn();
    ::setenv("HADOOP_CONF_DIR",
             (way().on_yarn ? cluster.yarn_configuration() : cluster.local_configuration()).c_str(), 1);
    ::setenv("DISTCP_OPTIONS", "-m 2", 1);
    set_path(cluster.programs() + ":" + path_);
  }

  // The same place as a URI of the metadata, and as rclone names it. Tests do not see each other's.
  std::string directory() const { return stdfs::path(own_.path()).filename(); }
  std::string uri(Place place, const std::string& bucket) const {
    return place == Place::kHdfs ? HadoopCluster::shared().uri() + "/" + directory() + "/" + bucket
                                 : "s3://" + bucket;
  }
  std::string remote(Place place, const std::string& bucket) const {
    return place == Place::kHdfs ? "HD:" + directory() + "/" + bucket : "GW:" + bucket;
  }
  std::string target() const {
    if (way().engine == "rclone") return remote(way().to, "backup");
    return uri(way().to, "backup");
  }
  std::string source_remote() const { return remote(way().from, "flink"); }
  std::string target_remote() const { return remote(way().to, "backup"); }

  // Two jobs; the second was restored from the first with CLAIM. Its first checkpoint needs files of both,
  // and a file in its own directory; the other one has segments of a merged file, too.
  void add_storage() {
    const std::string root = own_ / "local";
    for (const char* name : {"job-a/shared/a1", "job-a/shared/a2", "job-b/shared/b1", "job-b/shared/b2",
                             "job-b/chk-2/own", "job-b/taskowned/merged"}) {
      bytes_[name] = pattern(20'000 + 1000 * bytes_.size(), bytes_.size() + 1);
      write_file(root + "/" + name, bytes_[name]);
    }
    write_file(root + "/job-a/chk-1/_metadata", metadata_of({state("job-a/shared/a1")}));
    const std::vector<std::string> chained = {state("job-a/shared/a1"), state("job-a/shared/a2"),
                                              state("job-b/shared/b1")};
    std::vector<std::string> handles = chained;
    handles.push_back(relative("own", static_cast<int64_t>(bytes_["job-b/chk-2/own"].size())));
    write_file(root + "/job-b/chk-2/_metadata", metadata_of(handles));
    handles = chained;
    const std::string merged = uri(way().from, "flink") + "/job-b/taskowned/merged";
    handles.insert(handles.end(),
                   {state("job-b/shared/b2"), segment(merged, 100, 5000), segment(merged, 7000, 900)});
    write_file(root + "/job-b/chk-3/_metadata", metadata_of(handles));
    rclone({"copy", root, source_remote()});
  }
  std::string state(const std::string& name) {
    return file(uri(way().from, "flink") + "/" + name, static_cast<int64_t>(bytes_[name].size()));
  }

  static RunResult rclone(const std::vector<std::string>& arguments) {
    // A DataNode reports a new file to its NameNode a moment later ("replication in progress").
    std::vector<std::string> words = {"rclone", "--retries", "10", "--retries-sleep", "1s"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    RunResult result = run(words, kPlan);
    EXPECT_EQ(result.code, 0) << result;
    return result;
  }
  void put(const std::string& name, const std::string& bytes) const {
    write_file(own_ / "put", bytes);
    rclone({"copyto", own_ / "put", target_remote() + "/" + name});
  }

  // Writes one plan of the snapshots to plan/, and keeps what a mount shows of them as the truth.
  void make_plan(const std::vector<std::string>& snapshots) {
    std::vector<std::string> words = {"plan", "--engine", way().engine, "-o", plan()};
    for (const std::string& snapshot : snapshots) {
      const std::string copy = own_ / ("truth/" + snapshot);
      stdfs::create_directories(stdfs::path(copy).parent_path());
      ASSERT_EQ(run({"cp", "-r", *mount_ / snapshot, copy}).code, 0);
      ASSERT_EQ(not_self_contained(copy), "");
      words.push_back(*mount_ / snapshot);
    }
    words.push_back(target());
    const RunResult planned = checkpointfs(words);
    ASSERT_EQ(planned.code, 0) << planned;
  }
  void make_plan(const std::string& snapshot) { make_plan(std::vector{snapshot}); }
  std::string plan() const { return own_ / "plan"; }
  RunResult run_plan(Milliseconds limit = kPlan) const { return run({"sh", plan() + "/run.sh"}, limit); }
  Contents copied() const {
    ++copies_;
    stdfs::create_directories(last_copied());
    rclone({"copy", target_remote(), last_copied()});
    return contents_of(last_copied());
  }
  std::string last_copied() const { return own_ / ("copied-" + std::to_string(copies_)); }
  static std::string manifest_in(const std::string& directory) {
    for (const auto& entry : stdfs::recursive_directory_iterator(directory)) {
      if (entry.path().filename().string().ends_with(".manifest.jsonl")) return entry.path();
    }
    return {};
  }
  Contents truth() const { return contents_of(own_ / "truth"); }

  TempDirectory own_;
  const RcloneMounts mounts_;
  std::unique_ptr<Mount> mount_;  // of the source
  Contents bytes_;                // of the state files

 private:
  std::unique_ptr<S3Server> server_;
  std::string path_;
  mutable int copies_ = 0;
};

TEST_P(EnginePlans, copy_a_chained_checkpoint_and_repair_what_is_missing_or_short) {
  make_plan("job-b/chk-2");
  if (HasFatalFailure()) return;
  RunResult result = run_plan();
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_TRUE(copied() == truth()) << result;

  // DistCp without -update, and s5cmd with -n alone, skip a short file with exit code 0.
  const std::string bytes = truth().at("job-b/chk-2/a1");
  put("job-b/chk-2/a1", bytes.substr(0, 100));
  rclone({"deletefile", target_remote() + "/job-b/chk-2/b1"});
  result = run_plan();
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(copied() == truth()) << result;
}

TEST_P(EnginePlans, copy_a_checkpoint_with_segments_of_merged_files) {
  make_plan("job-b/chk-3");
  if (HasFatalFailure()) return;
  const RunResult result = run_plan();
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(copied() == truth()) << result;
}

TEST_P(EnginePlans, of_several_snapshots_that_were_interrupted_are_finished_by_the_next_run) {
  make_plan({"job-a/chk-1", "job-b/chk-2", "job-b/chk-3"});
  if (HasFatalFailure()) return;
  // Each run is killed later than the one before, until one is not.
  RunResult result;
  int killed = -1;
  for (Milliseconds limit{200}; result.code == RunResult::kTimedOut && limit < kPlan; limit *= 2, ++killed)
    result = run_plan(limit);
  EXPECT_GT(killed, 0);
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(copied() == truth()) << result;
}

TEST_P(EnginePlans, fail_without_a_metadata_if_a_file_of_the_source_is_missing) {
  make_plan("job-b/chk-2");
  if (HasFatalFailure()) return;
  // rclone reports no missing file of a list, with exit code 0.
  rclone({"deletefile", source_remote() + "/job-a/shared/a2"});
  const RunResult result = run_plan();
  EXPECT_NE(result.code, 0) << result;
  EXPECT_FALSE(copied().contains("job-b/chk-2/_metadata")) << result;
}

// One flaw after the other, each in another snapshot of one plan.
TEST_P(EnginePlans, of_several_snapshots_leave_no_flaw_that_verify_does_not_find) {
  make_plan({"job-a/chk-1", "job-b/chk-2", "job-b/chk-3"});
  if (HasFatalFailure()) return;
  rclone({"deletefile", source_remote() + "/job-b/shared/b2"});
  RunResult result = run_plan();
  EXPECT_NE(result.code, 0) << "a source of the last snapshot is missing: " << result;
  Contents expected = truth();
  std::erase_if(expected, [](const auto& file) { return file.first.starts_with("job-b/chk-3/"); });
  Contents found = copied();
  EXPECT_FALSE(found.contains("job-b/chk-3/_metadata")) << result;
  std::erase_if(found, [](const auto& file) { return file.first.starts_with("job-b/chk-3/"); });
  EXPECT_TRUE(found == expected) << "the snapshots before it are whole: " << result;

  rclone({"copyto", own_ / "local/job-b/shared/b2", source_remote() + "/job-b/shared/b2"});
  put("job-a/chk-1/a1", truth().at("job-a/chk-1/a1").substr(0, 100));
  result = run_plan();
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(copied() == truth()) << "the short file is repaired: " << result;

  const RunResult exported =
      checkpointfs({"export", *mount_ / "job-b/chk-2", *mount_ / "job-b/chk-3", own_ / "exported"});
  ASSERT_EQ(exported.code, 0) << exported;
  std::string bytes = truth().at("job-b/chk-2/b1");
  bytes[bytes.size() / 2] ^= 1;
  put("job-b/chk-2/b1", bytes);
  copied();
  for (const auto& [snapshot, code] : {std::pair{"job-b/chk-2", 10}, {"job-b/chk-3", 0}}) {
    const std::string manifest = own_ / ("exported/" + std::string(snapshot) + ".manifest.jsonl");
    const RunResult verified =
        checkpointfs({"verify", "--manifest", manifest, last_copied() + "/" + snapshot});
    EXPECT_EQ(verified.code, code) << verified;
    EXPECT_EQ(verified.out.find("b1") != std::string::npos, code == 10) << verified;
  }
}

// The same engines without the options and checks of the plan's script.
TEST_P(EnginePlans, report_no_error_where_verify_finds_one) {
  make_plan("job-b/chk-2");
  if (HasFatalFailure()) return;
  ASSERT_EQ(run_plan().code, 0);
  const std::string directory = plan() + "/job-b/chk-2";
  const std::string to = target() + "/job-b/chk-2";
  const std::string hadoop_to = to.starts_with("s3://") ? "s3a" + to.substr(2) : to;
  std::string copy;
  std::string list;
  if (way().engine == "rclone") {
    // A name of the list is missing in the source, and so in the target.
    rclone({"deletefile", source_remote() + "/job-a/shared/a1"});
    rclone({"deletefile", target_remote() + "/job-b/chk-2/a1"});
    copy = "for list in " + directory + "/rclone-*.list; do rclone copy --files-from-raw $list " +
           source_remote() + "/job-a/shared " + to + " || exit; done";
    list = "rclone lsf --files-only --format sp " + to;
  } else {
    put("job-b/chk-2/a1", truth().at("job-b/chk-2/a1").substr(0, 100));
    copy = way().engine == "s5cmd" ? "sed 's/^cp /cp -n /' " + directory + "/s5cmd.list | s5cmd run"
                                   : "hadoop distcp -f file://" + directory + "/distcp.list " + hadoop_to;
    list = way().engine == "s5cmd" ? "s5cmd ls '" + to + "/*'" : "hadoop fs -ls " + hadoop_to;
  }
  const RunResult copied_again = run({"bash", "-c", copy}, kPlan);
  EXPECT_EQ(copied_again.code, 0) << "the engine reports it, so the script needs no check: " << copied_again;
  const RunResult found =
      run({"bash", "-c",
           list + " | \"$CHECKPOINTFS\" verify --listing - --manifest " + directory + ".manifest.jsonl"},
          kPlan);
  EXPECT_EQ(found.code, 10) << found;
  EXPECT_NE(found.out.find("a1"), std::string::npos) << found;
}

// DistCp makes the target of a list with one file that file, unless the directory is there.
TEST_P(EnginePlans, copy_a_checkpoint_with_one_file) {
  make_plan("job-a/chk-1");
  if (HasFatalFailure()) return;
  const RunResult result = run_plan();
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(copied() == truth()) << result;
}

// No engine but DistCp between two HDFS and rclone between two S3 compares content.
TEST_P(EnginePlans, leave_wrong_bytes_of_the_right_size_for_verify_to_find) {
  make_plan("job-b/chk-2");
  if (HasFatalFailure()) return;
  ASSERT_EQ(run_plan().code, 0);
  std::string bytes = truth().at("job-b/chk-2/a1");
  bytes[bytes.size() / 2] ^= 1;
  put("job-b/chk-2/a1", bytes);
  const RunResult again = run_plan();
  EXPECT_EQ(again.code, 0) << again;
  EXPECT_EQ(copied() == truth(), way().compares_content) << again;

  put("job-b/chk-2/a1", bytes);
  const RunResult exported = checkpointfs({"export", *mount_ / "job-b/chk-2", own_ / "exported"});
  ASSERT_EQ(exported.code, 0) << exported;
  const std::string manifest = manifest_in(own_ / "exported");
  copied();
  const RunResult found = checkpointfs({"verify", "--manifest", manifest, last_copied() + "/job-b/chk-2"});
  EXPECT_EQ(found.code, 10) << found;
  EXPECT_NE(found.out.find("a1"), std::string::npos) << found;
}

// Copies on HDFS whose content the DataNodes compare.
class HdfsCopies : public EnginePlans {
 protected:
  RunResult verified_by_checksums(const std::string& manifest, const std::string& copy) const {
    return run({"bash", "-c",
                "hadoop fs -Ddfs.checksum.combine.mode=COMPOSITE_CRC -checksum '" + copy +
                    "/*' | \"$CHECKPOINTFS\" verify --hdfs-checksums - --manifest " + manifest},
               kPlan);
  }
};

TEST_P(HdfsCopies, are_proven_complete_by_the_checksums_of_hdfs_or_found_wrong) {
  const RunResult exported = checkpointfs({"export", *mount_ / "job-b/chk-3", own_ / "exported"});
  ASSERT_EQ(exported.code, 0) << exported;
  const std::string manifest = manifest_in(own_ / "exported");
  const std::string directory = own_ / "exported/job-b/chk-3";
  const std::string copy = uri(Place::kHdfs, "backup") + "/checked";
  const auto hadoop = [&](const std::string& command) {
    const RunResult result = run({"bash", "-c", "hadoop fs " + command}, kPlan);
    ASSERT_EQ(result.code, 0) << result;
  };
  hadoop("-mkdir -p " + copy);
  hadoop("-put " + directory + "/* " + copy);
  RunResult verified = verified_by_checksums(manifest, copy);
  EXPECT_EQ(verified.code, 0) << verified;
  EXPECT_NE(verified.out.find("content of all compared"), std::string::npos) << verified;

  std::string bytes = read_file(directory + "/a1");
  bytes[bytes.size() / 2] ^= 1;
  write_file(own_ / "a1", bytes);
  hadoop("-put -f " + (own_ / "a1") + " " + copy);
  verified = verified_by_checksums(manifest, copy);
  EXPECT_EQ(verified.code, 10) << verified;
  EXPECT_NE(verified.out.find("a1: different"), std::string::npos) << verified;
}

std::string way_name(const testing::TestParamInfo<Way>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(By, EnginePlans, testing::ValuesIn(kWays), way_name);
INSTANTIATE_TEST_SUITE_P(By, HdfsCopies, testing::Values(kWays.front()), way_name);

}  // namespace
}  // namespace checkpointfs::test
