// SPDX-License-Identifier: Apache-2.0
#include "flink.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kRun{1'800'000};

// The rest of the lines that begin with this word.
std::vector<std::string> lines_of(const std::string& text, const std::string& word) {
  std::vector<std::string> found;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(word + " ")) found.push_back(line.substr(word.size() + 1));
  }
  return found;
}

}  // namespace

RunResult Flink::run(const std::string& program, const std::vector<std::string>& size,
                     const std::vector<std::string>& arguments) const {
  std::vector<std::string> words = {"env", "-u", "AWS_CA_BUNDLE", "AWS_REGION=us-east-1"};
  if (!store.empty()) words.push_back("FLINK_STORE=" + store);
  if (!configuration.empty()) words.push_back("HADOOP_CONF_DIR=" + configuration);
  words.insert(words.end(),
               {std::string(std::getenv("CHECKPOINTFS_SOURCE")) + "/tests/flink/run", version, program});
  words.insert(words.end(), size.begin(), size.end());
  if (!options.empty()) words.insert(words.end(), {"--conf", options});
  words.insert(words.end(), arguments.begin(), arguments.end());
  return test::run(words, kRun);
}

std::vector<std::string> Flink::generate(const std::string& scenario, const std::string& directory) const {
  const RunResult result =
      run("Generate", kFlinkSize, {"--scenario", scenario, "--out", directory, "--checkpoints", "2"});
  std::vector<std::string> snapshots = lines_of(result.out, "snapshot");
  if (result.code != 0 || snapshots.empty())
    throw std::runtime_error("Flink " + version + " wrote nothing to " + directory + "\n" + result.out +
                             result.err);
  return snapshots;
}

std::string Flink::generate_many(int checkpoints, const std::string& directory,
                                 const std::vector<std::string>& size) const {
  const RunResult result = run("Generate", size,
                               {"--scenario", "rocksdb-incremental", "--out", directory, "--checkpoints",
                                std::to_string(checkpoints)});
  const std::vector<std::string> jobs = lines_of(result.out, "job");
  if (result.code != 0 || jobs.size() != 1)
    throw std::runtime_error("Flink " + version + " made no checkpoints\n" + result.out + result.err);
  return jobs.front();
}

std::string Flink::restore(const std::string& scenario, const std::string& snapshot,
                           const std::string& directory, const std::string& claims,
                           const std::vector<std::string>& size) const {
  const RunResult result = run("Restore", size,
                               {"--scenario", scenario, "--snapshot", snapshot, "--out", directory, "--claim",
                                claims, "--checkpoints", "2", "--again", "yes"});
  EXPECT_EQ(result.code, 0) << "Flink " << version << ", " << snapshot << "\n" << result;
  std::string restored;
  for (const std::string& claim : lines_of(result.out, "restored"))
    restored += (restored.empty() ? "" : " ") + claim;
  return restored;
}

std::string flink_options(const S3Server& server, const std::string& entropy) {
  std::string options =
      "s3.endpoint=" + server.url() + ";s3.endpoint.region=us-east-1;s3.path.style.access=true" +
      ";s3.path-style-access=true;s3.access-key=" + S3Server::kUser + ";s3.secret-key=" + S3Server::kSecret;
  // s3a deletes the markers of directories that are not empty, the gateway refuses, and s3a tries for ever
  // without a word.
  options += ";s3.directory.marker.retention=keep";
  if (!entropy.empty()) options += ";s3.entropy.key=" + entropy + ";s3.entropy.length=4";
  return options;
}

std::string missing_for_flink() {
  for (const char* program : {"java", "mvn"}) {
    if (!have_program(program)) return std::string(program) + " is not installed";
  }
  return std::getenv("CHECKPOINTFS_SOURCE") == nullptr ? "CHECKPOINTFS_SOURCE does not name the source" : "";
}

}  // namespace checkpointfs::test
