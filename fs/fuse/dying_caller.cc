// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/dying_caller.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

#include "base/text/message.h"

namespace checkpointfs::fs {
namespace {

thread_local fuse_req_t answered_request = nullptr;

// The kernel makes every fatal signal a SIGKILL of all threads.
bool has_pending_kill(pid_t thread) {
  static constexpr unsigned long long kKill = 1ULL << (SIGKILL - 1);
  std::ifstream status(base::format("/proc/{}/status", thread));
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigPnd:") && !line.starts_with("ShdPnd:")) continue;
    if ((std::strtoull(line.c_str() + sizeof "SigPnd:" - 1, nullptr, 16) & kKill) != 0) return true;
  }
  return false;
}

}  // namespace

AnsweredRequest::AnsweredRequest(fuse_req_t request) : before_(answered_request) {
  answered_request = request;
}

AnsweredRequest::~AnsweredRequest() {
  answered_request = before_;
}

bool answers_dying_caller() {
  if (answered_request == nullptr || fuse_req_interrupted(answered_request) == 0) return false;
  return has_pending_kill(fuse_req_ctx(answered_request)->pid);
}

}  // namespace checkpointfs::fs
