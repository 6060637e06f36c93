// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/privileges.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/errors.h"

namespace checkpointfs::fs {
namespace {

constexpr uint64_t kSetCapabilities = uint64_t{1} << CAP_SETPCAP;

[[noreturn]] void fail() {
  base::throw_errno("give up", "privileges");
}

// The effective capabilities of this thread.
uint64_t effective() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return 0;
  return data[0].effective | uint64_t{data[1].effective} << 32;
}

void set_capabilities(uint64_t capabilities) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  data[0].effective = data[0].permitted = static_cast<uint32_t>(capabilities);
  data[1].effective = data[1].permitted = static_cast<uint32_t>(capabilities >> 32);
  if (::syscall(SYS_capset, &header, data) != 0) fail();
}

}  // namespace

const uint64_t kMountCapability = uint64_t{1} << CAP_SYS_ADMIN;

bool can_drop_privileges() {
  constexpr uint64_t kNeeded = uint64_t{1} << CAP_SYS_ADMIN | kSetCapabilities;
  return (effective() & kNeeded) == kNeeded;
}

void drop_privileges(uint64_t kept) {
  // From now on user 0 has no special rights.
  constexpr unsigned long kBits = SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                  SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_NOROOT | SECBIT_NOROOT_LOCKED;
  if (::prctl(PR_SET_SECUREBITS, kBits) != 0) fail();
  for (unsigned long one = 0; ::prctl(PR_CAPBSET_READ, one) >= 0; ++one) {
    if (::prctl(PR_CAPBSET_DROP, one) != 0) fail();
  }
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) fail();
  set_capabilities(kept & effective());
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail();
}

}  // namespace checkpointfs::fs
