// SPDX-License-Identifier: Apache-2.0
// Lists of what goes, carried out by the programs that they are for: just what is listed is gone then.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <set>

#include "base/text/message.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "stores.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kEngine{120'000};

// Names that a pattern, a shell, an option or a comment could be made of.
const std::vector<std::string> kNames = {"*",          "x[1]",        "a{b,c}",     "why?",      "two words",
                                         "q\"uo'te",   "back\\slash", "car^et",     "-dash",     "#hash",
                                         ";semicolon", " blanks ",    "per%20cent", "$(id)`id`", "tilde~",
                                         "r\xC3\xA9",  "x\\[1]",      "a|b&c"};
// Names that kNames would mean as patterns, or if they were read in another way.
const std::vector<std::string> kOthers = {"x1",   "ab",        "ac",     "whyX",     "backslash", "caret",
                                          "hash", "semicolon", "blanks", "per cent", "id",        "r"};

class Engines : public testing::Test {
 protected:
  // A job in a directory called `name`, with an old checkpoint and a new one.
  void add_job(const std::string& name) {
    const std::string job = source() + "/" + name;
    for (const int number : {1, 2}) {
      const std::string state = state_of(name, number);
      write_aged(job + "/shared/" + state, "state", 10);
      MetadataBuilder builder(4);
      builder.checkpoint_id(number);
      builder.op({.parallelism = 1, .max_parallelism = 128});
      builder.subtask({.managed_operator = partitionable({{}}, file(uri_ + name + "/shared/" + state, 5))});
      write_aged(job + "/chk-" + std::to_string(number) + "/_metadata", builder.bytes(), 10 - number);
    }
  }
  void add_jobs() {
    for (const auto& names : {names_, kOthers}) {
      for (const std::string& name : names) add_job(name);
    }
  }
  std::string source() const { return own_ / "s3/bucket/flink"; }
  // No two jobs have a name in common: a file could then be needed under the other path, and is kept.
  static std::string state_of(const std::string& job, int number) {
    return base::format("{:08x}-0000-4000-8000-00000000000{}", std::hash<std::string>()(job) & 0xffffffff,
                        number);
  }

  // The list of the old checkpoints of those that have the odd names.
  RunResult list(const std::string& format, const std::vector<std::string>& names) const {
    std::vector<std::string> words = {"rm",      "--source", source(),   "--index", own_ / "index.db",
                                      "--grace", "0",        "--format", format};
    if (!uri_.starts_with("file:")) words.insert(words.end(), {"--map", uri_ + "=" + source()});
    for (const std::string& name : names) words.push_back(source() + "/" + name + "/chk-1");
    return checkpointfs(words);
  }
  // Carries out the list by a command of a shell, and compares all that is there before and after.
  void expect_only_the_listed_gone(const std::string& format, const std::string& command) {
    add_jobs();
    std::set<std::string> expected = files();
    const RunResult listed = list(format, names_);
    ASSERT_EQ(listed.code, 0) << listed;
    write_file(own_ / "list", listed.out);
    EXPECT_EQ(files(), expected) << "a list changes nothing";
    for (const std::string& name : names_) {
      EXPECT_EQ(expected.erase(name + "/chk-1/_metadata"), 1u);
      EXPECT_EQ(expected.erase(name + "/shared/" + state_of(name, 1)), 1u);
    }
    const RunResult done =
        run({"bash", "-c", "set -o pipefail; cat " + (own_ / "list") + " | " + command}, kEngine);
    EXPECT_EQ(done.code, 0) << done;
    EXPECT_EQ(files(), expected) << listed.out << done;
  }
  void expect_refused(const std::string& format, const std::string& name) {
    add_job("plain");
    for (const int number : {1, 2}) {
      const std::string snapshot = source() + "/" + name + "/chk-" + std::to_string(number);
      write_aged(snapshot + "/_metadata", MetadataBuilder(4).checkpoint_id(number).bytes(), 10 - number);
    }
    const RunResult listed = list(format, {"plain", name});
    EXPECT_EQ(listed.code, 11) << listed;
    EXPECT_EQ(listed.out, "");
    stdfs::remove_all(source() + "/" + name);
  }
  std::set<std::string> files() const {
    std::set<std::string> found;
    for (const auto& entry : stdfs::recursive_directory_iterator(source())) {
      if (entry.is_regular_file()) found.insert(entry.path().lexically_relative(source()));
    }
    return found;
  }
  void serve() {
    stdfs::create_directories(source());
    server_ = std::make_unique<S3Server>(own_ / "s3");
    name_server_to_rclone(*server_);
    ::setenv("AWS_ACCESS_KEY_ID", S3Server::kUser, 1);
    ::setenv("AWS_SECRET_ACCESS_KEY", S3Server::kSecret, 1);
    ::setenv("AWS_REGION", "us-east-1", 1);
    uri_ = "s3://bucket/flink/";
    // A back slash in a URI is a slash to Flink, so no metadata can name a file below such a directory.
    std::erase_if(names_, [](const std::string& name) { return name.find('\\') != std::string::npos; });
  }
  std::string hadoop(const std::string& options = "") const {
    write_file(own_ / "conf/core-site.xml", "<configuration/>");
    return "LC_ALL=C.UTF-8 xargs -d '\\n' java -cp " + (own_ / "conf") + ":" +
           std::getenv("CHECKPOINTFS_HADOOP") + " org.apache.hadoop.fs.FsShell " + options +
           " -rm -skipTrash";
  }

  TempDirectory own_;
  std::vector<std::string> names_ = kNames;
  std::string uri_ = "file:" + source() + "/";  // of the source
  std::unique_ptr<S3Server> server_;

 private:
  static void write_aged(const std::string& path, const std::string& bytes, int days) {
    write_file(path, bytes);
    stdfs::last_write_time(path, stdfs::file_time_type::clock::now() - std::chrono::days(days));
  }
};

TEST_F(Engines, s5cmd_removes_just_what_is_listed) {
  NEEDS_PROGRAM("versitygw");
  NEEDS_PROGRAM("s5cmd");
  serve();
  expect_only_the_listed_gone("s5cmd", "s5cmd --endpoint-url " + server_->url() + " run");
}

TEST_F(Engines, rclone_removes_just_what_is_listed_from_a_bucket) {
  NEEDS_PROGRAM("versitygw");
  NEEDS_PROGRAM("rclone");
  serve();
  expect_only_the_listed_gone("rclone", "rclone delete --files-from-raw - GW:bucket/flink");
}

TEST_F(Engines, rclone_removes_just_what_is_listed_from_a_directory) {
  NEEDS_PROGRAM("rclone");
  expect_only_the_listed_gone("rclone", "rclone delete --files-from-raw - " + source());
}

TEST_F(Engines, hadoop_removes_just_what_is_listed_from_a_directory) {
  if (std::getenv("CHECKPOINTFS_HADOOP") == nullptr) GTEST_SKIP() << "Hadoop is not installed";
  expect_only_the_listed_gone("hadoop", hadoop());
}

TEST_F(Engines, hadoop_removes_just_what_is_listed_from_a_bucket) {
  NEEDS_PROGRAM("versitygw");
  if (std::getenv("CHECKPOINTFS_HADOOP") == nullptr) GTEST_SKIP() << "Hadoop is not installed";
  if (std::string(std::getenv("CHECKPOINTFS_HADOOP")).find("hadoop-aws") == std::string::npos)
    GTEST_SKIP() << "Hadoop has no S3 here";
  serve();
  expect_only_the_listed_gone("hadoop",
                              hadoop("-D fs.s3a.endpoint=" + server_->url() +
                                     " -D fs.s3a.path.style.access=true -D fs.s3a.endpoint.region=us-east-1"
                                     " -D fs.s3a.directory.marker.retention=keep"));
}

TEST_F(Engines, paths_are_removed_by_rm) {
  expect_only_the_listed_gone("paths", "xargs -d '\\n' rm --");
}

TEST_F(Engines, are_given_no_list_with_a_name_that_they_misread) {
  for (const char* format : {"hadoop", "rclone", "paths"}) expect_refused(format, "line\nfeed");
  for (const char* format : {"hadoop", "rclone"}) expect_refused(format, "\xFF");
  expect_refused("rclone", "cr\r");
  expect_refused("hadoop", "co:lon");
  uri_ = "s3://bucket/flink/";
  for (const char* name : {"cr\r", "\xFF"}) expect_refused("s5cmd", name);
}

}  // namespace
}  // namespace checkpointfs::test
