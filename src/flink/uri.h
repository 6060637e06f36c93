// SPDX-License-Identifier: Apache-2.0
// The URIs of Flink's file handles: `Path.toString()` form, never percent-encoded (flink-core, Path.java).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::flink {

// `file:/a/b`, `file:///a/b`, `/a/b`, `hdfs://nn:8020/a`, `s3a://bucket/a`.
struct Uri {
  std::string scheme;     // canonical: "file" if absent; "s3" for s3, s3a, s3n and s3p; lower case
  std::string authority;  // "" if absent
  std::string path;  // starts with '/', no empty, "." or ".." component, no '/' at the end; "/" for the root
};

// Nothing if `text` (UTF-8) is not absolute, holds a NUL, or climbs above its root by "..".
std::optional<Uri> parse_uri(std::string_view text);

// "file:/a/b", "s3://bucket/a": equal for two spellings of one place.
std::string to_string(const Uri& uri);

// `path` resolved against the directory `directory` (both relative to the same root, "" being the root
// itself), as Flink resolves a RELATIVE handle: lexically, a leading '/' being nothing, a back slash being a
// slash. Nothing if it is empty, holds a NUL, leaves the root or names it, and where Flink fails: a ':'
// before the first '/', two leading '/'.
std::optional<std::string> resolve_relative(std::string_view directory, std::string_view path);

}  // namespace checkpointfs::flink
