// SPDX-License-Identifier: Apache-2.0
// Cuts ids of jobs to the digits that tell them apart.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace checkpointfs::labels {

// Returns the paths of jobs, by path, with each job id cut to its first digits: 8, or as many as no other id
// of the list begins with.
std::map<std::string, std::string> short_job_paths(const std::vector<std::string>& jobs);

}  // namespace checkpointfs::labels
