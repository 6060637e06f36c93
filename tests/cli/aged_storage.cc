// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/aged_storage.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace checkpointfs::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

int number_of(const fs::path& checkpoint) {
  return std::stoi(checkpoint.filename().string().substr(4));
}

pid_t start(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (::freopen("/dev/null", "w", stdout) != nullptr) ::execv(argv[0], argv.data());
  ::_exit(126);
}

size_t files_below(const std::string& directory) {
  size_t files = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().string().find("/files/") != std::string::npos && entry->is_regular_file(error)) ++files;
  }
  return files;
}

}  // namespace

void AgedStorage::SetUp() {
  copy_fixture("flink-2.3.0/chained", source());
  age(source());
  for (const auto& job : fs::directory_iterator(source())) {
    for (const auto& entry : fs::directory_iterator(job)) {
      const std::string name = entry.path().filename();
      if (name.starts_with("chk-"))
        checkpoints_[number_of(name)] = job.path().filename().string() + "/" + name;
    }
  }
  ASSERT_EQ(checkpoints_.size(), 6u);
}

Output AgedStorage::with_source(const char* command, std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {command, "--source", source()});
  // To the kernel the storage is new: no time that a file is given changes when it was made.
  const bool removes = arguments.front() == "rm" || arguments.front() == "gc";
  if (removes && std::ranges::find(arguments, "--grace") == arguments.end())
    arguments.insert(arguments.begin() + 1, {"--grace", "0"});
  return program_.run(arguments);
}

std::map<std::string, std::string> AgedStorage::tree() const {
  std::map<std::string, std::string> all;
  for (fs::recursive_directory_iterator entry(source()), end; entry != end; ++entry) {
    if (entry->path().filename() == ".checkpointfs") {
      entry.disable_recursion_pending();
      continue;
    }
    std::string what = "directory";
    if (!entry->is_directory()) {
      std::ifstream file(entry->path(), std::ios::binary);
      what = std::to_string(entry->last_write_time().time_since_epoch().count()) +
             std::string(std::istreambuf_iterator<char>(file), {});
    }
    all[fs::relative(entry->path(), source())] = what;
  }
  return all;
}

std::set<std::string> AgedStorage::files_of_only(int number) const {
  std::set<std::string> files;
  std::set<std::string> others;
  for (const auto& [n, checkpoint] : checkpoints_) {
    if (!fs::exists(path(checkpoint))) continue;
    const Output output = program_.run({"show", "--json", "--source", source(), checkpoint});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    const json::value report = output.json();
    for (const json::value& file : report.at("files").as_array())
      (n == number ? files : others).insert(text(file, "path"));
  }
  for (const std::string& file : others) files.erase(file);
  return files;
}

void AgedStorage::expect_sound(size_t snapshots) const {
  const Output output = program_.run({"verify", "--json", source()});
  EXPECT_EQ(output.exit_code, 0) << output.out << output.err;
  EXPECT_EQ(output.json().at("snapshots").as_array().size(), snapshots);
}

void AgedStorage::age(const std::string& storage) {
  const auto now = fs::file_time_type::clock::now();
  for (const auto& entry : fs::recursive_directory_iterator(storage)) {
    if (!entry.is_regular_file()) continue;
    const bool is_metadata = entry.path().filename() == "_metadata";
    const int days = is_metadata ? 12 - number_of(entry.path().parent_path()) : 12;
    fs::last_write_time(entry.path(), now - std::chrono::hours(24 * days));
  }
}

void AgedStorage::make_storage(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   std::string(std::getenv("CHECKPOINTFS_SOURCE")) + "/tests/bench/make-storage");
  arguments.insert(arguments.end(), {"--jobs", "1"});
  int status = -1;
  ::waitpid(start(arguments), &status, 0);
  ASSERT_EQ(status, 0);
}

std::string AgedStorage::only_entry(const std::string& directory) {
  return fs::directory_iterator(directory)->path().filename();
}

size_t AgedStorage::kill_when_moved(const std::vector<std::string>& arguments, const std::string& trash,
                                    size_t files) const {
  std::vector<std::string> command = {std::getenv("CHECKPOINTFS")};
  command.insert(command.end(), arguments.begin(), arguments.end());
  // The indexes of the other runs.
  ::setenv("XDG_STATE_HOME", (directory_ / "state").c_str(), 1);
  const pid_t child = start(command);
  ::unsetenv("XDG_STATE_HOME");
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (files_below(trash) >= files) ::kill(child, SIGKILL);
  }
  return files_below(trash);
}

}  // namespace checkpointfs::test
