// SPDX-License-Identifier: Apache-2.0
#include "removal/apply/plan_checks.h"

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "removal/model/rules.h"
#include "removal/plan/planner.h"
#include "removal/survey/recovery.h"
#include "removal/survey/surveyor.h"

namespace checkpointfs::removal {
namespace {

using base::Failure;
using base::FailureKind;

constexpr const char* kPlanAnew = "; make a new plan";

[[noreturn]] void refuse(const PlannedSnapshot& planned, const SeenSnapshot* seen) {
  throw Failure(FailureKind::kRefused,
                base::format("{}{}{}", base::printable(absolute(planned.place)),
                             seen == nullptr ? " is gone" : " is another snapshot now", kPlanAnew));
}

// Throws if one of the plan's snapshots is gone, or another one; in a quarantine, also if it can be decoded
// now.
void require_same_snapshots(const Plan& plan, const Survey& survey) {
  for (const PlannedSnapshot& planned : plan.snapshots) {
    const SeenSnapshot* const seen = survey.snapshot_at(planned.place);
    const bool fits = seen != nullptr && (!plan.is_quarantine() || !seen->unreadable.empty());
    if (!fits || !is_same(seen->metadata, planned.metadata)) refuse(planned, seen);
  }
}

}  // namespace

bool is_same(const Identity& a, const Identity& b) {
  if (!is_enforced(Rule::kUnchangedOnly)) return true;
  return a.inode == b.inode && a.size == b.size && a.mtime_ns == b.mtime_ns;
}

void require_sources(const Plan& plan, const Trashes& trashes) {
  for (const SourceFacts& source : plan.sources) {
    if (trashes.has(source.path)) continue;
    throw Failure(
        FailureKind::kRefused,
        base::format(
            "the plan {} was begun and not finished, and has to do with {} as well; name that source too",
            plan.id, base::printable(source.path)));
  }
}

void require_unchanged_inputs(const Plan& plan, const Storage& storage) {
  if (!is_enforced(Rule::kUnchangedInputs)) return;
  if (facts_of(storage.sources()) != plan.sources)
    throw Failure(FailureKind::kRefused, base::format("the sources are not those of the plan{}", kPlanAnew));
  if (storage.mappings != plan.mappings)
    throw Failure(FailureKind::kRefused,
                  base::format("the mappings are not those of the plan (give the same --map){}", kPlanAnew));
}

Survey look_again(const Plan& plan, const Storage& storage, Begin begin) {
  Survey survey_now;
  if (!is_enforced(Rule::kSecondLook)) {
    survey_now.sources = storage.sources();
    survey_now.excluded = plan.excluded;
    return survey_now;
  }
  const bool is_fresh = begin == Begin::kFresh;
  Storage looked_at = storage;
  looked_at.excluded = plan.excluded;
  looked_at.follow_links = plan.follow_links;
  // A directory that an interrupted plan has moved already is no snapshot any more.
  std::vector<RecoveryPointer> recovery;
  if (is_fresh) recovery = recovery_pointers(plan.ha);
  survey_now = survey(looked_at);
  if (is_fresh) require_not_recovered_from(storage, survey_now, plan.snapshots, recovery);
  if (plan.is_quarantine()) {
    if (is_fresh) require_same_snapshots(plan, survey_now);
    return survey_now;
  }
  // The last snapshot of a plan that goes on may be in the trash already.
  require_known(survey_now, !is_fresh && plan.others.empty());
  require_not_shrunken(plan.others, count_jobs(survey_now, plan.snapshots), "make a new plan");
  if (!is_fresh) return survey_now;
  if (!plan.force_newest) require_not_newest(survey_now, plan.snapshots);
  if (is_enforced(Rule::kUnchangedInputs)) require_same_snapshots(plan, survey_now);
  return survey_now;
}

}  // namespace checkpointfs::removal
