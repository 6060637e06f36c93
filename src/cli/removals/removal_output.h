// SPDX-License-Identifier: Apache-2.0
// Prints plans and their results, for people and as JSON.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "base/named_file.h"
#include "cli/query/scope.h"
#include "removal/apply/apply.h"
#include "removal/apply/restore.h"
#include "removal/model/plan.h"

namespace checkpointfs::cli {

// Returns the sources of the plan, with the snapshots that were there when it was made.
std::vector<ScannedSource> scanned_sources(const removal::Plan& plan);

// Prints the plan. `applied`: the plan is about to be applied; otherwise says how to apply it.
void print_plan(std::ostream& out, const removal::Plan& plan, bool applied);
void print_plan_json(std::ostream& out, const removal::Plan& plan);
void print_applied(std::ostream& out, const removal::Applied& applied);
void print_applied_json(std::ostream& out, const std::vector<removal::Applied>& all);

// Returns "checkpointfs trash --source DIR restore PLAN", quoted for a shell. `plan`: "" if the action needs
// none.
std::string trash_command(const std::vector<std::string>& sources, std::string_view action,
                          const std::string& plan = {});

// Writes a line of JSON for each file and snapshot that is kept, with the reason.
void write_kept(const base::WriteText& write, const removal::Plan& plan);

}  // namespace checkpointfs::cli
