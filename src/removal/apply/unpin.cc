// SPDX-License-Identifier: Apache-2.0
#include "removal/apply/unpin.h"

#include <cerrno>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "pins/pin_directory.h"
#include "pins/pin_record.h"
#include "removal/model/plan.h"
#include "removal/model/rules.h"
#include "removal/model/survey.h"
#include "removal/survey/surveyor.h"
#include "removal/trash/journal.h"
#include "removal/trash/mover.h"
#include "removal/trash/run_record.h"

namespace checkpointfs::removal {
namespace {

using base::Failure;
using base::FailureKind;

[[noreturn]] void refuse(const Survey& survey, const SeenFile& file, std::string_view why,
                         const std::string& name) {
  const SeenSnapshot& snapshot = survey.snapshots[file.snapshots.front()];
  throw Failure(FailureKind::kRefused,
                base::format("the pin {} stays: {} {} {}; remove that snapshot first, or pin or copy it",
                             base::printable(name), base::printable(absolute(snapshot.place)), why,
                             base::printable(base::last_component(file.place.path))));
}

void require_not_needed(const Place& pin, const std::vector<std::string>& files, const Survey& survey,
                        const std::string& name) {
  require_known(survey, true);
  if (!is_enforced(Rule::kPinsAreNeeded)) return;
  const auto any = [](const SeenFile&) { return true; };
  for (const std::string& file : files) {
    if (const auto known = survey.files.at({pin.root, base::join(pin.path, file)}))
      refuse(survey, *known, "needs its file", name);
    // A mapping may lead to a copy of it, and may be gone tomorrow.
    const std::string end = base::format("/{}/{}", pin.path, file);
    const auto same =
        survey.files.first_named(file, [&](const SeenFile& one) { return one.uri.ends_with(end); });
    if (same) refuse(survey, *same, "names its file", name);
    if (const auto lost = survey.files.first_lost(file, any))
      refuse(survey, *lost, "has lost a file that the pin has,", name);
  }
}

DirectoryFacts facts_of(const Trash& trash, const std::string& path) {
  struct stat st = {};
  if (const int error = base::stat_beneath(trash.source_fd(), path.c_str(), &st); error != 0)
    throw base::SystemError(error, "stat", base::join(trash.source(), path));
  return {path, st.st_mode, st.st_uid, st.st_gid, storage::mtime_ns(st), true};
}

Plan plan_for(const std::string& source, int64_t now_ns) {
  Plan plan;
  plan.id = new_plan_id(now_ns);
  plan.command = "unpin";
  plan.made_ns = now_ns;
  plan.sources = removal::facts_of({source});
  return plan;
}

}  // namespace

Unpinned unpin(const std::string& source, const std::string& name, const Survey& survey, Trashes& trashes,
               storage::DiskOperations& disk) {
  const auto pin = pins::check_pin(source, name);
  if (!pin) {
    throw Failure(FailureKind::kSource,
                  base::format("{} is not there", base::join(source, pins::pin_path(name))));
  }
  const Place place{source, pins::pin_path(name)};
  const std::vector<std::string> files = pins::files_of_pin(source, name);
  require_not_needed(place, files, survey, name);

  Trash& trash = trashes.of(source);
  const Plan plan = plan_for(source, disk.now_ns());
  Mover mover(trash, plan.id, disk);
  Journal journal(trash, disk);
  std::vector<std::pair<std::string, Identity>> moving;
  for (const std::string& file : files) {
    Identity identity;
    if (mover.look(base::join(place.path, file), &identity) == 0) moving.emplace_back(file, identity);
  }
  begin_run(trash, {plan, {facts_of(trash, place.path)}}, disk);
  journal.begin(plan);
  journal.flush();
  const auto move = [&](const std::string& path) {
    const int error = mover.to_trash(path);
    if (error != 0 && error != ENOENT) throw base::SystemError(error, "move", base::join(source, path));
  };
  {
    const auto pins = pins::PinDirectory::open_own(source);
    if (!pins) throw Failure(FailureKind::kSource, base::format("{} is gone", absolute(place)));
    const pins::PinDirectory::Lock lock(*pins);
    move(place.path);
    move(pins::pin_path(pins::record_name(name)));
  }
  if (const int error = mover.sync(); error != 0)
    throw base::SystemError(error, "write to disk the directories of", source);
  for (const auto& [file, identity] : moving)
    journal.file("trashed", plan.id, base::join(place.path, file), identity);
  journal.directory("directory removed", plan.id, place.path);
  journal.end(plan.id);
  journal.flush();
  mark_done(trash, plan.id, {}, disk);
  return {plan.id, *pin};
}

}  // namespace checkpointfs::removal
