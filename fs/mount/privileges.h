// SPDX-License-Identifier: Apache-2.0
// Gives up privileges, as mount.fuse3's drop_privileges does.
#pragma once

#include <cstdint>

namespace checkpointfs::fs {

inline constexpr uint64_t kNoCapabilities = 0;
extern const uint64_t kMountCapability;  // CAP_SYS_ADMIN

// Returns whether this process may mount and then give up its capabilities.
bool can_drop_privileges();

// Leaves the calling thread those of its capabilities that are in `kept`; neither the thread nor a program
// that it executes can gain others again, as any user. Throws SystemError. REQUIRES: there is no other
// thread.
void drop_privileges(uint64_t kept);

}  // namespace checkpointfs::fs
