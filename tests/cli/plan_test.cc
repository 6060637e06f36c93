// SPDX-License-Identifier: Apache-2.0
// plan: lists for copy programs, the copy's `_metadata`, and the script.
#include <unistd.h>

#include <algorithm>
#include <set>
#include <sstream>

#include <boost/json.hpp>

#include "tests/cli/handmade_storage.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> lines(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> all;
  for (std::string line; std::getline(in, line);) all.insert(line);
  return all;
}

class PlanCommand : public HandmadeStorage {
 protected:
  void SetUp() override { job(kA); }

  std::string chk(const std::string& name) const { return std::string(kA) + "/" + name; }

  // A checkpoint at `store` with a file in `shared`, a file of its own and whatever `more` names.
  void checkpoint(const std::string& name, const std::string& store,
                  const std::vector<std::string>& more = {}) {
    state(std::string(kA) + "/shared/" + uuid(1));
    state(chk(name) + "/" + uuid(2));
    Incremental handle;
    handle.shared.emplace_back("1.sst", file(store + "/" + kA + "/shared/" + uuid(1), kSize));
    handle.private_.emplace_back("own", relative(uuid(2), kSize));
    for (const std::string& other : more) handle.private_.emplace_back("other", other);
    write(path(chk(name) + "/_metadata"),
          MetadataBuilder(4).checkpoint_id(1).op().subtask({.managed_keyed = incremental(handle)}).bytes());
  }

  std::string plan() const { return directory_ / "plan"; }
  std::string planned(const std::string& file) const { return content(plan() + "/" + file); }

  Output make(const std::string& engine, const std::string& target, const std::string& store,
              std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"plan", "--source", source(), "--engine", engine, "-o", plan()};
    if (!store.empty()) arguments.insert(arguments.end(), {"--map", store + "=" + source()});
    if (more.empty()) more = {chk("chk-1")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back(target);
    return run(arguments);
  }
  static void expect_ok(const Output& output) { ASSERT_EQ(output.exit_code, 0) << output.err; }
};

TEST_F(PlanCommand, distcp_list_has_the_uris_of_the_store_for_shared_and_own_files) {
  checkpoint("chk-1", "hdfs://ns1/flink");
  expect_ok(make("distcp", "hdfs://dst:8020/backup/", "hdfs://ns1/flink"));
  const std::string base = std::string("hdfs://ns1/flink/") + kA;
  EXPECT_EQ(lines(planned(chk("chk-1/distcp.list"))),
            (std::set<std::string>{base + "/shared/" + uuid(1), base + "/chk-1/" + uuid(2)}));
  const std::string script = planned("run.sh");
  EXPECT_TRUE(contains(script, "TO=hdfs://dst:8020/backup/" + chk("chk-1") + "\n")) << script;
  EXPECT_TRUE(contains(script, "-update -pbc -f ")) << script;
  EXPECT_LT(script.find("hadoop fs -mkdir -p"), script.find("hadoop distcp"));
}

TEST_F(PlanCommand, distcp_reads_s3_by_the_scheme_s3a_and_writes_to_s3_directly) {
  checkpoint("chk-1", "s3p://bucket/flink");
  expect_ok(make("distcp", "s3://backup", "s3://bucket/flink"));
  EXPECT_TRUE(lines(planned(chk("chk-1/distcp.list")))
                  .contains(std::string("s3a://bucket/flink/") + kA + "/shared/" + uuid(1)));
  const std::string script = planned("run.sh");
  EXPECT_TRUE(contains(script, "TO=s3a://backup/")) << script;
  EXPECT_TRUE(contains(script, "-update -direct -f ")) << script;
}

TEST_F(PlanCommand, s5cmd_list_copies_to_the_projected_names) {
  checkpoint("chk-1", "s3a://bucket/flink");
  expect_ok(make("s5cmd", "s3a://backup/it's", "s3://bucket/flink"));
  const std::string from = std::string("s3://bucket/flink/") + kA;
  const std::string to = "s3://backup/it'\\''s/" + chk("chk-1");
  EXPECT_TRUE(lines(planned(chk("chk-1/s5cmd.list")))
                  .contains("cp --raw '" + from + "/shared/" + uuid(1) + "' '" + to + "/" + uuid(1) + "'"));
}

TEST_F(PlanCommand, csv_has_a_line_of_source_and_target_for_each_file) {
  checkpoint("chk-1", "gs://bucket/a,b");
  expect_ok(make("csv", "gs://backup", "gs://bucket/a,b"));
  const std::string table = planned(chk("chk-1/copy.csv"));
  EXPECT_TRUE(table.starts_with("source,target\r\n"));
  EXPECT_TRUE(contains(table, "\"gs://bucket/a,b/" + chk("chk-1/") + uuid(2) + "\",gs://backup/" +
                                  chk("chk-1/") + uuid(2) + "\r\n"))
      << table;
  EXPECT_FALSE(fs::exists(plan() + "/run.sh"));
}

TEST_F(PlanCommand, rclone_has_a_list_for_each_directory_so_that_the_target_is_flat) {
  checkpoint("chk-1", "file:" + source());
  expect_ok(make("rclone", "gw:backup", ""));
  EXPECT_EQ(planned(chk("chk-1/rclone-1.list")), uuid(2) + "\n");
  EXPECT_EQ(planned(chk("chk-1/rclone-2.list")), uuid(1) + "\n");
  const std::string script = planned("run.sh");
  EXPECT_TRUE(contains(script, "\"$DIR/rclone-1.list\" -- " + path(chk("chk-1")) + " \"$TO\"")) << script;
  EXPECT_TRUE(contains(script, "\"$DIR/rclone-2.list\" -- " + path(std::string(kA) + "/shared"))) << script;
}

TEST_F(PlanCommand, show_names_shared_and_own_files_by_the_uris_of_the_store) {
  checkpoint("chk-1", "s3a://bucket/flink");
  const Output shown =
      run({"show", "--json", "--source", source(), "--map", "s3://bucket/flink=" + source(), chk("chk-1")});
  expect_ok(shown);
  std::set<std::string> uris;
  const json::value report = shown.json();
  for (const json::value& file : report.at("files").as_array()) uris.insert(text(file, "uri"));
  EXPECT_EQ(uris, (std::set<std::string>{"s3a://bucket/flink/" + chk("chk-1/") + uuid(2),
                                         std::string("s3a://bucket/flink/") + kA + "/shared/" + uuid(1)}));
}

TEST_F(PlanCommand, metadata_is_the_one_that_a_pin_has) {
  checkpoint("chk-1", "file:" + source());
  expect_ok(run({"pin", path(chk("chk-1")), "a"}));
  expect_ok(make("csv", "s3://backup", ""));
  EXPECT_EQ(planned(chk("chk-1/_metadata")), content(path(".checkpointfs/pins/a/_metadata")));
}

TEST_F(PlanCommand, manifest_names_every_file_with_size_and_origin) {
  checkpoint("chk-1", "s3a://bucket/flink");
  expect_ok(make("s5cmd", "s3://backup", "s3://bucket/flink"));
  const auto manifest = lines(planned(chk("chk-1.manifest.jsonl")));
  ASSERT_EQ(manifest.size(), 5u) << "a head, two files, the metadata, an end";
  std::map<std::string, json::value> files;
  for (const std::string& line : manifest) {
    const json::value value = json::parse(line);
    if (value.as_object().contains("name")) files[text(value, "name")] = value;
  }
  ASSERT_TRUE(files.contains(uuid(2)));
  EXPECT_EQ(number(files[uuid(2)], "size"), static_cast<uint64_t>(kSize));
  EXPECT_EQ(text(files[uuid(2)], "uri"), "s3a://bucket/flink/" + chk("chk-1/") + uuid(2));
  EXPECT_EQ(number(files["_metadata"], "size"), planned(chk("chk-1/_metadata")).size());
}

TEST_F(PlanCommand, what_the_engine_cannot_do_is_left_to_this_host_with_the_reason) {
  state(chk("chk-1/q[1]"));
  state(std::string("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/shared/") + uuid(1));  // the same base name
  state(chk("chk-1/merged"));
  const std::string store = "hdfs://ns1/flink";
  checkpoint("chk-1", store,
             {relative("q[1]", kSize), file(store + "/" + kB + "/shared/" + uuid(1), kSize),
              segment(store + "/" + chk("chk-1/merged"), 10, 20)});
  const Output output = make("distcp", "hdfs://dst/backup", store, {"--json", chk("chk-1")});
  expect_ok(output);
  const json::value plan = output.json();
  EXPECT_EQ(number(plan, "engine_files"), 2u);
  EXPECT_EQ(number(plan, "rest_files"), 3u);
  EXPECT_EQ(number(plan, "rest_bytes"), 2 * kSize + 20u);
  std::map<std::string, std::string> reasons;
  for (const json::value& file : plan.at("snapshots").at(0).at("rest").as_array())
    reasons[text(file, "name")] = text(file, "reason");
  EXPECT_TRUE(contains(reasons["q[1]"], "pattern"));
  EXPECT_TRUE(contains(reasons["merged-10-20"], "part of merged"));
  std::string names;
  for (const auto& [name, reason] : reasons) {
    names += name + "\n";
    if (name.starts_with(uuid(1))) {
      EXPECT_TRUE(contains(reason, "cannot rename")) << reason;
    }
  }
  EXPECT_EQ(lines(planned(chk("chk-1/rest.list"))), lines(names));
  EXPECT_TRUE(contains(planned("run.sh"), "export --source " + source() + " --map " + store + "=" + source() +
                                              " --only \"$DIR/rest.list\""))
      << planned("run.sh");
}

TEST_F(PlanCommand, s5cmd_renames_and_takes_patterns_by_itself) {
  state(chk("chk-1/q[1]"));
  state(std::string(kB) + "/shared/" + uuid(1));
  const std::string store = "s3://bucket";
  checkpoint("chk-1", store, {relative("q[1]", kSize), file(store + "/" + kB + "/shared/" + uuid(1), kSize)});
  const Output output = make("s5cmd", "s3://backup", store, {"--json", chk("chk-1")});
  expect_ok(output);
  EXPECT_EQ(number(output.json(), "engine_files"), 4u);
}

TEST_F(PlanCommand, storage_without_a_store_is_of_no_use_to_distcp_and_says_so) {
  checkpoint("chk-1", "file:" + source());
  const Output output = make("distcp", "hdfs://dst/backup", "");
  expect_ok(output);
  EXPECT_TRUE(contains(output.err, "the plan is of no use; use 'checkpointfs export'")) << output.err;
  EXPECT_TRUE(contains(output.out, "--map URI=DIR")) << output.out;
}

TEST_F(PlanCommand, broken_snapshot_is_refused) {
  checkpoint("chk-1", "file:" + source());
  fs::remove(path(chk("chk-1/") + uuid(2)));
  const Output output = make("csv", "s3://backup", "");
  EXPECT_EQ(output.exit_code, 10) << output.err;
  EXPECT_FALSE(fs::exists(plan()));
}

TEST_F(PlanCommand, target_within_the_snapshot_itself_is_refused) {
  checkpoint("chk-1", "s3a://bucket/flink");
  for (const char* target : {"s3://bucket/flink", "s3p://bucket/flink/"}) {
    const Output output = make("s5cmd", target, "s3://bucket/flink");
    EXPECT_EQ(output.exit_code, 2) << output.err;
    EXPECT_TRUE(contains(output.err, "within the snapshot")) << output.err;
  }
}

TEST_F(PlanCommand, directory_that_exists_is_left_alone) {
  checkpoint("chk-1", "file:" + source());
  write(plan() + "/mine", "mine");
  const Output output = make("csv", "s3://backup", "");
  EXPECT_EQ(output.exit_code, 2) << output.err;
  EXPECT_EQ(std::distance(fs::directory_iterator(plan()), {}), 1);
}

TEST_F(PlanCommand, targets_and_engines_that_do_not_fit_are_refused) {
  checkpoint("chk-1", "file:" + source());
  for (const auto& [engine, target] :
       std::vector<std::pair<std::string, std::string>>{{"distcp", "/backup"},
                                                        {"distcp", "file:/backup"},
                                                        {"s5cmd", "hdfs://nn/backup"},
                                                        {"s5cmd", "s3://"},
                                                        {"rclone", "s3://bucket"},
                                                        {"rclone", "/backup"},
                                                        {"csv", "backup"},
                                                        {"cp", "s3://backup"},
                                                        {"distcp", "hdfs://nn/a[1]"},
                                                        {"s5cmd", "s3://b/a*"}}) {
    const Output output = make(engine, target, "");
    EXPECT_EQ(output.exit_code, 2) << engine << " " << target << ": " << output.err;
    EXPECT_FALSE(fs::exists(plan()));
  }
}

TEST_F(PlanCommand, since_takes_shared_files_from_the_earlier_target) {
  checkpoint("chk-1", "s3://bucket/flink");
  expect_ok(make("s5cmd", "s3://backup", "s3://bucket/flink"));
  const std::string earlier = directory_ / "earlier";
  fs::rename(plan(), earlier);
  checkpoint("chk-2", "s3://bucket/flink");
  const Output output = make("s5cmd", "s3://backup", "s3a://bucket/flink",
                             {"--since", earlier, "--json", chk("chk-1"), chk("chk-2")});
  expect_ok(output);
  EXPECT_EQ(number(output.json(), "present_files"), 2u) << "those of chk-1";
  EXPECT_EQ(number(output.json(), "engine_files"), 2u) << "those of chk-2";
  EXPECT_FALSE(fs::exists(plan() + "/" + chk("chk-1/s5cmd.list")));
  const std::string list = planned(chk("chk-2/s5cmd.list"));
  EXPECT_TRUE(contains(list, "cp --raw 's3://backup/" + chk("chk-1/") + uuid(1) + "' 's3://backup/" +
                                 chk("chk-2/") + uuid(1) + "'"))
      << list;
  EXPECT_TRUE(contains(list, "cp --raw 's3://bucket/flink/" + chk("chk-2/") + uuid(2) + "'")) << list;
}

TEST_F(PlanCommand, since_refuses_what_is_no_plan_of_this_engine) {
  checkpoint("chk-1", "s3://bucket/flink");
  expect_ok(make("s5cmd", "s3://backup", "s3://bucket/flink"));
  const std::string earlier = directory_ / "earlier";
  fs::rename(plan(), earlier);
  EXPECT_EQ(make("csv", "s3://backup", "s3://bucket/flink", {"--since", earlier, chk("chk-1")}).exit_code, 2);
  const std::string manifest = earlier + "/" + chk("chk-1.manifest.jsonl");
  fs::resize_file(manifest, fs::file_size(manifest) - 20);
  const Output cut = make("s5cmd", "s3://backup", "s3://bucket/flink", {"--since", earlier, chk("chk-1")});
  EXPECT_EQ(cut.exit_code, 8) << cut.err;
  write(earlier + "/plan.json", "{}");
  EXPECT_EQ(make("s5cmd", "s3://backup", "s3://bucket/flink", {"--since", earlier, chk("chk-1")}).exit_code,
            8);
}

TEST_F(PlanCommand, scripts_are_executable_have_the_metadata_last_and_please_shellcheck) {
  checkpoint("chk-1", "s3://bucket/flink", {relative("it's $HOME \"quoted\"", kSize)});
  state(chk("chk-1/it's $HOME \"quoted\""));
  checkpoint("chk-2", "s3://bucket/flink");
  const bool has_shellcheck = ::system("command -v shellcheck >/dev/null") == 0;
  for (const auto& [engine, target] : std::vector<std::pair<std::string, std::string>>{
           {"distcp", "s3://back up"}, {"s5cmd", "s3://back'up"}, {"rclone", "gw:back up/$x"}}) {
    fs::remove_all(plan());
    expect_ok(make(engine, target, "s3://bucket/flink", {chk("chk-1"), chk("chk-2")}));
    const std::string file = plan() + "/run.sh";
    EXPECT_EQ(::access(file.c_str(), X_OK), 0);
    EXPECT_EQ(::system(("sh -n " + file).c_str()), 0);
    if (has_shellcheck) {
      EXPECT_EQ(::system(("shellcheck " + file).c_str()), 0) << engine;
    }
    const std::string script = planned("run.sh");
    const size_t first = script.find("/_metadata\"");
    EXPECT_GT(first, script.find("verify --manifest")) << "the files are checked before";
    EXPECT_TRUE(contains(script, "set -eu"));
  }
  if (!has_shellcheck) GTEST_SKIP() << "shellcheck is not installed";
}

// The engines do nothing here: the shell alone runs what is hidden in names.
TEST_F(PlanCommand, script_runs_nothing_that_stands_in_a_name) {
  const std::string bin = directory_ / "bin";
  const std::string here = directory_ / "here";
  fs::create_directories(bin);
  fs::create_directories(here);
  for (const char* engine : {"hadoop", "s5cmd", "rclone"})
    fs::create_symlink("/bin/true", bin + "/" + engine);
  // Exports what an engine cannot copy, and finds every copy complete.
  write(bin + "/program", "#!/bin/sh\n[ \"$1\" != export ] || exec \"$REAL\" \"$@\"\n");
  fs::permissions(bin + "/program", fs::perms::owner_all);
  size_t scripts = 0;
  for (const std::string& name :
       {std::string("$(touch MARK)"), std::string("`touch MARK`"), std::string("'; touch MARK; '"),
        std::string("\"; touch MARK; \""), std::string("x; touch MARK #"), std::string("x | touch MARK"),
        std::string("x\n touch MARK\n"), std::string("-o"), std::string("--help"), std::string("*"),
        std::string("~root"), std::string("${IFS}$HOME"), std::string("' \"$(touch MARK)\" '"),
        std::string("%n$0")}) {
    job(name);
    state(name + "/chk-1/" + name);
    state(name + "/shared/" + uuid(1));
    write(
        path(name + "/chk-1/_metadata"),
        MetadataBuilder(4)
            .checkpoint_id(1)
            .op()
            .subtask(
                {.managed_keyed = incremental(
                     {.shared = {{"1.sst", file("s3://bucket/flink/" + name + "/shared/" + uuid(1), kSize)}},
                      .private_ = {{"own", relative(name, kSize)}}})})
            .bytes());
    for (const auto& [engine, target] : std::vector<std::pair<std::string, std::string>>{
             {"distcp", "s3://backup"}, {"s5cmd", "s3://backup"}, {"rclone", "gw:backup"}}) {
      fs::remove_all(plan());
      const Output planned = make(engine, target, "s3://bucket/flink", {path(name + "/chk-1")});
      if (planned.exit_code != 0) {
        EXPECT_EQ(planned.exit_code, 2) << planned.err;
        EXPECT_FALSE(fs::exists(plan()));
        continue;
      }
      ++scripts;
      const std::string command = "cd " + here + " && REAL=$CHECKPOINTFS CHECKPOINTFS=" + bin +
                                  "/program PATH=" + bin + ":$PATH XDG_STATE_HOME=" + (directory_ / "state") +
                                  " sh " + plan() + "/run.sh >../log 2>&1";
      EXPECT_EQ(::system(command.c_str()), 0) << engine << " " << name << content(directory_ / "log");
    }
    fs::remove_all(path(name));
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(source()).parent_path()))
      ASSERT_NE(entry.path().filename(), "MARK") << name << " as " << entry.path();
  }
  EXPECT_GT(scripts, 30u);
}

// Copies by the real rclone, from directory to directory.
TEST_F(PlanCommand, rclone_script_copies_a_snapshot_that_is_complete_and_runs_again) {
  if (::system("command -v rclone >/dev/null") != 0) GTEST_SKIP() << "rclone is not installed";
  state(chk("chk-1/merged"));
  checkpoint("chk-1", "file:" + source(), {segment(uri(chk("chk-1/merged")), 10, 20)});
  const std::string target = directory_ / "target";
  expect_ok(make("rclone", ":local:" + target, ""));
  const std::string command = "XDG_STATE_HOME=" + (directory_ / "state") + " " + plan() + "/run.sh >" +
                              (directory_ / "log") + " 2>&1";
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(::system(command.c_str()), 0) << content(directory_ / "log");
    const Output listed = run({"list", "--json", target});
    expect_ok(listed);
    const json::value list = listed.json();
    EXPECT_EQ(text(list.at("snapshots").at(0), "status"), "ok");
    EXPECT_EQ(number(list.at("snapshots").at(0), "file_count"), 3u);
    EXPECT_EQ(content(target + "/" + chk("chk-1/merged-10-20")), std::string(20, 's'));
  }
  // rclone ends with 0 if a name of its list is missing. The check finds it.
  fs::remove(target + "/" + chk("chk-1/") + uuid(2));
  fs::remove(target + "/" + chk("chk-1/_metadata"));
  write(plan() + "/" + chk("chk-1/rclone-1.list"), "no-such-name\n");
  EXPECT_NE(::system(command.c_str()), 0);
  EXPECT_TRUE(contains(content(directory_ / "log"), uuid(2))) << content(directory_ / "log");
  EXPECT_FALSE(fs::exists(target + "/" + chk("chk-1/_metadata")));
}

}  // namespace
}  // namespace checkpointfs::test
