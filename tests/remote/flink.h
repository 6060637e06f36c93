// SPDX-License-Identifier: Apache-2.0
// Real Flinks that write to stores and restore from them: the programs of tests/flink.
#pragma once

#include <string>
#include <vector>

#include "process.h"
#include "stores.h"

namespace checkpointfs::test {

// The smallest job in which each subtask has files of its own. A restore needs the size of the job that
// wrote.
inline const std::vector<std::string> kFlinkSize = {"--keys", "100", "--cold-bytes", "64"};

// A version of Flink with its part for a store: "", "hdfs", "s3-hadoop", "s3-presto". The first run fetches
// them.
struct Flink {
  std::string version;
  std::string store = {};
  std::string configuration = {};  // of Hadoop, a directory
  std::string options = {};        // NAME=VALUE;...

  // Runs tests/flink/run with this program ("Generate").
  RunResult run(const std::string& program, const std::vector<std::string>& size,
                const std::vector<std::string>& arguments) const;
  // The URIs of the checkpoints that the scenario's jobs made below `directory`, oldest first. Throws
  // std::runtime_error.
  std::vector<std::string> generate(const std::string& scenario, const std::string& directory) const;
  // Runs one job that makes and retains so many checkpoints below a local directory, and returns its id.
  std::string generate_many(int checkpoints, const std::string& directory,
                            const std::vector<std::string>& size) const;
  // Restores with each claim mode, goes on, and restores again from what it made; "{claim}" in `snapshot`
  // becomes the mode. Returns the modes that were restored, "CLAIM NO_CLAIM LEGACY"; the test fails if that
  // is not all of them.
  std::string restore(const std::string& scenario, const std::string& snapshot, const std::string& directory,
                      const std::string& claims, const std::vector<std::string>& size = kFlinkSize) const;
};

// The options by which Flink finds the server. `entropy`: puts four random characters in the place of
// "_entropy_" in the names of files.
std::string flink_options(const S3Server& server, const std::string& entropy = {});

// The reason why this machine cannot run Flink; "" if it can.
std::string missing_for_flink();

}  // namespace checkpointfs::test
