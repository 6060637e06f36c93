// SPDX-License-Identifier: Apache-2.0
// The option --job, which means the same in every command.
#pragma once

#include <set>
#include <string>

#include "cli/arguments/command.h"

namespace checkpointfs::cli {

void add_job_option(OptionGroup& group);

// Returns those of `jobs` (paths as by job_of()) that --job names, as jobs_named() takes a name; all without
// --job. Throws Failure(kSource) if a name means none of them, or several where it must mean one.
std::set<std::string> chosen_jobs(const Invocation& invocation, const std::set<std::string>& jobs);

}  // namespace checkpointfs::cli
