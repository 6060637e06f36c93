// SPDX-License-Identifier: Apache-2.0
// Lists of the files to remove, as input of other programs. Each line names exactly one file to the program
// that reads it; otherwise the whole list is refused.
#pragma once

#include <ostream>
#include <string_view>

#include "removal/model/plan.h"

namespace checkpointfs::cli {

// Prints all or nothing. `format`: hadoop, s5cmd, rclone or paths. Throws Failure(kUsage) if the format is
// unknown or does not fit the storage, Failure(kRefused) if the format cannot express a name.
void print_list(std::ostream& out, const removal::Plan& plan, std::string_view format);

}  // namespace checkpointfs::cli
