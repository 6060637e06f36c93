// SPDX-License-Identifier: Apache-2.0
// Reads which snapshots a mount with -o pin-on-open holds.
#pragma once

#include <string>

#include "harness.h"

namespace checkpointfs::test {

// The grace period of most mounts here, and the time after which all holds are released for sure.
inline constexpr Milliseconds kGrace(1000);
inline constexpr Milliseconds kReleased(5 * kGrace);

inline std::string status_of(const Mount& mount) {
  return read_file(mount / ".checkpointfs/status");
}

inline bool holds(const Mount& mount, const std::string& snapshot) {
  return status_of(mount).find("{\"snapshot\":\"" + snapshot + "\"") != std::string::npos;
}

inline bool holds_nothing(const Mount& mount) {
  return status_of(mount).find("\"descriptors\":0,") != std::string::npos &&
         status_of(mount).find("\"holds\":[]") != std::string::npos;
}

inline RunResult copy(const std::string& from, const std::string& to) {
  return run({"cp", "-r", from, to});
}

}  // namespace checkpointfs::test
