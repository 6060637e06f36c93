// SPDX-License-Identifier: Apache-2.0
// checkpointfs trash.
#include <algorithm>
#include <iostream>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/duration.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/pin_sources.h"
#include "cli/removals/removal_command.h"
#include "cli/removals/removal_output.h"
#include "removal/apply/remember.h"
#include "removal/apply/restore.h"
#include "removal/survey/surveyor.h"

namespace checkpointfs::cli {
namespace {

using base::Failure;
using base::FailureKind;

void add_trash_options(OptionGroup& group) {
  add_flag(group, "apply", "purge: delete permanently; without --apply: a dry run");
  add_flag(group, "all", "purge: all plans");
  add_value(group, "older-than", "TIME", "purge: plans applied longer ago than TIME, such as 7d");
  add_survey_options(group);
  add_forget_option(group);
  add_source_option(group);
  add_index_options(group);
  add_json_option(group);
}

std::string_view state_of(const removal::InTrash& entry) {
  if (entry.restoring) return "restore unfinished";
  return entry.done ? "whole" : "unfinished";
}

void print_entries(const std::vector<removal::InTrash>& entries) {
  using enum Table::Align;
  Table table({{"PLAN", kLeft},
               {"BY", kLeft},
               {"SNAPSHOTS", kRight},
               {"FILES", kRight},
               {"SIZE", kRight},
               {"STATE", kLeft}});
  uint64_t bytes = 0;
  for (const removal::InTrash& entry : entries) {
    bytes += entry.bytes;
    table.add({base::printable(entry.id), base::printable(entry.command),
               base::format("{}", entry.snapshots.size()), base::format("{}", entry.files),
               base::human_bytes(entry.bytes), std::string(state_of(entry))});
  }
  if (!entries.empty()) {
    table.print(std::cout, terminal_width(0));
    std::cout << "\n";
  }
  std::cout << "in the trash: " << base::counted(entries.size(), "plan") << ", " << base::human_bytes(bytes)
            << "\n";
}

void print_entries_json(const std::vector<removal::InTrash>& entries) {
  JsonArray array;
  for (const removal::InTrash& entry : entries) {
    JsonArray snapshots;
    for (const removal::Place& place : entry.snapshots) snapshots.push_back(removal::absolute(place));
    array.push_back(JsonObject{{"plan", entry.id},
                               {"command", entry.command},
                               {"made", base::iso_time(entry.made_ns)},
                               {"removed", base::iso_time(entry.begun_ns)},
                               {"snapshots", std::move(snapshots)},
                               {"files", entry.files},
                               {"bytes", entry.bytes},
                               {"state", state_of(entry)}});
  }
  print_json(std::cout, JsonObject{{"plans", std::move(array)}});
}

ExitCode list(const Invocation& invocation, const std::vector<std::string>& sources) {
  const auto entries = removal::list_trash(sources);
  invocation.has("json") ? print_entries_json(entries) : print_entries(entries);
  return ExitCode::kOk;
}

void print_lacking(const std::vector<removal::Lacking>& all) {
  for (const removal::Lacking& lacking : all) {
    std::cerr << "checkpointfs: " << base::printable(removal::absolute(lacking.snapshot)) << " still lacks "
              << base::counted(lacking.files, "file");
    if (lacking.plans.empty()) std::cerr << ", and no plan in the trash has any of them";
    for (const std::string& plan : lacking.plans)
      std::cerr << "; " << trash_command({lacking.snapshot.root}, "restore", plan);
    std::cerr << "\n";
  }
}

JsonArray lacking_json(const std::vector<removal::Lacking>& all) {
  JsonArray array;
  for (const removal::Lacking& lacking : all) {
    JsonArray plans;
    for (const std::string& plan : lacking.plans) plans.push_back(plan);
    array.push_back(JsonObject{{"snapshot", removal::absolute(lacking.snapshot)},
                               {"files", lacking.files},
                               {"plans", std::move(plans)}});
  }
  return array;
}

ExitCode restore(const Invocation& invocation, const std::vector<std::string>& sources,
                 const std::vector<std::string>& ids) {
  if (ids.empty())
    throw Failure(FailureKind::kUsage,
                  base::format("name the plans to restore; '{}' lists them", trash_command(sources, "list")));
  storage::DiskOperations disk;
  removal::Trashes trashes(sources, disk);
  JsonArray array;
  bool complete = true;
  for (const std::string& id : ids) {
    const removal::Restored restored = removal::restore(id, trashes, disk);
    complete &= restored.failed.empty();
    if (!invocation.has("json")) {
      std::cout << base::printable(id) << ": " << base::counted(restored.files, "file") << ", "
                << base::human_bytes(restored.bytes) << " restored\n";
    }
    for (const removal::KeptFile& file : restored.failed) {
      std::cerr << "checkpointfs: " << base::printable(removal::absolute(file.place))
                << " is still in the trash: " << file.why << "\n";
    }
    print_lacking(restored.lacking);
    array.push_back(JsonObject{{"plan", id},
                               {"files", restored.files},
                               {"bytes", restored.bytes},
                               {"failed", restored.failed.size()},
                               {"lacking", lacking_json(restored.lacking)}});
  }
  if (invocation.has("json")) print_json(std::cout, JsonObject{{"restored", std::move(array)}});
  return complete ? ExitCode::kOk : ExitCode::kFailure;
}

// Selects the plans that the operands and options of `purge` name.
std::vector<removal::InTrash> chosen(const Invocation& invocation, const std::vector<std::string>& sources,
                                     const std::vector<std::string>& ids) {
  const bool by_age = invocation.has("older-than");
  if (ids.empty() && !by_age && !invocation.has("all")) {
    throw Failure(FailureKind::kUsage, "name what to purge: plans, --older-than TIME or --all");
  }
  const int64_t now = wall_clock_ns();
  const int64_t age = by_age ? parse_duration(invocation.text("older-than"), "older-than") : 0;
  std::vector<removal::InTrash> entries = removal::list_trash(sources);
  for (const std::string& id : ids) {
    if (std::ranges::find(entries, id, &removal::InTrash::id) == entries.end())
      throw Failure(FailureKind::kSource, base::format("the trash has no plan {}; '{}' lists its plans",
                                                       base::printable(id), trash_command(sources, "list")));
  }
  std::erase_if(entries, [&](const removal::InTrash& entry) {
    if (!ids.empty() && std::ranges::find(ids, entry.id) == ids.end()) return true;
    if (by_age && now - entry.begun_ns < age) return true;
    return ids.empty() && (!entry.done || entry.restoring);
  });
  return entries;
}

ExitCode purge(const Invocation& invocation, const removal::Storage& storage,
               const std::vector<std::string>& ids) {
  const auto entries = chosen(invocation, storage.sources(), ids);
  if (!invocation.has("apply")) {
    invocation.has("json") ? print_entries_json(entries) : print_entries(entries);
    if (!invocation.has("json") && !entries.empty())
      std::cout << "dry run, nothing was changed: --apply deletes these files permanently\n";
    return ExitCode::kOk;
  }
  storage::DiskOperations disk;
  removal::Trashes trashes(storage.sources(), disk);
  removal::forget(storage, trashes, disk);
  const removal::Survey survey = survey_all(storage, invocation);
  // Checked before anything is deleted.
  removal::require_known(survey, true);
  removal::remember(removal::count_jobs(survey, {}), trashes, disk);
  JsonArray array;
  std::vector<std::string> purging;
  for (const removal::InTrash& entry : entries) purging.push_back(entry.id);
  for (const removal::Purged& purged : removal::purge(purging, storage, survey, trashes, disk)) {
    if (!invocation.has("json")) {
      std::cout << base::printable(purged.id) << ": " << base::counted(purged.files, "file") << ", "
                << base::human_bytes(purged.bytes) << " deleted\n";
    }
    array.push_back(JsonObject{{"plan", purged.id}, {"files", purged.files}, {"bytes", purged.bytes}});
  }
  if (invocation.has("json")) print_json(std::cout, JsonObject{{"purged", std::move(array)}});
  return ExitCode::kOk;
}

ExitCode run_trash(const Invocation& invocation) {
  require_operands(invocation, 1, SIZE_MAX, "list, restore PLAN... or purge PLAN...");
  const std::string& action = invocation.operands.front();
  const std::vector<std::string> ids(invocation.operands.begin() + 1, invocation.operands.end());
  if (action != "list" && action != "restore" && action != "purge")
    throw Failure(FailureKind::kUsage,
                  base::format("trash {} is unknown; use list, restore or purge", action));
  if (action == "purge") {
    FoundIndex found = find_index(invocation, "", false);
    return purge(invocation, with_survey_options(open_storage(invocation, found, "trash"), invocation), ids);
  }
  // list and restore read no snapshot, and must work after snapshots were lost.
  const std::vector<std::string> sources = pin_sources(invocation, invocation.texts("source"));
  return action == "list" ? list(invocation, sources) : restore(invocation, sources, ids);
}

}  // namespace

const Command kTrash = {"trash", "list|restore PLAN...|purge PLAN...",
                        "list, restore or purge removed snapshots and files", &add_trash_options, &run_trash};

}  // namespace checkpointfs::cli
