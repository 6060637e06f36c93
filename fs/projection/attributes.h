// SPDX-License-Identifier: Apache-2.0
// The extended attributes "user.checkpointfs.*".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "index/read/reader.h"

namespace checkpointfs::fs {

// The attributes can be read by name but are not listed: they describe this mount, and `cp -a` or `rsync -X`
// would carry them into copies, where they are not true. (CephFS hides its virtual attributes for the same
// reason.)
inline constexpr std::string_view kAttributePrefix = "user.checkpointfs.";

// uri, references, status.
std::optional<std::string> file_attribute(const index::FileLocation& file, std::string_view name);

// checkpoint_id, format, kind, files, bytes, exclusive_bytes, status.
std::optional<std::string> snapshot_attribute(index::Reader& reader, const index::Snapshot& snapshot,
                                              std::string_view name);

}  // namespace checkpointfs::fs
