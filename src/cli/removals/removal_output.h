// SPDX-License-Identifier: Apache-2.0
// Plans and what came of them, for people and for tools.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/query/scope.h"
#include "removal/apply/apply.h"
#include "removal/apply/restore.h"
#include "removal/model/plan.h"

namespace checkpointfs::cli {

// The sources of the plan, with the snapshots that were there when it was made.
std::vector<ScannedSource> scanned_sources(const removal::Plan& plan);

// `applied`: it is about to be carried out; else it says how that is done.
void print_plan(std::ostream& out, const removal::Plan& plan, bool applied);
void print_plan_json(std::ostream& out, const removal::Plan& plan);
void print_applied(std::ostream& out, const removal::Applied& applied);
void print_applied_json(std::ostream& out, const std::vector<removal::Applied>& all);

// "checkpointfs trash --source DIR restore PLAN", as it can be pasted into a shell. `plan`: "" if the action
// needs none.
std::string trash_command(const std::vector<std::string>& sources, std::string_view action,
                          const std::string& plan = {});

// A line of JSON for each file and snapshot that stays, and why.
void print_kept(std::ostream& out, const removal::Plan& plan);

}  // namespace checkpointfs::cli
