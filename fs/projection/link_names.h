// SPDX-License-Identifier: Apache-2.0
// Names of the links in latest/, by-time/ and by-name/: one component each, and distinct.
//
// The name of a job is its path with '_' for each '/'. Two jobs that would have one name ("team/orders" and
// "team_orders") each get a suffix made from a hash of the path, and neither gets the name itself: a new job
// may make a name disappear, but never makes it lead to another job.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "labels/job_labels.h"

namespace checkpointfs::fs {

// Returns names by path, made from the wanted names by path. A name that two paths want, or that is longer
// than 255 bytes, gets the suffix "-<16 hex digits>", a hash of its path. Pure; the names are distinct.
std::map<std::string, std::string> distinct_link_names(const std::map<std::string, std::string>& wanted);

// Returns names by path for directories of jobs in the projection; "job" for the root. REQUIRES: the paths
// differ.
std::map<std::string, std::string> job_link_names(const std::vector<std::string>& paths);

// Returns names by path for the jobs of `paths` that have a label: the label alone or, if two of them have
// the same one, each with "-" and the first digits of its id. REQUIRES: the paths differ.
std::map<std::string, std::string> label_link_names(const std::vector<std::string>& paths,
                                                    const labels::JobLabels& labels);

}  // namespace checkpointfs::fs
