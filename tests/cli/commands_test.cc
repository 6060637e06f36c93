// SPDX-License-Identifier: Apache-2.0
// The built program, from the command line to its output, over storage that a real Flink wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>

#include "index/database/lock.h"
#include "tests/cli/chained_storage.h"

namespace fs = std::filesystem;
namespace json = boost::json;

namespace checkpointfs::test {
namespace {

TEST_F(Commands, the_version_names_the_commit_and_the_features) {
  const std::string text = program_.run({"--version"}).out;
  const bool has_state = program_.run({"--help"}).out.find("\n  positions ") != std::string::npos;
  EXPECT_THAT(text, testing::MatchesRegex("checkpointfs [0-9]+\\.[0-9]+\\.[0-9]+\n"
                                          "commit: (unknown|[0-9a-f]{12}(-dirty)?)\n"
                                          "libfuse: 3\\.[0-9.]+\n"
                                          "passthrough: (yes|no)\nio_uring: (yes|no)\n"
                                          "state: (yes|no)\nstatic: (yes|no)\n"));
  EXPECT_THAT(text, testing::HasSubstr(has_state ? "\nstate: yes\n" : "\nstate: no\n"));
}

TEST_F(Commands, help_succeeds) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"help"}, {"help", "mount"}, {"mount", "--help"}}) {
    const Output output = program_.run(arguments);
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_EQ(output.out.substr(0, 7), "Usage: ");
  }
}

TEST_F(Commands, wrong_command_lines_are_refused_with_a_hint) {
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& hint) {
    const Output output = program_.run(arguments);
    EXPECT_EQ(output.exit_code, 2);
    EXPECT_EQ(output.out, "");
    EXPECT_NE(output.err.find(hint), std::string::npos) << output.err;
  };
  refused({}, "Usage:");
  refused({"moutn", "/a", "/b"}, "did you mean 'checkpointfs mount'?");
  refused({"frobnicate"}, "--help");
  refused({"list"}, "SOURCE");
  refused({"list", "--frob", "/"}, "checkpointfs help list");
  refused({"list", "--js", "/"}, "checkpointfs help list");
  refused({"list", "--map", "nonsense", "/"}, "nonsense");
  refused({"umount", "/a", "/b"}, "too many arguments");
  refused({"mount", "-o", "rw", "/proc", "/proc"}, "leave out -o rw");
  refused({"list", ""}, "empty");
}

TEST_F(Commands, errors_quote_control_characters_harmlessly) {
  const Output output = program_.run({"list", "/no\x1b[2Jsuch"});
  EXPECT_EQ(output.exit_code, 3);
  EXPECT_EQ(output.err.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::ranges::count(output.err, '\n'), 1);
}

TEST_F(Commands, what_is_not_there_has_its_own_exit_codes) {
  fs::create_directories(directory_ / "empty");
  fs::create_directories(directory_ / "full/x");
  EXPECT_EQ(program_.run({"list", directory_ / "no"}).exit_code, 3);
  EXPECT_EQ(program_.run({"mount", directory_ / "no", directory_ / "empty"}).exit_code, 3);
  EXPECT_EQ(program_.run({"mount", directory_ / "full", directory_ / "no"}).exit_code, 4);
  EXPECT_EQ(program_.run({"mount", directory_ / "empty", directory_ / "full"}).exit_code, 4);
  EXPECT_EQ(program_.run({"umount", directory_ / "empty"}).exit_code, 4);
}

TEST_F(Commands, file_that_is_no_index_is_refused_and_kept) {
  fs::create_directories(directory_ / "empty");
  std::ofstream(directory_ / "letter")
      << "Dear Sir or Madam, this is no database, and longer than its header is: "
         "more than one hundred bytes, at the very least.\n";
  const auto size = fs::file_size(directory_ / "letter");
  const Output output = program_.run({"list", "--index", directory_ / "letter", directory_ / "empty"});
  EXPECT_EQ(output.exit_code, 5) << output.err;
  EXPECT_EQ(fs::file_size(directory_ / "letter"), size);
}

TEST_F(Commands, index_that_is_no_file_is_refused_at_once) {
  fs::create_directories(directory_ / "source");
  const std::string fifo = directory_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const Output output = program_.run({"list", "--index", fifo, directory_ / "source"});
  EXPECT_EQ(output.exit_code, 2) << output.err;
  EXPECT_NE(output.err.find("fifo is a FIFO; name a regular file"), std::string::npos) << output.err;

  const std::string index = directory_ / "other.index";
  std::ofstream(directory_ / "precious") << "precious";
  for (const bool link : {true, false}) {
    fs::remove(index + ".lock");
    if (link) {
      fs::create_symlink("precious", index + ".lock");
    } else {
      ASSERT_EQ(::mkfifo((index + ".lock").c_str(), 0600), 0);
    }
    const Output locked = program_.run({"index", "--index", index, directory_ / "source"});
    EXPECT_NE(locked.exit_code, 0);
    EXPECT_NE(locked.err.find(index + ".lock"), std::string::npos) << locked.err;
  }
  EXPECT_EQ(fs::file_size(directory_ / "precious"), 8u);
}

TEST_F(Commands, source_without_snapshots_says_so) {
  fs::create_directories(source());
  const Output output = program_.run({"list", source()});
  EXPECT_EQ(output.exit_code, 3) << output.out;
  EXPECT_NE(output.err.find("no snapshot"), std::string::npos) << output.err;
}

TEST_F(ChainedStorage, list_knows_every_snapshot_of_moved_storage) {
  const json::array all = snapshots();
  size_t metadata_files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(source())) {
    if (entry.path().filename() == "_metadata") ++metadata_files;
  }
  EXPECT_EQ(all.size(), metadata_files);
  EXPECT_GE(all.size(), 3u);
  for (const json::value& snapshot : all) {
    EXPECT_EQ(text(snapshot, "status"), "ok") << snapshot;
    EXPECT_GT(snapshot.at("bytes").to_number<uint64_t>(), 0u);
    EXPECT_GE(snapshot.at("bytes").to_number<uint64_t>(),
              snapshot.at("exclusive_bytes").to_number<uint64_t>());
  }
}

TEST_F(ChainedStorage, list_prints_a_table_for_people) {
  const Output output = program_.run({"list", source()});
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(output.out.substr(0, 13), "JOB, SNAPSHOT");
  EXPECT_NE(output.out.find("\n  chk-"), std::string::npos);
  EXPECT_NE(output.out.find("in all "), std::string::npos);
}

TEST_F(ChainedStorage, files_are_written_through_no_link) {
  std::ofstream(directory_ / "precious") << "precious";
  const std::string link = directory_ / "link";
  fs::create_symlink("precious", link);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"report", "--output", link, source()},
        {"gc", "--keep-last", "1", "--source", source(), "--plan", link},
        {"gc", "--keep-last", "1", "--source", source(), "--explain", link}}) {
    const Output output = program_.run(arguments);
    EXPECT_EQ(output.exit_code, 2) << output.err;
    EXPECT_NE(output.err.find("is a symbolic link; name a regular file"), std::string::npos) << output.err;
    std::vector<std::string> regular = arguments;
    std::ranges::replace(regular, link, directory_ / "regular");
    EXPECT_EQ(program_.run(regular).exit_code, 0);
    EXPECT_GT(fs::file_size(directory_ / "regular"), 8u);
  }
  EXPECT_EQ(fs::file_size(directory_ / "precious"), 8u);
  EXPECT_TRUE(fs::is_symlink(link));
}

TEST_F(ChainedStorage, index_reads_nothing_when_nothing_changed) {
  const Output first = program_.run({"index", "--json", source()});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_GE(first.json().at("metadata_read").to_number<uint64_t>(), 3u);
  const Output second = program_.run({"index", "--json", source()});
  ASSERT_EQ(second.exit_code, 0) << second.err;
  EXPECT_EQ(second.json().at("metadata_read").to_number<uint64_t>(), 0u);
  EXPECT_EQ(second.json().at("totals"), first.json().at("totals"));
}

TEST_F(ChainedStorage, index_file_is_where_the_user_wants_it) {
  const Output output =
      program_.run({"index", "--json", "--index", "here/my.index", source()}, directory_.path());
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_TRUE(fs::is_regular_file(directory_ / "here/my.index"));
}

TEST_F(ChainedStorage, show_names_the_files_of_every_job_with_their_sizes) {
  const std::string snapshot = newest();
  EXPECT_GE(origins(snapshot).size(), 3u);
  const json::value report = show(snapshot);
  uint64_t bytes = 0;
  for (const json::value& file : report.at("files").as_array()) {
    EXPECT_EQ(text(file, "status"), "ok") << file;
    EXPECT_EQ(fs::file_size(place(file)), file.at("size").to_number<uint64_t>()) << file;
    EXPECT_GE(file.at("references").to_number<uint64_t>(), 1u);
    EXPECT_NE(text(file, "role"), "");
    bytes += file.at("size").to_number<uint64_t>();
  }
  EXPECT_EQ(bytes, report.at("bytes").to_number<uint64_t>());
  EXPECT_FALSE(report.at("operators").as_array().empty());
  for (const json::value& from : report.at("operators").as_array()) {
    EXPECT_EQ(from.at("id").as_string().size(), 32u);
    EXPECT_GT(from.at("parallelism").to_number<int>(), 0);
  }
}

TEST_F(ChainedStorage, show_says_which_claim_modes_are_right) {
  const std::string snapshot = newest();
  const json::value report = show(snapshot);
  for (const json::value& mode : report.at("restore").at("relative").as_array()) {
    EXPECT_EQ(text(mode, "right"), "yes") << mode;
  }
  EXPECT_EQ(text(report.at("restore").at("keep_shared").at(0), "right"), "yes");
  EXPECT_EQ(text(report.at("restore").at("keep_shared").at(1), "right"), "no");
  for (const json::value& mode : report.at("restore").at("job").as_array()) {
    EXPECT_EQ(text(mode, "right"), text(mode, "mode") == "CLAIM" ? "no" : "yes") << mode;
  }
  const Output text = program_.run({"show", "--source", source(), snapshot});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_NE(text.out.find("restoring from a copy:"), std::string::npos);
  EXPECT_NE(text.out.find("Flink deletes files that the job's other snapshots in the copy need"),
            std::string::npos);
}

TEST_F(ChainedStorage, show_advises_a_command_for_each_claim_mode) {
  const std::string snapshot = newest();
  const Output json = program_.run(
      {"show", "--json", "--restore-advice", "--copy", "file:///backup/a b", "--source", source(), snapshot});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const json::value advice = json.json();
  EXPECT_EQ(text(advice, "obstacle"), "");
  ASSERT_EQ(advice.at("ways").as_array().size(), 3u);
  for (const json::value& way : advice.at("ways").as_array()) {
    const std::string command = text(way, "command");
    EXPECT_TRUE(command.starts_with("flink run -s 'file:///backup/a b' --")) << command;
    EXPECT_NE(command.find("Mode " + text(way, "mode") + " "), std::string::npos) << command;
  }
  const Output lines = program_.run({"show", "--restore-advice", "--source", source(), snapshot});
  EXPECT_EQ(lines.exit_code, 0) << lines.err;
  EXPECT_NE(lines.out.find("CLAIM ..."), std::string::npos) << lines.out;
  EXPECT_TRUE(lines.err.starts_with("looked at: " + source() + " (")) << lines.err;
}

TEST_F(ChainedStorage, show_advises_nothing_for_what_is_broken) {
  const std::string snapshot = newest();
  fs::remove(place(show(snapshot).at("files").at(0)));
  const Output output = program_.run(
      {"show", "--restore-advice", "--index", directory_ / "fresh.db", "--source", source(), snapshot});
  EXPECT_EQ(output.exit_code, 8) << output.err;
  EXPECT_NE(output.out.find("cannot be restored: broken: "), std::string::npos) << output.out;
}

TEST_F(ChainedStorage, show_wants_the_place_of_a_copy_for_advice_only) {
  EXPECT_EQ(program_.run({"show", "--copy", "file:///a", "--source", source(), newest()}).exit_code, 2);
}

TEST_F(ChainedStorage, show_names_absolute_uris_when_asked) {
  const std::string snapshot = newest();
  const Output output =
      program_.run({"show", "--json", "--source", source(), "--absolute", "s3://bucket/copies", snapshot});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  const json::value report = output.json();
  for (const json::value& file : report.at("files").as_array()) {
    EXPECT_EQ(file.at("absolute_uri").as_string(),
              "s3://bucket/copies/" + snapshot + "/" + text(file, "name"));
  }
}

TEST_F(ChainedStorage, show_finds_its_index_by_the_path) {
  const std::string path = source() + "/" + newest();  // made an index in the state directory
  const json::value expected = show(newest());
  for (const std::string& argument : {path, path + "/", path + "/_metadata"}) {
    const Output output = program_.run({"show", "--json", argument});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_EQ(output.json(), expected) << argument;
  }
  const Output relative = program_.run({"show", "--json", "."}, path);
  EXPECT_EQ(relative.exit_code, 0) << relative.err;
  EXPECT_EQ(relative.json(), expected);
}

TEST_F(ChainedStorage, show_guesses_the_source_when_no_index_is_known) {
  const std::string snapshot = newest();
  const Output output =
      Program(directory_ / "other-state").run({"show", "--json", source() + "/" + snapshot});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(text(output.json(), "source"), source());
  EXPECT_EQ(text(output.json(), "status"), "ok");
}

TEST_F(ChainedStorage, show_of_no_snapshot_fails) {
  EXPECT_EQ(program_.run({"show", "--source", source(), "no/chk-1"}).exit_code, 3);
  EXPECT_EQ(program_.run({"show", "/no/such/chk-1"}).exit_code, 2);
}

TEST_F(ChainedStorage, refs_agrees_with_show_however_the_file_is_named) {
  const std::string snapshot = newest();
  const json::value report = show(snapshot);
  const json::value& file = report.at("files").at(0);
  const std::string name = text(file, "name");
  const std::string uri = text(file, "uri");
  for (const std::string& argument : {place(file), uri, name}) {
    const Output output = program_.run({"refs", "--json", "--source", source(), argument});
    ASSERT_EQ(output.exit_code, 0) << argument << ": " << output.err;
    const json::value result = output.json();
    const json::array& needing = result.at("files").at(0).at("references").as_array();
    EXPECT_EQ(needing.size(), file.at("references").to_number<uint64_t>()) << argument;
    EXPECT_TRUE(std::ranges::any_of(needing, [&](const json::value& reference) {
      return text(reference, "snapshot") == snapshot && text(reference, "name") == name;
    })) << argument;
  }
}

TEST_F(ChainedStorage, refs_finds_its_index_by_the_path_and_by_the_current_directory) {
  const json::value report = show(newest());
  const json::value& file = report.at("files").at(0);
  EXPECT_EQ(program_.run({"refs", place(file)}).exit_code, 0);
  EXPECT_EQ(program_.run({"refs", text(file, "name")}, source()).exit_code, 0);
  EXPECT_EQ(program_.run({"refs", text(file, "name")}, "/").exit_code, 2);
}

TEST_F(ChainedStorage, refs_has_its_own_exit_code_when_nobody_needs_the_file) {
  std::ofstream(source() + "/stray") << "x";
  const Output output = program_.run({"refs", "--source", source(), source() + "/stray"});
  EXPECT_EQ(output.exit_code, 9) << output.err;
  EXPECT_NE(output.out.find("no snapshot needs it"), std::string::npos);
}

TEST_F(ChainedStorage, missing_file_is_named_by_list_show_and_refs) {
  const std::string snapshot = newest();
  const json::value before = show(snapshot);
  const json::value& file = before.at("files").at(0);
  const std::string missing = place(file);
  fs::remove_all(directory_ / "state");  // the index does not look again at what it saw once
  fs::remove(missing);

  const Output list = program_.run({"list", source()});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_NE(list.out.find("broken"), std::string::npos) << list.out;
  const json::value report = show(snapshot);
  EXPECT_EQ(text(report, "status"), "broken");
  EXPECT_NE(text(report, "reason"), "");
  EXPECT_EQ(text(report.at("files").at(0), "status"), "missing");
  EXPECT_EQ(report.at("files").as_array().size(), before.at("files").as_array().size());
  EXPECT_EQ(program_.run({"refs", "--source", source(), missing}).exit_code, 0);
}

TEST_F(ChainedStorage, metadata_that_is_none_is_listed_with_its_reason) {
  const std::string snapshot = newest();
  std::ofstream(source() + "/" + snapshot + "/_metadata", std::ios::trunc) << "this is no metadata at all";
  const json::value report = show(snapshot);
  EXPECT_EQ(text(report, "status"), "unreadable") << report;
  EXPECT_NE(text(report, "reason"), "");
  EXPECT_NE(text(report, "unreadable"), "");
  const Output text = program_.run({"show", "--source", source(), snapshot});
  EXPECT_EQ(text.exit_code, 0) << text.err;
}

TEST_F(ChainedStorage, index_in_use_is_read_as_it_is_and_not_changed) {
  const std::string index_file = directory_ / "my.index";
  ASSERT_EQ(program_.run({"index", "--index", index_file, source()}).exit_code, 0);
  const index::IndexLock lock(index_file, "a test");
  const Output refused = program_.run({"index", "--index", index_file, source()});
  EXPECT_EQ(refused.exit_code, 6);
  EXPECT_NE(refused.err.find("a test"), std::string::npos) << refused.err;
  const Output list = program_.run({"list", "-v", "--index", index_file, source()});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_NE(list.err.find("used without an update"), std::string::npos) << list.err;
}

// Only the last job's directory is in the source; the others, which it needs too, lie elsewhere.
class MovedMapping : public ChainedStorage {
 protected:
  void SetUp() override {
    ChainedStorage::SetUp();
    snapshot_ = newest();
    fs::remove_all(directory_ / "state");
    fs::create_directory(directory_ / "elsewhere");
    std::vector<fs::path> jobs;
    for (const auto& entry : fs::directory_iterator(source())) jobs.push_back(entry.path());
    for (const fs::path& job : jobs) {
      if (snapshot_.starts_with(job.filename().string())) continue;
      const std::string place = directory_ / ("elsewhere/" + job.filename().string());
      fs::rename(job, place);
      mappings_.insert(mappings_.end(),
                       {"--map", "file:/data/flink/checkpoints/" + job.filename().string() + "=" + place});
    }
  }

  std::string snapshot_;
  std::vector<std::string> mappings_;
};

TEST_F(MovedMapping, is_needed_where_files_lie_outside_the_sources) {
  EXPECT_EQ(text(show(snapshot_), "status"), "broken");
}

TEST_F(MovedMapping, given_once_is_remembered) {
  std::vector<std::string> arguments = {"index", source()};
  arguments.insert(arguments.end(), mappings_.begin(), mappings_.end());
  ASSERT_EQ(program_.run(arguments).exit_code, 0);
  EXPECT_EQ(text(show(snapshot_), "status"), "ok");
  EXPECT_EQ(program_.run({"index", "--json", source()}).json().at("metadata_read").to_number<int>(), 0);
  EXPECT_EQ(text(program_.run({"show", "--json", source() + "/" + snapshot_}).json(), "status"), "ok");
}

TEST_F(MovedMapping, is_forgotten_when_its_directory_is_gone) {
  std::vector<std::string> arguments = {"index", source()};
  arguments.insert(arguments.end(), mappings_.begin(), mappings_.end());
  ASSERT_EQ(program_.run(arguments).exit_code, 0);
  fs::remove_all(directory_ / "elsewhere");
  EXPECT_EQ(program_.run({"list", source()}).exit_code, 0);
}

TEST_F(Commands, changelog_snapshots_come_with_advice) {
  copy_fixture("changelog", source());
  const Output list = program_.run({"list", source()});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_NE(list.out.find("changelog switched off"), std::string::npos) << list.out;
  const json::array all = snapshots();
  const auto found = std::ranges::find_if(
      all, [](const json::value& snapshot) { return snapshot.at("changelog").as_bool(); });
  ASSERT_NE(found, all.end());
  const json::value report = show(text(*found, "path"));
  EXPECT_EQ(text(report.at("restore").at("relative").at(1), "right"), "if");
}

TEST_F(Commands, segments_are_shown_as_files_of_their_own) {
  copy_fixture("file-merging", source());
  bool seen = false;
  for (const json::value& snapshot : snapshots()) {
    EXPECT_EQ(text(snapshot, "status"), "ok") << snapshot;
    const json::value report = show(text(snapshot, "path"));
    for (const json::value& file : report.at("files").as_array()) seen = seen || file.at("segment").as_bool();
  }
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace checkpointfs::test
