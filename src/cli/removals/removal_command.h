// SPDX-License-Identifier: Apache-2.0
// What rm, gc and trash share: the storage, the options, and a plan's way from its making to its end.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments/command.h"
#include "cli/query/find_index.h"
#include "removal/apply/apply.h"
#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/plan/planner.h"
#include "removal/trash/trash.h"

namespace checkpointfs::cli {

// --apply, --plan, --explain, --format, --grace, --json, and those that say which index.
void add_removal_options(OptionGroup& group);

// --forget, of the commands that refuse while snapshots are missed.
void add_forget_option(OptionGroup& group);

// What --grace and --force-newest say, for a plan that is made now. Throws Failure(kUsage).
removal::PlanOptions plan_options(const Invocation& invocation, const std::string& command);

// --exclude, --follow-links: of the commands that read all snapshots.
void add_survey_options(OptionGroup& group);
// The storage with what these options say. Throws Failure(kUsage) for what lies in no source.
removal::Storage with_survey_options(removal::Storage storage, const Invocation& invocation);

// Nanoseconds since the epoch.
int64_t wall_clock_ns();

// The storage that the index describes, the index being brought up to date. `path`: as for find_index().
// What --forget names is not missed. Throws Failure(kRefused) if far fewer snapshots are there than the index
// knew.
removal::Storage open_storage(const Invocation& invocation, FoundIndex& found, const std::string& purpose);

// All snapshots, read now, with progress. With --verbose, everything that is not known is printed.
removal::Survey survey_all(const removal::Storage& storage);
removal::Survey survey_all(const removal::Storage& storage, const Invocation& invocation);

// The plan that the options ask for. `resumed`: what was gone on with before.
using MakePlan = std::function<removal::Plan(const FoundIndex& found, const removal::Storage& storage,
                                             const std::vector<removal::Applied>& resumed)>;

// Without --apply: makes the plan and shows it. With it: finishes what was begun before, makes the plan, or
// takes the one that the operand names, and carries it out.
ExitCode run_removal(const Invocation& invocation, const std::string& path, const MakePlan& make);

// The file of a plan that the only operand is, or nothing.
std::optional<std::string> plan_operand(const Invocation& invocation);

}  // namespace checkpointfs::cli
