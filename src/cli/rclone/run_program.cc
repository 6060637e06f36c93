// SPDX-License-Identifier: Apache-2.0
#include "cli/rclone/run_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/errors.h"
#include "base/pipe.h"
#include "base/unique_fd.h"

namespace checkpointfs::cli {
namespace {

std::vector<char*> arguments_of(std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  return arguments;
}

}  // namespace

pid_t start_program(const std::vector<std::string>& command, const std::string& log_file) {
  std::vector<std::string> copy = command;
  const std::vector<char*> arguments = arguments_of(copy);
  const base::UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const base::UniqueFd log(
      ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!log) base::throw_errno("cannot open", log_file);
  const pid_t parent = ::getpid();
  sigset_t none;
  ::sigemptyset(&none);
  const pid_t child = ::fork();
  if (child < 0) base::throw_errno("cannot start", command.front());
  if (child > 0) return child;
  // From here on, only calls that are safe after a fork of a process with threads.
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(0);
  ::signal(SIGPIPE, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(nothing.get(), 0);
  ::dup2(log.get(), 1);
  ::dup2(log.get(), 2);
  ::execvp(arguments.front(), arguments.data());
  ::_exit(127);
}

std::string output_of(const std::vector<std::string>& command) {
  base::Pipe pipe = base::make_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, pipe.writing.get(), 1);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<std::string> copy = command;
  pid_t child = -1;
  const int error =
      ::posix_spawnp(&child, command.front().c_str(), &actions, nullptr, arguments_of(copy).data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return {};
  pipe.writing.reset();
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(pipe.reading.get(), buffer, sizeof buffer)) != 0;) {
    if (n > 0) text.append(buffer, static_cast<size_t>(n));
    if (n < 0 && errno != EINTR) break;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : std::string();
}

}  // namespace checkpointfs::cli
