// SPDX-License-Identifier: Apache-2.0
// Lists of what goes, as commands or inputs of other programs: each line names exactly one file to the
// program that reads it, or the whole list is refused.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "removal/model/plan.h"

namespace checkpointfs::cli {

// `format`: hadoop, s5cmd, rclone, paths. Prints all or nothing. Throws Failure(kUsage) if the format is none
// of these or does not fit the storage, Failure(kRefused) with the name if one cannot be said in that format.
void print_list(std::ostream& out, const removal::Plan& plan, std::string_view format);

// One line each, without its end. Throw Failure as print_list() does.
// An argument of `hadoop fs -rm`, which takes it for a pattern: the characters of patterns are escaped.
std::string hadoop_line(std::string_view uri);
// A line of `s5cmd run`, which splits it as a shell does.
std::string s5cmd_line(std::string_view uri);
// A line of rclone's --files-from-raw. `path`: beneath the source.
std::string rclone_line(std::string_view path);
std::string path_line(std::string_view path);

}  // namespace checkpointfs::cli
