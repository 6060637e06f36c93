// SPDX-License-Identifier: Apache-2.0
#include "cli/mounting/container_init.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <optional>

#include "base/errors.h"

namespace checkpointfs::cli {
namespace {

// Reaps the processes that have ended. Returns the exit code of `child`, if it is one of them.
std::optional<int> reap(pid_t child) {
  std::optional<int> result;
  int status = 0;
  for (pid_t ended; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (ended == child) result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return result;
}

}  // namespace

bool is_container_init() {
  return ::getpid() == 1;
}

ExitCode run_under_container_init(const std::function<ExitCode()>& work) {
  std::cout.flush();  // otherwise the child would print the buffer again
  sigset_t signals;
  sigset_t before;
  sigfillset(&signals);
  ::sigprocmask(SIG_BLOCK, &signals, &before);
  const pid_t child = ::fork();
  if (child < 0) base::throw_errno("cannot start", "a process");
  if (child == 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    return work();
  }
  for (;;) {
    int signal = 0;
    ::sigwait(&signals, &signal);
    if (signal != SIGCHLD) {
      ::kill(child, signal);
    } else if (const auto code = reap(child)) {
      return static_cast<ExitCode>(*code);
    }
  }
}

}  // namespace checkpointfs::cli
