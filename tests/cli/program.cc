// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <boost/json.hpp>

#include "tests/support/metadata_fixtures.h"

namespace fs = std::filesystem;

namespace checkpointfs::test {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set: run by 'meson test'");
  return value;
}

}  // namespace

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

boost::json::value Output::json() const {
  return boost::json::parse(out);
}

std::string text(const boost::json::value& object, const char* key) {
  return std::string(object.at(key).as_string());
}

uint64_t number(const boost::json::value& object, const char* key) {
  return object.at(key).to_number<uint64_t>();
}

Output Program::run(const std::vector<std::string>& arguments, const std::string& directory) const {
  const std::string program = environment("CHECKPOINTFS");
  const TempDirectory outputs;
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::fflush(nullptr);  // or the child would print it again
  const pid_t process = ::fork();
  if (process == 0) {
    ::setenv("XDG_STATE_HOME", state_.c_str(), 1);
    ::setenv("XDG_CONFIG_HOME", (state_ + "/configuration").c_str(), 1);
    const bool ready = ::freopen("/dev/null", "r", stdin) != nullptr &&
                       ::freopen((outputs / "out").c_str(), "w", stdout) != nullptr &&
                       ::freopen((outputs / "err").c_str(), "w", stderr) != nullptr &&
                       ::chdir(directory.c_str()) == 0;
    if (ready) ::execv(program.c_str(), argv.data());
    ::_exit(126);
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  Output output;
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  output.out = read_text(outputs / "out");
  output.err = read_text(outputs / "err");
  return output;
}

bool contains(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

void copy_fixture(const std::string& name, const std::string& to) {
  std::vector<fs::path> candidates = {data_directory() / name};
  for (const auto& flink : fs::directory_iterator(data_directory()))
    candidates.push_back(flink.path() / name);
  std::sort(candidates.begin() + 1, candidates.end());
  for (const fs::path& storage : candidates) {
    if (!fs::is_directory(storage)) continue;
    fs::copy(storage, to, fs::copy_options::recursive);
    return;
  }
  throw std::runtime_error("tests/data has no storage called " + name);
}

}  // namespace checkpointfs::test
