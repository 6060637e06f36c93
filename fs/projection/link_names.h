// SPDX-License-Identifier: Apache-2.0
// Names of the links in latest/ and by-time/: each of one component, each one once.
//
// A job's name is its path with '_' for each '/'. Two jobs that would have one name ("team/orders" and
// "team_orders") each get a suffix made from a hash of the path, and nobody gets the name itself: a job that
// comes along may end a name, and never leads it to another job.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace checkpointfs::fs {

// Names by path, made from the wanted ones. A name that two paths want, or that is longer than 255 bytes,
// gets the suffix "-<16 hex digits>" of its path. Pure; the names are distinct.
std::map<std::string, std::string> distinct_link_names(const std::map<std::string, std::string>& wanted);

// Names by path of jobs' directories in the projection. "job" for the root. REQUIRES: the paths differ.
std::map<std::string, std::string> job_link_names(const std::vector<std::string>& paths);

}  // namespace checkpointfs::fs
