// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/names_view.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "base/errors.h"
#include "base/path.h"
#include "fs/projection/link_names.h"
#include "fs/projection/mirror.h"
#include "fs/status/control_status.h"

namespace checkpointfs::fs {

std::vector<NamesView::Job> NamesView::read_jobs() {
  const auto reader = readers_.borrow();
  std::map<std::string, int64_t> snapshots;  // one of each job
  reader->snapshots().for_each([&](const index::Snapshot& snapshot) {
    const std::string_view job = base::parent(snapshot.path);
    if (!job.empty()) snapshots.emplace(job, snapshot.id);
  });
  std::vector<Job> jobs;
  for (const auto& [path, snapshot] : snapshots) {
    if (const auto directory = reader->projection().parent(snapshot)) jobs.push_back({path, *directory});
  }
  return jobs;
}

std::shared_ptr<const NamesView::Links> NamesView::make(
    std::shared_ptr<const labels::WatchedLabels::Labels> of) {
  std::vector<std::string> paths;
  for (const Job& job : jobs_) paths.push_back(job.path);
  const std::map<std::string, std::string> names = label_link_names(paths, of->jobs);
  auto made = std::make_shared<Links>();
  for (const Job& job : jobs_) {
    if (const auto name = names.find(job.path); name != names.end())
      made->links.push_back({name->second, "../../" + job.path, job.directory});
  }
  std::ranges::sort(made->links, {}, &Link::name);
  made->of = std::move(of);
  return made;
}

std::shared_ptr<const NamesView::Links> NamesView::links() {
  std::call_once(are_read_, [this] { jobs_ = read_jobs(); });
  auto labels = labels_.now();
  {
    const std::lock_guard lock(mutex_);
    if (last_ && last_->of == labels) return last_;
  }
  std::shared_ptr<const Links> made = make(std::move(labels));
  const std::lock_guard lock(mutex_);
  last_ = made;
  return made;
}

Entry NamesView::entry_of(const Link& link) {
  return link_like(*readers_.borrow(), {ViewKind::kNamedJob, static_cast<uint64_t>(link.directory)},
                   link.name, link.target, {index::NodeKind::kDirectory, link.directory});
}

std::optional<Entry> NamesView::entry(ViewId id) {
  const auto now = links();
  if (id == kDirectory) {
    std::optional<Entry> entry = directory_like_root(*readers_.borrow(), id, kControlByNameName);
    if (entry) {
      // An older file may have taken the place of a newer one: the version makes the time another one.
      int64_t& time = entry->attributes.mtime_ns;
      time = (now->of->changed_ns == 0 ? time : now->of->changed_ns) + now->of->version;
    }
    return entry;
  }
  const auto found = std::ranges::find(now->links, static_cast<int64_t>(id.value), &Link::directory);
  if (found == now->links.end()) return std::nullopt;
  return entry_of(*found);
}

std::optional<Entry> NamesView::lookup(ViewId, std::string_view name) {
  const auto now = links();
  const auto found = std::ranges::lower_bound(now->links, name, {}, &Link::name);
  if (found == now->links.end() || found->name != name) return std::nullopt;
  return entry_of(*found);
}

void NamesView::list(ViewId, uint64_t after, const TakeEntry& take) {
  const auto now = links();
  for (uint64_t i = after; i < now->links.size(); ++i) {
    if (!take(entry_of(now->links[i]), i + 1)) return;
  }
}

std::unique_ptr<OpenFile> NamesView::open(ViewId) {
  throw base::SystemError(ELOOP, "open: a symbolic link");
}

std::string NamesView::target(ViewId id) {
  const auto now = links();
  const auto found = std::ranges::find(now->links, static_cast<int64_t>(id.value), &Link::directory);
  if (found == now->links.end()) throw base::SystemError(ESTALE, "readlink: no such link");
  return found->target;
}

}  // namespace checkpointfs::fs
