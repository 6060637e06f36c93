// SPDX-License-Identifier: Apache-2.0
// refs: "no snapshot needs it" is said of a file that is there, and needed by nobody, and of nothing else.
#include <boost/json.hpp>

#include "tests/cli/handmade_storage.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;

class Refs : public HandmadeStorage {
 protected:
  void SetUp() override {
    job(kA);
    state(of_a("shared/" + uuid(1)));
    snapshot(of_a("chk-1"), {named("shared/" + uuid(1))});
    state(of_a("shared/" + uuid(2)));
  }
  static std::string of_a(const std::string& name) { return std::string(kA) + "/" + name; }
  static std::string named(const std::string& name, const std::string& store = "hdfs://ns1/flink/") {
    return store + of_a(name);
  }
  Output refs(const std::string& argument) const { return run({"refs", "--source", source(), argument}); }
};

TEST_F(Refs, knows_a_file_by_another_spelling_of_its_store) {
  for (const char* const store :
       {"hdfs://ns1:8020/flink/", "hdfs:///flink/", "viewfs://c/flink/", "hdfs://ns1/%66link/",
        "s3a://bucket/flink/", "viewfs://c/mounted/elsewhere/"}) {
    const Output output = refs(named("shared/" + uuid(1), store));
    EXPECT_EQ(output.exit_code, 0) << store << output.err;
    EXPECT_TRUE(contains(output.out, " is known as " + named("shared/" + uuid(1)) + "\n")) << output.out;
    EXPECT_TRUE(contains(output.out, "needed by 1 snapshot\n")) << output.out;
  }
  EXPECT_EQ(refs(named("shared/" + uuid(1))).exit_code, 0);
}

TEST_F(Refs, says_that_nobody_needs_it_of_a_file_that_is_there_only) {
  const Output output = refs(path(of_a("shared/" + uuid(2))));
  EXPECT_EQ(output.exit_code, 9);
  EXPECT_TRUE(contains(output.out, ": no snapshot needs it\n")) << output.out;
  EXPECT_EQ(refs("hdfs://ns1/flink/" + of_a("shared/" + uuid(2))).exit_code, 9) << "by a mapping";
  write(directory_ / "elsewhere", "x");
  for (const auto& [argument, says] : std::vector<std::pair<std::string, std::string>>{
           {path(of_a("shared/no-such-file")), "does not exist, and no snapshot names it"},
           {"s3://elsewhere/x", "is a URI that no snapshot names"},
           {"nonsense", "is neither a file here nor the name of a file that a snapshot needs"},
           {directory_ / "elsewhere", "is not in any source"},
           {path(of_a("taskowned")), "is a directory without any state file"},
           {path(of_a("chk-1/_metadata")), "is the metadata of the snapshot " + of_a("chk-1")},
           {named("chk-1/_metadata"), "is the metadata of the snapshot " + of_a("chk-1")}}) {
    const Output other = refs(argument);
    EXPECT_EQ(other.exit_code, 3) << argument << other.out;
    EXPECT_TRUE(contains(other.err, says)) << other.err;
    EXPECT_EQ(other.out, "");
  }
}

TEST_F(Refs, sums_a_directory_up) {
  for (const std::string& argument : {path(of_a("shared")), path(kA), uri(of_a("shared"))}) {
    const Output output = refs(argument);
    EXPECT_EQ(output.exit_code, 0) << argument << output.err;
    EXPECT_TRUE(contains(output.out,
                         "a directory: 2 files, 200 B\n  1 file, 100 B: needed by 1 snapshot\n"
                         "  1 file, 100 B: no snapshot needs them\n"))
        << output.out;
    EXPECT_TRUE(contains(output.out, of_a("chk-1"))) << output.out;
  }
  const Output elsewhere = refs("hdfs://ns1:8020/flink");
  EXPECT_EQ(elsewhere.exit_code, 0) << elsewhere.err;
  EXPECT_TRUE(contains(elsewhere.out,
                       "1 file, 100 B: needed by 1 snapshot\n  unreferenced files there are not known"))
      << elsewhere.out;
  const boost::json::value sums =
      run({"refs", "--json", "--source", source(), path(of_a("shared"))}).json().at("directory");
  EXPECT_EQ(number(sums, "files"), 2u);
  EXPECT_EQ(number(sums, "unneeded_bytes"), 100u);
}

TEST_F(Refs, knows_a_file_by_its_inode_and_by_a_name_that_no_other_can_have) {
  fs::create_hard_link(path(of_a("shared/" + uuid(1))), path("linked"));
  write(path("copy/" + uuid(1)), std::string(kSize, 's'));
  for (const std::string& other : {path("linked"), path("copy/" + uuid(1))}) {
    const Output output = refs(other);
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_TRUE(contains(output.out, "needed by 1 snapshot\n")) << output.out;
  }
}

TEST_F(Refs, says_nothing_of_a_file_of_no_storage) {
  write(directory_ / "etc/passwd", "x");
  const Output output = run({"refs", directory_ / "etc/passwd"});
  EXPECT_EQ(output.exit_code, 3) << output.out;
  EXPECT_EQ(output.out, "");
  EXPECT_TRUE(contains(output.err, "name the storage with --source")) << output.err;
}

TEST_F(Refs, does_not_say_that_nobody_needs_it_while_a_snapshot_cannot_be_read) {
  write(path("b/chk-9/_metadata"), "none of Flink's");
  const Output output = refs(path(of_a("shared/" + uuid(2))));
  EXPECT_EQ(output.exit_code, 3) << output.out;
  EXPECT_TRUE(contains(output.err, "b/chk-9 is unreadable and may need it")) << output.err;
  EXPECT_EQ(refs(path(of_a("shared/" + uuid(1)))).exit_code, 0);
}

}  // namespace
}  // namespace checkpointfs::test
