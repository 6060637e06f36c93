// SPDX-License-Identifier: Apache-2.0
// Questions about the whole index that commands ask once, and no mount does: each reads whole tables, by a
// connection of its own. They throw as Reader does.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace checkpointfs::index {

// Files, or segments, that are the same bytes of one inode by several names: for the row of each, that of the
// first. Those whose inode is not known are not in it, nor those that differ in size or time, as some file
// systems make inode numbers up.
std::unordered_map<int64_t, int64_t> hard_links(const std::string& index_file);

// Bytes of state inside the metadata, by snapshot; those without any are not in it.
std::unordered_map<int64_t, uint64_t> inline_bytes(const std::string& index_file);

}  // namespace checkpointfs::index
