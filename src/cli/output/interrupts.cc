// SPDX-License-Identifier: Apache-2.0
#include "cli/output/interrupts.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>

#include "cli/output/messages.h"

namespace checkpointfs::cli {
namespace {

std::atomic<bool> interrupted = false;
std::atomic<int> interrupting_signal = 0;
bool is_caught = false;
bool is_on_terminal = false;
constexpr char kEnding[] = "\r\033[Kcheckpointfs: ending; Ctrl-C once more ends at once\n";
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void note_interrupt(int signal) {
  interrupting_signal = signal;
  interrupted = true;
  // The store may take a while to answer.
  if (!is_on_terminal) return;
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kEnding, sizeof kEnding - 1);
  errno = error;
}

}  // namespace

Interrupts::Interrupts() : is_outermost_(!is_caught) {
  if (!is_outermost_) return;
  is_caught = true;
  interrupted = false;
  is_on_terminal = remarks() == Remarks::kPrinted && ::isatty(STDERR_FILENO) == 1;
  struct sigaction action = {};
  action.sa_handler = note_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &int_);
  ::sigaction(SIGTERM, &action, &term_);
  // A signal that the caller has switched off stays off (nohup, background jobs).
  if (int_.sa_handler == SIG_IGN) ::sigaction(SIGINT, &int_, nullptr);
  if (term_.sa_handler == SIG_IGN) ::sigaction(SIGTERM, &term_, nullptr);
}

Interrupts::~Interrupts() {
  if (!is_outermost_) return;
  ::sigaction(SIGINT, &int_, nullptr);
  ::sigaction(SIGTERM, &term_, nullptr);
  is_caught = false;
}

const std::atomic<bool>& Interrupts::flag() {
  return interrupted;
}

int Interrupts::signal() {
  return interrupting_signal;
}

void end_by_signal(int signal) {
  std::cout.flush();
  std::fflush(nullptr);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  ::_exit(128 + signal);
}

}  // namespace checkpointfs::cli
