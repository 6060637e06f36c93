// SPDX-License-Identifier: Apache-2.0
#include "fs/signals.h"

#include <chrono>
#include <csignal>

namespace checkpointfs::fs {
namespace {

constexpr int kInterrupt = SIGUSR2;

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

StopSignals::StopSignals(std::function<void()> stop)
    : stop_(std::move(stop)), interrupted_(::pthread_self()) {
  struct sigaction action = {};
  action.sa_handler = [](int) {};  // without SA_RESTART: a blocking call returns EINTR
  ::sigaction(kInterrupt, &action, nullptr);
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { wait(); });
}

StopSignals::~StopSignals() {
  finish();
}

void StopSignals::finish() {
  if (done_.exchange(true)) return;
  ::pthread_kill(thread_.native_handle(), SIGTERM);  // blocked there: it only ends the waiting
  thread_.join();
}

void StopSignals::wait() {
  const sigset_t set = stop_signals();
  int signal = 0;
  ::sigwait(&set, &signal);
  if (!done_) stop_();
  while (!done_) {
    ::pthread_kill(interrupted_, kInterrupt);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace checkpointfs::fs
