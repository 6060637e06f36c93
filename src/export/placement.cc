// SPDX-License-Identifier: Apache-2.0
#include "export/placement.h"

#include "base/path.h"
#include "base/text/message.h"
#include "storage/projected_name.h"

namespace checkpointfs::exporting {
namespace {

constexpr size_t kLongestName = 255;

std::string with_shared(const std::string& job) {
  return base::join(job, base::last_component(storage::kSharedPrefix));
}

}  // namespace

Placement placement_of(const index::Snapshot& snapshot, Layout layout) {
  if (layout == Layout::kFilesOnly) return {"", ""};
  Placement placement;
  placement.directory =
      snapshot.path.empty() ? std::string(base::last_component(snapshot.source.path)) : snapshot.path;
  placement.files = layout == Layout::kJobs ? with_shared(std::string(base::parent(placement.directory)))
                                            : placement.directory;
  return placement;
}

flink::Form form_in_target(const flink::Form& form, Layout layout, const Placement& placement) {
  if (form.kind == flink::FormKind::kAbsolute) {
    return {form.kind, base::join(form.prefix, placement.files)};
  }
  if (layout == Layout::kJobs) return {form.kind, std::string(storage::kSharedPrefix)};
  return form;
}

std::string form_text(const flink::Form& form, Layout layout) {
  const std::string_view place = layout == Layout::kJobs ? "jobs" : "snapshots";
  switch (form.kind) {
    case flink::FormKind::kOriginal:
      return base::format("{} original", place);
    case flink::FormKind::kOwned:
      return base::format("{} relative", place);
    case flink::FormKind::kShared:
      return base::format("{} keep-shared", place);
    case flink::FormKind::kAbsolute:
      return base::format("{} absolute={}", place, form.prefix);
  }
  return {};
}

std::string name_in_target(Layout layout, const std::string& projected, const std::string& uri) {
  if (layout != Layout::kJobs || storage::begins_with_uuid(projected)) return projected;
  // Any other name may be that of a file of another snapshot, too.
  const std::string suffix = "-" + storage::hash_digits(uri, 16);
  return (projected.size() + suffix.size() > kLongestName ? "file" : projected) + suffix;
}

}  // namespace checkpointfs::exporting
