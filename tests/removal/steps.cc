// SPDX-License-Identifier: Apache-2.0
#include "steps.h"

#include <algorithm>

#include "base/errors.h"
#include "base/text/message.h"

namespace checkpointfs::removal {
namespace {

// Times of directories do not come back if another process, such as a killed one, was in between.
std::map<std::string, std::string> without_directory_times(std::map<std::string, std::string> tree) {
  for (auto& [path, what] : tree) {
    if (std::ranges::count(what, ' ') == 2 && what.ends_with(' ')) what.erase(what.find(' '));
  }
  return tree;
}

}  // namespace

std::string Step::name(Kind kind) {
  switch (kind) {
    case Kind::kRm:
      return "rm";
    case Kind::kGc:
      return "gc";
    case Kind::kRestore:
      return "restore";
    case Kind::kPurge:
      return "purge";
  }
  return {};
}

Step::Step(Kind kind, const std::string& top) : kind_(kind), chain_(top) {
  World& world = chain_.world;
  before_ = world.tree();
  if (kind == Kind::kGc) {
    Retention retention;
    retention.keep_last = 2;
    plan_ = world.plan_gc(retention);
  } else {
    plan_ = world.plan_rm({chain_.chk(1), chain_.chk(2)});
  }
  if (kind == Kind::kRestore || kind == Kind::kPurge) world.apply(plan_);
}

Applied Step::apply(storage::DiskOperations& disk) {
  Trashes trashes({chain_.world.source(0), chain_.world.source(1)}, disk);
  return removal::apply(plan_, chain_.world.storage(), trashes, disk);
}

void Step::run(storage::DiskOperations& disk) {
  World& world = chain_.world;
  Trashes trashes({world.source(0), world.source(1)}, disk);
  switch (kind_) {
    case Kind::kRm:
    case Kind::kGc:
      removal::apply(plan_, world.storage(), trashes, disk);
      return;
    case Kind::kRestore:
      removal::restore(plan_.id, trashes, disk);
      return;
    case Kind::kPurge:
      removal::purge({plan_.id}, world.storage(), world.look(), trashes, disk);
      return;
  }
}

void Step::resume(storage::DiskOperations& disk) {
  Trashes trashes({chain_.world.source(0), chain_.world.source(1)}, disk);
  removal::resume(chain_.world.storage(), trashes, disk);
}

bool Step::is_done() const {
  const auto trash = Trash::open(chain_.world.source());
  const bool in_trash = trash && trash->has(plan_.id);
  if (kind_ == Kind::kRm || kind_ == Kind::kGc) return in_trash && trash->is_done(plan_.id);
  return !in_trash;
}

void Step::run_again() {
  WorldChanges disk(clock());
  chain_.world.resume();
  if (!is_done()) run(disk);
}

std::string Step::problem_now() const {
  // Every existing snapshot has all of its files, whether it is to go, has come back, or is not concerned.
  return chain_.world.first_lost();
}

std::string Step::problem_at_end() const {
  const World& world = chain_.world;
  if (const std::string lost = world.first_lost(); !lost.empty()) return lost;
  if (!is_done()) return "it is not done";
  if (kind_ == Kind::kRestore) {
    if (without_directory_times(before_) != without_directory_times(world.tree())) return "not all is back";
    return {};
  }
  for (const PlannedSnapshot& snapshot : plan_.snapshots) {
    if (exists(absolute(snapshot.place))) return base::format("{} is still there", absolute(snapshot.place));
  }
  const std::string files = world.path(base::format(".checkpointfs/trash/{}/files/", plan_.id));
  const std::string journal = contents(world.path(".checkpointfs/trash/journal.jsonl"));
  for (const PlannedFile& file : plan_.files) {
    if (exists(absolute(file.place))) return base::format("{} is still there", absolute(file.place));
    const bool kept = exists(files + file.place.path);
    if (kept != (kind_ != Kind::kPurge)) return base::format("{} is not where it should be", file.place.path);
    if (journal.find(base::format("\"event\":\"trashed\",\"path\":\"{}\"", file.place.path)) ==
        std::string::npos)
      return base::format("{} is not in the journal", file.place.path);
  }
  return {};
}

}  // namespace checkpointfs::removal
