// SPDX-License-Identifier: Apache-2.0
// Errors that say what to do, and names of snapshots as Flink prints them.
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "tests/cli/handmade_storage.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;

class Hints : public HandmadeStorage {
 protected:
  static std::string of_a(const std::string& name) { return std::string(kA) + "/" + name; }
};

TEST_F(Hints, snapshot_is_named_by_the_uri_that_flink_prints) {
  job(kA);
  state(of_a("shared/" + uuid(1)));
  snapshot(of_a("chk-1"), {"s3a://bucket/flink/" + of_a("shared/" + uuid(1))});
  snapshot(of_a("chk-2"), {"s3a://bucket/flink/" + of_a("shared/" + uuid(1))}, 2);
  for (const std::string& name :
       {"s3a://bucket/flink/" + of_a("chk-1"), "s3://bucket/flink/" + of_a("chk-1/_metadata"),
        "file://" + path(of_a("chk-1")), "file:" + path(of_a("chk-1")), of_a("chk-1/_metadata"),
        "hdfs://other/" + of_a("chk-1")}) {
    const Output shown = run({"show", "--json", "--source", source(), name});
    EXPECT_EQ(shown.exit_code, 0) << name << shown.err;
    EXPECT_EQ(text(shown.json(), "path"), of_a("chk-1")) << name;
    EXPECT_EQ(run({"rm", "--source", source(), name}).exit_code, 0) << name;
    EXPECT_EQ(run({"diff", "--source", source(), name, path(of_a("chk-2"))}).exit_code, 0) << name;
  }
  EXPECT_EQ(run({"show", "s3a://bucket/flink/" + of_a("chk-1")}).exit_code, 0)
      << "the known indexes are asked";
  EXPECT_EQ(run({"pin", "--source", source(), "s3a://bucket/flink/" + of_a("chk-1")}).exit_code, 0);
  EXPECT_EQ(run({"show", "--source", source(), "s3a://bucket/flink/" + of_a("chk-9")}).exit_code, 3);
}

TEST_F(Hints, unmapped_names_the_uri_and_the_mapping) {
  job(kA);
  const std::string named = "hdfs://ns1/flink/" + of_a("shared/" + uuid(1));
  snapshot(of_a("chk-1"), {named});
  const std::string hint = "--map hdfs://ns1/flink=DIR";
  const Output listed = run({"list", source()});
  EXPECT_TRUE(contains(listed.out, named + " leads nowhere; say where it lies with " + hint)) << listed.out;
  const Output verified = run({"verify", source()});
  EXPECT_TRUE(contains(verified.out, "unmapped: " + named + ": ")) << verified.out;
  EXPECT_TRUE(contains(verified.out, hint)) << verified.out;
}

TEST_F(Hints, unmapped_file_of_a_bucket_names_the_prefix_and_the_bucket) {
  job(kA);
  snapshot(of_a("chk-1"), {"s3a://bucket/4f1a/checkpoints/" + of_a("shared/" + uuid(1)),
                           "s3a://bucket/99cd/checkpoints/" + of_a("shared/" + uuid(2))});
  const std::string hint = "use the bucket s3://bucket itself as the source";
  const Output listed = run({"list", source()});
  EXPECT_TRUE(contains(listed.out, hint)) << listed.out;
  const Output verified = run({"verify", source()});
  EXPECT_TRUE(contains(verified.out, "no mapping leads from s3://bucket/4f1a to a directory"))
      << verified.out;
  EXPECT_TRUE(contains(verified.out, hint)) << verified.out;
}

TEST_F(Hints, short_file_on_hdfs_may_still_be_open) {
  job(kA);
  for (const auto& [store, is_hdfs] :
       {std::pair{"hdfs://ns1/flink/", true}, std::pair{"s3://bucket/flink/", false}}) {
    const std::string named = store + of_a("shared/" + uuid(1));
    state(of_a("shared/" + uuid(1)), kSize - 1);
    snapshot(of_a("chk-1"), {named});
    const std::string map = std::string(store) + "=" + source();
    const std::string hint = "hdfs debug recoverLease -path " + named;
    for (const auto& command :
         std::vector<std::vector<std::string>>{{"list", source()},
                                               {"verify", source()},
                                               {"show", "--json", "--source", source(), of_a("chk-1")}}) {
      std::vector<std::string> arguments = command;
      arguments.insert(arguments.end(), {"--map", map});
      const Output output = run(arguments);
      EXPECT_EQ(contains(output.out, hint), is_hdfs) << output.out << output.err;
      EXPECT_EQ(contains(output.out, "shorter than recorded"), is_hdfs) << output.out;
    }
  }
}

TEST_F(Hints, mapping_that_no_uri_begins_with_is_refused) {
  job(kA);
  snapshot(of_a("chk-1"), {"hdfs://ns1/flink/" + of_a("shared/" + uuid(1))});
  fs::create_directory(directory_ / "other");
  fs::create_directory(directory_ / "mnt");
  const std::string useless = "hdfs://ns2/flink=" + directory_ / "other";
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"list", source(), "--map", useless},
           {"show", "--source", source(), path(of_a("chk-1")), "--map", useless},
           {"gc", "--source", source(), "--map", useless},
           {"index", source(), "--map", useless},
           {"mount", source(), directory_ / "mnt", "--map", useless}}) {
    const Output output = run(arguments);
    EXPECT_EQ(output.exit_code, 2) << testing::PrintToString(arguments) << output.out;
    EXPECT_TRUE(contains(output.err, "snapshots name files in hdfs://ns1/flink")) << output.err;
  }
  EXPECT_FALSE(contains(run({"index", source()}).out, "hdfs://ns2")) << "none of them kept it";
  EXPECT_EQ(run({"list", source(), "--map", "hdfs://ns1/flink="}).exit_code, 2);
  EXPECT_EQ(run({"list", source(), "--map", "hdfs://ns1/flink=" + source()}).exit_code, 0);
}

TEST_F(Hints, file_that_is_the_directory_above_the_source_ends_no_command) {
  job(kA);
  snapshot(of_a("chk-1"), {"file:" + fs::path(source()).parent_path().string() + "/", "file:/"});
  EXPECT_EQ(run({"list", source()}).exit_code, 0);
  EXPECT_EQ(run({"verify", source()}).exit_code, 10);
  EXPECT_EQ(run({"gc", "--source", source()}).exit_code, 11);
}

TEST_F(Hints, mapping_that_is_kept_may_be_for_snapshots_to_come) {
  job(kA);
  fs::create_directory(directory_ / "other");
  const std::string early = "hdfs://ns2/flink=" + directory_ / "other";
  EXPECT_EQ(run({"index", source(), "--map", early}).exit_code, 0) << "nothing is there yet";
  snapshot(of_a("chk-1"), {"hdfs://ns1/flink/" + of_a("shared/" + uuid(1))});
  EXPECT_EQ(run({"index", source(), "--map", early}).exit_code, 0) << "it was kept before";
}

TEST_F(Hints, commands_that_are_printed_can_be_pasted) {
  job(kA);
  state(of_a("shared/" + uuid(1)));
  snapshot(of_a("chk-1"), {uri(of_a("shared/" + uuid(1)))});
  const Output none = run({"show", "--source", source(), path(of_a("chk-7"))});
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_TRUE(contains(none.err, "; 'checkpointfs list " + source() + "' lists")) << none.err;
  const Output plan = run({"trash", "--source", source(), "purge", "none"});
  EXPECT_EQ(plan.exit_code, 3);
  EXPECT_TRUE(contains(plan.err, "; 'checkpointfs trash --source " + source() + " list' lists")) << plan.err;
  const Output metadata = run({"refs", "--source", source(), path(of_a("chk-1/_metadata"))});
  EXPECT_TRUE(contains(metadata.err, "; 'checkpointfs rm " + path(of_a("chk-1/_metadata")) + "' shows"))
      << metadata.err;
}

TEST_F(Hints, directory_without_snapshots_is_no_success) {
  fs::create_directory(source());
  for (const char* const command : {"list", "du", "verify", "report", "chain"}) {
    const Output output = run({command, source()});
    EXPECT_EQ(output.exit_code, 3) << command << output.out;
    EXPECT_TRUE(contains(output.err, source() + " holds a _metadata")) << output.err;
    EXPECT_EQ(output.out, "");
  }
}

}  // namespace
}  // namespace checkpointfs::test
