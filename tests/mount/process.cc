// SPDX-License-Identifier: Apache-2.0
#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace checkpointfs::test {
namespace {

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

base::UniqueFd memory_file() {
  return base::UniqueFd(::memfd_create("output", MFD_CLOEXEC));
}

std::string content_of(const base::UniqueFd& file) {
  std::string content;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::pread(file.get(), buffer, sizeof buffer, static_cast<off_t>(content.size()));
    if (n <= 0) return content;
    content.append(buffer, static_cast<size_t>(n));
  }
}

bool readable_within(int fd, Milliseconds limit) {
  pollfd wait = {fd, POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&wait, 1, static_cast<int>(limit.count()))) < 0 && errno == EINTR) {
  }
  return ready > 0;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const RunResult& result) {
  return out << "exit code " << result.code << "\n--- stdout\n" << result.out << "--- stderr\n" << result.err;
}

Process::Process(const std::vector<std::string>& argv, const std::string& directory)
    : out_(memory_file()), err_(memory_file()) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out_.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err_.get(), STDERR_FILENO);
  if (!directory.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  // The runner of the tests may ignore signals (nohup, a shell's background), and programs inherit that.
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals, signal);
  ::posix_spawnattr_setsigdefault(&attributes, &signals);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  const int error =
      ::posix_spawnp(&pid_, argv[0].c_str(), &actions, &attributes, c_strings(argv).data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot run " + argv[0]);
}

Process::~Process() {
  if (!ended_) wait(Milliseconds(0));
}

void Process::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

RunResult Process::wait(Milliseconds limit) {
  RunResult result;
  const bool in_time = ends_within(pid_, limit);
  if (!in_time) ::kill(-pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  if (in_time) result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = content_of(out_);
  result.err = content_of(err_);
  return result;
}

RunResult run(const std::vector<std::string>& argv, Milliseconds limit) {
  return Process(argv).wait(limit);
}

RunResult run_in(const std::string& directory, const std::vector<std::string>& argv) {
  return Process(argv, directory).wait();
}

std::vector<std::string> checkpointfs_command(const std::vector<std::string>& arguments) {
  const char* program = std::getenv("CHECKPOINTFS");
  if (program == nullptr) throw std::runtime_error("CHECKPOINTFS in the environment must name the program");
  std::vector<std::string> argv = {program};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

RunResult checkpointfs(const std::vector<std::string>& arguments, Milliseconds limit) {
  return run(checkpointfs_command(arguments), limit);
}

bool ends_within(pid_t pid, Milliseconds limit) {
  const base::UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  return !process || readable_within(process.get(), limit);
}

bool have_program(const std::string& program) {
  std::istringstream directories(std::getenv("PATH"));
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (::access((directory + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace checkpointfs::test
