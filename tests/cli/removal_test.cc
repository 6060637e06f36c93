// SPDX-License-Identifier: Apache-2.0
// rm, gc and trash, over storage that Flink wrote.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <set>
#include <sstream>

#include "tests/cli/aged_storage.h"

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using RemovalCommands = AgedStorage;
using Names = std::set<std::string>;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Names paths_of(const json::value& array) {
  Names paths;
  for (const json::value& item : array.as_array()) paths.insert(text(item, "path"));
  return paths;
}

TEST_F(RemovalCommands, plan_is_shown_and_nothing_is_changed) {
  const auto before = tree();
  const Output shown = rm({chk(1)});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_TRUE(contains(shown.out, "\n" + chk(1) + "  requested\n")) << shown.out;
  EXPECT_TRUE(contains(shown.out, "another snapshot needs it")) << shown.out;
  EXPECT_TRUE(shown.out.ends_with("dry run, nothing was changed: --apply moves these files into the trash\n"))
      << shown.out;

  const json::value plan = rm({chk(1), "--json"}).json();
  EXPECT_EQ(paths_of(plan.at("snapshots")), Names{chk(1)});
  const Names only = files_of_only(1);
  EXPECT_FALSE(only.empty());
  EXPECT_EQ(paths_of(plan.at("files")), only);

  const json::value collected = gc({"--keep-last", "1", "--json"}).json();
  EXPECT_EQ(paths_of(collected.at("snapshots")), (Names{chk(1), chk(3), chk(5)}));
  EXPECT_TRUE(gc({}).out.starts_with("looked at: " + source() + " (6 snapshots, 3 jobs)\nto remove: "));
  EXPECT_EQ(tree(), before);
}

TEST_F(RemovalCommands, index_that_somebody_was_killed_in_making_is_made) {
  const std::string index = path("../killed.index");
  for (const char* const command : {"rm", "gc"}) {
    std::ofstream(index).close();
    const std::vector<std::string> arguments = {chk(1), "--index", index};
    const Output planned = command == std::string("rm") ? rm(arguments) : gc({"--index", index});
    EXPECT_EQ(planned.exit_code, 0) << planned.err;
    fs::remove(index);
  }
  std::ofstream(index).close();
  EXPECT_EQ(program_.run({"show", "--index", index, path(chk(1))}).exit_code, 0) << "the path says where";
  fs::remove(index);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"trash", "list"}, {"trash", "purge", "--all"}, {"pin", path(chk(1)), "a"}, {"pins", source()}}) {
    std::ofstream(index).close();
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--index", index});
    if (arguments.front() != "pins") all.insert(all.end(), {"--source", source()});
    const Output output = program_.run(all);
    EXPECT_EQ(output.exit_code, 0) << arguments.front() << output.err;
    fs::remove(index);
  }
}

TEST_F(RemovalCommands, what_was_done_is_told_as_text_and_as_json) {
  const Names only = files_of_only(1);
  const Output applied = rm({chk(1), "--apply", "--json"});
  ASSERT_EQ(applied.exit_code, 0) << applied.err;
  const json::value one = applied.json().at("applied").at(0);
  EXPECT_EQ(number(one, "snapshots"), 1u);
  EXPECT_EQ(number(one, "files"), only.size());
  EXPECT_TRUE(one.at("failed").as_array().empty());
  for (const std::string& file : only) EXPECT_FALSE(fs::exists(path(file))) << file;
  EXPECT_FALSE(fs::exists(path(chk(1))));
  expect_sound(5);

  const Output text = gc({"--keep-last", "1", "--apply"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_TRUE(contains(text.out, "moved into the trash: 2 snapshots, ")) << text.out;
  expect_sound(3);
}

TEST_F(RemovalCommands, explain_has_a_reason_for_all_that_stays) {
  const std::string foreign = path(directory_of(chk(1)) + "/shared/README");
  std::ofstream(foreign) << "mine";
  const std::string explained = directory_ / "explained";
  const Output output = gc({"--keep-last", "1", "--explain", explained, "--json"});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  std::map<std::string, std::string> why;
  std::ifstream file(explained);
  for (std::string line; std::getline(file, line);) {
    const json::value value = json::parse(line);
    why[text(value, "path")] = text(value, "why");
  }
  EXPECT_EQ(why[foreign], "its name is none that Flink gives to a state file");
  EXPECT_EQ(why[path(chk(2))], "it is the newest of its job");
  const Names going = paths_of(output.json().at("files"));
  for (const auto& [name, bytes] : tree()) {
    if (fs::path(name).filename() == "_metadata" || bytes.starts_with("directory")) continue;
    EXPECT_EQ(going.contains(name), why[path(name)].empty()) << name;
  }
}

TEST_F(RemovalCommands, plan_of_a_file_is_carried_out_once_by_either_command) {
  const std::string plan = directory_ / "plan";
  ASSERT_EQ(rm({chk(1), "--plan", plan}).exit_code, 0);
  EXPECT_EQ(program_.run({"gc", "--apply", plan}).exit_code, 0) << "the plan says where";
  EXPECT_FALSE(fs::exists(path(chk(1))));
  const Output again = program_.run({"rm", "--apply", plan});
  EXPECT_EQ(again.exit_code, 11);
  EXPECT_TRUE(contains(again.err, "was applied before; make a new plan")) << again.err;

  ASSERT_EQ(gc({"--keep-last", "1", "--plan", plan}).exit_code, 0);
  ASSERT_EQ(program_.run({"rm", "--apply", plan}).exit_code, 0);
  EXPECT_FALSE(fs::exists(path(chk(3))));
  ASSERT_EQ(trash({"purge", "--all", "--apply"}).exit_code, 0);
  EXPECT_EQ(program_.run({"gc", "--apply", plan}).exit_code, 11) << "the journal knows it";
  expect_sound(3);
}

TEST_F(RemovalCommands, plan_whose_snapshot_changed_is_refused) {
  const std::string plan = directory_ / "plan";
  ASSERT_EQ(rm({chk(1), "--plan", plan}).exit_code, 0);
  fs::last_write_time(path(chk(1) + "/_metadata"),
                      fs::file_time_type::clock::now() - std::chrono::days(11) - std::chrono::hours(1));
  const Output output = program_.run({"rm", "--apply", plan});
  EXPECT_EQ(output.exit_code, 11);
  EXPECT_TRUE(contains(output.err, "is another snapshot now; make a new plan")) << output.err;
  std::ofstream(plan) << "{\"format\":99}";
  EXPECT_EQ(program_.run({"rm", "--apply", plan}).exit_code, 8);
}

TEST_F(RemovalCommands, newest_checkpoint_goes_by_force_only) {
  const Output refused = rm({chk(2), "--apply"});
  EXPECT_EQ(refused.exit_code, 11);
  EXPECT_TRUE(contains(refused.err, "newest checkpoint of its job")) << refused.err;
  EXPECT_TRUE(contains(refused.err, "--force-newest")) << refused.err;
  EXPECT_EQ(rm({chk(2), "--apply", "--force-newest"}).exit_code, 0);
  expect_sound(5);
}

TEST_F(RemovalCommands, what_is_not_known_to_be_safe_is_refused_and_says_what_to_do) {
  const auto before = tree();
  const auto refused = [&](const std::string& says) {
    for (const Output& output : {rm({chk(1), "--apply"}), gc({"--keep-last", "1", "--apply"})}) {
      EXPECT_EQ(output.exit_code, 11) << output.out;
      EXPECT_TRUE(contains(output.err, says)) << output.err;
    }
  };
  const std::string metadata = path(chk(4) + "/_metadata");
  fs::rename(metadata, directory_ / "kept");
  std::ofstream(metadata) << "none of Flink's";
  refused(path(chk(4)) + ": its _metadata cannot be decoded: ");
  fs::rename(directory_ / "kept", metadata);

  // The job's directory is empty, as if another file system were not mounted.
  ASSERT_EQ(program_.run({"index", source()}).exit_code, 0);
  fs::rename(path(directory_of(chk(1))), directory_ / "kept");
  const std::string job = path(directory_of(chk(1)));
  refused(job + " had snapshots and has none now");
  EXPECT_EQ(program_.run({"index", source()}).exit_code, 0);
  refused("add: --forget " + job);
  EXPECT_EQ(gc({"--forget", job}).exit_code, 0);
  EXPECT_EQ(gc({}).exit_code, 11) << "nothing is forgotten by looking";
  EXPECT_EQ(gc({"--forget", job, "--apply"}).exit_code, 0);
  EXPECT_EQ(gc({}).exit_code, 0);
  fs::rename(directory_ / "kept", path(directory_of(chk(1))));
  fs::remove_all(path(".checkpointfs"));
  EXPECT_EQ(tree(), before);
}

TEST_F(RemovalCommands, job_that_was_removed_is_not_missed) {
  ASSERT_EQ(rm({chk(1), chk(2), "--force-newest", "--apply"}).exit_code, 0);
  EXPECT_EQ(gc({}).exit_code, 0) << gc({}).err;
  const Output listed = trash({"list", "--json"});
  ASSERT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_EQ(trash({"restore", text(listed.json().at("plans").at(0), "plan")}).exit_code, 0);
  expect_sound(6);
  ASSERT_EQ(rm({chk(1), chk(2), "--force-newest", "--apply"}).exit_code, 0);
  EXPECT_EQ(trash({"purge", "--all", "--apply"}).exit_code, 0);
  EXPECT_EQ(gc({}).exit_code, 0);
  expect_sound(4);
}

TEST_F(RemovalCommands, whole_storage_can_be_removed_and_purged) {
  std::vector<std::string> arguments = {"--force-newest", "--apply"};
  for (int n = 1; n <= 6; ++n) arguments.push_back(chk(n));
  ASSERT_EQ(rm(arguments).exit_code, 0);
  const Output purged = trash({"purge", "--all", "--apply"});
  EXPECT_EQ(purged.exit_code, 0) << purged.err;
  for (const auto& [name, bytes] : tree()) EXPECT_TRUE(bytes.starts_with("directory")) << name;
}

TEST_F(RemovalCommands, grace_period_keeps_what_is_young) {
  const json::value plan = rm({chk(1), "--grace", "2w", "--json"}).json();
  EXPECT_TRUE(plan.at("files").as_array().empty());
  EXPECT_EQ(paths_of(plan.at("snapshots")), Names{chk(1)});
  EXPECT_FALSE(rm({chk(1), "--grace", "0", "--json"}).json().at("files").as_array().empty());
}

TEST_F(RemovalCommands, retention_options_choose_checkpoints) {
  const auto going = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> all = arguments;
    all.push_back("--json");
    return paths_of(gc(all).json().at("snapshots"));
  };
  EXPECT_EQ(going({"--keep-within", "8d"}), (Names{chk(1), chk(3)}));
  EXPECT_EQ(going({"--keep-last", "1", "--keep", "*/chk-3", "--keep", "chk-5"}), Names{chk(1)});
  EXPECT_EQ(going({"--keep-last", "1", "--job", directory_of(chk(3))}), Names{chk(3)});
  EXPECT_EQ(going({"--keep-last", "2"}), Names{});
}

TEST_F(RemovalCommands, wrong_values_are_refused) {
  const auto before = tree();
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"gc", "--keep-last", "0"},
                                             {"gc", "--keep-last", "x"},
                                             {"gc", "--keep-last", "1.5"},
                                             {"gc", "--keep-within", "3"},
                                             {"gc", "--keep-within", "3 d"},
                                             {"gc", "--keep", "chk-1"},
                                             {"gc", "--job", "*"},
                                             {"gc", chk(1)},
                                             {"gc", "--format", "tar"},
                                             {"gc", "--format", "paths", "--apply"},
                                             {"gc", "--grace", "-1d"},
                                             {"rm"},
                                             {"rm", chk(1), "--grace", "99999999w"},
                                             {"rm", chk(1), "--format", ""},
                                             {"trash"},
                                             {"trash", "empty"},
                                             {"trash", "restore"},
                                             {"trash", "purge", "--apply"},
                                             {"trash", "purge", "--older-than", "yesterday", "--apply"}}) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--source", source()});
    const Output output = program_.run(all);
    EXPECT_EQ(output.exit_code, 2) << testing::PrintToString(arguments) << output.err;
    EXPECT_TRUE(output.err.starts_with("checkpointfs: ")) << output.err;
  }
  EXPECT_EQ(rm({"no/such"}).exit_code, 3);
  EXPECT_EQ(trash({"restore", "20200101T000000Z-00000000"}).exit_code, 3);
  fs::remove_all(path(".checkpointfs"));
  EXPECT_EQ(tree(), before);
}

TEST_F(RemovalCommands, lists_for_other_programs_name_what_goes) {
  Names only = files_of_only(1);
  only.insert(chk(1) + "/_metadata");
  const std::map<std::string, std::string> prefixes = {
      {"paths", source() + "/"}, {"rclone", ""}, {"hadoop", "file:" + source() + "/"}};
  for (const auto& [format, prefix] : prefixes) {
    const Output output = rm({chk(1), "--format", format});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    const auto lines = lines_of(output.out);
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.front(), prefix + chk(1) + "/_metadata");
    Names expected;
    for (const std::string& name : only) expected.insert(prefix + name);
    EXPECT_EQ(Names(lines.begin(), lines.end()), expected) << format;
  }
  const Output s3 = rm({chk(1), "--format", "s5cmd"});
  EXPECT_EQ(s3.exit_code, 2);
  EXPECT_TRUE(contains(s3.err, "--map s3://BUCKET/...=DIR")) << s3.err;
}

TEST_F(RemovalCommands, lists_name_what_a_mapping_leads_to_by_its_uri) {
  Names only = files_of_only(1);
  only.insert(chk(1) + "/_metadata");
  const auto list = [&](const std::string& uri, const std::string& format) {
    const Output output = rm({chk(1), "--index", directory_ / (format + ".index"), "--map",
                              uri + "=" + source(), "--format", format});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    const auto lines = lines_of(output.out);
    return Names(lines.begin(), lines.end());
  };
  Names commands;
  Names uris;
  for (const std::string& name : only) {
    commands.insert("rm --raw 's3://bucket/flink/" + name + "'");
    uris.insert("hdfs://nn:8020/flink/" + name);
  }
  EXPECT_EQ(list("s3a://bucket/flink", "s5cmd"), commands);
  EXPECT_EQ(list("hdfs://nn:8020/flink", "hadoop"), uris);
}

TEST_F(RemovalCommands, list_with_a_name_that_its_program_misreads_is_refused_whole) {
  const std::string odd = directory_ / "a\nb";
  fs::rename(source(), odd);
  for (const char* format : {"paths", "hadoop", "rclone"}) {
    const Output output = program_.run({"rm", "--source", odd, odd + "/" + chk(1), "--format", format});
    if (std::string(format) == "rclone") {
      EXPECT_EQ(output.exit_code, 0) << output.err << ": the names below the source are plain";
      continue;
    }
    EXPECT_EQ(output.exit_code, 11) << output.err;
    EXPECT_EQ(output.out, "");
    EXPECT_TRUE(contains(output.err, "a\\012b/" + chk(1) + "/_metadata': it has a line feed")) << output.err;
  }
}

TEST_F(RemovalCommands, trash_is_listed_restored_and_purged) {
  EXPECT_EQ(trash({"list"}).out, "in the trash: 0 plans, 0 B\n");
  const auto before = tree();
  ASSERT_EQ(gc({"--keep-last", "1", "--apply"}).exit_code, 0);
  const auto after = tree();
  const json::value listed = trash({"list", "--json"}).json();
  ASSERT_EQ(listed.at("plans").as_array().size(), 1u);
  const json::value& entry = listed.at("plans").at(0);
  const std::string plan = text(entry, "plan");
  EXPECT_EQ(text(entry, "state"), "whole");
  EXPECT_EQ(entry.at("snapshots").as_array().size(), 3u);
  EXPECT_TRUE(contains(trash({"list"}).out, plan + "  gc ")) << trash({"list"}).out;

  const Output restored = trash({"restore", plan, "--json"});
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_EQ(number(restored.json().at("restored").at(0), "files"), number(entry, "files"));
  EXPECT_EQ(tree(), before);
  EXPECT_EQ(trash({"restore", plan}).exit_code, 3) << "it is there no more";

  ASSERT_EQ(gc({"--keep-last", "1", "--apply"}).exit_code, 0);
  EXPECT_EQ(tree(), after);
  const Output shown = trash({"purge", "--all"});
  EXPECT_TRUE(contains(shown.out, "dry run, nothing was changed: --apply deletes these files permanently"))
      << shown.out;
  EXPECT_EQ(trash({"purge", "--older-than", "1h", "--apply"}).exit_code, 0);
  EXPECT_EQ(trash({"list", "--json"}).json().at("plans").as_array().size(), 1u) << "it went just now";
  const Output purged = trash({"purge", "--all", "--apply", "--json"});
  ASSERT_EQ(purged.exit_code, 0) << purged.err;
  EXPECT_EQ(number(purged.json().at("purged").at(0), "files"), number(entry, "files"));
  EXPECT_EQ(trash({"list"}).out, "in the trash: 0 plans, 0 B\n");
  EXPECT_EQ(tree(), after);
  expect_sound(3);
}

TEST_F(RemovalCommands, restoring_what_is_there_again_says_so) {
  ASSERT_EQ(rm({chk(1), "--apply"}).exit_code, 0);
  const std::string plan = text(trash({"list", "--json"}).json().at("plans").at(0), "plan");
  fs::create_directory(path(chk(1)));
  std::ofstream(path(chk(1) + "/_metadata")) << "somebody else's";
  const Output output = trash({"restore", plan});
  EXPECT_EQ(output.exit_code, 1);
  EXPECT_TRUE(contains(output.err, chk(1) + "/_metadata is still in the trash: ")) << output.err;
  fs::remove(path(chk(1) + "/_metadata"));
  EXPECT_EQ(trash({"restore", plan}).exit_code, 0);
  expect_sound(6);
}

TEST_F(RemovalCommands, second_process_at_once_gives_up) {
  fs::create_directories(path(".checkpointfs/trash"));
  const int fd = ::open(path(".checkpointfs/trash").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX | LOCK_NB), 0);
  const Output refused = rm({chk(1), "--apply"});
  EXPECT_EQ(refused.exit_code, 6);
  EXPECT_TRUE(contains(refused.err, "another process")) << refused.err;
  EXPECT_EQ(rm({chk(1)}).exit_code, 0) << "who only looks waits for nobody";
  ::close(fd);

  std::vector<std::future<Output>> running;
  for (const int n : {1, 3, 5, 1})
    running.push_back(std::async(std::launch::async, [this, n] { return rm({chk(n), "--apply"}); }));
  int done = 0;
  for (auto& one : running) {
    const Output output = one.get();
    // Two commands name the same snapshot: the later one finds it gone.
    EXPECT_TRUE(output.exit_code == 0 || output.exit_code == 6 || output.exit_code == 3 ||
                output.exit_code == 11)
        << output.exit_code << output.err;
    done += output.exit_code == 0;
  }
  EXPECT_GE(done, 1);
  for (const int n : {1, 3, 5}) {
    if (!fs::exists(path(chk(n)))) continue;
    EXPECT_EQ(rm({chk(n), "--apply"}).exit_code, 0);
  }
  expect_sound(3);
}

TEST_F(RemovalCommands, killed_run_is_finished_by_the_next) {
  const std::string big = directory_ / "big";
  make_storage({big, "--snapshots", "2", "--files", "4000", "--new", "3000", "--size", "10"});
  const std::string job = big + "/" + only_entry(big);
  age(big);
  int in_the_middle = 0;
  for (int round = 0; round < 6; ++round) {
    const Output planned = program_.run({"rm", "--json", "--grace", "0", "--source", big, job + "/chk-1"});
    ASSERT_EQ(planned.exit_code, 0) << planned.err;
    const size_t all = planned.json().at("files").as_array().size();
    ASSERT_EQ(all, 3000u);
    const size_t moved = kill_when_moved({"rm", "--apply", "--grace", "0", "--source", big, job + "/chk-1"},
                                         big + "/.checkpointfs/trash", all * (round + 1) / 8);
    in_the_middle += moved > 0 && moved < all;

    const json::value unfinished = program_.run({"trash", "list", "--json", "--source", big}).json();
    const Output looked = program_.run({"gc", "--source", big});
    EXPECT_EQ(contains(looked.err, "is unfinished"),
              text(unfinished.at("plans").at(0), "state") == "unfinished")
        << looked.err;
    const Output again = program_.run({"rm", "--apply", "--grace", "0", "--source", big, job + "/chk-1"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    const json::value listed = program_.run({"trash", "list", "--json", "--source", big}).json();
    ASSERT_EQ(listed.at("plans").as_array().size(), 1u);
    EXPECT_EQ(text(listed.at("plans").at(0), "state"), "whole");
    EXPECT_EQ(number(listed.at("plans").at(0), "files"), all + 1);
    EXPECT_EQ(program_.run({"verify", big}).exit_code, 0);
    ASSERT_EQ(
        program_.run({"trash", "restore", "--source", big, text(listed.at("plans").at(0), "plan")}).exit_code,
        0);
  }
  EXPECT_GE(in_the_middle, 3) << "it was too late to kill it";
}

// The last line that a refusal prints, from "checkpointfs rm" on, without "checkpointfs".
std::vector<std::string> advised_words(const std::string& err) {
  const size_t start = err.rfind(" checkpointfs rm ");
  if (start == std::string::npos) return {};
  std::istringstream line(err.substr(start + std::string(" checkpointfs ").size()));
  std::vector<std::string> arguments;
  for (std::string word; line >> word;) arguments.push_back(word);
  return arguments;
}

TEST_F(RemovalCommands, job_behind_a_link_is_refused_followed_or_excluded) {
  const std::string elsewhere = directory_ / "disk2";
  fs::create_directory(elsewhere);
  const std::string link = path("moved");
  fs::create_directory_symlink(elsewhere, link);
  const Output refused = gc({});
  EXPECT_EQ(refused.exit_code, 11);
  EXPECT_TRUE(contains(refused.err, link + ": it is a symbolic link to the directory " + elsewhere))
      << refused.err;
  EXPECT_TRUE(contains(refused.err, "--exclude " + link)) << refused.err;
  EXPECT_EQ(rm({chk(1), "--apply"}).exit_code, 11);

  const Output excluded = gc({"--exclude", link, "--json"});
  EXPECT_EQ(excluded.exit_code, 0) << excluded.err;
  EXPECT_EQ(excluded.json().at("excluded").at(0).as_string(), link.c_str());
  EXPECT_TRUE(contains(gc({"--exclude", link}).out, "excluded: " + link)) << "the plan says so";
  EXPECT_EQ(gc({"--exclude", link, "--follow-links"}).exit_code, 0);
  EXPECT_EQ(gc({"--exclude", path("no such")}).exit_code, 2);
  EXPECT_EQ(gc({"--exclude", "/"}).exit_code, 2);
  const std::string plan = directory_ / "plan";
  ASSERT_EQ(rm({chk(1), "--exclude", link, "--plan", plan}).exit_code, 0);
  EXPECT_EQ(program_.run({"rm", "--apply", plan, "--exclude", link}).exit_code, 2) << "the plan says it";
  const Output applied = program_.run({"rm", "--apply", plan});
  EXPECT_EQ(applied.exit_code, 0) << applied.err;
  EXPECT_EQ(trash({"purge", "--all", "--apply"}).exit_code, 11);
  EXPECT_EQ(trash({"purge", "--all", "--apply", "--exclude", link}).exit_code, 0);
  expect_sound(5);
}

TEST_F(RemovalCommands, list_names_what_it_passes_over) {
  const std::string elsewhere = directory_ / "disk2";
  fs::create_directory(elsewhere);
  fs::create_directory_symlink(elsewhere, path("moved"));
  fs::create_directory(path(".archive"));
  fs::create_directory_symlink(path(directory_of(chk(1))), path("job"));
  const Output listed = program_.run({"list", source()});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_TRUE(contains(listed.err, path("moved") + " (a symbolic link to a directory)")) << listed.err;
  EXPECT_TRUE(contains(listed.err, path(".archive") + " (a dot")) << listed.err;
  EXPECT_FALSE(contains(listed.err, path("job") + " ")) << "it is shown at its own place";
}

TEST_F(RemovalCommands, unreadable_snapshot_is_set_aside_by_the_command_that_is_printed) {
  std::ofstream(path(chk(1) + "/_metadata")) << "no metadata";
  fs::last_write_time(path(chk(1) + "/_metadata"), fs::file_time_type::clock::now() - std::chrono::days(9));
  std::ofstream(path(chk(3) + "/_metadata")) << "no metadata";
  fs::last_write_time(path(chk(3) + "/_metadata"), fs::file_time_type::clock::now() - std::chrono::days(9));
  const Output refused = gc({"-v"});
  EXPECT_EQ(refused.exit_code, 11);
  EXPECT_TRUE(contains(refused.err, "cannot be read: " + path(chk(1)))) << refused.err;
  EXPECT_TRUE(contains(refused.err, "cannot be read: " + path(chk(3)))) << refused.err;
  for (int times = 0; times < 2; ++times) {
    std::vector<std::string> arguments = advised_words(gc({}).err);
    ASSERT_FALSE(arguments.empty());
    const Output shown = program_.run(arguments);
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_TRUE(contains(shown.out, "files that it may name are kept")) << shown.out;
    arguments.push_back("--apply");
    EXPECT_EQ(program_.run(arguments).exit_code, 0);
  }
  const auto left = tree();
  const Output collected = gc({});
  EXPECT_EQ(collected.exit_code, 0) << collected.err;
  EXPECT_TRUE(contains(collected.out, "an unreadable snapshot that lies in the trash may name it"))
      << collected.out;
  EXPECT_EQ(tree(), left);
}

}  // namespace
}  // namespace checkpointfs::test
