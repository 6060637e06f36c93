// SPDX-License-Identifier: Apache-2.0
// The first part of the page: what is broken, and a table of all jobs.
#pragma once

#include <cstddef>
#include <string>

#include "cli/report/storage_report.h"

namespace checkpointfs::cli {

// The anchor of the details of report.jobs[i].
std::string job_anchor(size_t i);

// The name of a job, with its path as the title.
std::string html_job(const ListedJob& job);

// All snapshots that are not ok, with the reasons.
std::string broken_snapshots(const Report& report);

// A row for each job, with a link to its details.
std::string job_table(const Report& report);

}  // namespace checkpointfs::cli
