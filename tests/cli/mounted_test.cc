// SPDX-License-Identifier: Apache-2.0
// The other commands find snapshots and sources through a mount.
#include <gtest/gtest.h>
#include <grp.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>

#include "tests/cli/chained_storage.h"

namespace fs = std::filesystem;
namespace json = boost::json;

namespace checkpointfs::test {
namespace {

class Mounted : public ChainedStorage {
 protected:
  void SetUp() override {
    ChainedStorage::SetUp();
    if (::access("/dev/fuse", R_OK | W_OK) != 0) GTEST_SKIP() << "/dev/fuse cannot be used here";
    fs::create_directory(mount_point());
    output_ = program_.run({"mount", "--index", directory_ / "my.index", source(), mount_point()});
    ASSERT_EQ(output_.exit_code, 0) << output_.err;
  }
  void TearDown() override { program_.run({"umount", "--lazy", mount_point()}); }
  std::string mount_point() const { return directory_ / "mnt"; }

  Output output_;
};

TEST_F(Mounted, mount_says_in_two_lines_what_it_found) {
  EXPECT_EQ(std::ranges::count(output_.out, '\n'), 2) << output_.out;
  EXPECT_EQ(output_.out.substr(0, mount_point().size() + 2), mount_point() + ": ");
  EXPECT_NE(output_.out.find("\nmapping: file:/data/flink"), std::string::npos) << output_.out;
  EXPECT_NE(output_.out.find("(inferred"), std::string::npos) << output_.out;
  EXPECT_NE(output_.out.find("index: " + (directory_ / "my.index")), std::string::npos) << output_.out;
}

TEST_F(Mounted, mount_names_once_what_it_passes_over) {
  ASSERT_EQ(program_.run({"umount", mount_point()}).exit_code, 0);
  fs::create_directory(source() + "/.archive");
  const std::string log = directory_ / "mount.log";
  const Output mounted =
      program_.run({"mount", "--log", log, "--index", directory_ / "my.index", source(), mount_point()});
  EXPECT_EQ(mounted.exit_code, 0) << mounted.err;
  EXPECT_NE(mounted.err.find(source() + "/.archive (a dot"), std::string::npos) << mounted.err;
  // The running mount has scanned by the time umount returns.
  fs::create_directory(source() + "/new");
  EXPECT_EQ(program_.run({"umount", mount_point()}).exit_code, 0);
  std::ifstream file(log);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const size_t first = text.find(".archive");
  EXPECT_NE(first, std::string::npos) << text;
  EXPECT_EQ(text.find(".archive", first + 1), std::string::npos) << text;
}

TEST_F(Mounted, list_show_and_refs_ask_the_mounts_index) {
  const Output list = program_.run({"list", "--json", mount_point()});
  ASSERT_EQ(list.exit_code, 0) << list.err;
  EXPECT_EQ(text(list.json(), "index"), directory_ / "my.index");
  const json::value all = list.json();
  const std::string path = text(all.at("snapshots").at(0), "path");

  const Output part = program_.run({"list", "--json", fs::path(mount_point() + "/" + path).parent_path()});
  ASSERT_EQ(part.exit_code, 0) << part.err;
  EXPECT_LT(part.json().at("snapshots").as_array().size(), all.at("snapshots").as_array().size());

  const Output show = program_.run({"show", "--json", mount_point() + "/" + path});
  ASSERT_EQ(show.exit_code, 0) << show.err;
  const json::value report = show.json();
  EXPECT_EQ(text(report, "path"), path);

  const std::string name = text(report.at("files").at(0), "name");
  const Output refs = program_.run({"refs", "--json", mount_point() + "/" + path + "/" + name});
  ASSERT_EQ(refs.exit_code, 0) << refs.err;
  const json::value needing = refs.json();
  EXPECT_EQ(needing.at("files").at(0).at("references").as_array().size(),
            report.at("files").at(0).at("references").to_number<uint64_t>());
}

TEST_F(Mounted, verify_prints_the_newest_usable_snapshot_of_the_mount) {
  const Output newest = program_.run({"verify", "--newest-usable", mount_point()});
  ASSERT_EQ(newest.exit_code, 0) << newest.err;
  ASSERT_TRUE(newest.out.ends_with('\n'));
  const std::string path = newest.out.substr(0, newest.out.size() - 1);
  EXPECT_TRUE(path.starts_with(mount_point() + "/")) << path;
  EXPECT_TRUE(fs::is_regular_file(path + "/_metadata")) << path;
}

TEST_F(Mounted, du_of_a_job_sums_up_that_job_only) {
  const json::value all = program_.run({"du", "--json", mount_point()}).json();
  for (const json::value& job : all.at("jobs").as_array()) {
    const Output part = program_.run({"du", "--json", mount_point() + "/" + text(job, "job")});
    ASSERT_EQ(part.exit_code, 0) << part.err;
    const json::value du = part.json();
    ASSERT_EQ(du.at("jobs").as_array().size(), 1u);
    EXPECT_EQ(du.at("jobs").at(0), job);
    EXPECT_EQ(du.at("total"), job.at("total"));
    EXPECT_EQ(du.at("files"), job.at("files"));
  }
}

TEST_F(Mounted, list_of_a_job_sums_up_that_job_only) {
  const json::value all = program_.run({"list", "--json", mount_point()}).json();
  const std::string path = text(all.at("snapshots").at(0), "path");
  const json::value one = program_.run({"list", "--json", mount_point() + "/" + path}).json();
  ASSERT_EQ(one.at("snapshots").as_array().size(), 1u);
  EXPECT_EQ(number(one.at("totals"), "snapshots"), 1u);
  EXPECT_EQ(one.at("totals").at("bytes"), one.at("snapshots").at(0).at("bytes"));
  EXPECT_EQ(one.at("totals").at("files"), one.at("snapshots").at(0).at("file_count"));
  EXPECT_LT(number(one.at("totals"), "bytes"), number(all.at("totals"), "bytes"));
  const Output du = program_.run({"du", "--json", mount_point() + "/" + path});
  EXPECT_EQ(du.json().at("jobs").at(0).at("total"), du.json().at("total"));
}

TEST_F(Mounted, copy_is_a_whole_snapshot_when_it_is_indexed_by_itself) {
  const json::value all = program_.run({"list", "--json", mount_point()}).json();
  const std::string path = text(all.at("snapshots").at(0), "path");
  fs::create_directory(directory_ / "copies");
  fs::copy(mount_point() + "/" + path, directory_ / "copies/chk", fs::copy_options::recursive);
  fs::remove_all(source());
  const Output copy = program_.run({"show", "--json", directory_ / "copies/chk"});
  ASSERT_EQ(copy.exit_code, 0) << copy.err;
  EXPECT_EQ(text(copy.json(), "status"), "ok") << copy.out;
  EXPECT_EQ(copy.json().at("bytes"), all.at("snapshots").at(0).at("bytes"));
}

TEST_F(Mounted, report_of_one_job_knows_the_jobs_whose_files_it_needs) {
  const Output page = program_.run({"report", mount_point() + "/2960957b08e4c57f7cf4a712afcdf82b"});
  ASSERT_EQ(page.exit_code, 0) << page.err;
  size_t boxes = 0;
  const std::string box = "<g class=\"job\" data-job=\"";
  for (size_t at = page.out.find(box); at != std::string::npos; at = page.out.find(box, at + 1)) ++boxes;
  EXPECT_EQ(boxes, 3U);
  EXPECT_EQ(page.out.find("has no snapshot in this storage"), std::string::npos);
}

TEST_F(Mounted, mount_point_that_is_not_mounted_is_known_as_one) {
  ASSERT_EQ(program_.run({"umount", mount_point()}).exit_code, 0);
  for (const char* const command : {"list", "du", "verify", "report", "chain"}) {
    const Output output = program_.run({command, mount_point()});
    EXPECT_EQ(output.exit_code, 3) << command << output.out;
    EXPECT_NE(
        output.err.find(mount_point() +
                        " is a mount point of checkpointfs and is not mounted; mount it again: checkpointfs "
                        "mount " +
                        source() + " " + mount_point() + "\n"),
        std::string::npos)
        << output.err;
  }
  ASSERT_EQ(program_.run({"mount", source(), mount_point()}).exit_code, 0);
  EXPECT_EQ(program_.run({"list", mount_point()}).exit_code, 0);
}

// Runs the program as the user 65534.
Output run_as_another(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = arguments;
  all.insert(all.begin(), std::getenv("CHECKPOINTFS"));
  std::vector<char*> argv;
  for (std::string& word : all) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::array<int, 2> ends = {};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::setenv("HOME", "/nonexistent", 1);
    ::unsetenv("XDG_STATE_HOME");
    if (::setgroups(0, nullptr) != 0 || ::setresgid(65534, 65534, 65534) != 0 ||
        ::setresuid(65534, 65534, 65534) != 0)
      ::_exit(126);
    ::execv(argv[0], argv.data());
    ::_exit(126);
  }
  ::close(ends[1]);
  Output output;
  std::array<char, 4096> buffer = {};
  for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    output.err.append(buffer.data(), static_cast<size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  output.exit_code = WEXITSTATUS(status);
  return output;
}

TEST_F(Mounted, other_users_are_told_whose_it_is_and_whose_index) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be another user";
  ASSERT_EQ(program_.run({"umount", mount_point()}).exit_code, 0);
  ::chmod(directory_.path().c_str(), 0755);
  ASSERT_EQ(
      program_
          .run({"mount", "-o", "allow_other", "--index", directory_ / "my.index", source(), mount_point()})
          .exit_code,
      0);
  const Output umount = run_as_another({"umount", mount_point()});
  if (umount.exit_code == 126) GTEST_SKIP() << "the program cannot be run by another user";
  EXPECT_EQ(umount.exit_code, 4) << umount.err;
  EXPECT_NE(umount.err.find("is a mount of root; only that user or root can unmount it"), std::string::npos)
      << umount.err;
  const Output list = run_as_another({"list", source(), "--index", directory_ / "my.index"});
  EXPECT_EQ(list.exit_code, 5) << list.err;
  EXPECT_NE(list.err.find("may not be read by this user; ask as the user whose index it is"),
            std::string::npos)
      << list.err;
  const Output homeless = run_as_another({"list", source()});
  EXPECT_EQ(homeless.exit_code, 5) << homeless.err;
  EXPECT_NE(homeless.err.find("XDG_STATE_HOME"), std::string::npos) << homeless.err;
}

TEST_F(Mounted, bind_mount_that_would_keep_it_alive_is_named) {
  const std::string bound = directory_ / "bound";
  fs::create_directory(bound);
  if (::mount(mount_point().c_str(), bound.c_str(), nullptr, MS_BIND, nullptr) != 0)
    GTEST_SKIP() << "needs the privilege to mount";
  const Output refused = program_.run({"umount", mount_point()});
  EXPECT_EQ(::umount(bound.c_str()), 0);
  EXPECT_EQ(refused.exit_code, 4) << refused.err;
  EXPECT_NE(refused.err.find("keeps it alive; first run 'umount " + bound + "'\n"), std::string::npos)
      << refused.err;
  EXPECT_EQ(program_.run({"umount", mount_point()}).exit_code, 0);
}

TEST_F(Mounted, umount_ends_the_mount_and_frees_the_index) {
  const Output umount = program_.run({"umount", mount_point()});
  EXPECT_EQ(umount.exit_code, 0) << umount.err;
  EXPECT_TRUE(fs::is_empty(mount_point()));
  EXPECT_EQ(program_.run({"index", "--index", directory_ / "my.index", source()}).exit_code, 0);
  EXPECT_EQ(program_.run({"umount", mount_point()}).exit_code, 4);
}

}  // namespace
}  // namespace checkpointfs::test
