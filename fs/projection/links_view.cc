// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/links_view.h"

#include <algorithm>
#include <cerrno>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "fs/projection/link_names.h"
#include "fs/projection/mirror.h"
#include "fs/status/control_status.h"
#include "index/read/newest.h"

namespace checkpointfs::fs {
namespace {

// "a/b/chk-7" as "a/b" and "chk-7".
std::pair<std::string, std::string> split(const std::string& path) {
  return {std::string(base::parent(path)), std::string(base::last_component(path))};
}

}  // namespace

void LinksView::make() {
  const auto reader = readers_.borrow();
  std::vector<index::Snapshot> snapshots;
  reader->snapshots().for_each([&](const index::Snapshot& snapshot) {
    if (!snapshot.path.empty()) snapshots.push_back(snapshot);
  });
  // Jobs without a usable snapshot keep their names too, so that no name leads to another job meanwhile.
  const std::vector<index::JobRuns> jobs = index::runs_of_jobs(*reader, snapshots);
  std::vector<std::string> paths;
  for (const index::JobRuns& job : jobs) paths.push_back(job.job);
  const std::map<std::string, std::string> names = job_link_names(paths);
  for (const index::JobRuns& job : jobs) {
    if (!job.newest) continue;
    const index::Snapshot& newest = snapshots[*job.newest];
    links_.push_back({.latest = true,
                      .name = names.at(job.job),
                      .target = "../../" + newest.path,
                      .directory = newest.id});
  }
  std::map<std::string, std::string> wanted;
  for (const index::Snapshot& snapshot : snapshots) {
    if (!index::is_sound(snapshot.status)) continue;
    const auto [job, name] = split(snapshot.path);
    wanted[snapshot.path] = base::format("{}-{}{}", base::iso_time(snapshot.metadata_mtime_ns),
                                         job.empty() ? "" : names.at(job) + "-", name);
  }
  const std::map<std::string, std::string> by_time = distinct_link_names(wanted);
  for (const index::Snapshot& snapshot : snapshots) {
    if (const auto name = by_time.find(snapshot.path); name != by_time.end())
      links_.push_back({.latest = false,
                        .name = name->second,
                        .target = "../../" + snapshot.path,
                        .directory = snapshot.id});
  }
  std::ranges::sort(links_);
  for (size_t i = 0; i < links_.size(); ++i) {
    by_name_.try_emplace({links_[i].latest, links_[i].name}, i);
    by_value_.try_emplace(links_[i].value(), i);
  }
  is_made_ = true;
}

const LinksView::Link* LinksView::find(ViewId id) {
  if (id.kind != ViewKind::kLink) return nullptr;
  links();
  const auto found = by_value_.find(id.value);
  return found == by_value_.end() ? nullptr : &links_[found->second];
}

const std::vector<LinksView::Link>& LinksView::links() {
  std::call_once(made_, [this] { make(); });
  return links_;
}

Entry LinksView::entry_of(const Link& link) {
  return link_like(*readers_.borrow(), {ViewKind::kLink, link.value()}, link.name, link.target,
                   {index::NodeKind::kMetadata, link.directory});
}

std::optional<Entry> LinksView::entry(ViewId id) {
  if (id == kLatest) return directory_like_root(*readers_.borrow(), id, kControlLatestName);
  if (id == kByTime) return directory_like_root(*readers_.borrow(), id, kControlByTimeName);
  const Link* const link = find(id);
  if (link == nullptr) return std::nullopt;
  return entry_of(*link);
}

std::optional<Entry> LinksView::lookup(ViewId directory, std::string_view name) {
  links();
  const auto found = by_name_.find(std::pair<bool, std::string>(directory == kLatest, name));
  if (found == by_name_.end()) return std::nullopt;
  return entry_of(links_[found->second]);
}

void LinksView::list(ViewId directory, uint64_t after, const TakeEntry& take) {
  const bool latest = directory == kLatest;
  for (uint64_t i = after; i < links().size(); ++i) {
    const Link& link = links()[i];
    if (link.latest != latest || by_name_.find(std::pair(latest, link.name))->second != i) continue;
    if (!take(entry_of(link), i + 1)) return;
  }
}

std::unique_ptr<OpenFile> LinksView::open(ViewId) {
  throw base::SystemError(ELOOP, "open: a symbolic link");
}

std::string LinksView::target(ViewId id) {
  const Link* const link = find(id);
  if (link == nullptr) throw base::SystemError(ESTALE, "readlink: no such link");
  return link->target;
}

}  // namespace checkpointfs::fs
