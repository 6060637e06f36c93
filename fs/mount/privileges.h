// SPDX-License-Identifier: Apache-2.0
// Giving up privileges, as mount.fuse3's drop_privileges does.
#pragma once

#include <cstdint>

namespace checkpointfs::fs {

inline constexpr uint64_t kNoCapabilities = 0;
extern const uint64_t kMountCapability;  // CAP_SYS_ADMIN

// Whether this process may mount and then give up its capabilities.
bool can_drop_privileges();

// Leaves the calling thread `kept` of the capabilities that it has; neither it nor what it executes can have
// others again, whatever user it is. Throws SystemError. REQUIRES: there is no other thread.
void drop_privileges(uint64_t kept);

}  // namespace checkpointfs::fs
