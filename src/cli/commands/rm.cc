// SPDX-License-Identifier: Apache-2.0
// checkpointfs rm.
#include <algorithm>
#include <iostream>

#include "base/errors.h"
#include "base/text/message.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/query/snapshot_lookup.h"
#include "cli/removals/removal_command.h"

namespace checkpointfs::cli {
namespace {

void add_rm_options(OptionGroup& group) {
  add_removal_options(group);
}

// True if a resumed plan has just removed the snapshot.
bool was_removed(const std::string& argument, const std::vector<removal::Applied>& resumed) {
  const std::string real = real_path(local_path(argument));
  return std::ranges::any_of(resumed, [&](const removal::Applied& applied) {
    return std::ranges::any_of(applied.victims, [&](const removal::Place& place) {
      return removal::absolute(place) == real || place.path == argument;
    });
  });
}

std::vector<removal::Place> places_of(const Invocation& invocation, const FoundIndex& found,
                                      const std::vector<removal::Applied>& resumed) {
  index::Reader reader(found.options.index_file);
  std::vector<removal::Place> places;
  for (const std::string& operand : invocation.operands) {
    if (was_removed(operand, resumed)) continue;
    const index::Snapshot snapshot = locate_snapshot(reader, found, operand);
    places.push_back({snapshot.source.path, snapshot.source_path});
  }
  return places;
}

removal::Plan make_plan(const Invocation& invocation, const FoundIndex& found,
                        const removal::Storage& storage, const std::vector<removal::Applied>& resumed) {
  const std::vector<removal::Place> places = places_of(invocation, found, resumed);
  if (places.empty()) return {};
  const removal::PlanOptions options = plan_options(invocation, "rm");
  const removal::Survey survey = survey_all(storage, invocation);
  std::vector<removal::Victim> victims;
  for (const removal::Place& place : places) {
    const removal::SeenSnapshot* const snapshot = survey.snapshot_at(place);
    if (snapshot == nullptr) {
      throw base::Failure(base::FailureKind::kSource,
                          base::format("the snapshot {} no longer exists", removal::absolute(place)));
    }
    victims.push_back({survey.number_of(*snapshot), "requested"});
  }
  return removal::make_plan(storage, survey, victims, nullptr, options);
}

ExitCode run_rm(const Invocation& invocation) {
  require_operands(invocation, 1, SIZE_MAX, "SNAPSHOT...");
  return run_removal(invocation, invocation.operands.front(),
                     [&](const FoundIndex& found, const removal::Storage& storage,
                         const std::vector<removal::Applied>& resumed) {
                       return make_plan(invocation, found, storage, resumed);
                     });
}

}  // namespace

const Command kRm = {"rm",
                     "SNAPSHOT...|PLAN",
                     "remove snapshots, and the files that only they need",
                     &add_rm_options,
                     &run_rm,
                     "$ checkpointfs rm orders/chk-41\n"
                     "$ checkpointfs rm --apply orders/chk-41\n"};

}  // namespace checkpointfs::cli
