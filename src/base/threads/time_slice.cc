// SPDX-License-Identifier: Apache-2.0
#include "base/threads/time_slice.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace checkpointfs::base {
namespace {

// struct sched_attr of linux/sched/types.h, which cannot be included beside sched.h.
struct Attributes {
  uint32_t size = sizeof(Attributes);
  uint32_t policy = 0;
  uint64_t flags = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t runtime_ns = 0;  // the slice, with the policies SCHED_OTHER and SCHED_BATCH
  uint64_t deadline = 0;
  uint64_t period = 0;
};
static_assert(sizeof(Attributes) == 48, "SCHED_ATTR_SIZE_VER0");

constexpr uint64_t kShortestSliceNs = 100'000;

}  // namespace

void prefer_short_slices() {
  Attributes now;
  if (::syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) != 0) return;
  if (now.policy != SCHED_OTHER && now.policy != SCHED_BATCH) return;
  now.size = sizeof now;  // the kernel told how much it knows
  now.runtime_ns = kShortestSliceNs;
  ::syscall(SYS_sched_setattr, 0, &now, 0);
}

}  // namespace checkpointfs::base
