// SPDX-License-Identifier: Apache-2.0
// Draws which jobs need files of which other jobs, as SVG.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/query/job_dependencies.h"

namespace checkpointfs::cli {

// A job needs files of another one.
struct Need {
  std::string job;
  std::string owner;
  Dependency dependency;
};

// The needs between different jobs, by job and owner.
std::vector<Need> needs_between_jobs(const JobDependencies& dependencies);

struct GraphJob {
  std::string job;     // path
  std::string name;    // for people
  bool exists = true;  // false: the index has no snapshot of it
};

// Sorts jobs, which are in the order of their ages, so that the jobs of each connected part stand together.
// Jobs that neither need nor are needed are left out.
std::vector<GraphJob> connected_jobs(const std::vector<GraphJob>& jobs, const std::vector<Need>& needs);

// Draws a box for each of connected_jobs(), and for each need a line of text beside the box with an arrow to
// the owner. No text lies over another.
std::string dependency_graph(const std::vector<GraphJob>& connected, const std::vector<Need>& needs);

}  // namespace checkpointfs::cli
