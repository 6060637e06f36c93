// SPDX-License-Identifier: Apache-2.0
#include "cli/mounting/background.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>

#include "base/errors.h"
#include "base/log.h"
#include "base/pipe.h"
#include "base/text/message.h"
#include "base/unique_fd.h"
#include "cli/output/messages.h"

namespace checkpointfs::cli {
namespace {

// The message through the pipe is one byte, then text to the end. The byte is 0 for "ready", or an exit code.
constexpr char kReady = 0;

constexpr std::array kForwarded = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

volatile pid_t child_to_end = 0;
volatile std::sig_atomic_t interrupted_by = 0;

void end_child(int signal) {
  interrupted_by = signal;
  ::kill(child_to_end, SIGTERM);
}

sigset_t forwarded_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kForwarded) sigaddset(&set, signal);
  return set;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

std::string read_all(int fd) {
  std::string text;
  char buffer[4096];
  while (true) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    text.append(buffer, static_cast<size_t>(n));
  }
}

void leave_terminal() {
  ::setsid();
  if (::chdir("/") != 0) base::log_warning(base::format("cannot change to /: {}", std::strerror(errno)));
  const base::UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) {
    base::log_warning(base::format("cannot open /dev/null: {}", std::strerror(errno)));
    return;
  }
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null.get(), fd);
}

ExitCode be_child(base::UniqueFd pipe, const std::function<ExitCode(const Ready&)>& work) {
  bool is_ready = false;
  ::signal(SIGPIPE, SIG_IGN);
  try {
    return work([&](const std::string& summary) {
      is_ready = true;
      leave_terminal();
      if (!write_all(pipe.get(), base::format("{}{}", kReady, summary))) {
        base::log_warning("the command that started the mount has ended; the mount ends too");
        ::kill(::getpid(), SIGTERM);
      }
      pipe.reset();
    });
  } catch (const std::exception& e) {
    const Outcome outcome = outcome_of(e);
    // Before the work is ready, the parent prints the message; afterwards only the log can have it.
    if (is_ready) {
      base::log_error(outcome.message);
    } else {
      write_all(pipe.get(), base::format("{}{}", static_cast<char>(outcome.code), outcome.message));
    }
    return outcome.code;
  }
}

// Ends this process as if `signal` had done it.
[[noreturn]] void die_of(int signal) {
  const sigset_t signals = forwarded_signals();
  ::signal(signal, SIG_DFL);
  ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);
}

ExitCode be_parent(pid_t child, base::UniqueFd pipe) {
  const std::string answer = read_all(pipe.get());
  // A signal from here on is too late to end the child; an earlier signal may be about to end it.
  const sigset_t signals = forwarded_signals();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  if (interrupted_by == 0 && !answer.empty() && answer.front() == kReady) {
    if (remarks() == Remarks::kPrinted) std::cout << answer.substr(1);
    return ExitCode::kOk;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (interrupted_by != 0) die_of(interrupted_by);
  if (!answer.empty() && answer.front() != kReady) {
    const auto code = static_cast<ExitCode>(answer.front());
    print_outcome({code, answer.substr(1)});
    return code;
  }
  const std::string how = WIFSIGNALED(status) ? base::format("was killed by signal {} ({})", WTERMSIG(status),
                                                             ::strsignal(WTERMSIG(status)))
                                              : base::format("ended with exit code {}", WEXITSTATUS(status));
  print_outcome(
      {ExitCode::kFailure,
       base::format("the process of the mount {} before the mount was ready; nothing is mounted", how)});
  return ExitCode::kFailure;
}

}  // namespace

ExitCode run_in_background(const std::function<ExitCode(const Ready& ready)>& work) {
  base::Pipe pipe = base::make_pipe();
  std::cout.flush();  // otherwise the child would print the buffer again

  // Signals are blocked until the parent knows the child to pass them on to.
  const sigset_t signals = forwarded_signals();
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &signals, &before);
  const pid_t child = ::fork();
  if (child == 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    pipe.reading.reset();
    return be_child(std::move(pipe.writing), work);
  }
  if (child < 0) base::throw_errno("cannot start", "a process");
  child_to_end = child;
  struct sigaction action = {};
  action.sa_handler = end_child;
  for (const int signal : kForwarded) ::sigaction(signal, &action, nullptr);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  pipe.writing.reset();
  return be_parent(child, std::move(pipe.reading));
}

}  // namespace checkpointfs::cli
