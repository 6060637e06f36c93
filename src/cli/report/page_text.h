// SPDX-License-Identifier: Apache-2.0
// Times, paths and states of snapshots as the page shows them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "index/database/types.h"

namespace checkpointfs::cli {

// "6 days ago": the time from `ns` to `now` (both since the epoch) in its largest unit, rounded down; "in the
// future" if `ns` lies after `now`.
std::string time_ago(int64_t ns, int64_t now);

// A <time> that shows time_ago(), with the whole time as its title.
std::string html_time(int64_t ns, int64_t now);

// "2026-11-22 10:48:34 UTC".
std::string whole_time(int64_t ns);

// `path` with each component of 32 hexadecimal digits cut to its first 8 and last 4: "d5515fb9…8bc3".
std::string with_short_ids(std::string_view path);

// A path with short ids, which breaks after slashes only; the whole path is its title.
std::string html_path(std::string_view path);

// A status in its colour.
std::string html_status(index::SnapshotStatus status);
// A text in the colour of `kind`: "good", "bad" or "note".
std::string html_chip(std::string_view kind, std::string_view text);

}  // namespace checkpointfs::cli
