// SPDX-License-Identifier: Apache-2.0
// The scope of a command: never narrower than the storage when the command decides about deletion.
#include <sys/stat.h>

#include <boost/json.hpp>

#include "tests/cli/handmade_storage.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// Job B needs a file of job A.
class Scope : public HandmadeStorage {
 protected:
  void SetUp() override {
    job(kA);
    job(kB);
    const std::string shared = state(a("shared/" + uuid(1)));
    const std::string own = state(a("shared/" + uuid(2)));
    const std::string of_b = state(b("shared/" + uuid(3)));
    snapshot(a("chk-1"), {shared, own});
    snapshot(b("chk-2"), {shared, of_b}, 2);
    snapshot(b("chk-3"), {shared, of_b}, 3);
  }
  static std::string a(const std::string& name) { return std::string(kA) + "/" + name; }
  static std::string b(const std::string& name) { return std::string(kB) + "/" + name; }
  std::string whole(uint64_t snapshots = 3, uint64_t jobs = 2) const {
    return "looked at: " + source() + " (" + std::to_string(snapshots) + " snapshots, " +
           std::to_string(jobs) + " jobs)\n";
  }
};

TEST_F(Scope, stays_the_storage_after_one_job_was_listed) {
  const std::string file = path(a("shared/" + uuid(1)));
  const Output listed = run({"list", path(kA)});
  ASSERT_EQ(listed.exit_code, 0) << listed.err;
  ASSERT_EQ(run({"list", path(kB)}).exit_code, 0);

  const Output shown = run({"show", path(b("chk-3"))});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_TRUE(shown.out.starts_with(whole())) << shown.out;
  EXPECT_TRUE(contains(shown.out, "status:     ok\n")) << shown.out;

  const Output refs = run({"refs", file});
  EXPECT_EQ(refs.exit_code, 0) << refs.err;
  EXPECT_TRUE(refs.out.starts_with(whole())) << refs.out;
  EXPECT_TRUE(contains(refs.out, "needed by 3 snapshots")) << refs.out;

  const Output removed = run({"rm", path(a("chk-1")), "--force-newest", "--grace", "0", "--apply"});
  ASSERT_EQ(removed.exit_code, 0) << removed.err;
  EXPECT_TRUE(removed.out.starts_with(whole())) << removed.out;
  EXPECT_TRUE(contains(removed.out, "moved into the trash: 1 snapshot, 1 file, 100 B")) << removed.out;
  EXPECT_TRUE(fs::exists(file));
  EXPECT_FALSE(fs::exists(path(a("shared/" + uuid(2)))));
  EXPECT_EQ(run({"verify", source()}).exit_code, 0);
}

TEST_F(Scope, of_a_job_that_nobody_listed_is_the_storage_around_it) {
  const Output shown = run({"show", "--json", path(b("chk-3"))});
  ASSERT_EQ(shown.exit_code, 0) << shown.err;
  const json::value looked = shown.json().at("looked_at");
  ASSERT_EQ(looked.as_array().size(), 1u);
  EXPECT_EQ(text(looked.at(0), "source"), source());
  EXPECT_EQ(number(looked.at(0), "snapshots"), 3u);
  EXPECT_EQ(number(looked.at(0), "jobs"), 2u);
  // Names of jobs need not be those that Flink gives.
  fs::remove_all(directory_ / "state");
  fs::rename(path(kA), path("orders"));
  fs::rename(path(kB), path("billing"));
  const Output plan = run({"rm", path("billing/chk-2")});
  EXPECT_TRUE(plan.out.starts_with("looked at: " + source() + " (")) << plan.out << plan.err;
}

TEST_F(Scope, that_is_one_job_among_others_is_refused_to_commands_that_delete) {
  const std::string index = directory_ / "narrow.index";
  ASSERT_EQ(run({"index", "--index", index, path(kA)}).exit_code, 0);
  const std::vector<std::vector<std::string>> narrow = {{"--source", path(kA)},
                                                        {"--source", path(a("chk-1"))},
                                                        {"--index", index},
                                                        {"--index", index, "--source", path(kA)}};
  for (const std::vector<std::string>& options : narrow) {
    for (std::vector<std::string> arguments :
         std::vector<std::vector<std::string>>{{"rm", path(a("chk-1")), "--force-newest", "--apply"},
                                               {"gc", "--apply"},
                                               {"gc", "--format", "paths"},
                                               {"trash", "purge", "--all", "--apply"}}) {
      arguments.insert(arguments.end(), options.begin(), options.end());
      const Output output = run(arguments);
      EXPECT_EQ(output.exit_code, 11) << testing::PrintToString(arguments) << output.out << output.err;
      EXPECT_TRUE(contains(output.err, "; use --source " + source() + "\n")) << output.err;
      EXPECT_EQ(output.out, "");
    }
  }
  const Output wide = run({"rm", path(a("chk-1")), "--force-newest", "--grace", "0", "--source", source()});
  EXPECT_EQ(wide.exit_code, 0) << wide.err;
  EXPECT_TRUE(contains(wide.out, "to remove: 1 snapshot, 1 file, 100 B")) << wide.out;
  EXPECT_TRUE(fs::exists(path(a("chk-1/_metadata"))));
}

TEST_F(Scope, is_never_the_whole_host) {
  for (const char* const path : {"/", "/usr", "/_metadata"}) {
    const Output guessed = run({"show", path});
    EXPECT_EQ(guessed.exit_code, 2) << path;
    EXPECT_TRUE(contains(guessed.err, "no known index holds ")) << guessed.err;
  }
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"list", "/"}, {"gc", "--source", "/"}, {"index", "/usr/.."}}) {
    const Output given = run(words);
    EXPECT_EQ(given.exit_code, 3) << given.err;
    EXPECT_TRUE(contains(given.err,
                         "source /: the root directory is the whole host; name the directory of the storage"))
        << given.err;
  }
  EXPECT_EQ(run({"rm", path(a("chk-1")), "--force-newest"}).exit_code, 0);
}

TEST_F(Scope, of_one_job_alone_is_that_job) {
  fs::remove_all(path(kB));
  EXPECT_EQ(run({"gc", "--source", path(kA)}).exit_code, 0) << run({"gc", "--source", path(kA)}).err;
}

TEST_F(Scope, narrower_than_what_is_known_is_refused_to_commands_that_delete) {
  job("cluster/" + std::string(kA));
  snapshot("cluster/" + std::string(kA) + "/chk-9", {uri(a("shared/" + uuid(1)))}, 9);
  const std::string cluster = path("cluster");
  EXPECT_EQ(run({"gc", "--source", cluster}).exit_code, 11) << "it names a file of no source";
  ASSERT_EQ(run({"list", source()}).exit_code, 0);
  const Output refused = run({"gc", "--source", cluster});
  EXPECT_EQ(refused.exit_code, 11);
  EXPECT_TRUE(contains(refused.err, "; use --source " + source() +
                                        ", or delete that index if its source is no longer storage"))
      << refused.err;
  // Without the index, the trash says that it was a source.
  ASSERT_EQ(run({"rm", "--apply", "--source", source(), path(b("chk-2"))}).exit_code, 0);
  fs::remove_all(directory_ / "state");
  const Output marked = run({"gc", "--source", cluster});
  EXPECT_EQ(marked.exit_code, 11);
  EXPECT_TRUE(contains(marked.err, "; use --source " + source() + ",")) << marked.err;
  const Output found = run({"show", path("cluster/" + std::string(kA) + "/chk-9")});
  EXPECT_TRUE(found.out.starts_with("looked at: " + source() + " (")) << found.out << found.err;
}

TEST_F(Scope, is_not_widened_by_a_control_directory_of_somebody_else) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give away a directory";
  fs::create_directories(directory_ / ".checkpointfs/trash");
  ASSERT_EQ(0, ::chown((directory_ / ".checkpointfs").c_str(), 65534, 65534));
  EXPECT_EQ(run({"gc", "--source", source()}).exit_code, 0);
}

TEST_F(Scope, of_a_narrow_source_may_be_looked_at_and_says_what_lies_outside) {
  const Output listed = run({"list", path(kB)});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_TRUE(contains(listed.out, "outside\n")) << listed.out;
  EXPECT_TRUE(contains(listed.out, "checkpointfs list " + source() + "\n")) << listed.out;
  const Output verified = run({"verify", path(kB)});
  EXPECT_EQ(verified.exit_code, 10);
  EXPECT_TRUE(contains(verified.out, "outside: " + uri(a("shared/" + uuid(1))))) << verified.out;
}

TEST_F(Scope, is_told_on_standard_error_where_the_output_is_a_list_for_programs) {
  const Output list = run({"rm", "--source", source(), path(b("chk-2")), "--format", "paths"});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_EQ(list.out, path(b("chk-2/_metadata")) + "\n");
  EXPECT_TRUE(contains(list.err, whole())) << list.err;
  const json::value plan = run({"rm", "--source", source(), path(b("chk-2")), "--json"}).json();
  EXPECT_EQ(number(plan.at("looked_at").at(0), "snapshots"), 3u);
}

TEST_F(Scope, keeps_the_mappings_that_narrower_sources_were_given) {
  job("c");
  write(directory_ / "elsewhere/" + uuid(4), std::string(kSize, 's'));
  snapshot("c/chk-5", {"hdfs://ns1/flink/c/shared/" + uuid(4)}, 5);
  ASSERT_EQ(
      run({"index", "--map", "hdfs://ns1/flink/c/shared=" + directory_ / "elsewhere", path("c")}).exit_code,
      0);
  const Output shown = run({"show", path("c/chk-5")});
  EXPECT_TRUE(contains(shown.out, "status:     ok\n")) << shown.out << shown.err;
  EXPECT_TRUE(shown.out.starts_with(whole(4, 3))) << shown.out;
}

}  // namespace
}  // namespace checkpointfs::test
