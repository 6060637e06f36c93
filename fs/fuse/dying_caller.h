// SPDX-License-Identifier: Apache-2.0
// Tells an answer that takes long whether its caller is dying.
#pragma once

#include "fs/libfuse.h"

namespace checkpointfs::fs {

// Lives while a thread answers a request. One may live inside another.
class AnsweredRequest {
 public:
  explicit AnsweredRequest(fuse_req_t request);
  ~AnsweredRequest();
  AnsweredRequest(const AnsweredRequest&) = delete;
  AnsweredRequest& operator=(const AnsweredRequest&) = delete;

 private:
  fuse_req_t before_;
};

// True if the caller of the request that this thread answers has been killed: nobody wants the answer, and
// the caller cannot end before it. Other signals interrupt requests too, and are no reason to fail: programs
// expect no EINTR from files.
bool answers_dying_caller();

}  // namespace checkpointfs::fs
