// SPDX-License-Identifier: Apache-2.0
// A Hadoop cluster on this host: a NameNode and a DataNode, and YARN for those who ask for it, as plain Java
// processes on free ports of 127.0.0.1. The classes come from Maven Central (hadoop/pom.xml), by
// $CHECKPOINTFS_HADOOP. A cluster takes some 20 seconds to start and about 250 MB a process, so the tests of
// one program share it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "process.h"
#include "stores.h"
#include "tests/support/files.h"

namespace checkpointfs::test {

class HadoopCluster {
 public:
  // Throws std::runtime_error with what the servers logged, if they do not start.
  HadoopCluster();
  ~HadoopCluster();
  HadoopCluster(const HadoopCluster&) = delete;
  HadoopCluster& operator=(const HadoopCluster&) = delete;

  // One cluster for all tests of this program, started by the first of them.
  static HadoopCluster& shared();
  static void stop_shared();
  // The reason why this machine cannot have one; "" if it can.
  static std::string missing();

  // "hdfs://127.0.0.1:PORT"
  std::string uri() const { return "hdfs://" + authority(); }
  std::string authority() const { return "127.0.0.1:" + std::to_string(name_node_port_); }
  // The configuration directory (HADOOP_CONF_DIR) in which jobs run in the client's process, and the one in
  // which YARN runs them.
  std::string local_configuration() const { return own_ / "local"; }
  std::string yarn_configuration() const { return own_ / "yarn"; }
  // The directory with the command `hadoop`, which has `fs` and `distcp`, and takes HADOOP_CONF_DIR.
  std::string programs() const { return own_ / "bin"; }

  void start_yarn();
  // Lets s3a reach the server.
  void name_server(const S3Server& server);
  // The section of the cluster in a configuration of rclone, as `HD:`.
  std::string rclone_section() const;

  // `hadoop fs ARGUMENT...`; the test fails if that fails.
  RunResult fs(const std::vector<std::string>& arguments) const;

 private:
  void write_configuration() const;
  std::unique_ptr<Process> start(const std::string& configuration, const std::vector<std::string>& options,
                                 const std::string& name);
  void wait_for_data_node() const;
  [[noreturn]] void fail(const std::string& problem) const;

  TempDirectory own_;
  int name_node_port_;
  int http_port_;
  std::vector<int> ports_;
  std::string s3a_;  // properties of s3a, as XML
  std::vector<std::unique_ptr<Process>> servers_;
};

}  // namespace checkpointfs::test
