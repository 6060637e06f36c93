// SPDX-License-Identifier: Apache-2.0
#include "cli/removals/removal_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/output/duration.h"
#include "cli/output/long_work.h"
#include "cli/output/messages.h"
#include "cli/query/scope.h"
#include "cli/query/snapshot_lookup.h"
#include "cli/removals/removal_lists.h"
#include "cli/removals/removal_output.h"
#include "flink/names.h"
#include "index/database/is_made.h"
#include "index/read/reader.h"
#include "index/rows/known_jobs.h"
#include "removal/apply/remember.h"
#include "removal/apply/restore.h"
#include "removal/survey/missing.h"
#include "removal/survey/recovery.h"
#include "removal/survey/surveyor.h"
#include "removal/trash/plan_json.h"

namespace checkpointfs::cli {
namespace {

constexpr uint64_t kLongestPlan = uint64_t{4} << 30;
// After an interruption.
constexpr const char* kGoesOn =
    "they are in the trash; the next command with --apply continues, 'checkpointfs trash restore' undoes it";

// Counts the snapshots of each job in the index before its update, without those in the trash.
removal::JobCounts known_snapshots(const std::string& index_file) {
  removal::JobCounts counts;
  if (!index::is_made(index_file)) return counts;
  index::Reader reader(index_file);
  removal::Storage known;
  known.roots = reader.roots();
  const std::set<removal::Place> removed = removal::snapshots_in_trash(known.sources());
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    const removal::Place place{snapshot.source.path, snapshot.source_path};
    if (!removed.contains(place)) ++counts[{place.root, std::string(base::parent(place.path))}];
  });
  return counts;
}

// Throws Failure(kRefused) if known jobs or sources are missing, or if less than half of the snapshots that
// the index had of the other jobs are there.
void require_what_was_known(const removal::Storage& storage, removal::JobCounts before) {
  const removal::JobCounts now = removal::count_snapshots(storage);
  removal::require_none_missing(storage, now);
  std::erase_if(before, [&](const auto& job) { return !now.contains(job.first); });
  removal::require_not_halved(before, now, "if that is right, update the index with 'checkpointfs index'");
}

void write_files(const Invocation& invocation, const removal::Plan& plan) {
  if (invocation.has("plan"))
    base::replace_file(invocation.text("plan"),
                       [&](const base::WriteText& write) { removal::write_plan(write, plan); });
  if (invocation.has("explain"))
    base::replace_file(invocation.text("explain"),
                       [&](const base::WriteText& write) { write_kept(write, plan); });
}

void show(const Invocation& invocation, const removal::Plan& plan, bool applied) {
  write_files(invocation, plan);
  if (invocation.has("format")) {
    print_list(std::cout, plan, invocation.text("format"));
    print_remark(scanned_sources_text(scanned_sources(plan)));  // the list is for programs
  } else if (invocation.has("json")) {
    if (!applied) print_plan_json(std::cout, plan);
  } else {
    print_plan(std::cout, plan, applied);
  }
  std::cout.flush();
}

void warn_of_unfinished(const removal::Storage& storage) {
  for (const std::string& id : removal::unfinished(storage.sources())) {
    print_warning(base::format("the plan {} is unfinished; the next command with --apply continues it",
                               base::printable(id)));
  }
}

// A plan names the sources that it is for.
FoundIndex find_index_of_plan(const Invocation& invocation, const removal::Plan& plan) {
  if (invocation.has("index") || invocation.has("source") || plan.sources.empty())
    return find_index(invocation, "", false);
  std::vector<std::string> sources;
  for (const removal::SourceFacts& source : plan.sources) sources.push_back(source.path);
  return index_of_sources(invocation, sources);
}

// Continues plans that an earlier command left unfinished.
std::vector<removal::Applied> finish_unfinished(const removal::Storage& storage, removal::Trashes& trashes,
                                                storage::DiskOperations& disk) {
  LongWork work("removing", "item", kGoesOn);
  return removal::resume(storage, trashes, disk, [&](uint64_t done, uint64_t of) { work.update(done, of); });
}

// Throws Interrupted if a signal came while the plan was made.
void end_if_interrupted() {
  if (!Interrupts::flag()) return;
  throw Interrupted(Interrupts::signal(),
                    "interrupted while planning; this plan was not carried out; run the command again");
}

bool contains(const std::vector<removal::Applied>& all, const std::string& id) {
  return std::ranges::find(all, id, &removal::Applied::id) != all.end();
}

}  // namespace

void add_survey_options(OptionGroup& group) {
  add_repeated(group, "exclude", "DIR", "keep everything in DIR, and ignore what cannot be read there");
  add_flag(group, "follow-links",
           "follow symbolic links to directories beneath a source or a mapped directory");
}

removal::Storage with_survey_options(removal::Storage storage, const Invocation& invocation) {
  storage.follow_links = invocation.has("follow-links");
  const std::vector<std::string> sources = storage.sources();
  for (const std::string& argument : invocation.texts("exclude")) {
    // A symbolic link means the link itself, not its target.
    const std::string path = absolute_path(argument);
    const std::string real =
        path == "/" ? path : base::join(real_path(base::parent(path)), base::last_component(path));
    const bool lies_in_one = std::ranges::any_of(sources, [&](const std::string& source) {
      return real != source && base::path_below(real, source).has_value();
    });
    struct stat st = {};
    if (!lies_in_one || ::lstat(real.c_str(), &st) != 0) {
      throw base::Failure(base::FailureKind::kUsage,
                          base::format("--exclude={}{}", argument,
                                       lies_in_one ? " does not exist" : " is not below a source"));
    }
    storage.excluded.push_back(real);
  }
  std::ranges::sort(storage.excluded);
  return storage;
}

void add_ha_option(OptionGroup& group) {
  add_repeated(group, "ha", "DIR",
               "know what clusters would recover from; DIR is their high-availability.storageDir");
}

void add_removal_options(OptionGroup& group) {
  add_flag(group, "apply", "move the planned files into the trash; without --apply: a dry run");
  add_flag(group, "dry-run,n", "print the plan, and change nothing (the default)");
  add_value(group, "plan", "FILE", "write the plan to FILE, for a later --apply FILE");
  add_value(group, "explain", "FILE", "write the kept files and the reasons to FILE, as JSON lines");
  add_value(group, "format", "FORMAT",
            "list the files to remove for another program: hadoop, s5cmd, rclone or paths");
  add_value(group, "grace", "TIME", "keep files younger than TIME, such as 12h (default: 3d)");
  add_flag(group, "force-newest",
           "allow removing the newest checkpoint of a job, which a running job may need");
  add_ha_option(group);
  add_survey_options(group);
  add_forget_option(group);
  add_source_option(group);
  add_index_options(group);
  add_json_option(group);
}

removal::PlanOptions plan_options(const Invocation& invocation, const std::string& command) {
  removal::PlanOptions options;
  options.command = command;
  options.now_ns = wall_clock_ns();
  if (invocation.has("grace")) options.grace_ns = parse_duration(invocation.text("grace"), "grace");
  options.force_newest = invocation.has("force-newest");
  options.ha = ha_directories(invocation);
  options.recovery = removal::recovery_pointers(options.ha);
  return options;
}

std::vector<std::string> ha_directories(const Invocation& invocation) {
  std::vector<std::string> directories;
  for (const std::string& argument : invocation.texts("ha")) directories.push_back(absolute_path(argument));
  return directories;
}

int64_t wall_clock_ns() {
  return storage::DiskOperations().now_ns();
}

removal::Survey survey_all(const removal::Storage& storage) {
  LongWork work("reading", "snapshot", "nothing was removed; run the command again");
  return removal::survey(storage, [&](uint64_t done, uint64_t all) { work.update(done, all); });
}

removal::Survey survey_all(const removal::Storage& storage, const Invocation& invocation) {
  removal::Survey survey = survey_all(storage);
  if (!invocation.has("verbose")) return survey;
  for (const std::string& problem : survey.unknown)
    print_warning(base::format("cannot be read: {}", problem));
  return survey;
}

void add_forget_option(OptionGroup& group) {
  add_repeated(group, "forget", "PATH", "no longer expect the source or job PATH, or anything below it");
}

removal::Storage open_storage(const Invocation& invocation, FoundIndex& found, const std::string& purpose) {
  removal::Storage storage;
  for (const std::string& path : invocation.texts("forget")) {
    storage.forgotten.push_back(absolute_path(path));
    storage.forgotten.push_back(real_path(path));
  }
  require_whole_storage(found);
  const std::string file = found.options.index_file;
  const removal::JobCounts before = known_snapshots(file);
  refresh_found(found, purpose, invocation.has("verbose"));
  index::Reader reader(found.options.index_file);
  storage.roots = reader.roots();
  storage.mappings = reader.mappings();
  for (const std::string& index : {file, found.options.index_file}) {
    for (const storage::Place& job : index::known_jobs(index))
      storage.remembered.push_back({job.root, job.path});
  }
  require_what_was_known(storage, before);
  return storage;
}

std::optional<std::string> plan_operand(const Invocation& invocation) {
  if (!invocation.has("apply") || invocation.operands.size() != 1) return std::nullopt;
  const std::string& operand = invocation.operands.front();
  struct stat st = {};
  const bool file = ::stat(operand.c_str(), &st) == 0 && S_ISREG(st.st_mode);
  return file && base::last_component(operand) != flink::kMetadataFile ? std::optional(operand)
                                                                       : std::nullopt;
}

ExitCode run_removal(const Invocation& invocation, const std::string& path, const MakePlan& make) {
  refuse_both(invocation, "apply", "dry-run");
  const Interrupts interrupts;  // also between two LongWorks
  const bool apply = invocation.has("apply");
  if (apply && invocation.has("format"))
    throw base::Failure(base::FailureKind::kUsage,
                        "--format prints a list and --apply removes; use only one of them");
  const auto file = plan_operand(invocation);
  std::optional<removal::Plan> given;
  if (file) {
    const base::UniqueFd fd = base::open_named(*file);
    given = removal::parse_plan(base::read_up_to(fd.get(), *file, kLongestPlan), *file);
  }
  FoundIndex found = given          ? find_index_of_plan(invocation, *given)
                     : path.empty() ? find_index(invocation, "", false)
                                    : find_index_of(invocation, path);
  removal::Storage storage = with_survey_options(
      open_storage(invocation, found, invocation.has("apply") ? "removing" : "planning"), invocation);
  if (given) {
    if (invocation.has("exclude") || invocation.has("follow-links"))
      throw base::Failure(base::FailureKind::kUsage,
                          "--exclude and --follow-links are part of a plan; leave them out");
    storage.excluded = given->excluded;
    for (std::string& directory : ha_directories(invocation)) given->ha.push_back(std::move(directory));
    storage.follow_links = given->follow_links;
  }
  // In a list for another program, mappings give the URIs; snapshots need not name them.
  if (!invocation.has("format")) {
    index::Reader reader(found.options.index_file);
    require_used_mappings(reader, found);
  }
  storage::DiskOperations disk;
  if (!apply) {
    warn_of_unfinished(storage);
    const removal::Plan plan = make(found, storage, {});
    end_if_interrupted();
    show(invocation, plan, false);
    return ExitCode::kOk;
  }
  removal::Trashes trashes(storage.sources(), disk);
  removal::forget(storage, trashes, disk);
  std::vector<removal::Applied> all = finish_unfinished(storage, trashes, disk);
  if (!given || !contains(all, given->id)) {
    const removal::Plan plan = given ? std::move(*given) : make(found, storage, all);
    end_if_interrupted();
    if (!plan.empty() || all.empty()) show(invocation, plan, true);
    if (plan.empty()) {
      removal::remember(removal::count_snapshots(storage), trashes, disk);
    } else {
      LongWork work("removing", "item", kGoesOn);
      all.push_back(removal::apply(plan, storage, trashes, disk,
                                   [&](uint64_t done, uint64_t of) { work.update(done, of); }));
    }
  }
  if (invocation.has("json")) {
    print_applied_json(std::cout, all);
  } else {
    for (const removal::Applied& applied : all) print_applied(std::cout, applied);
  }
  const bool complete =
      std::ranges::all_of(all, [](const removal::Applied& one) { return one.failed.empty(); });
  return complete ? ExitCode::kOk : ExitCode::kFailure;
}

}  // namespace checkpointfs::cli
