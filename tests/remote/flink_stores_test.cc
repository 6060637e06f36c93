// SPDX-License-Identifier: Apache-2.0
// Real Flinks write to HDFS, and to buckets by both of Flink's plugins, with and without entropy in the
// names. rclone and checkpointfs mount the store. `cp -r` and `checkpointfs export` copy the newest snapshot
// out of it, and an engine carries out the plan of `checkpointfs plan` within the store. Then what Flink
// wrote is deleted, and Flink restores each copy, goes on, and restores again. Each test prints its rows of a
// table; docs/stores.md has it.
#include <cstdlib>
#include <iostream>

#include "flink.h"
#include "hadoop_cluster.h"
#include "harness.h"
#include "self_contained.h"
#include "tests/support/files.h"

namespace checkpointfs::test {
namespace {

struct Store {
  std::string name;
  std::string flink;      // its part for this store
  std::string directory;  // of checkpoints, as Flink names it; below the NameNode for HDFS
  std::string source;     // that is mounted; likewise
  std::string engine;     // that copies within the store
  std::string target;     // for the engine; below the NameNode for HDFS
  std::string restored;   // the target as Flink names it; likewise
  std::string entropy = {};
};

const std::vector<Store> kStores = {
    {"hdfs", "hdfs", "/flink/checkpoints", "rclone:HD:flink/checkpoints", "distcp", "/backup", "/backup"},
    {"s3_hadoop", "s3-hadoop", "s3://flink/plain/checkpoints", "rclone:GW:flink/plain/checkpoints", "s5cmd",
     "s3://backup/plain", "s3://backup/plain"},
    {"s3a_hadoop", "s3-hadoop", "s3a://flink/plain/checkpoints", "rclone:GW:flink/plain/checkpoints",
     "rclone", "GW:backup/plain", "s3a://backup/plain"},
    {"s3_hadoop_entropy", "s3-hadoop", "s3://flink/_entropy_/ent/checkpoints", "rclone:GW:flink", "s5cmd",
     "s3://backup/ent", "s3://backup/ent", "_entropy_"},
    {"s3_presto", "s3-presto", "s3p://flink/plain/checkpoints", "rclone:GW:flink/plain/checkpoints", "rclone",
     "GW:backup/plain", "s3p://backup/plain"},
    {"s3_presto_entropy", "s3-presto", "s3p://flink/ent/_entropy_/checkpoints", "rclone:GW:flink", "s5cmd",
     "s3://backup/ent", "s3p://backup/ent", "_entropy_"},
};
const std::vector<std::string> kVersions = {"1.20.5", "2.3.0"};

std::ostream& operator<<(std::ostream& out, const Store& store) {
  return out << store.name;
}

class FlinkStores : public MountTest, public testing::WithParamInterface<std::tuple<Store, std::string>> {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    flink_.version = std::get<1>(GetParam());
    flink_.store = store().flink;
    NEEDS_PROGRAM("rclone");
    for (const std::string& reason :
         {missing_for_flink(), is_hdfs() ? HadoopCluster::missing() : missing_for("rclone")}) {
      if (!reason.empty()) GTEST_SKIP() << reason;
    }
    mounts_ = std::make_unique<RcloneMounts>();
    if (store().engine == "s5cmd") NEEDS_PROGRAM("s5cmd");
    if (is_hdfs()) {
      const HadoopCluster& cluster = HadoopCluster::shared();
      write_rclone_config(own_ / "rclone.conf", cluster.rclone_section());
      flink_.configuration = cluster.local_configuration();
      prefix_ = cluster.uri() + "/" + flink_.version;
      path_ = std::getenv("PATH");
      ::setenv("PATH", (cluster.programs() + ":" + path_).c_str(), 1);
    } else {
      for (const char* bucket : {"flink", "backup"})
        stdfs::create_directories(own_ / ("s3/" + std::string(bucket)));
      server_ = std::make_unique<S3Server>(own_ / "s3", S3Server::ETags::kKept);
      server_->name_to_s5cmd();
      write_rclone_config(own_ / "rclone.conf", rclone_section(*server_));
      flink_.options = flink_options(*server_, store().entropy);
    }
  }
  void TearDown() override {
    if (!path_.empty()) ::setenv("PATH", path_.c_str(), 1);
    MountTest::TearDown();
  }
  static void TearDownTestSuite() { HadoopCluster::stop_shared(); }

  const Store& store() const { return std::get<0>(GetParam()); }
  bool is_hdfs() const { return store().flink == "hdfs"; }
  std::string source() const {
    if (!is_hdfs()) return store().source;
    return "rclone:HD:" + flink_.version +
           store().source.substr(std::string("rclone:HD:").size() - 1).replace(0, 1, "/");
  }
  // The snapshot in the mount whose URI this is.
  static std::string find(const Mount& mount, const std::string& uri) {
    const stdfs::path path(uri);
    const std::string end = path.parent_path().filename().string() + "/" + path.filename().string();
    const RunResult found = run({"find", mount.path(), "-name", ".checkpointfs", "-prune", "-o", "-path",
                                 "*/" + end, "-type", "d", "-print"});
    EXPECT_EQ(std::count(found.out.begin(), found.out.end(), '\n'), 1) << uri << found;
    return found.out.substr(0, found.out.find('\n'));
  }
  void expect_copies_restored(const std::string& scenario) {
    const std::vector<std::string> written = flink_.generate(scenario, prefix_ + store().directory);
    std::string name;  // of the snapshot in the mount, "<job>/chk-4"
    {
      Mount mount(source());
      const std::string snapshot = find(mount, written.back());
      ASSERT_FALSE(snapshot.empty()) << mount.said();
      name = stdfs::path(snapshot).lexically_relative(mount.path());
      EXPECT_EQ(xattr(snapshot, "user.checkpointfs.status"), "ok") << mount.said();
      expect_good({"cp", "-r", snapshot, own_ / "copy"});
      EXPECT_EQ(not_self_contained(own_ / "copy"), "");
      expect_good(checkpointfs_command({"export", snapshot, own_ / "exported"}));
      EXPECT_TRUE(contents_of(own_ / ("exported/" + name)) == contents_of(own_ / "copy"));
      expect_good(checkpointfs_command(
          {"plan", "--engine", store().engine, "-o", own_ / "plan", snapshot, prefix_ + store().target}));
      expect_good({"sh", own_ / "plan/run.sh"});
      mount.unmount();
    }
    delete_what_flink_wrote();
    const size_t files = names_in(own_ / "copy").size() - 1;
    EXPECT_GT(files, 4u);
    // Only the last mode deletes what it was restored from.
    const std::string claims = "NO_CLAIM,LEGACY,CLAIM";
    const auto restore = [&](const std::string& copied_by, const std::string& snapshot,
                             const std::string& out) {
      const bool failed_before = HasFailure();
      const std::string restored = flink_.restore(scenario, snapshot, out, claims);
      EXPECT_EQ(std::count(restored.begin(), restored.end(), ' '), 2) << restored;
      std::cout << "| " << store().name << " | " << flink_.version << " | " << scenario << " | " << files
                << " files | " << copied_by << " | " << (!failed_before && HasFailure() ? "NOT " : "")
                << "restored: " << restored << " |" << std::endl;
    };
    restore("cp -r", own_ / "copy", own_ / "next");
    restore("export", own_ / ("exported/" + name), own_ / "next");
    restore(store().engine, prefix_ + store().restored + "/" + name, prefix_ + store().directory);
  }
  static void expect_good(const std::vector<std::string>& command) {
    const RunResult result = run(command, Milliseconds(550'000));
    EXPECT_EQ(result.code, 0) << result;
  }
  // The copies must do without.
  void delete_what_flink_wrote() const {
    if (is_hdfs()) {
      HadoopCluster::shared().fs({"-rm", "-r", "-skipTrash", prefix_ + store().directory});
    } else {
      for (const auto& entry : stdfs::directory_iterator(own_ / "s3/flink")) stdfs::remove_all(entry.path());
    }
  }

  TempDirectory own_;
  std::unique_ptr<RcloneMounts> mounts_;
  std::unique_ptr<S3Server> server_;
  Flink flink_;
  std::string prefix_;
  std::string path_;  // PATH as it was; "" if it was not changed
};

TEST_P(FlinkStores, hold_chained_checkpoints_of_which_each_copy_restores) {
  expect_copies_restored("chained");
}

std::string row_name(const testing::TestParamInfo<std::tuple<Store, std::string>>& info) {
  std::string name = std::get<0>(info.param).name + "_" + std::get<1>(info.param);
  for (char& c : name) c = c == '.' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(Written, FlinkStores,
                         testing::Combine(testing::ValuesIn(kStores), testing::ValuesIn(kVersions)),
                         row_name);

}  // namespace
}  // namespace checkpointfs::test
