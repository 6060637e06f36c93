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
#include "cli/output/long_work.h"
#include "cli/output/messages.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/job_listing.h"
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
  add_flag(group, "dry-run,n", "restore, purge: print the plans, and change nothing");
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

std::string age_of(const removal::InTrash& entry) {
  return age_text(entry.begun_ns, wall_clock_ns());
}

void print_entries(const std::vector<removal::InTrash>& entries) {
  using enum Table::Align;
  Table table({{"PLAN", kLeft},
               {"BY", kLeft},
               {"SNAPSHOTS", kRight},
               {"FILES", kRight},
               {"SIZE", kRight},
               {"AGE", kRight},
               {"STATE", kLeft}});
  uint64_t bytes = 0;
  for (const removal::InTrash& entry : entries) {
    bytes += entry.bytes;
    table.add({base::printable(entry.id), base::printable(entry.command),
               base::format("{}", entry.snapshots.size()), base::format("{}", entry.files),
               base::human_bytes(entry.bytes), age_of(entry), std::string(state_of(entry))});
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

void print_lacking(const std::vector<removal::Lacking>& all) {
  for (const removal::Lacking& lacking : all) {
    std::string text = base::format("{} still lacks {}", base::printable(removal::absolute(lacking.snapshot)),
                                    base::counted(lacking.files, "file"));
    if (lacking.plans.empty()) text += ", and no plan in the trash has any of them";
    for (const std::string& plan : lacking.plans)
      text += base::format("; {}", trash_command({lacking.snapshot.root}, "restore", plan));
    print_warning(text);
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

void show_entries(const Invocation& invocation, const std::vector<removal::InTrash>& entries) {
  invocation.has("json") ? print_entries_json(entries) : print_entries(entries);
}

ExitCode list(const Invocation& invocation, const std::vector<std::string>& sources) {
  const auto entries = removal::list_trash(sources);
  show_entries(invocation, entries);
  return ExitCode::kOk;
}

// Selects the plans of these names. Throws Failure(kSource) if the trash has no such plan.
std::vector<removal::InTrash> named(const std::vector<std::string>& ids,
                                    const std::vector<std::string>& sources) {
  std::vector<removal::InTrash> entries = removal::list_trash(sources);
  for (const std::string& id : ids) {
    if (std::ranges::find(entries, id, &removal::InTrash::id) == entries.end())
      throw Failure(FailureKind::kSource, base::format("the trash has no plan {}; '{}' lists its plans",
                                                       base::printable(id), trash_command(sources, "list")));
  }
  std::erase_if(entries,
                [&](const removal::InTrash& entry) { return std::ranges::find(ids, entry.id) == ids.end(); });
  return entries;
}

removal::Restored restore_one(const std::string& id, removal::Trashes& trashes,
                              storage::DiskOperations& disk) {
  LongWork work("restoring", "file", "they are back in their places; the same command continues");
  return removal::restore(id, trashes, disk, [&](uint64_t done, uint64_t all) { work.update(done, all); });
}

ExitCode restore(const Invocation& invocation, const std::vector<std::string>& sources,
                 const std::vector<std::string>& ids) {
  if (ids.empty())
    throw Failure(FailureKind::kUsage,
                  base::format("name the plans to restore; '{}' lists them", trash_command(sources, "list")));
  if (invocation.has("dry-run")) {
    show_entries(invocation, named(ids, sources));
    if (!invocation.has("json"))
      std::cout
          << "dry run, nothing was changed: without --dry-run, these files move back into their places\n";
    return ExitCode::kOk;
  }
  storage::DiskOperations disk;
  removal::Trashes trashes(sources, disk);
  JsonArray array;
  bool complete = true;
  for (const std::string& id : ids) {
    const removal::Restored restored = restore_one(id, trashes, disk);
    complete &= restored.failed.empty();
    if (!invocation.has("json")) {
      std::cout << base::printable(id) << ": " << base::counted(restored.files, "file") << ", "
                << base::human_bytes(restored.bytes) << " restored\n";
    }
    for (const removal::KeptFile& file : restored.failed) {
      print_warning(base::format("{} is still in the trash: {}",
                                 base::printable(removal::absolute(file.place)), file.why));
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

// Counts the files that are deleted, for the progress.
class CountedDeletions : public storage::DiskOperations {
 public:
  explicit CountedDeletions(const std::vector<removal::InTrash>& entries) {
    for (const removal::InTrash& entry : entries) files_ += entry.files;
  }
  int remove_file(int directory, const char* name) override {
    const int error = DiskOperations::remove_file(directory, name);
    // The records of a plan are files too.
    if (error != 0) return error;
    ++done_;
    work_.update(done_, std::max(done_, files_));
    return 0;
  }

 private:
  LongWork work_{"purging", "file",
                 "they are deleted; one more 'trash purge --apply' of anything deletes the rest"};
  uint64_t files_ = 0;
  uint64_t done_ = 0;
};

// Selects the plans that the operands and options of `purge` name.
std::vector<removal::InTrash> chosen(const Invocation& invocation, const std::vector<std::string>& sources,
                                     const std::vector<std::string>& ids) {
  const bool by_age = invocation.has("older-than");
  if (ids.empty() && !by_age && !invocation.has("all")) {
    throw Failure(FailureKind::kUsage, "name what to purge: plans, --older-than TIME or --all");
  }
  const int64_t now = wall_clock_ns();
  const int64_t age = by_age ? parse_duration(invocation.text("older-than"), "older-than") : 0;
  std::vector<removal::InTrash> entries = ids.empty() ? removal::list_trash(sources) : named(ids, sources);
  std::erase_if(entries, [&](const removal::InTrash& entry) {
    if (by_age && now - entry.begun_ns < age) return true;
    return ids.empty() && (!entry.done || entry.restoring);
  });
  return entries;
}

ExitCode purge(const Invocation& invocation, const removal::Storage& storage,
               const std::vector<std::string>& ids) {
  const auto entries = chosen(invocation, storage.sources(), ids);
  if (!invocation.has("apply")) {
    show_entries(invocation, entries);
    if (!invocation.has("json") && !entries.empty())
      std::cout << "dry run, nothing was changed: --apply deletes these files permanently\n";
    return ExitCode::kOk;
  }
  storage::DiskOperations disk;
  removal::Trashes trashes(storage.sources(), disk);
  for (const auto& [source, trash] : trashes.all()) trash.remove_leftovers(disk);
  removal::forget(storage, trashes, disk);
  const removal::Survey survey = survey_all(storage, invocation);
  // Checked before anything is deleted.
  removal::require_known(survey, true);
  removal::remember(removal::count_jobs(survey, {}), trashes, disk);
  JsonArray array;
  std::vector<std::string> purging;
  for (const removal::InTrash& entry : entries) purging.push_back(entry.id);
  std::vector<removal::Purged> all;
  {
    CountedDeletions deletions(entries);
    all = removal::purge(purging, storage, survey, trashes, deletions);
  }
  for (const removal::Purged& purged : all) {
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
  refuse_both(invocation, "apply", "dry-run");
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

const Command kTrash = {"trash",
                        "list|restore PLAN...|purge PLAN...",
                        "list, restore or purge removed snapshots and files",
                        &add_trash_options,
                        &run_trash,
                        "$ checkpointfs trash --source /data/flink list\n"
                        "$ checkpointfs trash --source /data/flink purge --older-than 7d --apply\n"};

}  // namespace checkpointfs::cli
