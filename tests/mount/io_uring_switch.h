// SPDX-License-Identifier: Apache-2.0
// Switches FUSE over io_uring on in the kernel while tests run. The parameter fuse.enable_uring is off by
// default.
#pragma once

#include <sys/types.h>

#include <string>

namespace checkpointfs::test {

// True if CHECKPOINTFS_TEST_IO_URING is set: the mounts of these tests are to be over io_uring.
bool is_io_uring_wanted();

// The reason why no mount can be over io_uring here; "" if there is none.
std::string why_no_io_uring();

// Keeps the parameter set for the life of the object, if is_io_uring_wanted() and nothing speaks against it.
// Programs that need it at the same time share it, and the last one restores the value from before. A process
// of its own does that, so it is done however this one ends. The constructor throws std::system_error.
class IoUringSwitch {
 public:
  IoUringSwitch();
  ~IoUringSwitch();
  IoUringSwitch(const IoUringSwitch&) = delete;
  IoUringSwitch& operator=(const IoUringSwitch&) = delete;

 private:
  int restorer_socket_ = -1;  // the restorer ends with the last process that has it open
  pid_t restorer_ = -1;
};

}  // namespace checkpointfs::test
