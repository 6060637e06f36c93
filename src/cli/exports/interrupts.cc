// SPDX-License-Identifier: Apache-2.0
#include "cli/exports/interrupts.h"

#include <cstdio>

namespace checkpointfs::cli {
namespace {

std::atomic<bool> interrupted = false;
std::atomic<int> interrupting_signal = 0;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void note_interrupt(int signal) {
  interrupting_signal = signal;
  interrupted = true;
}

}  // namespace

Interrupts::Interrupts() {
  interrupted = false;
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
  restore();
}

void Interrupts::restore() {
  ::sigaction(SIGINT, &int_, nullptr);
  ::sigaction(SIGTERM, &term_, nullptr);
}

const std::atomic<bool>& Interrupts::flag() {
  return interrupted;
}

void Interrupts::end_as_signalled() {
  if (!interrupted) return;
  restore();
  std::fflush(nullptr);
  ::raise(interrupting_signal);
}

}  // namespace checkpointfs::cli
