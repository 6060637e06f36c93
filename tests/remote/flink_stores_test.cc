// SPDX-License-Identifier: Apache-2.0
// Real Flinks write to HDFS, and to buckets by both of Flink's plugins, with and without entropy in the
// names. rclone and checkpointfs mount the store, `cp -r` copies the newest snapshot out of it, and Flink
// restores the copy with each claim mode, goes on, and restores again. The last lines of the output are the
// rows of a table: docs/stores.md has them.
#include <cstdlib>
#include <iostream>

#include "flink.h"
#include "hadoop_cluster.h"
#include "harness.h"
#include "self_contained.h"
#include "tests/support/files.h"

namespace checkpointfs::test {
namespace {

// One row of the table.
struct Store {
  std::string name;
  std::string flink;      // its part for this store
  std::string directory;  // of checkpoints, as Flink names it; below the NameNode for HDFS
  std::string source;     // that is mounted; likewise
  std::string entropy = {};
};

const std::vector<Store> kStores = {
    {"hdfs", "hdfs", "/flink/checkpoints", "rclone:HD:flink/checkpoints"},
    {"s3_hadoop", "s3-hadoop", "s3://flink/plain/checkpoints", "rclone:GW:flink/plain/checkpoints"},
    {"s3a_hadoop", "s3-hadoop", "s3a://flink/plain/checkpoints", "rclone:GW:flink/plain/checkpoints"},
    {"s3_hadoop_entropy", "s3-hadoop", "s3://flink/_entropy_/ent/checkpoints", "rclone:GW:flink",
     "_entropy_"},
    {"s3_presto", "s3-presto", "s3p://flink/plain/checkpoints", "rclone:GW:flink/plain/checkpoints"},
    {"s3_presto_entropy", "s3-presto", "s3p://flink/ent/_entropy_/checkpoints", "rclone:GW:flink",
     "_entropy_"},
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
    if (is_hdfs()) {
      HadoopCluster::shared().name_to_rclone();
      flink_.configuration = HadoopCluster::shared().local_configuration();
      prefix_ = HadoopCluster::shared().uri() + "/" + flink_.version;
    } else {
      stdfs::create_directories(own_ / "s3/flink");
      server_ = std::make_unique<S3Server>(own_ / "s3", S3Server::ETags::kKept);
      name_server_to_rclone(*server_);
      flink_.options = flink_options(*server_, store().entropy);
    }
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
    {
      Mount mount(source());
      const std::string snapshot = find(mount, written.back());
      ASSERT_FALSE(snapshot.empty()) << mount.said();
      EXPECT_EQ(xattr(snapshot, "user.checkpointfs.status"), "ok") << mount.said();
      for (const std::string& claim : flink_.claim_modes()) {
        const RunResult copied = run({"cp", "-r", snapshot, own_ / claim}, Milliseconds(300'000));
        ASSERT_EQ(copied.code, 0) << copied;
        EXPECT_EQ(not_self_contained(own_ / claim), "");
      }
      files_ = names_in(own_ / "CLAIM").size() - 1;
      EXPECT_GT(files_, 4u);
      mount.unmount();
    }
    // The store must not help.
    if (is_hdfs()) {
      HadoopCluster::shared().fs({"-rm", "-r", "-skipTrash", prefix_ + store().directory});
    } else {
      server_.reset();
      stdfs::remove_all(own_ / "s3");
    }
    const std::string restored = Flink{flink_.version, flink_.store, flink_.configuration}.restore(
        scenario, own_ / "{claim}", own_ / "next");
    std::cout << "| " << store().name << " | " << scenario << " | " << flink_.version << " | " << files_
              << " files | " << (HasFailure() ? "NOT restored" : "restored: " + restored) << " |"
              << std::endl;
  }

  TempDirectory own_;
  std::unique_ptr<RcloneMounts> mounts_;
  std::unique_ptr<S3Server> server_;
  Flink flink_;
  std::string prefix_;
  size_t files_ = 0;
};

TEST_P(FlinkStores, hold_chained_checkpoints_whose_copies_restore) {
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
