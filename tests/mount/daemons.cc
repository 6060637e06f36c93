// SPDX-License-Identifier: Apache-2.0
#include "daemons.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "io_uring_switch.h"
#include "tests/support/files.h"
#include "process.h"

namespace checkpointfs::test {
namespace {

constexpr char kMarker[] = "CHECKPOINTFS_TEST";

volatile pid_t child = 0;

// The variable in the environment of every program that the test program `tests` starts.
std::string marker_of(pid_t tests) {
  return std::string(kMarker) + "=" + std::to_string(tests);
}

bool environment_has(const std::string& process, const std::string& variable) {
  std::ifstream file(process + "/environ");
  for (std::string word; std::getline(file, word, '\0');) {
    if (word == variable) return true;
  }
  return false;
}

std::vector<pid_t> daemons_of(pid_t tests) {
  const stdfs::path program = stdfs::path(checkpointfs_command({})[0]).filename();
  std::vector<pid_t> found;
  for (const std::string& name : names_in("/proc")) {
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code error;
    const stdfs::path runs = stdfs::read_symlink("/proc/" + name + "/exe", error);
    if (error || runs.filename() != program) continue;
    if (environment_has("/proc/" + name, marker_of(tests))) found.push_back(std::stoi(name));
  }
  return found;
}

void end_daemons_of(pid_t tests) {
  for (const pid_t pid : daemons_of(tests)) {
    ::kill(pid, SIGTERM);
    if (!ends_within(pid, Milliseconds(5'000))) ::kill(pid, SIGKILL);
  }
}

}  // namespace

std::vector<pid_t> daemons_left() {
  std::vector<pid_t> left = daemons_of(::getpid());
  std::erase_if(left, [](pid_t pid) { return ends_within(pid, Milliseconds(10'000)); });
  return left;
}

int supervised(const std::function<int()>& tests) {
  const IoUringSwitch io_uring;
  child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setenv(kMarker, std::to_string(::getpid()).c_str(), 1);
    return tests();
  }
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::signal(signal, [](int) { ::kill(child, SIGKILL); });
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  end_daemons_of(child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace checkpointfs::test
