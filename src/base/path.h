// SPDX-License-Identifier: Apache-2.0
// Paths as text: nothing is looked up on disk. A path is normalised: it has no empty, "." or ".." component,
// and no slash at its end, but for "/" itself. It is absolute, or relative to a directory that is called "".
// The views that are returned point into the argument.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::base {

// The directory above: "a" for "a/b", "/" for "/a", "" for "a", "/" and "". Always shorter than a path that
// is not empty, so that a loop over the directories above ends. Takes URIs as well.
std::string_view parent(std::string_view path);

// The part after the last slash: "b" for "a/b", "" for "/" and "a/". Takes URIs as well.
std::string_view last_component(std::string_view path);

// "a/b" for "a" and "b". Only the other one, if one is empty.
std::string join(std::string_view directory, std::string_view path);

// The names between the slashes: "a" and "b" for "/a/b".
std::vector<std::string_view> components(std::string_view path);

// The path relative to `directory`; "" for the directory itself, nothing if it lies elsewhere ("/a/bc" does
// not lie in "/a/b"). REQUIRES: both are absolute, or both are relative to the same directory.
std::optional<std::string_view> path_below(std::string_view path, std::string_view directory);

// Returns true if `path` is `directory`, or lies below it. REQUIRES: as path_below().
bool is_at_or_below(std::string_view path, std::string_view directory);

}  // namespace checkpointfs::base
