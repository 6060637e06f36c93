// SPDX-License-Identifier: Apache-2.0
// `verify --manifest`: proves that a copy has all that its manifest names, whatever made the copy.
//
// copy_arguments.h says what is to be compared with the manifest: a directory, or lists that other programs
// print of a store. The comparison is in transfer/verify. copy_report.h prints each finding, and a last
// sentence that says no more than was proven.
#pragma once

#include "cli/arguments/command.h"

namespace checkpointfs::cli {

// REQUIRES: --manifest was given. Throws Failure, SystemError.
ExitCode verify_copy(const Invocation& invocation);

}  // namespace checkpointfs::cli
