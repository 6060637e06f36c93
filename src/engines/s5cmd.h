// SPDX-License-Identifier: Apache-2.0
// s5cmd: lines of `s5cmd run`, which splits them as a shell does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::engines {

// The largest object that one request can copy within S3. s5cmd has no other way to copy.
inline constexpr uint64_t kLargestS5cmdCopy = uint64_t{5} << 30;

// Returns why s5cmd cannot be told this URI.
std::string_view s5cmd_problem(std::string_view uri);

// Return a line, without its line feed. REQUIRE: no problem.
std::string s5cmd_remove_line(std::string_view uri);
std::string s5cmd_copy_line(std::string_view from, std::string_view to);
// Returns the URI with the scheme s3, quoted as a word of the line.
std::string s5cmd_word(std::string_view uri);

}  // namespace checkpointfs::engines
