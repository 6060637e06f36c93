// SPDX-License-Identifier: Apache-2.0
// The commands that remove: their options, the storage, and a plan from planning to the trash.
//
// rm and gc do the same and differ in the snapshots they choose, so each hands run_removal() a function that
// makes its plan. run_removal() finds the index and requires sources as wide as the storage (cli/query),
// refuses while known sources or jobs are missing, and then either shows the plan (a dry run) or continues
// unfinished plans, makes the plan and applies it. trash and unpin share the options and open_storage().
// removal_output.h prints plans and results; removal_lists.h prints a plan as input for hadoop, s5cmd and
// rclone. All decisions about what is unreferenced are made in src/removal.
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

// Adds --apply, --plan, --explain, --format, --grace, --force-newest, --json, and the options of the index.
void add_removal_options(OptionGroup& group);

// Adds --forget, for the commands that refuse while known sources or jobs are missing.
void add_forget_option(OptionGroup& group);

// Returns the options of a plan that `command` makes now, with --grace, --force-newest and --ha. Has to be
// called before the survey, as it reads the directories of --ha. Throws Failure(kUsage), Failure(kRefused).
removal::PlanOptions plan_options(const Invocation& invocation, const std::string& command);

// Adds --ha.
void add_ha_option(OptionGroup& group);
// Returns the absolute paths that --ha names.
std::vector<std::string> ha_directories(const Invocation& invocation);

// Adds --exclude and --follow-links, for the commands that read all snapshots.
void add_survey_options(OptionGroup& group);
// Returns the storage with these options applied. Throws Failure(kUsage) if an excluded path is not below a
// source.
removal::Storage with_survey_options(removal::Storage storage, const Invocation& invocation);

// Returns the time in nanoseconds since the epoch.
int64_t wall_clock_ns();

// Updates the index and returns the storage that it describes. Ignores missing sources and jobs that --forget
// names. Throws Failure(kRefused) if others are missing, or if far fewer snapshots are there than the index
// had.
removal::Storage open_storage(const Invocation& invocation, FoundIndex& found, const std::string& purpose);

// Reads all snapshots now, with progress. With --verbose, prints everything that could not be read.
removal::Survey survey_all(const removal::Storage& storage);
removal::Survey survey_all(const removal::Storage& storage, const Invocation& invocation);

// Makes the plan of the command. `resumed`: unfinished plans that were completed just before.
using MakePlan = std::function<removal::Plan(const FoundIndex& found, const removal::Storage& storage,
                                             const std::vector<removal::Applied>& resumed)>;

// Without --apply: makes the plan and shows it. With --apply: completes unfinished plans, makes the plan or
// reads the one that the operand names, and applies it.
ExitCode run_removal(const Invocation& invocation, const std::string& path, const MakePlan& make);

// Returns the operand if it is a plan's file and --apply is given.
std::optional<std::string> plan_operand(const Invocation& invocation);

}  // namespace checkpointfs::cli
