// SPDX-License-Identifier: Apache-2.0
// The name of a control directory: that of a source (storage/control_directory.h), and that of a mount.
#pragma once

namespace checkpointfs::storage {

inline constexpr char kControlDirectory[] = ".checkpointfs";

}  // namespace checkpointfs::storage
