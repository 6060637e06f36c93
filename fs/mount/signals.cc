// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/signals.h"

#include <chrono>
#include <csignal>
#include <exception>

#include "base/log.h"

namespace checkpointfs::fs {
namespace {

constexpr int kInterrupt = SIGUSR2;

sigset_t awaited() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals(SignalActions actions) : actions_(std::move(actions)), interrupted_(::pthread_self()) {
  struct sigaction action = {};
  action.sa_handler = [](int) {};  // without SA_RESTART, so that a blocking call returns EINTR
  ::sigaction(kInterrupt, &action, nullptr);
  const sigset_t set = awaited();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { wait(); });
}

Signals::~Signals() {
  finish();
}

void Signals::finish() {
  if (done_.exchange(true)) return;
  ::pthread_kill(thread_.native_handle(), SIGTERM);  // the thread blocks it: only sigwait(3) returns
  thread_.join();
}

void Signals::wait() {
  const sigset_t set = awaited();
  for (bool stopping = false; !stopping;) {
    int signal = 0;
    ::sigwait(&set, &signal);
    if (done_) return;
    stopping = signal == SIGTERM || signal == SIGINT || (signal == SIGHUP && actions_.hangup_stops);
    const auto& action = stopping ? actions_.stop : signal == SIGHUP ? actions_.hangup : actions_.rescan;
    try {
      action();
    } catch (const std::exception& e) {
      base::log_error(e.what());
    }
  }
  while (!done_) {
    ::pthread_kill(interrupted_, kInterrupt);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace checkpointfs::fs
