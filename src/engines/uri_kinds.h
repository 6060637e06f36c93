// SPDX-License-Identifier: Apache-2.0
// Programs that copy and delete in stores: how each one wants a file named, and which names it cannot take.
//
// A list for such a program is read by its parser, not by ours, so each name must mean exactly one file
// there. hadoop.h (also DistCp), s5cmd.h, rclone.h and path_list.h (also CSV) have a pair of functions for
// each kind of list: X_problem() and X_line(). A problem is half a sentence for the user, "" if there is
// none. Callers check all names before they write the first line, so that no list is half a list. This header
// has what the others share. The folder knows no snapshot and opens no file.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::engines {

// Returns the scheme of a URI on S3 with its "://" ("s3a://"); "" for another store.
std::string_view s3_scheme(std::string_view uri);

// True of "file:/a", which only programs on this host can read.
bool is_local(std::string_view uri);

// Returns why `text` cannot stand in a list of UTF-8 lines; "" if it can.
std::string_view line_problem(std::string_view text);

}  // namespace checkpointfs::engines
