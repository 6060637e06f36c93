// SPDX-License-Identifier: Apache-2.0
// Files that the user names: plans, reports, texts. Somebody else may have put something in their place.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace checkpointfs::base {

// Throws Failure(kUsage) if something is at `path` that is no regular file (a FIFO would block whoever opens
// it), or a link that neither root nor this user has made. Nothing there, or what cannot be looked at, is
// left to the caller's open().
void require_regular_if_there(const std::string& path);

// Opens a regular file to read, links followed; a FIFO or device blocks nobody. Throws SystemError,
// Failure(kUsage) if it is something else.
UniqueFd open_named(const std::string& path);

// Reads the rest of `fd`, whatever size it says to have; `name` is for messages. Throws SystemError,
// Failure(kInput) if it is more than `limit` bytes.
std::string read_up_to(int fd, const std::string& name, uint64_t limit);

// Writes all of `text` where `fd` stands; `name` is for messages. Throws SystemError.
void write_all(int fd, const std::string& name, std::string_view text);

// Writes `text` to a new file beside `path`, syncs it and renames it to `path`: who reads sees the old text
// or the new one, whatever happens. No link is followed or replaced, nor is anything else but a regular file.
// Mode 0666 less the umask. Throws SystemError, Failure(kUsage).
void replace_file(const std::string& path, std::string_view text);
// The same for a text that is not in memory as a whole: `fill` writes it piece by piece.
using WriteText = std::function<void(std::string_view)>;
void replace_file(const std::string& path, const std::function<void(const WriteText&)>& fill);

}  // namespace checkpointfs::base
